"""Requests about mail, and their answers. GET and HEAD alter nothing; POST does, and needs nothing but its token.

Whoever asks by a form gets the same answer after the same time, whether or not the address is known, and whatever was
asked for it before.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from feeds.mail import chosen_words
from feeds.pages import Pages
from feeds.permalinks import Permalinks
from feeds.settings import PublishSettings
from feeds.subscribing.desk import Desk
from feeds.subscribing.form import FRAMES, MAX_BYTES, MEDIA_TYPE, Posted, filled, read_form
from feeds.subscribing.origin import origin_of
from feeds.subscribing.pages import POLICY, MailPages, Step
from store.database import DatabaseError
from store.mailing.model import Frame, NotUsableError, Subscriber
from store.mailing.settings import Settings, settings_of

PATHS = frozenset({"subscribe", "confirm", "manage", "unsubscribe"})
"""First segments of the addresses that are answered here."""
SAME_TIME = 0.5
"""Seconds after which a form is answered, whatever it asked for; the work takes a tenth of it."""
BODY_TIME = 10.0
"""Seconds in which a form has to be complete."""
THREADS = 2
WAITING = 32
"""Requests that may wait; more are turned away at once."""
HEADERS: Mapping[str, str] = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Cross-Origin-Opener-Policy": "same-origin",
}
Say = Callable[[int, str, str, dict[str, str]], Response]
"""Makes a page of a status, a heading, a sentence and more header lines."""
_T = TypeVar("_T")

log = logging.getLogger(__name__)


def counter(desk: Desk, pages: Pages, settings: PublishSettings, say: Say) -> ASGIApp:
    """The application for `PATHS`."""
    made = _Counter(desk, MailPages(pages, settings), Permalinks.absolute(settings.base_url).from_root(), say)
    return Starlette(
        routes=[
            Route("/subscribe", made.subscribe, methods=["GET", "POST"]),
            Route("/manage", made.send_link, methods=["GET", "POST"]),
            Route("/confirm/{token}", made.confirm, methods=["GET", "POST"]),
            Route("/manage/{token}", made.manage, methods=["GET", "POST"]),
            Route("/unsubscribe/{token}", made.unsubscribe, methods=["GET", "POST"]),
        ],
        exception_handlers={HTTPException: made.refuse, Exception: made.fail},
    )


class _Counter:
    def __init__(self, desk: Desk, pages: MailPages, links: Permalinks, say: Say) -> None:
        self._desk = desk
        self._pages = pages
        self._links = links
        self._say = say
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="mail page")
        self._waiting = 0

    async def subscribe(self, request: Request) -> Response:
        if request.method != "POST":
            frame = _frame_of(request)
            return await self._form(frame, filled(self._desk.defaults, {"frame": frame}))
        posted = await self._posted(request)
        frame = posted.settings.get("frame", "en")
        began = asyncio.get_running_loop().time()
        try:
            await self._do(self._desk.ask, posted.address, posted.settings, origin_of(request))
        except NotUsableError as error:
            shown = filled(self._desk.defaults, posted.settings)
            return await self._form(_known(frame), shown, wrong=str(error), address=posted.address, status=400)
        await asyncio.sleep(began + SAME_TIME - asyncio.get_running_loop().time())
        return self._step("sent", _known(frame))

    async def send_link(self, request: Request) -> Response:
        if request.method != "POST":
            frame = _frame_of(request)
            return await self._form(frame, filled(self._desk.defaults, {"frame": frame}))
        posted = await self._posted(request)
        frame = _known(posted.settings.get("frame", "en"))
        began = asyncio.get_running_loop().time()
        try:
            await self._do(self._desk.ask_link, posted.address, frame, origin_of(request))
        except NotUsableError as error:
            return await self._form(frame, filled(self._desk.defaults, {"frame": frame}), wrong=str(error), status=400)
        await asyncio.sleep(began + SAME_TIME - asyncio.get_running_loop().time())
        return self._step("sent", frame)

    async def confirm(self, request: Request) -> Response:
        token = request.path_params["token"]
        if request.method != "POST":
            found = await self._do(self._desk.asked, token)
            if found is None:
                return self._step("invalid", "en", status=404)
            return self._step("confirm", found.frame, action=f"{self._links.base}/confirm/{token}", of=found)
        await self._drained(request)
        found = await self._do(self._desk.confirm, token)
        return self._step("confirmed", found.frame, of=found) if found else self._step("invalid", "en", status=404)

    async def manage(self, request: Request) -> Response:
        token = request.path_params["token"]
        action = f"{self._links.base}/manage/{token}"
        if request.method != "POST":
            found = await self._do(self._desk.managed, token)
            if found is None:
                return self._step("invalid", "en", status=404)
            return await self._form(found.frame, settings_of(found), action=action)
        posted = await self._posted(request)
        if posted.action == "leave":
            gone = await self._do(self._desk.leave, token)
            return self._step("ended", gone.frame) if gone else self._step("invalid", "en", status=404)
        if posted.action != "save":
            raise HTTPException(400, "This is not what the form of this page sends.")
        try:
            found = await self._do(self._desk.alter, token, posted.settings)
        except NotUsableError as error:
            shown = filled(self._desk.defaults, posted.settings)
            return await self._form(shown["frame"], shown, action=action, wrong=str(error), status=400)
        if found is None:
            return self._step("invalid", "en", status=404)
        return await self._form(found.frame, settings_of(found), action=action, saved=True)

    async def unsubscribe(self, request: Request) -> Response:
        token = request.path_params["token"]
        if request.method != "POST":
            found = await self._do(self._desk.leaving, token)
            if found is None:
                return self._step("invalid", "en", status=404)
            action = f"{self._links.base}/unsubscribe/{token}"
            return self._step("unsubscribe" if found.state != "ended" else "ended", found.frame, action=action)
        # Mail programs post `List-Unsubscribe=One-Click`, in one of two forms (RFC 8058 §3.2); the token says it all.
        await self._drained(request)
        found = await self._do(self._desk.leaving, token)
        done = await self._do(self._desk.unsubscribe, token)
        return self._step("ended", found.frame) if found and done else self._step("invalid", "en", status=404)

    async def refuse(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        more = dict(error.headers or {}) | {"Connection": "close"}
        match error.status_code:
            case 404:
                return self._say(404, "No such page", "There is nothing at this address.", {})
            case 405:
                allowed = {**more, "Allow": "GET, HEAD, POST"}
                return self._say(405, "This does not work", "This page is read, or a form is sent to it.", allowed)
            case status:
                return self._say(status, "This does not work", str(error.detail), more)

    async def fail(self, request: Request, error: Exception) -> Response:
        # Paths hold tokens, and forms addresses: neither is said.
        log.error("page about mail failed error=%s", type(error).__name__)
        log.debug("traceback", exc_info=error)
        return self._say(500, "This did not work", "The fault has been recorded; try again later.", {})

    async def _do(self, work: Callable[..., _T], *given: object) -> _T:
        if self._waiting >= WAITING:
            raise HTTPException(503, "The server is busy. Try again in a few seconds.", {"Retry-After": "5"})
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *given)
        except DatabaseError as error:
            log.error("the archive could not be asked for a page about mail: %s", error)
            raise HTTPException(
                503, "This is not possible at the moment. Try again in a minute.", {"Retry-After": "60"}
            ) from None
        finally:
            self._waiting -= 1

    async def _posted(self, request: Request) -> Posted:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
            raise HTTPException(415, f"This page takes forms, as {MEDIA_TYPE}.")
        try:
            return read_form(await self._body(request))
        except NotUsableError as error:
            raise HTTPException(400, str(error)) from None

    async def _drained(self, request: Request) -> None:
        await self._body(request)

    async def _body(self, request: Request) -> bytes:
        body = b""
        try:
            async with asyncio.timeout(BODY_TIME):
                async for chunk in request.stream():
                    body += chunk
                    if len(body) > MAX_BYTES:
                        raise HTTPException(413, f"A form has at most {MAX_BYTES:,} bytes.")
        except TimeoutError:
            raise HTTPException(408, "The form did not arrive in time.") from None
        except ClientDisconnect:
            raise HTTPException(400, "The form was not complete.") from None
        return body

    async def _form(
        self,
        frame: Frame,
        choices: Settings,
        *,
        action: str = "",
        wrong: str = "",
        address: str = "",
        saved: bool = False,
        status: int = 200,
    ) -> Response:
        slices = await self._do(self._desk.slices)
        page = self._pages.form(
            frame,
            choices,
            list(slices),
            action=action or self._links.subscribe(),
            manages=bool(action),
            wrong=wrong,
            address=address,
            saved=saved,
        )
        return Response(page, status, dict(HEADERS))

    def _step(
        self, step: Step, frame: Frame, *, action: str = "", of: Subscriber | None = None, status: int = 200
    ) -> Response:
        facts = tuple(chosen_words(of, self._desk.settings, self._desk.labels())) if of is not None else ()
        page = self._pages.step(step, frame, action=action if step in ("confirm", "unsubscribe") else "", facts=facts)
        return Response(page, status, dict(HEADERS))


def _frame_of(request: Request) -> Frame:
    asked = parse_qs(request.scope["query_string"].decode("latin-1")[:200])
    return _known(asked.get("frame", ["en"])[-1])


def _known(frame: str) -> Frame:
    return "zh" if frame == "zh" and frame in FRAMES else "en"
