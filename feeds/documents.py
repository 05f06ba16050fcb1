"""The feeds as files: what readers subscribe to, the archives behind it, and the list of all feeds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from feeds.affected import Affected
from feeds.archives import ENTRIES, Archived, close, take
from feeds.channels import Channel, channels, label_of
from feeds.edition import Edition
from feeds.feed import Relation
from feeds.fragments import Fragment, document, weights
from feeds.manifest import Part
from feeds.opml import opml
from feeds.permalinks import FORMATS
from feeds.subscriptions import FEED_BYTES, newest_changes, newest_statements

PAGE = 50
"""Statements of a document of the paged feed of all statements (RFC 5005 §3)."""
_AT_ONCE = 20
"""Entries of statements that are fetched together: of a hundred long texts sixty fit."""
_STATEMENTS = Channel(name="statements")


def feed_files(
    edition: Edition,
    affected: Affected,
    archives: dict[str, Archived],
    labels: Mapping[Part, str],
    keys: Sequence[str],
) -> Iterator[tuple[str, bytes]]:
    """Every affected document by name, archives before what links to them. Brings `archives` up to date.

    `labels` are those of every slice there is or was, `keys` all statements in their lasting order.
    """
    for part in _everything_first(affected):
        label = "" if part is None else label_of(part, labels[part], edition.settings)
        yield from _changes(edition, Channel(name="changes", part=part, label=label), affected, archives)
        if part is not None:
            yield from _statements(edition, Channel(name="statements", part=part, label=label), ())
    pages = -(-len(keys) // PAGE)
    yield from _pages(edition, affected, pages, keys)
    newest = edition.links.archive("statements", pages, None)
    own = edition.links.feed("statements", "atom")
    last = edition.links.archive("statements", 1, None)
    relations = (("next", newest), ("first", own), ("last", last)) if pages else ()
    yield from _statements(edition, _STATEMENTS, relations)


def opml_file(edition: Edition) -> tuple[str, bytes]:
    """The list of all feeds."""
    return "feeds/opml.xml", opml(channels(edition.state.labels, edition.settings), edition.links, edition.settings)


def _everything_first(affected: Affected) -> Iterable[Part | None]:
    return [None, *sorted(affected.parts)]


def _changes(
    edition: Edition, channel: Channel, affected: Affected, archives: dict[str, Archived]
) -> Iterator[tuple[str, bytes]]:
    archived = archives.setdefault(channel.path, Archived())
    take(archived, affected.found.get(channel.part, ()), affected.left.get(channel.part, ()))
    fresh = close(archived, edition.change_sizes, min(ENTRIES, edition.settings.feed_entries))
    if affected.everything:
        altered = list(range(1, len(archived.closed) + 1))
    else:
        # The one before the first has got a successor.
        altered = [fresh[0] - 1, *fresh] if fresh and fresh[0] > 1 else fresh
    for number in altered:
        yield _archive(edition, channel, number, archived)
    relations: list[Relation] = []
    if archived.closed:
        relations.append(("prev-archive", edition.links.archive("changes", len(archived.closed), channel.part)))
    feed = channel.feed(edition.links, edition.settings, relations)
    required = edition.change_fragments(archived.open)
    others = edition.change_fragments(edition.numbers(channel.selection))
    notices = edition.notices(channel.part)
    for kind, chosen in newest_changes(feed, required, others, notices, edition.settings.feed_entries):
        yield f"feeds/{channel.path}.{kind}", document(feed, chosen, kind)


def _archive(edition: Edition, channel: Channel, number: int, archived: Archived) -> tuple[str, bytes]:
    links, part = edition.links, channel.part
    relations: list[Relation] = [("current", links.feed("changes", "atom", part))]
    if number > 1:
        relations.append(("prev-archive", links.archive("changes", number - 1, part)))
    if number < len(archived.closed):
        relations.append(("next-archive", links.archive("changes", number + 1, part)))
    feed = channel.archive(number, links, edition.settings, relations, archived=True)
    fragments = edition.change_fragments(archived.document(number)[::-1])
    return f"feeds/archive/{channel.path}/{number}.atom", document(feed, fragments, "atom")


def _statements(edition: Edition, channel: Channel, relations: Iterable[Relation]) -> Iterator[tuple[str, bytes]]:
    feed = channel.feed(edition.links, edition.settings, tuple(relations))
    fragments = _enough(edition, edition.keys(channel.selection))
    notices = edition.notices(channel.part)
    for kind, chosen in newest_statements(feed, fragments, notices, edition.settings.feed_entries):
        yield f"feeds/{channel.path}.{kind}", document(feed, chosen, kind)


def _enough(edition: Edition, keys: Sequence[str]) -> Sequence[Fragment]:
    """The entries of the first of these statements: all, or more than fit into a document of any format."""
    found: list[Fragment] = []
    taken = dict.fromkeys(FORMATS, 0)
    for start in range(0, len(keys), _AT_ONCE):
        some = edition.statement_fragments(keys[start : start + _AT_ONCE])
        found += some
        taken = {kind: size + sum(weights(some, kind)) for kind, size in taken.items()}
        if min(taken.values()) > FEED_BYTES:
            break
    return found


def _pages(edition: Edition, affected: Affected, pages: int, keys: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """All statements in the order in which they were first recorded; a document follows the edits of its statements."""
    wanted = {*affected.keys, *affected.gone}
    altered = {place // PAGE + 1 for place, key in enumerate(keys) if key in wanted}
    if pages and pages in altered:
        altered.add(pages - 1)  # which has got a successor, if this one is new
    links = edition.links
    for number in sorted(altered - {0}):
        relations: list[Relation] = [
            ("first", links.feed("statements", "atom")),
            (
                "previous",
                links.archive("statements", number + 1) if number < pages else links.feed("statements", "atom"),
            ),
            ("last", links.archive("statements", 1)),
        ]
        if number > 1:
            relations.append(("next", links.archive("statements", number - 1)))
        feed = _STATEMENTS.archive(number, links, edition.settings, relations, archived=False)
        held = keys[(number - 1) * PAGE : number * PAGE]
        fragments = edition.statement_fragments([key for key in reversed(held) if key in edition.state.marks])
        yield f"feeds/archive/statements/{number}.atom", document(feed, fragments, "atom")
