"""Which entries stand in the document that readers subscribe to: the newest, and all that no archive has yet."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from operator import attrgetter

from feeds.feed import Feed
from feeds.fragments import Fragment, room, weights
from feeds.permalinks import FORMATS, Format

FEED_BYTES = 512 * 1024
NOTICES = 10
"""Of the newest notices, at most: a site that comes and goes may not drive out what it says."""


_moment = attrgetter("moment", "id")


def newest_changes(
    feed: Feed,
    required: Sequence[Fragment],
    others: Iterable[Fragment],
    notices: Sequence[Fragment],
    most: int,
    limit: int = FEED_BYTES,
) -> Iterator[tuple[Format, list[Fragment]]]:
    """For each format the required entries, and of the others and the notices the newest that fit; newest first."""
    known = {each.id for each in required}
    rest = sorted([*_latest(notices), *(each for each in others if each.id not in known)], key=_moment, reverse=True)
    for kind in FORMATS:
        left = room(feed, kind, limit) - sum(weights(required, kind))
        chosen = _fitting(rest, kind, most - len(required), left)
        yield kind, sorted([*required, *chosen], key=_moment, reverse=True) if required else chosen


def newest_statements(
    feed: Feed,
    statements: Sequence[Fragment],
    notices: Sequence[Fragment],
    most: int,
    limit: int = FEED_BYTES,
) -> Iterator[tuple[Format, list[Fragment]]]:
    """For each format the first that fit, in the order given, with the notices among them by their moment."""
    ordered = list(statements)
    for notice in _latest(notices):
        ordered.insert(
            next((at for at, each in enumerate(ordered) if each.moment < notice.moment), len(ordered)), notice
        )
    for kind in FORMATS:
        yield kind, _fitting(ordered, kind, most, room(feed, kind, limit))


def _fitting(ordered: Sequence[Fragment], kind: Format, most: int, left: int) -> list[Fragment]:
    candidates = ordered[: max(most, 0)]
    return list(candidates[: bisect_right(list(accumulate(weights(candidates, kind))), left)])


def _latest(notices: Sequence[Fragment]) -> list[Fragment]:
    return sorted(notices, key=_moment)[-NOTICES:]
