"""A page as pieces of markup, found by a pattern: enough to change a page without saying anything else."""

import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Literal, NamedTuple

Kind = Literal["tag", "text", "other"]

_PIECE = re.compile(
    r"(?P<other><!--.*?-->|<!doctype[^>]*>|<(?P<raw>script|style|title)\b.*?</(?P=raw)\s*>)"
    r"|(?P<tag></?[a-z](?:\"[^\"]*\"|'[^']*'|[^>\"'])*>)"
    r"|(?P<text>[^<]+|<)",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([^\s=/"'>]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_BODY = re.compile(r"""(?i)(?:class\s*=\s*["']?view-txt|id\s*=\s*["']?News_Body_Txt_A)""")
_BODY_END = re.compile(r"(?i)</div\b")
_DIV = re.compile(r"(?i)<div\b")
_LINE = re.compile(r"(?i)<(?:p|br|center)\b")


class Piece(NamedTuple):
    """A tag, a text between tags, or anything else as a whole: comment, script, style, title, doctype."""

    kind: Kind
    text: str
    inside: bool
    """Whether it stands in the body of the statement."""
    first: bool
    """Whether it follows a tag that begins a line."""


def pieces(page: str) -> Iterator[Piece]:
    """All of a page in order; joined they are the page again."""
    depth, first = 0, False
    for found in _PIECE.finditer(page):
        kind: Kind = "tag" if found["tag"] else "text" if found["text"] else "other"
        text = found[0]
        if kind == "tag" and depth and _BODY_END.match(text):
            depth -= 1
        yield Piece(kind, text, depth > 0, first)
        first = kind == "tag" and _LINE.match(text) is not None
        if kind == "tag" and (_BODY.search(text) or (depth and _DIV.match(text))):
            depth += 1


def joined(page: str, rewrite: Callable[[Piece], str], kind: Kind | None = None) -> str:
    """The page with each piece of that kind, or each piece, rewritten."""
    return "".join(rewrite(piece) if kind in (None, piece.kind) else piece.text for piece in pieces(page))


def body_wrapped(page: str, name: str) -> str:
    """The page with one more element around all of the statement's body."""
    out, inside = [], False
    for piece in pieces(page):
        if piece.inside != inside:
            out.append(f"<{name}>" if piece.inside else f"</{name}>")
            inside = piece.inside
        out.append(piece.text)
    return "".join(out)


def rewritten(tag: str, random: Random) -> str:
    """The tag with its attributes in another order, in other quotes, and one more that says nothing."""
    found = re.fullmatch(r"<([a-zA-Z][a-zA-Z0-9]*)(.*?)(\s*/?)>", tag, re.DOTALL)
    if found is None:
        return tag
    given = [(name, value) for name, value in _ATTRIBUTE.findall(found[2])]
    if random.random() < 0.2:
        given.append((f"data-n{random.randrange(99)}", f'"{random.randrange(999)}"'))
    random.shuffle(given)
    written = "".join(f" {_attribute(name, value, random)}" for name, value in given)
    # An unquoted value would take the slash of `<img src=x/>` for its own.
    return f"<{found[1]}{written}{' /' if '/' in found[3] else ''}>"


def _attribute(name: str, value: str, random: Random) -> str:
    if not value:
        return name
    bare = value[1:-1] if value[0] in "\"'" else value
    forms = [quote + bare + quote for quote in "\"'" if quote not in bare]
    if re.fullmatch(r"[\w.:#-]+", bare):
        forms.append(bare)
    shape = random.choice((str.lower, str.upper, str))
    return f"{shape(name)}{random.choice(('=', ' = '))}{random.choice(forms)}"


def with_entities(text: str, share: float, random: Random) -> str:
    """The text with that share of its characters as numbered entities, in decimal or hexadecimal."""
    out = []
    for piece in re.split(r"(&[#\w]+;?)", text):
        if piece.startswith("&"):
            out.append(piece)
            continue
        out += (
            random.choice((f"&#{ord(each)};", f"&#x{ord(each):x};", f"&#X{ord(each):X};"))
            if not each.isspace() and random.random() < share
            else each
            for each in piece
        )
    return "".join(out)
