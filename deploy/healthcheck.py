"""Whether the daemon in this container answers: exit code 0 or 1. Run by Docker, see the Dockerfile beside it."""

import http.client
import sys

PORT = 8000
TIMEOUT = 4


def answers(port: int = PORT) -> bool:
    """Whether `/healthz` answers with 200 in time."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(not answers(*map(int, sys.argv[1:])))
