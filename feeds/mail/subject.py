"""Subjects: what happened, by numbers, and the title of the first statement, in 78 characters."""

from collections.abc import Mapping, Sequence
from unicodedata import combining

from feeds.clean import title_text
from feeds.mail.wording import Wording
from store.model import ChangeType

LIMIT = 78
COUNTS_LIMIT = 36
"""Characters of a subject that numbers may take; beyond them, what is left is one number."""


def counts_line(counts: Mapping[ChangeType, int], wording: Wording) -> str:
    """`3 edited, 2 removed, 4 new`, in the order of the mapping."""
    return _line(list(counts.items()), len(counts), wording)


def short_counts(counts: Mapping[ChangeType, int], wording: Wording) -> str:
    """The same in at most 36 characters if it can be: `3 edited, 6 more`."""
    named = list(counts.items())
    lines = [_line(named, whole, wording) for whole in range(len(named), 0, -1)]
    return next((line for line in lines if len(line) <= COUNTS_LIMIT), lines[-1])


def _line(named: Sequence[tuple[ChangeType, int]], whole: int, wording: Wording) -> str:
    said = [wording.say(f"subject.{kind}", number=f"{number:,}") for kind, number in named[:whole]]
    if rest := sum(number for _, number in named[whole:]):
        said.append(wording.say("subject.more", number=f"{rest:,}"))
    return wording.say("comma").join(said)


def subject(counts: str, title: str, key: str, wording: Wording) -> str:
    """The subject: one line of at most 78 printable characters, whatever the title holds; `key` if it says nothing."""
    room = max(LIMIT - len(wording.say("subject.line", counts=counts, title="")), 8)
    named = shortened(title, room) or shortened(key, room)
    return shortened(wording.say("subject.line", counts=counts, title=named), LIMIT)


def shortened(text: str, limit: int) -> str:
    """One line of at most `limit` printable characters, cut between words where there are any."""
    line = title_text(text, 4 * limit)
    line = " ".join("".join(each if each.isprintable() else " " for each in line).split())
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    if line[limit - 1] != " " and (blank := cut.rfind(" ")) > limit // 2:
        cut = cut[:blank]
    else:
        while cut and combining(line[len(cut)]):  # not between a letter and its accent
            cut = cut[:-1]
    return f"{cut.rstrip()}…"
