"""Quoted words, in the quotation marks of English and Chinese, and titles in 《》."""

import re
from collections.abc import Iterator

from store.significance.features import Feature
from store.significance.folding import bare

# Each alternative stops at the mark that opens it, so that marks without a partner cost no second look.
_QUOTATION = re.compile(
    r"“[^“”]*”|„[^„“”]*[“”]|「[^「」]*」|『[^『』]*』|《[^《》]*》|«[^«»]*»"
    r"|‘(?:[^‘’]|(?<=\w)’(?=\w))*’"
    r'|"[^"]*"'
)
_MARKS = frozenset('“”„「」『』《》«»‘’"＂')
_OPENING = re.compile('[“„「『《«‘"]')


def quotations(text: str) -> Iterator[Feature]:
    """The quotations of a text, marks included; what was said in them is their meaning, whatever the marks."""
    if _OPENING.search(text):
        for found in _QUOTATION.finditer(text):
            yield Feature(found.start(), found.end(), bare(found[0]), found[0])


def is_marks(text: str) -> bool:
    """Whether the text is quotation marks, and perhaps blanks, alone."""
    return any(mark in _MARKS for mark in text) and all(mark in _MARKS or mark.isspace() for mark in text)
