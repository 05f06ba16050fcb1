"""Notices inside the feeds: that a site could not be read for longer than promised, and when that ended.

A feed in which nothing comes looks like a site that publishes nothing. So the feed itself says when nobody could look.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from html import escape

from feeds.clean import title_text
from feeds.feed import Category, Entry, NoticeType, Provenance
from feeds.permalinks import Permalinks, scheme_id, silence_id
from feeds.phrases import moment_words
from feeds.reading import Archive
from feeds.settings import PublishSettings
from store.selection import Field, Silence, section_slug

_INSTANT = timedelta(microseconds=1)


def notices(
    archive: Archive, silences: Sequence[Silence], links: Permalinks, settings: PublishSettings
) -> list[tuple[Silence, Entry]]:
    """The entries about silences, oldest first: one when the promise was broken, one when a silence ended.

    An entry is made of facts that stay, so it is never altered. No two share an `updated`, nor one with a change: where
    a moment is taken, the next free microsecond stands in for it.
    """
    moments: list[tuple[datetime, int, bool, Silence]] = []
    for silence in silences:
        moments.append((silence.told, silence.id, False, silence))
        if silence.ended is not None:
            # The end may be known to an older clock than the telling; readers are to see it second.
            moments.append((max(silence.ended, silence.told + _INSTANT), silence.id, True, silence))
    found = []
    taken: set[datetime] = set()
    for moment, _, ended, silence in sorted(moments, key=lambda each: each[:3]):
        while moment in taken or _is_of_a_change(archive, moment):
            moment += _INSTANT
        taken.add(moment)
        found.append((silence, _entry(silence, moment, links, settings, ended=ended)))
    return found


def concerns(silence: Silence, part: tuple[Field, str] | None) -> bool:
    """Whether a feed tells a silence: that of everything, of the site, and of the section if it is about one."""
    if part is None or part == ("sites", silence.site):
        return True
    return bool(silence.section) and part == ("sections", section_slug(silence.site, silence.section))


def _entry(silence: Silence, moment: datetime, links: Permalinks, settings: PublishSettings, *, ended: bool) -> Entry:
    label = title_text(settings.label(silence.site))
    what = f"{label}, section {title_text(silence.section)}" if silence.section else label
    since = moment_words(silence.since)
    kind: NoticeType
    if ended:
        kind, verb = "read-again", "Read again"
        summary = f"{what} can be read again since {moment_words(silence.ended or moment)}."
        rest = f"It could not be read since {since}. What was published meanwhile and is still there follows as usual."
    else:
        kind, verb = "not-read", "Not read"
        summary = f"{what} could not be read since {since}."
        rest = (
            "That is longer than promised. What was published, edited or removed there since then may be missing here; "
            "it follows when the pages can be read."
        )
    status = links.status()
    return Entry(
        id=silence_id(silence.id, ended=ended),
        title=title_text(f"[{verb.upper()}] {summary}"),
        link=status,
        via=None,
        published=moment,
        updated=moment,
        moment=moment,
        author=label,
        language="en",
        categories=tuple(_categories(silence, kind, verb)),
        summary=title_text(summary),
        html=f'<div lang="en"><p><strong>{escape(summary)}</strong> {escape(rest)}</p>'
        f'<p><a href="{escape(status)}" rel="noopener noreferrer nofollow">Status</a></p></div>',
        provenance=Provenance(type=kind),
    )


def _categories(silence: Silence, kind: NoticeType, label: str) -> Iterator[Category]:
    yield Category(scheme=scheme_id("notices"), term=kind, label=label)
    if silence.section:
        slug = title_text(section_slug(silence.site, silence.section))
        yield Category(scheme=scheme_id("sections"), term=slug, label=title_text(silence.section) or slug)


def _is_of_a_change(archive: Archive, moment: datetime) -> bool:
    """Whether a change was detected at that moment: a search by halves, since moments rise with the numbers."""

    def detected(number: int) -> Sequence[datetime]:
        return [change.detected for change in archive.changes_by_id([number])]

    size = 1
    while (found := detected(size)) and found[0] < moment:
        size *= 2
    place = bisect_left(range(size), True, key=lambda at: not (at_moment := detected(at + 1)) or at_moment[0] >= moment)
    return detected(place + 1) == [moment]
