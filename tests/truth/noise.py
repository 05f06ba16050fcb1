"""Everything about a page that may change without news, as mutations of its bytes.

Works on pieces of markup found by a pattern, so that it shares no reading of HTML with the program. Each mutation takes
a page and a generator, and gives another page that says the same.
"""

import re
from collections.abc import Callable
from random import Random

from tests.truth import markup
from tests.truth.markup import Piece, joined

Mutation = Callable[[str, Random], str]

_DATES = ("2026-11-21 10:22", "21 November 2026", "2026年11月21日", "Saturday, 02/01/2027")
_INVISIBLE = ("\u200b", "\u2060", "\ufeff")
_SPACES = ("&nbsp;", "&#160;", "\u00a0", "  ", "\t", " \t ", "&emsp;", "\u2003", "\u3000", " &nbsp;")
_BLOCKS = (
    "<style>.n{0}{{color:red}}</style>",
    "<script>var n = {0}; document.write('<p>' + n + '</p>');</script>",
    '<script type="text/javascript" src="/js/n{0}.js"></script>',
    '<style type="text/css">\n.view-txt p.n{0} {{ margin: 0 }}\n</style>',
)


def noisy(page: str, random: Random, count: int | None = None) -> tuple[bytes, str]:
    """The page after some mutations, in an encoding it names truly, and the `Content-Type` that goes with it."""
    for mutate in random.sample(MUTATIONS, count or random.randint(1, 5)):
        page = mutate(page, random)
    draw = random.random()
    if draw < 0.1:
        named = re.sub(r'(?i)(<meta\s+charset\s*=\s*)(["\']?)utf-8\2', r"\1\2gb2312\2", page)
        return named.encode("gb18030"), "text/html; charset=gb2312"
    if draw < 0.2:
        return page.encode("utf-8-sig"), "text/html"
    return page.encode(), "text/html; charset=UTF-8"


def menus(page: str, random: Random) -> str:
    """Another item in each menu."""
    link = f'<a href="/eng/zt{random.randrange(999):03}/">Highlights {random.randrange(99)}</a>'
    page = re.sub(r"(?i)(<div[^>]*subMenu[^>]*>\s*<ul[^>]*>)", rf'\1<li class="subMenu-item">{link}</li>', page)
    return re.sub(r"(?i)(<td[^>]*height=[^>]*28[^>]*>)", rf"<td>{link}</td>\1", page, count=1)


def counters(page: str, random: Random) -> str:
    """A counter of visits at the end of the page, and one beside the date."""
    counter = f'<span class="counter">{random.randrange(10**7)}</span>'
    return re.sub(r"(?i)</body>", f"<p>Visits: {counter}</p></body>", page, count=1)


def tokens(page: str, random: Random) -> str:
    """Tokens against forgery and against caches, other with each answer."""
    token = f"{random.getrandbits(64):016x}"
    page = re.sub(r"(?i)</head>", f'<meta name="csrf-token" content="{token}" /></head>', page, count=1)
    page = re.sub(r"(?i)(<body[^>]*>)", rf'\1<input type="hidden" name="token" value="{token}" />', page, count=1)
    return re.sub(r"(\.(?:css|js))([\"'])", rf"\1?v={token[:6]}\2", page)


def attributes(page: str, random: Random) -> str:
    """Attributes in another order, other quotes around their values, and new ones that say nothing."""

    def rewrite(piece: Piece) -> str:
        if random.random() < 0.3:
            return piece.text
        return markup.rewritten(piece.text, random)

    return joined(page, rewrite, kind="tag")


def case(page: str, random: Random) -> str:
    """Names of elements in capitals, in small letters or mixed."""
    shape = random.choice((str.upper, str.lower, str.title))
    return joined(
        page,
        lambda piece: re.sub(r"^(</?)([A-Za-z][A-Za-z0-9]*)", lambda found: found[1] + shape(found[2]), piece.text),
        kind="tag",
    )


def entities(page: str, random: Random) -> str:
    """Characters as entities, and some entities as characters."""
    share = random.choice((0.02, 0.3, 1.0))

    def rewrite(piece: Piece) -> str:
        text = piece.text.replace("&quot;", '"').replace("&nbsp;", "\u00a0") if random.random() < 0.5 else piece.text
        return markup.with_entities(text, share, random)

    return joined(page, rewrite, kind="text")


