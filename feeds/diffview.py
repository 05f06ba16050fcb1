"""A word diff as people and programs read it: plain text, terminal, HTML for feeds and mails, plain data.

What pages say is shown, never obeyed: no character of a page reaches a terminal as a control sequence, a feed reader
as markup, or a reader's eye as a mark of ours.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from store.textdiff import Block, Part, Span, StatementDiff, tokenize

ELLIPSIS = "[...]"
_DELETED = "background-color:#ffe3e3;color:#7a0c0c;text-decoration:line-through"
_INSERTED = "background-color:#ddf5dd;color:#0b4a12;text-decoration:underline"
_TAGS = {"delete": ("del", _DELETED), "insert": ("ins", _INSERTED), "equal": ("", "")}
_MARKS = {"delete": ("[-", "-]"), "insert": ("{+", "+}"), "equal": ("", "")}
_ANSI = {"delete": "\x1b[9;31m", "insert": "\x1b[4;32m", "equal": ""}

# Controls but line feed and tab, zero-width and line separators, direction overrides, lone surrogates.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
_MARK = re.compile(r"(?<=\[)(?=-)|(?<=-)(?=\])|(?<=\{)(?=\+)|(?<=\+)(?=\})")
# What XML 1.0 forbids, and the C1 controls, which it only advises against.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SURROGATE = re.compile("[\ud800-\udfff]")

LEAST_LIMIT = 2000
# The two closing tags of a row and the sentence about what is left out, at their longest.
_RESERVE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Elision:
    """A run of unchanged paragraphs that is not shown."""

    count: int

    def __str__(self) -> str:
        return f"{self.count:,} unchanged paragraph{'' if self.count == 1 else 's'}"


def diff_text(diff: StatementDiff, context: int = 1) -> str:
    """Plain text with `[-deleted-]` and `{+inserted+}`, for pipes and mails; empty if nothing differs.

    `context` is how many unchanged paragraphs are shown around a change. Control characters, direction overrides and
    lone surrogates of the page appear as escapes such as `\\x1b`, and what looks like a mark gets a backslash: `[\\-`.
    """

    def mark(span: Span) -> str:
        before, after = _MARKS[span.op]
        text = _MARK.sub(r"\\", _visible(span))
        return f"{before}{text}{after}"

    return _plain(diff, context, mark, str.upper, str)


def diff_terminal(diff: StatementDiff, context: int = 1) -> str:
    """The same for a terminal: deletions red and struck through, insertions green and underlined, no other marks."""

    def mark(span: Span) -> str:
        return "\n".join(_painted(line, _ANSI[span.op]) for line in _visible(span).split("\n"))

    return _plain(diff, context, mark, lambda text: _painted(text, "\x1b[1m"), lambda text: _painted(text, "\x1b[2m"))


def diff_html(diff: StatementDiff, context: int = 1, base_language: str = "en", limit: int = 60_000) -> str:
    """A `<div>` that needs no style sheet, well-formed as HTML and as XML; empty if nothing differs.

    `base_language` (BCP 47) is the language of the statement. The UTF-8 of the result has at most `limit` bytes; what
    does not fit is left out, in the middle of a paragraph if need be, and the last sentence says how much that is.
    Raises ValueError for a `limit` below 2,000.
    """
    if limit < LEAST_LIMIT:
        raise ValueError(f"a comparison needs a limit of at least {LEAST_LIMIT} bytes, not {limit}")
    if not diff.parts:
        return ""
    changes = sum(block.kind != "equal" for part in diff.parts for block in part.blocks)
    out = [f'<div lang="{escape(base_language)}">']
    room = limit - len(out[0].encode()) - _RESERVE
    for row in _html_rows(diff, context):
        opening, pieces, closing = row.opening, row.pieces, row.closing
        size = sum(map(len, (text.encode() for text in (opening, *pieces, closing))))
        if size > room:
            fitting = list(_fitting(row, room))
            out += [opening, *fitting, closing] if fitting else []
            out.append(f'<p lang="en"><em>Too long to show whole: {_left_out(changes)}.</em></p>')
            break
        out += (opening, *pieces, closing)
        room -= size
        changes -= row.change
    out.append("</div>")
    return "".join(out)


def diff_json(diff: StatementDiff) -> list[dict[str, Any]]:
    """Plain data: for each part `part` and `blocks`, each with `kind`, `old`, `new`, `moved`, `spans` of `op`, `text`.

    Places count from 0. A lone surrogate is replaced by U+FFFD, as JSON could not carry it; all else is exact.
    """
    return [
        {
            "part": part.name,
            "blocks": [
                {
                    "kind": block.kind,
                    "old": block.old,
                    "new": block.new,
                    "moved": block.moved,
                    "spans": [{"op": span.op, "text": _SURROGATE.sub("\ufffd", span.text)} for span in block.spans],
                }
                for block in part.blocks
            ],
        }
        for part in diff.parts
    ]


def _rows(part: Part, context: int) -> Iterator[Block | Elision]:
    """The blocks to show, and in place of the others how many they are."""
    changed = [index for index, block in enumerate(part.blocks) if block.kind != "equal"]
    shown = 0
    for index in changed:
        start = max(shown, index - context)
        if start > shown:
            yield Elision(count=start - shown)
        end = min(len(part.blocks), index + context + 1)
        yield from part.blocks[start:end] if end > start else ()
        shown = max(shown, end)
    if shown < len(part.blocks):
        yield Elision(count=len(part.blocks) - shown)


def _left_out(changes: int) -> str:
    if not changes:
        return "unchanged text is left out"
    return f"{changes:,} changed paragraph{'' if changes == 1 else 's'} left out or cut short"


def _moved(block: Block) -> str:
    if block.moved is None:
        return ""
    return f"(moved {'to' if block.kind == 'deleted' else 'from'} paragraph {block.moved + 1:,})"


def _plain(
    diff: StatementDiff,
    context: int,
    mark: Callable[[Span], str],
    heading: Callable[[str], str],
    aside: Callable[[str], str],
) -> str:
    paragraphs = []
    for part in diff.parts:
        paragraphs.append(heading(part.name.capitalize()))
        for row in _rows(part, context):
            if isinstance(row, Elision):
                paragraphs.append(aside(f"{ELLIPSIS} {row}"))
                continue
            text = "".join(map(mark, row.spans))
            paragraphs.append(f"{text} {aside(_moved(row))}" if row.moved is not None else text)
    return "".join(f"{paragraph}\n\n" for paragraph in paragraphs).rstrip("\n") + "\n" if paragraphs else ""


def _visible(span: Span) -> str:
    text = _HIDDEN.sub(lambda found: _escaped(found[0]), span.text)
    if span.op != "equal" and text.isspace():  # one kind of blank replaced by another
        return "".join(character if character == " " else _escaped(character) for character in text)
    return text


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _painted(text: str, style: str) -> str:
    return f"{style}{text}\x1b[0m" if text and style else text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    opening: str
    pieces: tuple[str, ...]
    closing: str
    change: bool = False
    spans: tuple[Span, ...] = ()


def _html_rows(diff: StatementDiff, context: int) -> Iterator[_Row]:
    for part in diff.parts:
        yield _Row(opening='<h3 lang="en">', pieces=(part.name.capitalize(),), closing="</h3>")
        for row in _rows(part, context):
            if isinstance(row, Elision):
                yield _Row(opening='<p lang="en">', pieces=(f"<em>… {row} …</em>",), closing="</p>")
                continue
            note = f' <em lang="en">{_moved(row)}</em>' if row.moved is not None else ""
            yield _Row(
                opening='<p dir="auto">',
                pieces=tuple(map(_tagged, row.spans)),
                closing=f"{note}</p>",
                change=row.kind != "equal",
                spans=row.spans,
            )


def _tagged(span: Span) -> str:
    tag, style = _TAGS[span.op]
    text = _html(span.text)
    return f'<{tag} style="{style}">{text}</{tag}>' if tag and text else text


def _html(text: str) -> str:
    text = _SURROGATE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    # An override would turn round what follows it, our marks with it.
    text = _DIRECTION.sub(lambda found: f"[U+{ord(found[0]):04X}]", _NOT_XML.sub("", text))
    return escape(text, quote=False).replace("\n", "<br/>")


def _fitting(row: _Row, room: int) -> Iterator[str]:
    """The beginning of a row, cut between two words."""
    room -= len((row.opening + row.closing).encode())
    for piece, span in zip(row.pieces, row.spans, strict=False):
        size = len(piece.encode())
        if size > room:
            room -= size - len(_html(span.text).encode())
            kept = ""
            for token in tokenize(span.text[: max(room, 0) + 1]):
                room -= len(_html(token).encode())
                if room < 0:
                    break
                kept += token
            if kept:
                yield _tagged(Span(op=span.op, text=kept))
            return
        yield piece
        room -= size
