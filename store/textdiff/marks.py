"""Where the marks stand that show what was changed: joined and moved the way a person would set them."""

from collections.abc import Sequence
from typing import NamedTuple

from store.textdiff.tokens import is_word

# How many tokens an insertion or deletion may be shifted; a sentence begins before that.
SHIFT = 200


class Hunk(NamedTuple):
    """Tokens `old_start` to `old_end` were replaced by `new_start` to `new_end`; one of the two may be empty."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def combined(
    old: Sequence[str], new: Sequence[str], old_words: list[int], new_words: list[int], found: list[Hunk]
) -> list[Hunk]:
    """The hunks, those joined that have only a little between them: marks with crumbs in between are hard to read.

    `old_words` and `new_words` say how many words stand before each token.
    """

    def weight(hunk: Hunk) -> int:
        deleted = old_words[hunk.old_end] - old_words[hunk.old_start]
        inserted = new_words[hunk.new_end] - new_words[hunk.new_start]
        return deleted if deleted > inserted else inserted

    joined: list[Hunk] = []
    before = 0
    for hunk in found:
        here = weight(hunk)
        while joined:
            last = joined[-1]
            between = old_words[hunk.old_start] - old_words[last.old_end]
            if 2 * between > min(before, here) and (between > 1 or not _is_crumb(old, new, last, hunk)):
                break
            joined.pop()
            hunk = Hunk(last.old_start, hunk.old_end, last.new_start, hunk.new_end)
            here = weight(hunk)
            before = weight(joined[-1]) if joined else 0
        joined.append(hunk)
        before = here
    return joined


def _is_crumb(old: Sequence[str], new: Sequence[str], left: Hunk, right: Hunk) -> bool:
    """Whether a small word is all that stands between two changed ones, neither of which is a number."""
    if _lone_number(old, new, left) or _lone_number(old, new, right):
        return False
    between = old[left.old_end : right.old_start]
    return _small_word(between) and _has_word(old, new, left) and _has_word(old, new, right)


def _lone_number(old: Sequence[str], new: Sequence[str], hunk: Hunk) -> bool:
    """Whether a number alone was changed: readers look for these, so nothing is added to the mark."""
    size = max(hunk.old_end - hunk.old_start, hunk.new_end - hunk.new_start)
    tokens = (*old[hunk.old_start : hunk.old_end], *new[hunk.new_start : hunk.new_end]) if size == 1 else ()
    return any(character.isdecimal() for token in tokens for character in token)


def _has_word(old: Sequence[str], new: Sequence[str], hunk: Hunk) -> bool:
    # From the end: where hunks were joined before, a word is near it, and looking stays short.
    return any(is_word(new[place]) for place in reversed(range(hunk.new_start, hunk.new_end))) or any(
        is_word(old[place]) for place in reversed(range(hunk.old_start, hunk.old_end))
    )


def _small_word(tokens: Sequence[str]) -> bool:
    """Whether there is no more than an alphabet's word of up to three letters: `a`, `of`, `the`."""
    words = [token for token in tokens if not token.isspace()]
    return all(len(token) <= 3 and token.isalpha() and token[0] < "\u2e80" for token in words)


def shifted(old: Sequence[str], new: Sequence[str], found: list[Hunk]) -> list[Hunk]:
    """Insertions and deletions moved along equal tokens to where a word or sentence begins.

    Between `A. C.` and `A. B. C.` a comparison may find `. B`, ` B.` or `B. ` inserted; a person says `B. `.
    """
    moved: list[Hunk] = []
    for index, hunk in enumerate(found):
        if (hunk.old_start == hunk.old_end) == (hunk.new_start == hunk.new_end):
            moved.append(hunk)
            continue
        tokens, start, end = (
            (new, hunk.new_start, hunk.new_end)
            if hunk.old_start == hunk.old_end
            else (old, hunk.old_start, hunk.old_end)
        )
        back = hunk.old_start - (moved[-1].old_end + 1 if moved else 0)
        ahead = (found[index + 1].old_start - 1 if index + 1 < len(found) else len(old)) - hunk.old_end
        low = high = 0
        while high < min(ahead, end - start, SHIFT) and tokens[start + high] == tokens[end + high]:
            high += 1
        while -low < min(back, end - start, SHIFT) and tokens[start + low - 1] == tokens[end + low - 1]:
            low -= 1
        by = max(range(low, high + 1), key=lambda k: (_seam(tokens, start + k) + _seam(tokens, end + k), -abs(k), k))
        moved.append(Hunk(*(place + by for place in hunk)))
    return moved


def _seam(tokens: Sequence[str], at: int) -> int:
    """How natural it is to begin or end a mark before token `at`."""
    if at in (0, len(tokens)):
        return 4
    before, after = tokens[at - 1], tokens[at]
    if before.isspace() or before in "。！？；，、：）】」』”":
        return 3
    if after.isspace() or after in "（【「『“":
        return 2
    return 0 if is_word(before) and is_word(after) else 1
