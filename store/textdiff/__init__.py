"""Word diff of statements, paragraphs and lines, for alphabets and for Chinese: plain data for any rendering.

Whatever the texts hold, 60 KB are meant to take 25 ms and 50 MiB, and 600 KB 300 ms (docs/benchmarks.md). What bounds
it: `matching.SPAN` and `CELLS` for one comparison of sequences, `alignment.MANY` for paragraphs, `pairing.LONG` for
looking for them, `manner` for words and marks.
"""

from store.textdiff.alignment import compare_paragraphs
from store.textdiff.blocks import Block, Blocks
from store.textdiff.manner import compare_text
from store.textdiff.statements import Part, PartName, StatementDiff, compare_statements
from store.textdiff.tokens import count_words, estimate, tokenize
from store.textdiff.words import Op, Span

__all__ = [
    "Block",
    "Blocks",
    "Op",
    "Part",
    "PartName",
    "Span",
    "StatementDiff",
    "compare_paragraphs",
    "compare_statements",
    "compare_text",
    "count_words",
    "estimate",
    "tokenize",
]
