"""A digest letter put together: what is told, in what order, and as much of it as fits."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from itertools import groupby
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from feeds.clean import title_text
from feeds.mail import silent
from feeds.mail.entry import Entry
from feeds.mail.outcomes import Group, Outcome
from feeds.mail.passages import Passage
from feeds.mail.placeholders import MANAGE_HOLE, UNSUBSCRIBE_HOLE
from feeds.mail.rendering import html, text
from feeds.mail.settings import MailSettings
from feeds.mail.subject import counts_line, short_counts, subject
from feeds.mail.wording import Wording
from store.mailing.model import Period
from store.model import ChangeType
from store.selection import Selection

if TYPE_CHECKING:  # it stands on the database
    from store.incidents import Incident

LIMIT = 100_000
"""Bytes of the HTML: large mail services cut off what is longer than 102 KB."""
MOST = 150
"""Statements in a letter: more do not fit, however short they are told."""
_HEADINGS = 4_000
"""Bytes of all headings of groups, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A statement as it stands in a letter."""

    group: Group
    html: str
    text: str
    short: bool
    """Whether it is named without details."""
    marked: bool
    """Whether it shows a difference."""

    @property
    def size(self) -> int:
        """Bytes of its HTML, with the line end."""
        return len(self.html.encode()) + 1


def told(entry: Entry, wording: Wording, *, short: bool) -> Told:
    """An entry, rendered."""
    values: dict[str, Any] = {
        "entry": entry,
        "short": short,
        "words": wording,
        "label": lambda words: wording.say("label", label=words, value="").rstrip(),
        "remark": lambda words, note: _remark(words, note, wording),
        "heading": lambda passage: _heading(passage, wording),
    }
    marks = entry.difference is not None or any(token.old or token.new for one in entry.reasons for token in one.tokens)
    return Told(
        group=entry.outcome.group,
        html=html("entry", **values),
        text=text("entry", **values),
        short=short,
        marked=marks and not short,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What goes into a letter."""

    settings: MailSettings
    wording: Wording
    period: Period
    found: tuple[Outcome, ...]
    older: int
    incidents: "Sequence[Incident]"
    head: str
    tell: Callable[[Outcome, bool], Told]
    """A statement, rendered; short if the second argument says so."""

    @property
    def counts(self) -> str:
        """`3 edited, 2 new`."""
        if not self.found and self.older:
            return self.wording.count("older.subject", self.older)
        if not self.found:
            return self.wording.say("silent.heading" if self.incidents else "subject.nothing")
        return counts_line(self._numbers, self.wording)

    @property
    def subject(self) -> str:
        """One line that names the first statement."""
        if not self.found:
            return self.counts
        return subject(
            short_counts(self._numbers, self.wording), self.found[0].last.title, self.found[0].key, self.wording
        )

    @property
    def _numbers(self) -> dict[ChangeType, int]:
        return Counter(outcome.kind for outcome in self.found)

    def fitted(self) -> tuple[str, str]:
        """HTML of at most `LIMIT` bytes and the plain text with the same content, both with holes for tokens."""
        shown = self.found[:MOST]
        entries = [self.tell(outcome, False) for outcome in shown]
        found = self._html(entries)
        if len(found.encode()) > LIMIT:
            entries = self._fitting(entries, [self.tell(outcome, True) for outcome in shown])
            found = self._html(entries)
        while len(found.encode()) > LIMIT and entries:
            entries.pop()
            found = self._html(entries)
        return found, self._text(entries)

    def _fitting(self, full: Sequence[Told], short: Sequence[Told]) -> list[Told]:
        """As many as can be named; those that come first with their details, as long as there is room."""
        room = LIMIT - len(self._html([]).encode()) - _HEADINGS
        entries: list[Told] = []
        for each in short:
            room -= each.size
            if room < 0:
                break
            entries.append(each)
        room = max(room, 0)
        for place, each in enumerate(entries):
            more = full[place].size - each.size
            if more <= room:
                entries[place] = full[place]
                room -= more
        return entries

    def _html(self, entries: Sequence[Told]) -> str:
        values = self._values(entries)
        groups = [
            (heading, [Markup(each.html) for each in some])  # noqa: S704 - rendered by a template, escaped there
            for heading, some in self._groups(entries)
        ]
        return html("letter", groups=groups, **values) + html("foot", clean=False, **self._foot())

    def _text(self, entries: Sequence[Told]) -> str:
        groups = [(heading, [each.text for each in some]) for heading, some in self._groups(entries)]
        return text("letter", groups=groups, **self._values(entries)) + "\n" + text("foot", clean=False, **self._foot())

    def _groups(self, entries: Sequence[Told]) -> Iterator[tuple[str, list[Told]]]:
        for group, some in groupby(entries, lambda each: each.group):
            yield self.wording.say(f"group.{group}"), list(some)

    def _values(self, entries: Sequence[Told]) -> dict[str, Any]:
        words, period = self.wording, self.period
        return {
            "words": words,
            "title": self.settings.clean_title,
            "home": self.settings.links.home(),
            "status": self.settings.links.status(),
            "subject": self.subject,
            "counts": self.counts,
            "period": self._span(),
            "missed": words.count("missed", period.missed) if period.missed else "",
            "silent": list(silent.sentences(self.incidents, words, self.settings)),
            "legend": _legend(words) if any(each.marked for each in entries) else (),
            "remarks": list(self._remarks(entries)),
        }

    def _foot(self) -> dict[str, Any]:
        return {
            "words": self.wording,
            "why": self.wording.say(f"foot.why.{self.period.cadence}", title=self.settings.clean_title),
            "manage": self.settings.manage(MANAGE_HOLE),
            "unsubscribe": self.settings.unsubscribe(UNSUBSCRIBE_HOLE),
            "head": title_text(self.head, 100),
        }

    def _span(self) -> str:
        words, period = self.wording, self.period
        if period.cadence == "instant":
            return words.say("period.instant", ends=words.moment(period.ends), zone=words.zone)
        return words.say("period.span", span=words.span(period.starts, period.ends), zone=words.zone)

    def _remarks(self, entries: Sequence[Told]) -> Iterator[tuple[str, str, str]]:
        """Sentence, and label and address of a link."""
        words, links = self.wording, self.settings.links
        starts = self.period.starts.astimezone(UTC).date()
        if short := sum(each.short for each in entries):
            yield words.count("short", short), "", ""
        if rest := len(self.found) - len(entries):
            within = Selection(since=starts, until=self.period.ends.astimezone(UTC).date())
            yield words.count("rest", rest), words.say("rest.link"), links.timeline(within)
        if self.older:
            said = words.count("older", self.older, before=words.moment(self.period.starts))
            yield said, words.say("older.link"), links.timeline(Selection(until=starts))