def spaces(page: str, random: Random) -> str:
    """Other white space between words, and more of it at the ends of lines of text."""

    def rewrite(piece: Piece) -> str:
        text = re.sub(
            r"(?<=[A-Za-z0-9,.]) (?=[A-Za-z0-9])",
            lambda _: random.choice((*_SPACES, "\n", "\r\n  ")) if random.random() < 0.1 else " ",
            piece.text,
        )
        if piece.inside and piece.first:
            return random.choice(("", "&nbsp;&nbsp;", "\u3000\u3000", "\n   ")) + text
        return text

    return joined(page, rewrite, kind="text")


def invisible(page: str, random: Random) -> str:
    """Characters that nobody sees, between letters."""

    def rewrite(piece: Piece) -> str:
        if not piece.inside or len(piece.text) < 10 or "&" in piece.text:
            return piece.text
        at = random.randrange(1, len(piece.text))
        return piece.text[:at] + random.choice(_INVISIBLE) + piece.text[at:]

    return joined(page, rewrite, kind="text")


def line_ends(page: str, random: Random) -> str:
    """The line ends of another system; between Chinese characters one more, which shows as nothing."""
    if random.random() < 0.5:
        page = joined(
            page,
            lambda piece: re.sub(r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])", "\n", piece.text, count=1),
            kind="text",
        )
    return page.replace("\r\n", "\n").replace("\n", random.choice(("\r\n", "\r", "\n\n")))


def comments(page: str, random: Random) -> str:
    """Comments between elements, and within the words of the text."""

    def rewrite(piece: Piece) -> str:
        note = f"<!-- build {random.getrandbits(40):x} <p>{random.choice(_DATES)}</p> -->"
        if piece.kind == "text" and piece.inside and "&" not in piece.text and random.random() < 0.3:
            at = random.randrange(len(piece.text) + 1)
            return piece.text[:at] + note + piece.text[at:]
        return piece.text + note if piece.kind == "tag" and random.random() < 0.1 else piece.text

    return joined(page, rewrite)


def frame_dates(page: str, random: Random) -> str:
    """Dates in the frame: of today, of the last build."""
    page = re.sub(r"(?i)(<body[^>]*>)", rf"\1<div class='today'>Today: {random.choice(_DATES)}</div>", page, count=1)
    return re.sub(r"(?i)</body>", f"<p>Last update {random.choice(_DATES)}</p></body>", page, count=1)


def blocks(page: str, random: Random) -> str:
    """Styles and scripts in the head, at the end and between the paragraphs."""
    for pattern in (r"(?i)</head>", r"(?i)</body>", r"(?i)<p\b"):
        block = random.choice(_BLOCKS).format(random.randrange(999))
        if random.random() < 0.7:
            page = re.sub(pattern, lambda found, block=block: f"{block}{found[0]}", page, count=1)
    return page


def wrappers(page: str, random: Random) -> str:
    """More elements around the lines of the body, and around all of it."""

    def rewrite(piece: Piece) -> str:
        if not piece.inside or not piece.text.strip() or random.random() < 0.6:
            return piece.text
        name = random.choice(("span", "font", "b", "strong", "em", "big"))
        return f'<{name} class="x{random.randrange(99)}">{piece.text}</{name}>'

    return markup.body_wrapped(joined(page, rewrite, kind="text"), random.choice(("div", "section", "span", "font")))


def empty_paragraphs(page: str, random: Random) -> str:
    """Paragraphs that hold nothing, beside those that hold something."""

    def rewrite(piece: Piece) -> str:
        if not piece.inside or random.random() < 0.5:
            return piece.text
        empty = random.choice(("<p>&nbsp;</p>", "<p></p>", "<p><br></p>", "<div> </div>", "<p>\u3000</p>\n", "<br/>"))
        if re.fullmatch(r"(?i)</p>|<br\b[^>]*>", piece.text):
            return piece.text + empty
        return piece.text

    return joined(page, rewrite, kind="tag")


MUTATIONS: tuple[Mutation, ...] = (
    menus,
    counters,
    tokens,
    attributes,
    case,
    entities,
    spaces,
    invisible,
    line_ends,
    comments,
    frame_dates,
    blocks,
    wrappers,
    empty_paragraphs,
)
