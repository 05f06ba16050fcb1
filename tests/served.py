"""`missionwatch serve` as a process of its own, for as long as a block runs."""

import http.client
import re
import signal
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from tests.mission import TIMEOUT, Mission

Answer = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True)
class Served:
    """Where a mission is served."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """Without a slash at its end."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    def ask(self, path: str, **headers: str) -> Answer:
        """Status, header lines by their name in lower case, and body."""
        with closing(http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT)) as connection:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request("GET", path, headers=named)
            response = connection.getresponse()
            return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()

    def until(self, path: str, word: bytes) -> Answer:
        """The first answer with 200 that holds the word."""
        began = time.monotonic()
        while True:
            status, headers, body = self.ask(path)
            if status == 200 and word in body:
                return status, headers, body
            assert time.monotonic() - began < TIMEOUT, (status, body[:2000])
            time.sleep(0.05)


@contextmanager
def serve(mission: Mission, host: str = "127.0.0.1", port: int = 0) -> Iterator[Served]:
    """Serves a mission at a free port. At the end it is told to end, and has to."""
    process = mission.start(mission.line("serve", "--host", host, "--port", str(port)))
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        found = re.search(r":(\d+)/ \(Ctrl-C ends it\)$", line)
        assert found, line + process.stderr.read()
        yield Served(host, int(found[1]))
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=TIMEOUT)
    assert process.returncode == -signal.SIGTERM
    assert said == ""
