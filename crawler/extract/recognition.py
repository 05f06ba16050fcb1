"""Answers that are no statement and no list, though they may come with status 200."""

from functools import lru_cache
from urllib.parse import urlsplit

from crawler.extract.documents import Document, read_document
from crawler.extract.errors import ExtractionError, Refusal
from crawler.extract.templates import fitting_listing, fitting_template
from crawler.extract.text import normalise_text
from crawler.profile import ListingTemplate, SiteProfile, Template
from crawler.urls import SiteUrls
from store.model import Capture

# 405 and 412 are what walls in front of Chinese sites answer to clients they do not like, to a plain GET too.
_BLOCKING = frozenset((401, 403, 405, 407, 412, 418, 429, 451))
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
# A notice is short. A speech that quotes one is not.
_NOTICE_LENGTH = 400
# How much of an answer that reports an error is searched for the words of a wall.
_WALL_LENGTH = 20_000


def recognise(profile: SiteProfile, capture: Capture, urls: SiteUrls | None = None) -> str | None:
    """Why a capture is no page of the kind it was fetched as, or None if it may be one.

    `wrong-host`, `http-error`, `not-html`, `truncated`, `soft-404` or `blocked`. Without `urls`, a loopback address
    counts as a replica of the site.
    """
    urls = urls or urls_of(profile, capture)
    try:
        check_answer(capture, urls)
        document = read_document(capture)
        fitting = fitting_listing if capture.kind == "listing" else fitting_template
        check_document(profile, document, fitting(profile, document))
    except ExtractionError as error:
        return error.code
    return None


def urls_of(profile: SiteProfile, capture: Capture) -> SiteUrls:
    """The addresses of the site as this capture shows them: of a replica if it was fetched from loopback."""
    try:
        parts = urlsplit(capture.url)
        if parts.hostname in _LOOPBACK:
            return _site_urls(profile, f"{parts.scheme}://{parts.netloc}")
    except ValueError:  # no address at all; refused as a wrong host
        pass
    return _site_urls(profile, None)


@lru_cache(maxsize=64)
def _site_urls(profile: SiteProfile, base_url: str | None) -> SiteUrls:
    return SiteUrls(profile, base_url)


def check_answer(capture: Capture, urls: SiteUrls) -> None:
    """Raises ExtractionError for what address, status and length alone give away."""
    if not urls.allowed(capture.url):
        raise ExtractionError("wrong-host", f"{capture.url} answered, which is not an address of the site")
    if capture.status in _BLOCKING:
        raise ExtractionError("blocked", f"the site answered {capture.status}")
    if capture.status not in (200, 404, 410):
        head = capture.body[:_WALL_LENGTH].decode("utf-8", "replace")
        if phrase := _phrase(urls.profile.refusals.block_phrases, head):
            raise ExtractionError("blocked", f"the site answered {capture.status} and says {phrase!r}")
    if capture.status != 200:
        raise ExtractionError("http-error", f"the site answered {capture.status}")
    _check_address(capture, urls)
    length = capture.header("content-length")
    if length and length.isdecimal() and not capture.header("content-encoding") and int(length) > len(capture.body):
        raise ExtractionError("truncated", f"{len(capture.body)} bytes of {length} arrived")


def check_document(profile: SiteProfile, document: Document, template: Template | ListingTemplate | None) -> None:
    """Raises ExtractionError for what only the page itself gives away; `template` is the one that fits it, if any.

    A page that fits a template is no wall, whatever words it holds, and says that it is missing only in a short text.
    """
    if template is None:
        reason = _notice(profile, document)
    elif isinstance(template, Template):
        reason = _notice_in_template(profile, document, template)
    else:
        reason = None
    if reason:
        raise ExtractionError(*reason)
    source = document.source
    # The closing tag stands near the end; the whole is searched only where something was appended behind it.
    if "</html" not in source[-2048:].lower() and "</html" not in source.lower():
        raise ExtractionError("truncated", "the page ends before its closing tag")


def _check_address(capture: Capture, urls: SiteUrls) -> None:
    refusals = urls.profile.refusals
    path = urlsplit(capture.url).path
    if any(pattern.search(path) for pattern in refusals.soft_404_urls):
        raise ExtractionError("soft-404", f"the site led to its error page {path}")
    if capture.url == capture.page:
        return
    if capture.kind == "statement":
        same = urls.doc_id(capture.url) == urls.doc_id(capture.page)
    else:
        same = urls.path(capture.url) == urls.path(capture.page)
    if not same:
        raise ExtractionError("soft-404", f"the site led to another page, {path}")


def _notice(profile: SiteProfile, document: Document) -> tuple[Refusal, str] | None:
    """What a page that fits no template says about itself, if it says it."""
    refusals = profile.refusals
    tree = document.tree
    head = tree.css_first("title")
    title = normalise_text(head.text()) if head is not None else ""
    scripted = tree.css_first("script") is not None
    leading = tree.css_first("meta[http-equiv='refresh' i]") is not None
    challenged = any(tree.css_first(marker.css) is not None for marker in refusals.block_markers)
    tree.strip_tags(["script", "style"], recursive=True)
    text = normalise_text(tree.body.text(separator=" ")) if tree.body is not None else ""
    if reason := _missing(profile, title, text):
        return reason
    if challenged:
        return "blocked", "the page holds a challenge"
    if phrase := _phrase(refusals.block_phrases, f"{title} {text}"):
        return "blocked", f"the page says {phrase!r}"
    if scripted and len(text) < 20:
        return "blocked", "the page is a script and no text"
    if leading and len(text) < _NOTICE_LENGTH:
        return "blocked", "the page only leads to another"
    return None


def _notice_in_template(profile: SiteProfile, document: Document, template: Template) -> tuple[Refusal, str] | None:
    bodies = (document.tree.css_first(selector.css) for selector in template.body)
    text = next((body.text() for body in bodies if body is not None), "")
    if len(text) > 2 * _NOTICE_LENGTH or len(text := normalise_text(text)) > _NOTICE_LENGTH:
        return None
    titles = (document.tree.css_first(locator.css) for locator in template.title if not locator.attribute)
    return _missing(profile, next((normalise_text(title.text()) for title in titles if title is not None), ""), text)


def _missing(profile: SiteProfile, title: str, text: str) -> tuple[Refusal, str] | None:
    refusals = profile.refusals
    if any(pattern.search(title) for pattern in refusals.soft_404_titles):
        return "soft-404", f"the title is {title[:80]!r}"
    if phrase := _phrase(refusals.soft_404_phrases, f"{title} {text}"):
        return "soft-404", f"the page says {phrase!r}"
    return None


def _phrase(phrases: tuple[str, ...], text: str) -> str | None:
    folded = text.casefold()
    return next((phrase for phrase in phrases if phrase in folded), None)
