"""The web application: published files, pages on request for what is not published, and nothing else."""

import logging
import re
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from feeds.pages import POLICY, Pages
from feeds.reading import Archive
from feeds.representation import Resource
from feeds.settings import PublishSettings
from feeds.shelf import Shelf

FRESH = "public, max-age=60, must-revalidate"
FOR_EVER = "public, max-age=31536000, immutable"
SECURITY_HEADERS = {
    # frame-ancestors does not work from the page's own <meta>.
    "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_HTML = "text/html; charset=utf-8"
_NUMBER = "[1-9][0-9]{0,8}"
_STATEMENT = re.compile(
    rf"statements/(?P<key>[\w-]+)"
    rf"(?:/versions/(?P<number>{_NUMBER})|/diff/(?P<old>{_NUMBER})\.\.(?P<new>{_NUMBER}))?",
    re.ASCII,
)

log = logging.getLogger(__name__)


def application(archive: Archive, published: Path, settings: PublishSettings) -> Starlette:
    """The application for GET and HEAD. It writes nothing, and asks the archive only for pages not yet published.

    Raises:
        ValueError: `base_url` is no plain address.
    """
    site = _Site(archive, Shelf(published), Pages(settings))
    return Starlette(
        routes=[Route("/healthz", _health), Route("/{path:path}", site.answer)],
        exception_handlers={HTTPException: site.refuse, Exception: site.fail},
    )


async def _health(request: Request) -> Response:
    return JSONResponse({"status": "ok"}, headers={**SECURITY_HEADERS, "Cache-Control": "no-store"})


class _Site:
    def __init__(self, archive: Archive, shelf: Shelf, pages: Pages) -> None:
        self._archive = archive
        self._shelf = shelf
        self._pages = pages
        types = {"css": "text/css; charset=utf-8", "svg": "image/svg+xml"}
        self._assets = {
            f"assets/{name}": Resource(data=data, media_type=types[name.rpartition(".")[2]])
            for name, data in pages.assets.items()
        }

    async def answer(self, request: Request) -> Response:
        path = request.path_params["path"].strip("/")
        if path in self._assets:
            return _respond(request, self._assets[path], FOR_EVER)
        found = self._shelf.find(path)
        if found is None and (asked := _STATEMENT.fullmatch(path)):
            found = await run_in_threadpool(self._on_request, asked)
        if found is None:
            raise HTTPException(404)
        return _respond(request, found, FRESH)

    def _on_request(self, asked: re.Match[str]) -> Resource | None:
        """The page of a statement, version or diff straight from the archive."""
        key = asked["key"]
        record = self._archive.statement(key)
        if record is None:
            return None
        try:
            if asked["number"]:
                number = int(asked["number"])
                data = self._pages.version(record, number, self._archive.version(key, number))
            elif asked["old"]:
                numbers = int(asked["old"]), int(asked["new"])
                old, new = (self._archive.version(key, number) for number in numbers)
                data = self._pages.diff(record, numbers, old, new)
            else:
                data = self._pages.statement(record, self._archive.changes_of(key))
        except KeyError:
            return None
        return Resource(data=data, media_type=_HTML)

    async def refuse(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
        if status == 404:
            words = "No such page", "There is nothing at this address. Addresses of statements do not change."
        elif status == 405:
            words = "Reading only", "This address can be read, and nothing else."
        else:
            words = "This did not work", "The request could not be answered."
        return self._message(status, *words, headers)

    async def fail(self, request: Request, error: Exception) -> Response:
        log.error("page failed path=%r error=%s", request.url.path, type(error).__name__)
        return self._message(
            500, "This did not work", "The page could not be made. The fault has been recorded; try again later.", {}
        )

    def _message(self, status: int, heading: str, sentence: str, headers: dict[str, str]) -> Response:
        return Response(
            self._pages.message(heading, sentence),
            status,
            {**headers, **SECURITY_HEADERS, "Cache-Control": "no-store", "Content-Type": _HTML},
        )


def _respond(request: Request, resource: Resource, cache_control: str) -> Response:
    chosen = resource.select(request.headers.get("accept-encoding", ""))
    headers = {**SECURITY_HEADERS, "Cache-Control": cache_control, **resource.headers(chosen)}
    if resource.not_modified(chosen, request.headers):
        return Response(status_code=304, headers=headers)
    headers |= {"Content-Type": resource.media_type, "Content-Length": str(len(chosen.data))}
    if chosen.coding:
        headers["Content-Encoding"] = chosen.coding
    return Response(b"" if request.method == "HEAD" else chosen.data, headers=headers)
