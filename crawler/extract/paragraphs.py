"""An element of a page to paragraphs: clean text, and the same as clean HTML."""

from collections.abc import Collection
from html import escape
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from crawler.extract.links import PageLinks
from crawler.extract.text import collapse, gap, visible
from store.model import Paragraph

# `br` stands with the blocks: one template parts paragraphs by `p`, the other by `br`, and the text is the same.
_BLOCKS_NAMES = (
    "address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hr legend li main menu nav ol p pre section summary table tbody td "
    "tfoot th thead tr ul"
)
_BLOCKS = frozenset(_BLOCKS_NAMES.split())
_INLINE = {
    "a": "a",
    "b": "strong",
    "del": "s",
    "em": "em",
    "i": "em",
    "ins": "u",
    "s": "s",
    "strike": "s",
    "strong": "strong",
    "sub": "sub",
    "sup": "sup",
    "u": "u",
}
# Never text, on any site. What else is no part of a statement, the profile says.
_SILENT_NAMES = "-comment -junk button embed iframe input noscript object script select style template textarea title"
_SILENT = frozenset(_SILENT_NAMES.split())


class _Mark(NamedTuple):
    """An inline element around the text that is being read."""

    name: str
    opening: str


class _Page:
    """Collects paragraphs. Elements are opened when text comes and closed before other text, so none is empty."""

    def __init__(self, links: PageLinks) -> None:
        self.done: list[Paragraph] = []
        self._links = links
        self._text: list[str] = []
        self._html: list[str] = []
        self._white = ""
        self._open: list[_Mark] = []
        self._around: list[_Mark] = []
        # For each inline element around the place that was reached, whether it has a mark in `_around`.
        self._marked: list[bool] = []

    def enter(self, node: LexborNode, tag: str) -> LexborNode | None:
        """Takes note of a node; its first child if what is inside counts."""
        if tag == "-text":
            self._write(node.text_content or "")
            return None
        if tag in _SILENT:
            return None
        if tag in _BLOCKS:
            self._end()
        elif tag in _INLINE:
            mark = self._mark(node, _INLINE[tag])
            if mark is not None:
                self._around.append(mark)
            self._marked.append(mark is not None)
        return node.first_child

    def leave(self, tag: str) -> None:
        """Takes note that a node of this tag and all inside are done with."""
        if tag in _BLOCKS:
            self._end()
        elif tag in _INLINE and self._marked.pop():
            self._around.pop()

    def paragraphs(self) -> list[Paragraph]:
        self._end()
        return self.done

    def _mark(self, node: LexborNode, name: str) -> _Mark | None:
        if any(mark.name == name for mark in self._around):
            return None
        if name != "a":
            return _Mark(name, f"<{name}>")
        address = self._links.link(node.attributes.get("href"))
        return _Mark(name, f'<a href="{escape(address)}">') if address else None

    def _write(self, raw: str) -> None:
        raw = visible(raw)
        text = collapse(raw)
        if not text:
            self._white += raw
            return
        if self._text:
            white = gap(self._text[-1], self._white + raw[: len(raw) - len(raw.lstrip())], text)
            kept = 0
            for opened, wanted in zip(self._open, self._around, strict=False):
                if opened != wanted:
                    break
                kept += 1
            self._close(kept)
            self._text.append(white)
            self._html.append(white)
        if self._around:
            self._html += [mark.opening for mark in self._around[len(self._open) :]]
            self._open = self._around.copy()
        self._text.append(text)
        self._html.append(escape(text, quote=False) if "&" in text or "<" in text or ">" in text else text)
        self._white = raw[len(raw.rstrip()) :]

    def _end(self) -> None:
        if self._text:
            self._close(0)
            self.done.append(Paragraph(text="".join(self._text), html="".join(self._html)))
            self._text, self._html = [], []
        self._white = ""

    def _close(self, kept: int) -> None:
        self._html += [f"</{mark.name}>" for mark in reversed(self._open[kept:])]
        del self._open[kept:]


def read_paragraphs(root: LexborNode, links: PageLinks, junk: Collection[int] = ()) -> list[Paragraph]:
    """The paragraphs of an element in reading order, none of them empty.

    Block elements and `br` bound paragraphs; text directly in the element is one too. The HTML holds `strong`, `em`,
    `u`, `s`, `sub`, `sup` and `a` with an absolute address, nothing else. `junk` holds the `mem_id` of elements
    that are passed over.
    """
    page = _Page(links)
    # A loop, not recursion: how deep a page nests is the site's choice.
    around: list[str] = []
    node = root.first_child
    while node is not None:
        tag = "-junk" if junk and node.mem_id in junk else node.tag or "-other"
        child = page.enter(node, tag)
        if child is not None:
            around.append(tag)
            node = child
            continue
        page.leave(tag)
        while (following := node.next) is None and around:
            parent = node.parent
            assert parent is not None
            node = parent
            page.leave(around.pop())
        node = following
    return page.paragraphs()
