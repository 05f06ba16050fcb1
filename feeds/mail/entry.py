"""One statement of a letter in words, as both the plain text and the HTML say it."""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from feeds.clean import language_tag, safe_link, title_text, xml_text
from feeds.content import excerpt
from feeds.mail.outcomes import Outcome
from feeds.mail.passages import Passages, passages
from feeds.mail.settings import MailSettings
from feeds.mail.wording import Wording
from feeds.pages.reasons import Token, read_reasons
from feeds.phrases import language_of
from feeds.reading import Archive
from store.blobs import DamagedBlobError
from store.model import Statement, StatementRecord
from store.significance import classify
from store.textdiff import compare_statements

log = logging.getLogger(__name__)

TITLE_LIMIT = 300
EXCERPT_LIMIT = 320
_SEEN_WHOLE = frozenset({"title", "paragraph removed", "paragraph added", "paragraph moved", "rewrite"})
_MISSING = re.compile(r"missing since ([0-9: -]{16}) in ([0-9]+) looks, and listed nowhere")
_BACK = re.compile(r"back to version ([0-9]+)")
_PLACE = re.compile(r"(from|now) (\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Clean words, with their language where it is not that of the frame."""

    text: str
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonLine:
    """Why it is told: a class of edits, or a sentence, and the words that it goes by."""

    words: str
    tokens: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a letter says of a statement. All text is clean; what is empty is not said."""

    outcome: Outcome
    verb: str
    when: str
    title: str
    language: str
    """BCP 47, of title and text."""
    href: str
    about: tuple[Words, ...]
    notes: tuple[str, ...]
    reasons: tuple[ReasonLine, ...]
    beginning: str
    difference: Passages | None
    links: tuple[Link, ...]


class Entries:
    """Makes entries; a difference is computed once, in whatever language it is told."""

    def __init__(self, settings: MailSettings, reader: Archive) -> None:
        self._settings = settings
        self._links = settings.links
        self._reader = reader
        self._compared: dict[tuple[str, int, int], Passages | None] = {}
        self._judged: dict[tuple[str, int, int], tuple[str, ...]] = {}

    def of(self, outcome: Outcome, wording: Wording) -> Entry:
        """What is said of a statement. What of its texts cannot be read is not shown, and said so."""
        change, before, after = outcome.last, outcome.before, outcome.after
        record = self._reader.statement(outcome.key)
        content = self._version(outcome.key, after) if outcome.kind == "new" and after else None
        compared = self._difference(outcome.key, before, after) if outcome.differs and before and after else None
        difference = compared if compared and compared.shown else None
        unread = (outcome.differs and compared is None) or (outcome.kind == "new" and content is None)
        reasons = self._reasons(outcome)
        return Entry(
            outcome=outcome,
            verb=wording.verb(outcome.kind),
            when=wording.moment(change.detected),
            title=title_text(change.title, TITLE_LIMIT) or title_text(outcome.key),
            language=language_tag(change.language),
            href=self._links.statement(outcome.key),
            about=tuple(self._about(record, wording)) if record else (),
            notes=tuple(self._notes(outcome, record, wording, differs=difference is not None, unread=unread)),
            reasons=tuple(_reason_lines(reasons, wording, shown=difference is not None)),
            beginning=excerpt(xml_text(content.text), EXCERPT_LIMIT) if content else "",
            difference=difference,
            links=tuple(self._further(outcome, wording)),
        )

    def _version(self, key: str, number: int) -> Statement | None:
        try:
            return self._reader.version(key, number)
        except (KeyError, DamagedBlobError) as error:
            log.error("statement=%s version=%s not read for a letter: %s", key, number, error)
            return None

    def _sides(self, key: str, before: int, after: int) -> tuple[Statement, Statement] | None:
        old = self._version(key, before)
        new = self._version(key, after) if old else None
        return (old, new) if old and new else None

    def _difference(self, key: str, before: int, after: int) -> Passages | None:
        place = key, before, after
        if place not in self._compared:
            sides = self._sides(key, before, after)
            self._compared[place] = passages(compare_statements(*sides)) if sides else None
        return self._compared[place]

    def _judgement(self, key: str, before: int, after: int) -> tuple[str, ...]:
        place = key, before, after
        if place not in self._judged:
            sides = self._sides(key, before, after)
            self._judged[place] = classify(*sides, self._settings.terms).reasons if sides else ()
        return self._judged[place]

    def _reasons(self, outcome: Outcome) -> Sequence[str]:
        edited = outcome.kind in ("edited", "reverted", "new") and len(outcome.changes) > 1
        if edited and outcome.differs and outcome.before and outcome.after:
            return self._judgement(outcome.key, outcome.before, outcome.after)
        # The log's own, which the operator's terms of that day were used for.
        told = [change for change in outcome.changes if change.type == outcome.kind]
        return told[-1].reasons if told else ()

    def _about(self, record: StatementRecord, wording: Wording) -> Iterator[Words]:
        facets, english = record.facets, wording.frame == "en"
        for speaker in facets.speakers:
            yield _words(speaker.name, wording)
        if facets.organ:
            yield _words(facets.organ.name_en if english else facets.organ.name_zh, wording)
        if facets.kind:
            yield _words(facets.kind.name_en if english else facets.kind.name_zh, wording)
        for place in record.places[:1]:
            yield _words(place.label or place.section, wording)
        if stated := title_text(wording.stated(record.content.date), 60):
            yield Words(text=stated)

    def _notes(
        self, outcome: Outcome, record: StatementRecord | None, wording: Wording, *, differs: bool, unread: bool
    ) -> Iterator[str]:
        several = len(outcome.changes) > 1
        if several:
            events = [wording.count("times", count, what=wording.verb(kind)) for kind, count in outcome.counts.items()]
            span = wording.span(outcome.changes[0].detected, outcome.last.detected)
            yield wording.say("history.span", events=_joined(events, wording), span=span)
        match outcome.kind:
            case "new" if differs:
                yield wording.say("note.since", first=outcome.before, last=outcome.after)
            case "removed":
                if "new" in outcome.counts:
                    yield wording.say("note.new.removed")
                if kept := record.version.number if record else outcome.after or outcome.before:
                    yield wording.say("note.kept", version=kept)
            case "restored" | "moved":
                yield wording.say(f"note.{outcome.kind}{'.edited' if outcome.differs else ''}")
            case "edited" | "reverted" if several and not unread:
                if differs:
                    yield wording.say("note.whole", first=outcome.before, last=outcome.after)
                else:
                    yield wording.say("note.unchanged")
        if outcome.last.type == "reverted":
            for found in filter(None, map(_BACK.fullmatch, outcome.last.reasons)):
                yield wording.say("note.back", version=found[1])
        if unread:
            yield wording.say("note.unread")

    def _further(self, outcome: Outcome, wording: Wording) -> Iterator[Link]:
        key, before, after = outcome.key, outcome.before, outcome.after
        if outcome.differs and before and after:
            yield Link(label=wording.say("link.diff"), url=self._links.diff(key, before, after))
        elif number := after or before:
            yield Link(label=wording.say("link.version", number=number), url=self._links.version(key, number))
        if original := safe_link(outcome.last.page):
            yield Link(label=wording.say("link.original"), url=_one_word(original))


def _reason_lines(reasons: Sequence[str], wording: Wording, *, shown: bool) -> Iterator[ReasonLine]:
    """The reasons in words; where the difference is `shown`, whole paragraphs and titles are not told twice."""
    for reason in read_reasons(reasons):
        if _BACK.fullmatch(reason.words):
            continue  # a note says it
        if shown and reason.words in _SEEN_WHOLE:
            yield ReasonLine(words=wording.reason(reason.words))
        elif reason.tokens:
            yield ReasonLine(words=wording.reason(reason.words), tokens=reason.tokens)
        elif missing := _MISSING.fullmatch(reason.words):
            yield ReasonLine(words=wording.say("reason.missing", since=missing[1], looks=missing[2]))
        elif place := _PLACE.fullmatch(reason.words):
            yield ReasonLine(words=wording.say(f"reason.{place[1]}"), tokens=(Token(same=place[2]),))
        else:
            yield ReasonLine(words=wording.reason(reason.words))


def _words(text: str, wording: Wording) -> Words:
    clean = title_text(text, 120)
    language = language_of(clean) or "en"
    return Words(text=clean, language=None if language == wording.language else language)


def _joined(words: Sequence[str], wording: Wording) -> str:
    return wording.say("comma").join([words[0], *(word[:1].lower() + word[1:] for word in words[1:])])


def _one_word(url: str) -> str:
    """The address without blanks or quotes, which would end it in plain text."""
    return "".join(each if each.isprintable() and each not in " \"'<>`" else quote(each) for each in url)
