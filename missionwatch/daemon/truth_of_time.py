"""Whether the wall clock tells the time: asked of the watched sites, whose answers carry theirs.

Moments of changes are recorded for ever and never go back, so one crawl by a clock that is years ahead would date
everything after it into the future. A site is a witness and no source: its time is never taken for ours.
"""

import contextlib
import http.client
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

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


def time_by(sites: Iterable[str], ask: Callable[[str], datetime | None]) -> datetime | None:
    """The time that the first of the sites says it is that says one; None where none does."""
    return next((said for site in sites if (said := ask(site)) is not None), None)
