"""Whether the wall clock tells the time: asked of the watched sites, whose answers carry theirs.

Moments of changes are recorded for ever and never go back, so one crawl by a clock that is years ahead would date
everything after it into the future.
"""

import contextlib
import http.client
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

TRUSTED = timedelta(minutes=10)
"""By so much a clock may differ from a site's; servers are not exact either."""
TIMEOUT = 10.0


def time_of(address: str, user_agent: str) -> datetime | None:
    """The time that a site says it is; None if it does not answer, or does not say."""
    parts = urlsplit(address)
    make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    if not parts.hostname:
        return None
    connection = make(parts.hostname, parts.port, timeout=TIMEOUT)
    try:
        connection.request("HEAD", "/robots.txt", headers={"User-Agent": user_agent})
        said = connection.getresponse().getheader("Date")
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    with contextlib.suppress(ValueError, TypeError):
        moment = parsedate_to_datetime(said or "")
        return moment.astimezone(UTC) if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return None


def clock_is_off(
    sites: Iterable[str], now: Callable[[], datetime], ask: Callable[[str], datetime | None]
) -> timedelta | None:
    """By how much our clock is ahead of the first site that says the time; zero if that is little enough.

    None where no site says it: then nothing can be found out from them either.
    """
    for site in sites:
        said = ask(site)
        if said is not None:
            ahead = now() - said
            return ahead if abs(ahead) > TRUSTED else timedelta(0)
    return None
