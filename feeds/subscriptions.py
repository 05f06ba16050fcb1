"""Which entries stand in the document that readers subscribe to: the newest, and all that no archive has yet."""

from collections.abc import Iterable, Sequence

from feeds.feed import Feed
from feeds.fragments import Fragment, room, weight
from feeds.permalinks import Format

FEED_BYTES = 512 * 1024
NOTICES = 10
"""Of the newest notices, at most: a site that comes and goes may not drive out what it says."""


def newest_changes(
    feed: Feed,
    kind: Format,
    required: Sequence[Fragment],
    others: Iterable[Fragment],
    notices: Sequence[Fragment],
    most: int,
    limit: int = FEED_BYTES,
) -> list[Fragment]:
    """The required entries, and of the others and the notices the newest ones that fit; newest first."""
    chosen = list(required)
    left = room(feed, kind, limit) - sum(weight(each, kind) for each in chosen)
    known = {each.id for each in chosen}
    rest = sorted([*_latest(notices), *(each for each in others if each.id not in known)], key=_moment, reverse=True)
    return sorted([*chosen, *_fitting(rest, kind, most - len(chosen), left)], key=_moment, reverse=True)


def newest_statements(
    feed: Feed,
    kind: Format,
    statements: Sequence[Fragment],
    notices: Sequence[Fragment],
    most: int,
    limit: int = FEED_BYTES,
) -> list[Fragment]:
    """The first of the statements that fit, in the order given, with the notices among them by their moment."""
    ordered = list(statements)
    for notice in _latest(notices):
        ordered.insert(
            next((at for at, each in enumerate(ordered) if each.moment < notice.moment), len(ordered)), notice
        )
    return _fitting(ordered, kind, most, room(feed, kind, limit))


def _fitting(ordered: Iterable[Fragment], kind: Format, most: int, left: int) -> list[Fragment]:
    fitting: list[Fragment] = []
    for each in ordered:
        left -= weight(each, kind)
        if len(fitting) >= most or left < 0:
            break
        fitting.append(each)
    return fitting


def _latest(notices: Sequence[Fragment]) -> list[Fragment]:
    return sorted(notices, key=_moment)[-NOTICES:]


def _moment(fragment: Fragment) -> tuple[object, str]:
    return fragment.moment, fragment.id
