"""Text cut into the pieces that a reader sees as one: words, numbers, symbols, Chinese characters, marks.

Nothing is lost: the tokens of a text, joined, are the text, whatever it holds.
"""

import re
from functools import lru_cache
from unicodedata import category

_SINGLE = (
    "\u2e80-\u2fd5\u3005-\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9d"  # kana
    "\u3105-\u312f\u31a0-\u31bf\uac00-\ud7a3"  # bopomofo, hangul
)
_WORD = rf"[^\W_{_SINGLE}]+"

# Inside one token: `1,234.5`, `16:30`, `C.3`, `S/2023/646`, `people's`. A full stop between two letters ends a
# sentence whose blank was forgotten more often than it abbreviates.
_ONE = (
    rf"[{_SINGLE}]"
    rf"|{_WORD}(?:(?:(?<=\d)[.,:/](?=\d)|(?<=[A-Z])\.(?=\d)|(?<=[A-Z0-9])/(?=[A-Z0-9])|['’]){_WORD})*"
    r"|."
)
# The first alternatives are only for speed: they take most of an English text, in 60 % of the time.
_TOKEN = re.compile(rf"[A-Za-z]++(?=[ ,;])|\s++|{_ONE}", re.DOTALL)
_UNIT = re.compile(rf"[A-Za-z0-9]++(?: (?!\s)|(?=[;)-]|[,.:](?!\w)))|(?:{_ONE})\s*+", re.DOTALL)

# All but these may continue the character before them; a text without any (almost every one) needs no second look.
_ODD = (
    "[^\u0000-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u058f\u10a0-\u10ff\u1e00-\u200b\u200e-\u205f\u2070-\u20cf"
    "\u2100-\u2c5f\u2e00-\u3029\u3030-\u3098\u309b-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff9d"
    "\U00020000-\U0003ffff]"
)
_ANY_ODD = re.compile(_ODD)
_ZWJ = "\u200d"
_JOINERS = frozenset(("\u00ad", "\u200c", _ZWJ, "\u2060", "\uff9e", "\uff9f"))

SHORTEST = 12
"""Characters of a piece."""
# The same words end a piece wherever they stand, so that an edit changes the pieces around it only.
_END = rf"(?:(?<=[aeiou02468.,;:])\s++|(?<=[，。、；：！？的了是和のはを]))(?!{_ODD})"
_PIECE = re.compile(rf".{{{SHORTEST}}}(?:(?!{_END})(?:[^\s，。、；：！？的了是和のはを]++|.))*+{_END}|.++", re.DOTALL)


def tokenize(text: str) -> list[str]:
    """The text's tokens in order; joined they are the text.

    A token is a run of white space, a word of an alphabet, a number with its separators, a document symbol, one Han
    character, kana or hangul syllable, or one other character, each with the combining marks, joiners and modifiers
    that belong to it. Lone surrogates and control characters are tokens like any other.
    """
    tokens: list[str] = _TOKEN.findall(text)
    return tokens if is_plain(text) else _joined(text, tokens)


def is_plain(text: str) -> bool:
    """Whether no character continues the one before; so it is in almost every text."""
    return text.isascii() or _ANY_ODD.search(text) is None


def units(text: str) -> list[str]:
    """The tokens, each with the white space behind it; the first item is the white space before all; joined the text.

    Half as many as tokens in most texts, and what is compared are words.
    """
    if is_plain(text):
        rest = text.lstrip()
        return [text[: len(text) - len(rest)], *plain_units(rest)]
    joined = [""]
    for token in tokenize(text):
        if token.isspace():
            joined[-1] += token
        else:
            joined.append(token)
    return joined


def plain_units(text: str) -> list[str]:
    """The same without the first item, for a plain text that does not begin with white space."""
    return _UNIT.findall(text)


def pieces(text: str) -> list[str]:
    """The text in a few words each, for texts too long for single words; joined they are the text.

    Each ends where a token ends; only the first may be white space. A text without blanks and without frequent
    Chinese characters is one piece.
    """
    found: list[str] = _PIECE.findall(text)
    if len(found) > 1 and found[-1].isspace():
        found[-2:] = ["".join(found[-2:])]
    return found


def is_word(token: str) -> bool:
    """Whether the token counts as a word: it starts with a letter, a digit or a Han character."""
    return token[0].isalnum()


def count_words(text: str) -> int:
    """How many words the text has; each Han character, kana or hangul syllable counts as one."""
    return sum(map(is_word, tokenize(text)))


def byte_count(text: str) -> int:
    """How many bytes the text has in UTF-8, a lone surrogate three."""
    return len(text.encode(errors="surrogatepass"))


def estimate(text: str) -> int:
    """About how many tokens the text has, white space not counted, in a fiftieth of the time of finding the tokens."""
    classes = b" " + text.encode(errors="surrogatepass").translate(_CLASSES, _INNER)
    return sum(map(classes.count, (b".", b" a", b".a")))


def _classes() -> bytes:
    """For each byte: `a` where a word goes on, a blank where white space does, otherwise a full stop."""
    classes = bytearray(b"a" * 256)
    for code in range(128):
        if not chr(code).isalnum():
            classes[code] = ord(" " if chr(code).isspace() else ".")
    # Beginnings of Latin symbols, of combining marks, and of all that is neither Latin, Greek nor Cyrillic.
    for code in (0xC2, 0xCC, 0xCD, *range(0xD6, 0x100)):
        classes[code] = ord(".")
    return bytes(classes)


_CLASSES = _classes()
_INNER = bytes(range(0x80, 0xC0))


def _joined(text: str, tokens: list[str]) -> list[str]:
    odd = set(_ANY_ODD.findall(text))
    extending = set(filter(_extends, odd))
    # After all others a token begins wherever one was found.
    sticky = extending.union(filter(_is_half, odd))
    joined = []
    start = end = 0
    before = ""
    for token in tokens:
        if token[0] not in extending and not (before in sticky and _continues(text, start, end, extending)):
            joined.append(text[start:end])
            start = end
        end += len(token)
        before = token[-1]
    joined.append(text[start:end])
    return joined if joined[0] else joined[1:]


def _continues(text: str, start: int, at: int, extending: set[str]) -> bool:
    """Whether the character at `at` belongs to the token that begins at `start` and so far ends before `at`."""
    before, here = text[at - 1], text[at]
    if before in extending:
        if _alphabetic(here):
            return _alphabetic(text[start])  # the rest of a word after an accented letter
        return before == _ZWJ and category(here) == "So"
    if "\U0001f1e6" <= here <= "\U0001f1ff":
        return at - start == 1 and "\U0001f1e6" <= before <= "\U0001f1ff"  # two of them make a flag
    return "\ud800" <= before <= "\udbff" and "\udc00" <= here <= "\udfff"


def _is_half(character: str) -> bool:
    return "\ud800" <= character <= "\udbff" or "\U0001f1e6" <= character <= "\U0001f1ff"


def _extends(character: str) -> bool:
    return (
        category(character) in ("Mn", "Mc", "Me")
        or character in _JOINERS
        or "\u1160" <= character <= "\u11ff"  # vowels and finals of decomposed hangul
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= character <= "\U000e007f"  # tags, in flags of regions
    )


@lru_cache(maxsize=4096)
def _alphabetic(character: str) -> bool:
    return _ALPHABETIC.match(character) is not None


_ALPHABETIC = re.compile(_WORD)
