"""Clean text: one form for all the white space that says the same."""

import re

# Zero width space, word joiner, byte order mark: left behind by editors, seen by nobody. The joiners U+200C and
# U+200D stay, as they change how the letters beside them look.
_INVISIBLE = ("\u200b", "\u2060", "\ufeff")

# East Asian wide and full-width characters without Hangul, whose words are parted by spaces.
_WIDE = (
    "[\u2e80-\u2fff\u3001-\u30ff\u3105-\u312f\u3190-\u4dbf\u4e00-\ua4cf\uf900-\ufaff\ufe30-\ufe4f"
    "\uff01-\uff60\uffe0-\uffe6\U0001b000-\U0001b2ff\U00020000-\U0003fffd]"
)
_WIDE_CHARACTER = re.compile(_WIDE)
_BREAK = re.compile(r"[ \t\f]*[\r\n][ \t\f\r\n]*")
_BREAK_BETWEEN_WIDE = re.compile(rf"(?<={_WIDE})[ \t\f]*[\r\n][ \t\f\r\n]*(?={_WIDE})")


def normalise_text(text: str) -> str:
    """The text with invisible characters gone, each run of white space one space, and none at the ends.

    NBSP, em space and ideographic space are white space. A line break of the source between two wide characters is
    nothing, elsewhere a space (the segment break rule of CSS Text). Characters are not folded: `．` is not `.`.
    """
    return collapse(visible(text))


def visible(text: str) -> str:
    """The text without characters that nobody sees."""
    if not text.isascii():
        for character in _INVISIBLE:
            text = text.replace(character, "")
    return text


def collapse(text: str) -> str:
    """As `normalise_text`, of text that is `visible` already."""
    if not text.isascii() and ("\n" in text or "\r" in text):
        text = _BREAK_BETWEEN_WIDE.sub("", text)
    # Most paragraphs are clean inside. All white space but the space itself counts as not printable.
    stripped = text.strip()
    return stripped if stripped.isprintable() and "  " not in stripped else " ".join(stripped.split())


def gap(before: str, white: str, after: str) -> str:
    """What white space between two texts comes to: one space, or nothing for a line break between wide characters."""
    if not white:
        return ""
    if _BREAK.fullmatch(white) and _WIDE_CHARACTER.match(before[-1]) and _WIDE_CHARACTER.match(after[0]):
        return ""
    return " "
