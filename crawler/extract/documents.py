"""Bytes to an HTML tree, in the encoding that the bytes are really in."""

import codecs
import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from crawler.extract.bounds import check_bounds, check_size
from crawler.extract.errors import ExtractionError
from store.model import Capture

_HTML_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml")
_BINARY_STARTS = (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_HEADER_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
# As browsers read these labels: the wider encoding that contains the named one.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252", "ascii": "cp1252"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A page as a tree, with the source it was made from and the encoding it was read in."""

    tree: LexborHTMLParser
    source: str
    encoding: str


def read_document(capture: Capture) -> Document:
    """The tree of a capture. Raises ExtractionError `not-html` or, beyond all bounds, `too-large`, `layout-changed`."""
    body = capture.body
    content_type = capture.header("content-type") or ""
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type and media_type not in _HTML_TYPES:
        raise ExtractionError("not-html", f"the answer is {media_type[:80]}")
    if body.startswith(_BINARY_STARTS) or not body.strip():
        raise ExtractionError("not-html", "the answer is a file of another kind" if body else "the answer is empty")
    check_size(len(body))
    source, encoding = decode(body, content_type)
    if "<" not in source:
        raise ExtractionError("not-html", "the answer has no markup")
    check_bounds(source)
    return Document(tree=LexborHTMLParser(source), source=source, encoding=encoding)


def decode(body: bytes, content_type: str = "") -> tuple[str, str]:
    """The text of a page and the name of the encoding that gave it.

    A byte order mark decides. Otherwise the label of the header, then that of the page, holds if the bytes agree
    with it: those that do not are read as UTF-8, then as GB 18030. Bytes that fit nothing become U+FFFD.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body.decode(encoding, "replace"), encoding.removesuffix("-sig")
    label = _label(content_type, body)
    utf8 = _strictly(body, "utf-8")
    # Text in another encoding hardly ever is valid UTF-8 by chance, and then in pairs of bytes only, which give
    # characters below U+0800: such a page is believed when it says that it is something else.
    if utf8 is not None and (label != "gb18030" or utf8.isascii() or max(utf8) >= "\u0800"):
        return utf8, "utf-8"
    if label not in ("utf-8", "utf-16") and (text := _strictly(body, label)) is not None:
        return text, label
    damaged = body.decode("utf-8", "replace")
    # A page of UTF-8 with a few broken bytes may be valid GB 18030 by chance; a page of GB 18030 read as UTF-8 is
    # broken at nearly every character that is not ASCII.
    foreign = len(damaged) - len(damaged.encode("ascii", "ignore"))
    if damaged.count("\ufffd") * 4 > foreign and (text := _strictly(body, "gb18030")) is not None:
        return text, "gb18030"
    return damaged, "utf-8"


def _label(content_type: str, body: bytes) -> str:
    """The encoding that the header or the page names, under Python's name; `utf-8` if neither names a known one."""
    found = [match[1] for match in [_HEADER_CHARSET.search(content_type)] if match]
    found += [match[1].decode("ascii", "replace") for match in [_META_CHARSET.search(body, 0, 2048)] if match]
    for name in found:
        try:
            known = codecs.lookup(name).name
        except LookupError:
            continue
        return _WIDER.get(known, known)
    return "utf-8"


def _strictly(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
