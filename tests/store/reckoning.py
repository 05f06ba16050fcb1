"""What an archive should hold, told plainly: one text after the other, places, looks, and what was news."""

from dataclasses import dataclass, field
from datetime import datetime

from store.observation import ListingSeen, LookFailed, PageSeen, StatementSeen
from tests.store.steps import Removal, Step, Walk
from tests.store.world import at


@dataclass
class Place:
    page: str
    baseline: bool
    first: datetime
    last: datetime
    gone: bool = False


@dataclass
class Reckoned:
    """One statement."""

    page: str
    texts: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    observed: list[tuple[datetime, datetime]] = field(default_factory=list)
    state: str = "live"
    missing: tuple[datetime | None, datetime | None, int] = (None, None, 0)
    duplicate_of: str | None = None
    places: dict[str, Place] = field(default_factory=dict)
    looks: list[tuple[str, datetime, datetime, int]] = field(default_factory=list)

    @property
    def is_news(self) -> bool:
        return not all(place.baseline for place in self.places.values())

    @property
    def is_named_no_longer(self) -> bool:
        here = [place.gone for place in self.places.values() if place.page == self.page]
        return bool(here) and all(here)

    def look(self, result: str, when: datetime) -> None:
        if self.looks and self.looks[-1][0] == result != "changed":
            _, since, _, looks = self.looks.pop()
            self.looks.append((result, since, when, looks + 1))
        else:
            self.looks.append((result, when, when, 1))

    def found(self) -> None:
        self.state, self.missing = "live", (None, None, 0)

    def confirm(self, when: datetime) -> None:
        self.observed[-1] = (self.observed[-1][0], when)


@dataclass(frozen=True)
class Told:
    """One line of the change log, as far as it can be foretold."""

    type: str
    key: str
    from_version: int | None
    to_version: int | None
    baseline: bool
    is_noticed: bool = True
    """Whether readers should notice."""


@dataclass
class Reckoning:
    statements: dict[str, Reckoned] = field(default_factory=dict)
    """The earliest first."""
    shows: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    """Listing page → its section and what it named last."""
    closed: set[str] = field(default_factory=set)
    changes: list[Told] = field(default_factory=list)

    def take(self, step: Step, number: int) -> None:
        match step:
            case Walk(section, minutes):
                self._walked(section, at(number - minutes))
            case Removal(key):
                self._removed(key)
            case ListingSeen(capture=capture, listing=listing):
                # Of those that come at once, the archive counts the last one on the list as the first that was there.
                for item in dict.fromkeys(reversed(listing.items)):
                    self.statements.setdefault(f"un-{item.doc_id}", Reckoned(item.page))
                pages = {f"un-{item.doc_id}": item.page for item in listing.items}
                self.shows[capture.page] = (listing.section, list(pages))
                for other, (section, named) in self.shows.items():  # on one page of its section's list at a time
                    if other != capture.page and section == listing.section:
                        named[:] = [key for key in named if key not in pages]
                for key, page in pages.items():
                    new = Place(page, listing.section not in self.closed, capture.fetched, capture.fetched)
                    place = self.statements[key].places.setdefault(listing.section, new)
                    place.page, place.last, place.gone = page, capture.fetched, False
            case PageSeen(capture=capture) if capture.kind == "listing":
                section, named = self.shows.get(capture.page, ("", []))
                for key in named:
                    place = self.statements[key].places[section]
                    place.last, place.gone = capture.fetched, False
            case StatementSeen():
                self._read(step)
            case PageSeen(capture=capture, key=key) if key in self.statements and self.statements[key].texts:
                self._answered(self.statements[key], capture.status, capture.fetched)
            case LookFailed(key=key, code=code, at=when) if key in self.statements and self.statements[key].texts:
                self.statements[key].look("unclear" if code == "unclear" else "failed", when)

    def _walked(self, section: str, began: datetime) -> None:
        if section in {each for each, _ in self.shows.values()}:
            self.closed.add(section)
        for statement in self.statements.values():
            place = statement.places.get(section)
            if place is not None and place.last < began:
                place.gone = True

    def _twins(self, key: str, text: str, *, only_live: bool) -> list[str]:
        return [
            other
            for other, statement in self.statements.items()
            if other != key and statement.texts[-1:] == [text] and (statement.state == "live" or not only_live)
        ]

    def _removed(self, key: str) -> None:
        statement = self.statements.get(key)
        if statement is None or statement.state != "suspect":
            return
        statement.state = "removed"
        moved = self._twins(key, statement.texts[-1], only_live=True)
        self.changes.append(Told("moved" if moved else "removed", key, len(statement.texts), None, False))

    def _answered(self, statement: Reckoned, status: int, when: datetime) -> None:
        if status == 304:
            statement.look("not_modified", when)
            if statement.state != "removed":
                statement.found()
                statement.confirm(when)
        elif status in (404, 410):
            statement.look("missing", when)
            since, _, looks = statement.missing
            statement.missing = (since or when, when, looks + 1)
            statement.state = "suspect" if statement.state == "live" else statement.state
        else:
            statement.look("failed", when)

    def _read(self, seen: StatementSeen) -> None:
        key, text, when = seen.statement.key, seen.statement.text, seen.capture.fetched
        answered = seen.page or seen.capture.page
        statement = self.statements.setdefault(key, Reckoned(answered))
        before, same = len(statement.texts), statement.texts[-1:] == [text]
        if before and not same and not seen.confirmed:
            return
        is_elsewhere = answered != statement.page and (bool(seen.page) or statement.is_named_no_longer)
        change: Told | None = None
        if not before:
            statement.page = answered  # whatever address a listing named it under
            change = self._met(key, statement, text)
        elif statement.state == "removed" or is_elsewhere or not same:
            after = before if same else before + 1
            kind = "restored" if statement.state == "removed" else "moved" if is_elsewhere else None
            kind = kind or ("reverted" if text in statement.texts else "edited")
            is_small = kind == "edited" and text.rstrip("!") == statement.texts[-1].rstrip("!")
            change = Told(kind, key, before, after, False, not is_small)
            if kind == "moved":
                statement.page = answered
        if change is not None:
            self.changes.append(change)
        statement.found()
        if same:
            statement.look("unchanged", when)
            statement.confirm(when)
        else:
            statement.look("changed" if before else "first", when)
            statement.texts.append(text)
            statement.bodies.append(seen.capture.body)
            statement.observed.append((when, when))

    def _met(self, key: str, statement: Reckoned, text: str) -> Told:
        twins = self._twins(key, text, only_live=False)
        if twins and statement.is_news and self.statements[twins[0]].state == "removed":
            return Told("moved", key, None, 1, False)
        statement.duplicate_of = twins[0] if twins else None
        return Told("new", key, None, 1, not statement.is_news or bool(twins))
