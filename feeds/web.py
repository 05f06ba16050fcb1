"""The web application: published files, pages on request for what no file can serve, and nothing else."""

import asyncio
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from feeds.answers import answer
from feeds.pages import POLICY, Pages
from feeds.pages.ready import pages_for
from feeds.permalinks import Permalinks
from feeds.queries import QueryError
from feeds.reading import Archive
from feeds.representation import HeaderLines, Resource
from feeds.settings import PublishSettings
from feeds.shelf import MEDIA_TYPES, Shelf, media_type
from feeds.subscribing import PATHS, Desk, counter
from feeds.views import HTML, LIVE, Views
from store.database import DatabaseError
from store.glance import NoDatabaseError

FRESH = (b"cache-control", b"public, max-age=60, must-revalidate")
FOR_EVER = (b"cache-control", b"public, max-age=31536000, immutable")
NEVER = (b"cache-control", b"no-store")
SECURITY: HeaderLines = (
    # frame-ancestors does not work from the page's own <meta>.
    (b"content-security-policy", f"{POLICY}; frame-ancestors 'none'".encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
PAGE: HeaderLines = (FRESH, *SECURITY, (b"cross-origin-opener-policy", b"same-origin"))
CAPTURE: HeaderLines = (
    FRESH,
    (b"content-security-policy", b"sandbox; default-src 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
PAGE_THREADS = 4
"""Pages made at once. More would wait for each other anyway, and each may hold a connection to the database."""
WAITING_PAGES = 64
"""Requests for such pages that may wait; more are turned away at once."""

log = logging.getLogger(__name__)


def application(
    archive: Archive,
    published: Path,
    settings: PublishSettings,
    *,
    state: Callable[[], str],
    now: Callable[[], datetime],
    is_complete: Callable[[], bool] = lambda: True,
    desk: Desk | None = None,
) -> ASGIApp:
    """The application for GET and HEAD, which writes nothing; with a `desk` also the pages about mail.

    `state` names the archive's state, opaque: while it gives the same, so does the archive. Before `is_complete` a feed
    that is not there yet is answered with 503 instead of 404, which readers would take for its end.

    Raises:
        ValueError: `base_url` is no plain address.
    """
    pages = pages_for(settings)
    views = Views(
        archive,
        pages,
        settings,
        state=state,
        now=now,
        headers=PAGE,
        capture_headers=CAPTURE,
    )
    shelf = Shelf(published, headers_of=_Headers(settings).of)
    site = _Site(shelf, views, pages, is_complete)
    rest = Starlette(
        routes=[Route("/healthz", _health), Route("/{path:path}", site.make)],
        exception_handlers={HTTPException: site.refuse, Exception: site.fail},
    )
    assets = {
        f"assets/{name}": Resource(data=data, media_type=media_type(name), headers=(FOR_EVER, *SECURITY))
        for name, data in pages.assets.items()
    }
    about_mail = counter(desk, pages, settings, site.say) if desk is not None else None
    return _Front(assets, shelf, rest, site.reading_only(), about_mail)


class _Front:
    """Answers with what is published before any routing: feed readers ask for little else."""

    def __init__(
        self,
        assets: dict[str, Resource],
        shelf: Shelf,
        rest: ASGIApp,
        reading_only: ASGIApp,
        about_mail: ASGIApp | None = None,
    ) -> None:
        self._assets = assets
        self._shelf = shelf
        self._rest = rest
        self._reading_only = reading_only
        self._about_mail = about_mail

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].strip("/")
        if self._about_mail is not None and path.partition("/")[0] in PATHS:
            # Without slashes at its end: it would be led on by an address made of what the request says of the host.
            await self._about_mail({**scope, "path": f"/{path}"}, receive, send)
            return
        if scope["method"] not in ("GET", "HEAD"):
            await self._reading_only(scope, receive, send)
            return
        if path.partition("/")[0] not in LIVE:
            found = self._assets.get(path) or self._shelf.find(path)
            if found is not None:
                await answer(found, scope, send)
                return
        await self._rest(scope, receive, send)


class _Headers:
    """The header lines of published files."""

    def __init__(self, settings: PublishSettings) -> None:
        self._base = Permalinks.absolute(settings.base_url).base
        self._hubs = tuple(f'<{quote(hub, safe=":/?&=%~+,;@")}>; rel="hub"' for hub in settings.websub_hubs)

    def of(self, name: str) -> HeaderLines:
        """Those of one file: feeds tell their own address and their hubs (WebSub §4)."""
        if name.startswith("assets/"):
            return (FOR_EVER, *SECURITY)
        if name.endswith(".html"):
            return PAGE
        if not name.startswith("feeds/") or name.endswith(".xml"):
            return (FRESH, *SECURITY)
        links = (f'<{self._base}/{quote(name)}>; rel="self"', *self._hubs)
        return (FRESH, *SECURITY, (b"link", ", ".join(links).encode()))


class _Site:
    """What is not simply a published file."""

    def __init__(self, shelf: Shelf, views: Views, pages: Pages, is_complete: Callable[[], bool]) -> None:
        self._shelf = shelf
        self._views = views
        self._pages = pages
        self._is_complete = is_complete
        self._threads = ThreadPoolExecutor(PAGE_THREADS, thread_name_prefix="page")
        self._waiting = 0

    async def make(self, request: Request) -> ASGIApp:
        path = request.path_params["path"].strip("/")
        if self._waiting >= WAITING_PAGES:
            return self._busy("The server is busy. Try again in a few seconds.", 5)
        self._waiting += 1
        query: bytes = request.scope["query_string"]
        try:
            made = asyncio.get_running_loop().run_in_executor(self._threads, self._views.find, path, query)
            found = await made
        except QueryError as error:
            return self.say(400, "This address does not work", str(error))
        except (DatabaseError, NoDatabaseError) as error:
            log.error("the archive could not be asked path=%r: %s", path, error)
            # What was told last is better than nothing, unless it is about this moment or not what was asked for.
            found = None if query or path in ("status", "status.json") else self._shelf.find(path)
            if found is None:
                return self._busy("The archive cannot be asked at the moment. Try again in a minute.", 60)
        except Exception as error:
            return await self.fail(request, error)
        finally:
            self._waiting -= 1
        if found is None and not query:
            # A timeline of what is in the archive no more stays where it was published.
            found = self._shelf.find(path)
        if found is None and path.startswith("feeds") and not self._is_complete():
            return self._busy("The feeds are being written. Try again in a minute.", 60)
        if found is None:
            raise HTTPException(404)
        return _Answer(found)

    def reading_only(self) -> Response:
        # A body that nobody reads may follow, so the connection ends here.
        more = {"Allow": "GET, HEAD", "Connection": "close"}
        return self.say(405, "Reading only", "This address can be read, and nothing else.", more)

    async def refuse(self, request: Request, error: Exception) -> Response:
        return self.say(404, "No such page", "There is nothing at this address. Addresses of statements do not change.")

    async def fail(self, request: Request, error: Exception) -> Response:
        log.error("page failed path=%r error=%s", request.url.path, type(error).__name__)
        log.debug("traceback", exc_info=error)
        return self.say(
            500, "This did not work", "The page could not be made. The fault has been recorded; try again later."
        )

    def _busy(self, sentence: str, seconds: int) -> Response:
        return self.say(503, "Not at the moment", sentence, {"Retry-After": str(seconds)})

    def say(self, status: int, heading: str, sentence: str, more: dict[str, str] | None = None) -> Response:
        """A page that says one thing, and is not kept."""
        lines = {name.decode(): value.decode() for name, value in (NEVER, *SECURITY)}
        headers = {**lines, "Content-Type": HTML, **(more or {})}
        return Response(self._pages.message(heading, sentence), status, headers)


class _Answer:
    def __init__(self, resource: Resource) -> None:
        self._resource = resource

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await answer(self._resource, scope, send)


async def _health(request: Request) -> Response:
    lines = {name.decode(): value.decode() for name, value in (NEVER, *SECURITY)}
    return Response(json.dumps({"status": "ok"}), headers={**lines, "Content-Type": MEDIA_TYPES[".json"]})
