"""Files and pictures that belong to a statement."""

from collections.abc import Collection
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.extract.links import PageLinks
from crawler.extract.text import normalise_text
from crawler.profile_values import Selector
from store.model import Attachment, Image

_OFFICE = "application/vnd.openxmlformats-officedocument"
# Not the `mimetypes` module: what that knows depends on the machine.
MEDIA_TYPES = {
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "rar": "application/vnd.rar",
    "rtf": "application/rtf",
    "wps": "application/vnd.ms-works",
    "xls": "application/vnd.ms-excel",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "zip": "application/zip",
}
"""Extensions of files that are attachments when a body links them."""


def read_attachments(
    tree: LexborHTMLParser, selectors: tuple[Selector, ...], body: LexborNode | None, links: PageLinks
) -> tuple[Attachment, ...]:
    """The files in the page's own list of attachments, then those that the body links, each address once.

    What the page lists counts whatever its extension, what the body links only if it is a known kind of file.
    """
    found: dict[str, Attachment] = {}
    listed = [anchor for selector in selectors for anchor in tree.css(selector.css)]
    linked = body.css("a[href]") if body is not None else []
    for anchors, any_kind in ((listed, True), (linked, False)):
        for anchor in anchors:
            url = links.absolute(anchor.attributes.get("href"))
            if url is None or url in found:
                continue
            name = unquote(urlsplit(url).path.rpartition("/")[2])
            media_type = MEDIA_TYPES.get(name.rpartition(".")[2].lower())
            if media_type or any_kind:
                found[url] = Attachment(
                    url=url,
                    label=normalise_text(anchor.text()) or normalise_text(name),
                    media_type=media_type or "application/octet-stream",
                )
    return tuple(found.values())


def read_images(body: LexborNode, links: PageLinks, junk: Collection[int] = ()) -> tuple[Image, ...]:
    """The pictures in a body in their order, each address once; none inside elements whose `mem_id` is in `junk`."""
    found: dict[str, Image] = {}
    for node in body.css("img"):
        if junk and _within(node, junk):
            continue
        attributes = node.attributes
        # The editor keeps the name under which a picture was uploaded in `oldsrc`; `src` may point to the disk of
        # whoever wrote the page.
        url = links.absolute(attributes.get("src")) or links.absolute(attributes.get("oldsrc"))
        if url and url not in found:
            found[url] = Image(url=url, alt=normalise_text(attributes.get("alt") or ""))
    return tuple(found.values())


def _within(node: LexborNode | None, junk: Collection[int]) -> bool:
    while node is not None:
        if node.mem_id in junk:
            return True
        node = node.parent
    return False
