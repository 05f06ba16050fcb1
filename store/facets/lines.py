"""Lines of a statement in a plain form that the rules can rely on, and which of its lines are headings."""

import re
from collections.abc import Iterator
from functools import cache
from unicodedata import category, normalize

from store.model import Statement

MAX_LINE = 600
"""Characters of a line that are read. The longest title seen has 330; the bound makes every rule a bounded one."""

_QUOTES = dict.fromkeys("“”„‟«»〝〞「」『』", '"') | dict.fromkeys("‘’‚‛`´", "'") | dict.fromkeys("‐‑‒–—―−", "-")
_HEADINGS = 3
_MAX_HEADING = 250
# A heading has no end mark. "Mr. President," and the like are no headings either.
_SENTENCE = (".", "!", "?", "。", "！", "？", ",", "，", ":", "：", ";", "；")
_QUOTED = r'"[^"]{0,300}"|《[^《》]{0,300}》'
_HAN = "[\u3400-\u9fff]"


class _Plain(dict[int, str]):
    """The plain form of each character, found once."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character.isspace():
            plain = " "
        elif category(character)[0] == "C":
            plain = ""
        else:
            plain = _QUOTES.get(character, character)
        self[code] = plain
        return plain


_PLAIN = _Plain()


def plain(text: str) -> str:
    """The line with straight quotes, plain letters and digits, single blanks, without control characters, bounded."""
    text = text[:MAX_LINE]
    if not text.isascii():
        text = normalize("NFKC", text.translate(_PLAIN))[:MAX_LINE]
    return " ".join(text.translate(_PLAIN).split())


def without_quotations(line: str) -> str:
    """The plain line with blanks for what stands in quotation marks: topics and titles of documents."""
    return _quoted().sub(lambda found: " " * len(found[0]), line)


def is_chinese(line: str) -> bool:
    """Whether the rules for Chinese apply."""
    return not line.isascii() and _han().search(line) is not None


def headings(statement: Statement) -> Iterator[str]:
    """The plain lines that stand between the title and the text: the subtitle, and short lines without an end mark."""
    for text in (statement.subtitle, *(paragraph.text for paragraph in statement.paragraphs[:_HEADINGS])):
        if text and len(text) <= _MAX_HEADING and not text.rstrip().endswith(_SENTENCE):
            yield plain(text)


@cache
def _quoted() -> re.Pattern[str]:
    return re.compile(_QUOTED)


@cache
def _han() -> re.Pattern[str]:
    return re.compile(_HAN)
