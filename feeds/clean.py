"""Text and HTML made safe for where they go. What was fetched stays as it was; cleaning happens at each way out."""

import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from nh3 import Cleaner

ILLEGAL_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CONTROLS = bytes(each for each in range(0x20) if each not in b"\t\n")
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# Marks, embeddings, overrides and isolates: in a list of titles they reorder what stands beside them.
BIDI_CONTROL = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
TAG_LIKE = re.compile(r"<(?=[A-Za-z/!?])")
LANGUAGE = re.compile("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
TITLE_LIMIT = 500
"""Characters. Readers cut titles at one or two lines; this only bounds the size of a feed."""

_TEXT_TAGS = {"a", "abbr", "b", "bdi", "br", "cite", "code", "del", "em", "i", "ins", "q", "s", "small", "span"}
_TEXT_TAGS |= {"strong", "sub", "sup", "u", "ruby", "rp", "rt"}
_BLOCK_TAGS = {"blockquote", "dd", "div", "dl", "dt", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "ul"}
_BLOCK_TAGS |= {"table", "tbody", "td", "th", "thead", "tr"}
_DROPPED_WHOLE = {"script", "style", "template", "iframe", "noscript", "title", "textarea", "svg", "math", "object"}
# What marks an edit, in feeds and mails, where no style sheet is at hand.
_MARK_STYLES = {
    "background",
    "background-color",
    "border-bottom",
    "color",
    "font-weight",
    "padding",
    "text-decoration",
    "text-decoration-line",
}


def xml_text(text: str) -> str:
    """The text with nothing in it that XML 1.0 or UTF-8 cannot carry.

    Illegal characters are dropped, lone surrogates become U+FFFD, line ends become LF (an XML parser would turn them
    so). Applying it twice changes nothing.
    """
    if _is_xml(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return LONE_SURROGATE.sub("\ufffd", ILLEGAL_IN_XML.sub("", text))


def _is_xml(text: str) -> bool:
    """Whether nothing has to be altered: a fifth of the time that looking with expressions takes, on every page."""
    try:
        data = text.encode()
    except UnicodeEncodeError:  # half a pair of surrogates
        return False
    return len(data.translate(None, _CONTROLS)) == len(data) and "\ufffe" not in text and "\uffff" not in text


def title_text(text: str, limit: int = TITLE_LIMIT) -> str:
    """One line of plain text for titles, summaries and labels: no controls, no reordering, no markup.

    A `<` that could open a tag becomes its full-width form, which reads alike: feed readers are known to put titles
    into HTML unescaped, and then it would be markup there, however correctly it was escaped here.
    """
    if text.isprintable() and "<" not in text and len(text) <= limit:
        return " ".join(text.split())  # nothing to take out: the common case, some thousand times a page
    text = BIDI_CONTROL.sub("", CONTROL.sub(" ", xml_text(text)))
    text = TAG_LIKE.sub("＜", " ".join(text.split()))
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def language_tag(text: str) -> str:
    """The text if it could be a language (BCP 47), otherwise `und`."""
    return text if LANGUAGE.fullmatch(text) else "und"


def safe_html(html: str, own_marks: bool = False) -> str:
    """The HTML reduced to an allow-list that holds nothing active, nothing remote and no relative address.

    Links are absolute `http`, `https` or `mailto` and carry `rel="noopener noreferrer nofollow"`; others lose their
    address. `own_marks` keeps the inline style of `<ins>` and `<del>`: for markup made here, never for a page's.
    """
    cleaner = _cleaner(own_marks)
    # Cleaned again after parsing: `&#11;` is a plain U+000B only then.
    return xml_text(cleaner.clean(xml_text(html)))


def safe_link(url: str) -> str | None:
    """The address if it may stand in a link (absolute, `http`, `https` or `mailto`), otherwise None."""
    url = xml_text(url).strip()
    if CONTROL.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme in ("http", "https") and parts.netloc:
        return url
    return url if parts.scheme == "mailto" and parts.path else None


def _attribute(tag: str, name: str, value: str) -> str | None:
    # `http:path` has an allowed scheme and is still relative to old resolvers.
    return safe_link(value) if tag == "a" and name == "href" else value


@cache
def _cleaner(own_marks: bool) -> "Cleaner":
    from nh3 import Cleaner  # when somebody asks for a page: who writes letters alone does without its 2 MB

    marks = {"ins": {"style"}, "del": {"style"}} if own_marks else {}
    return Cleaner(
        tags=_TEXT_TAGS | _BLOCK_TAGS,
        clean_content_tags=_DROPPED_WHOLE,
        attributes={"*": {"lang", "dir"}, "a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
        | marks,
        attribute_filter=_attribute,
        filter_style_properties=_MARK_STYLES,
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
    )
