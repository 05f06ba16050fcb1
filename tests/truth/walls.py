"""Answers that are no statement, though they stand at a statement's address: each with the name it must be told by."""

from collections.abc import Callable
from dataclasses import dataclass

HTML = "text/html; charset=UTF-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """An answer made from the page that it stands in front of."""

    name: str
    code: str
    """The code of the problem that a run must report for it."""
    body: Callable[[bytes], bytes]
    status: int = 200
    content_type: str = HTML
    headers: tuple[tuple[str, str], ...] = ()


def _page(title: str, body: str, head: str = "") -> Callable[[bytes], bytes]:
    page = f'<!DOCTYPE html>\n<html><head><meta charset="UTF-8" />{head}<title>{title}</title></head>\n'
    return lambda _: f"{page}<body>{body}</body></html>\n".encode()


def _denied(status: int, text: str = "Access Denied") -> Wall:
    return Wall(name=f"denied-{status}", status=status, code=f"http-{status}", body=_page(text, f"<h1>{text}</h1>"))


def _reread(wrong: str, errors: str = "replace") -> Callable[[bytes], bytes]:
    """The page as a server sends it that read it in a wrong encoding and wrote it in UTF-8."""
    return lambda page: page.decode(wrong, errors).encode()


_REFRESH = '<meta http-equiv="Refresh" content="1; url=/verify?u=1" />'
_LOGIN = '<form method="post"><input name="user" /><input type="password" name="pass" /><button>Go</button></form>'
_SALE = "<h1>example.org</h1><p>This domain is for sale.</p><ul><li><a href='/a'>Flights</a></li></ul>"

WALLS = (
    Wall(
        name="captcha",
        code="blocked",
        body=_page("Security verification", '<form><input name="captcha" /><p>Please complete the captcha.</p></form>'),
    ),
    Wall(
        name="captcha-chinese",
        code="blocked",
        body=_page("安全验证", "<div><p>请输入验证码后继续访问</p></div>"),
    ),
    *(_denied(status) for status in (401, 403, 405, 407, 412, 418, 429, 451)),
    _denied(500, "Internal Server Error"),
    Wall(name="enable-javascript", code="blocked", body=_page("Wait", "<noscript>Enable JavaScript.</noscript>")),
    Wall(name="script-alone", code="blocked", body=_page("", "<script>location.replace('/c?n=1')</script>")),
    Wall(name="refresh-challenge", code="blocked", body=_page("", "<p>One moment, please</p>", _REFRESH)),
    Wall(name="empty", code="not-html", body=lambda _: b""),
    Wall(name="blank", code="not-html", body=lambda _: b" \r\n\n"),
    Wall(name="login", code="blocked", body=_page("Sign in", f"<h1>Sign in to go on</h1>{_LOGIN}")),
    Wall(
        name="proxy-error",
        code="blocked",
        body=_page("Error", "<h1>Proxy Error</h1><p>The proxy server received an invalid response.</p>"),
    ),
    Wall(name="parking", code="blocked", body=_page("example.org", _SALE)),
    Wall(name="another-site", code="layout-changed", body=_page("Welcome", "<p>Nothing here is ours.</p>" * 40)),
    Wall(name="cut-in-the-text", code="truncated", body=lambda page: page[: page.rfind(b"</p>") - 200]),
    Wall(name="cut-before-the-end", code="truncated", body=lambda page: page[: page.rfind(b"</html")]),
    Wall(name="transfer-cut", code="truncated", body=lambda page: page, headers=(("Content-Length", "999999"),)),
    Wall(
        name="another-kind-of-file", code="not-html", body=lambda _: b"%PDF-1.4 no page", content_type="application/pdf"
    ),
    Wall(name="plain-text", code="not-html", body=lambda _: b"It works!", content_type="text/plain"),
)
"""Walls that may stand before any page."""

GARBLED = (
    Wall(name="read-as-latin-1", code="garbled", body=_reread("latin-1")),
    Wall(name="read-as-western", code="garbled", body=_reread("cp1252")),
    Wall(name="read-as-gbk", code="garbled", body=_reread("gb18030")),
    Wall(name="characters-replaced", code="garbled", body=lambda page: _lost(page.decode().encode("gb18030"))),
    Wall(name="question-marks", code="garbled", body=lambda page: page.decode().encode("ascii", "replace")),
)
"""What a wrong encoding makes of a page whose text is not ASCII."""


def _lost(page: bytes) -> bytes:
    return page.decode("utf-8", "replace").encode()
