"""What a page may be built like before an HTML parser is let near it: parsing takes the square of some lengths."""

import re

from crawler.extract.errors import ExtractionError

# For each new element the parser looks through the open ones: 100,000 nested elements took 33 s, 2,000 take 0.01 s.
# Real pages are about 15 deep.
MAX_DEPTH = 2_000
# Time and memory grow with the length: 30 million characters took 37 s and 1.4 GB. The longest page seen has 67,000.
MAX_CHARACTERS = 2_000_000
_MOST_BYTES = 4
"""Of a character, in UTF-8, UTF-16 and GB 18030."""
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
# Elements that hold nothing, or that the next one of their kind closes: unclosed ones do not nest.
_UNNESTED_NAMES = (
    "area base basefont bgsound br col dd dt embed frame hr img input li link meta optgroup option p param source "
    "tbody td tfoot th thead tr track wbr"
)
_UNNESTED = frozenset(_UNNESTED_NAMES.split())

# For each new attribute the parser looks through those of the same element: 20,000 took 0.9 s, 1,000 take 0.002 s.
MAX_ATTRIBUTES = 1_000
# Pages of up to this length have no room for more attributes than half a second allows, and are not searched.
_ROOM = 65_536
_ATTRIBUTE = re.compile(r"""[\s/]*(?:=?[^\s/>=]+|=)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"'][^\s>]*)?)?""")


def check_size(size: int) -> None:
    """Raises ExtractionError `too-large` for so many bytes that they are too many characters in any encoding.

    A page of 30 MB with one character beyond the basic plane takes 120 MB as text.
    """
    if size > MAX_CHARACTERS * _MOST_BYTES:
        raise ExtractionError("too-large", f"the page has {size} bytes; {MAX_CHARACTERS} characters are read at most")


def check_bounds(source: str) -> None:
    """Raises ExtractionError for a page that no editor writes and that would hold up the parser: `too-large` for its
    length, `layout-changed` for its build."""
    if len(source) > MAX_CHARACTERS:
        raise ExtractionError("too-large", f"the page has {len(source)} characters; {MAX_CHARACTERS} are read at most")
    if source.count("<") > MAX_DEPTH and _depth(source) > MAX_DEPTH:
        raise ExtractionError("layout-changed", f"elements are nested more than {MAX_DEPTH} deep")
    if len(source) > _ROOM and any(map(_is_crowded, source.split("<"))):
        raise ExtractionError("layout-changed", f"an element has more than {MAX_ATTRIBUTES} attributes")


def _depth(source: str) -> int:
    """An upper bound of how deep elements are nested."""
    depth = deepest = 0
    for closing, name in _TAG.findall(source):
        if name.lower() in _UNNESTED:
            continue
        if closing:
            depth = max(depth - 1, 0)
        else:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _is_crowded(piece: str) -> bool:
    """Whether what follows a `<` may be a tag with too many attributes."""
    if len(piece) < 2 * MAX_ATTRIBUTES:
        return False
    position = 0
    for _ in range(MAX_ATTRIBUTES + 1):
        found = _ATTRIBUTE.match(piece, position)
        if found is None:
            return False
        position = found.end()
    return True
