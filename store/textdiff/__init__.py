"""Word diff of statements, paragraphs and lines, for alphabets and for Chinese: plain data for any rendering."""

from store.textdiff.alignment import Block, compare_paragraphs
from store.textdiff.statements import Part, PartName, StatementDiff, compare_statements
from store.textdiff.tokens import count_words, tokenize
from store.textdiff.words import Op, Span, compare_text

__all__ = [
    "Block",
    "Op",
    "Part",
    "PartName",
    "Span",
    "StatementDiff",
    "compare_paragraphs",
    "compare_statements",
    "compare_text",
    "count_words",
    "tokenize",
]