def _legend(words: Wording) -> tuple[str, ...]:
    """The sentence in five pieces: the second is set as deleted words are, the fourth as new ones."""
    before, _, rest = words.say("legend", deleted="\0", inserted="\1").partition("\0")
    between, _, after = rest.partition("\1")
    return before, words.say("legend.deleted"), between, words.say("legend.inserted"), after


def _remark(reason: str, note: str, words: Wording) -> str:
    """What is said behind the words of a reason, unless its name says it already."""
    if words.has(f"reason.{note}"):
        said = words.say(f"reason.{note}")
    else:
        said = words.say("reason.times", numbers=note.removesuffix(" times"))
    return "" if said in reason else f" ({said})"


def _heading(passage: Passage, words: Wording) -> str:
    """Where a passage stands, and what became of it."""
    part = {"text": "paragraph", "images": "image", "attachments": "attachment"}.get(passage.part, passage.part)
    said = [words.say(f"part.{part}", number=passage.number)]
    if passage.moved is not None:
        said.append(words.say("mark.moved." + ("from" if passage.mark == "inserted" else "to"), number=passage.moved))
    elif passage.mark != "changed":
        said.append(words.say("mark.added" if passage.mark == "inserted" else "mark.removed"))
    if passage.cut:
        said.append(words.say("mark.cut"))
    return words.say("comma").join(said)
