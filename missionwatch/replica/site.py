"""The replica's state: what the site says now, the ways to change it, and the truth to compare with."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from datetime import date as Day  # `date` is a field name below and would hide the type
from random import Random
from typing import Literal, get_args

from missionwatch.replica.answers import Answer, RequestLog
from missionwatch.replica.articles import Template
from missionwatch.replica.catalogue import Catalogue, Entry
from missionwatch.replica.edits import TextEdit, edited
from missionwatch.replica.faults import Deed, Faults
from missionwatch.replica.routes import Routes
from missionwatch.replica.sections import DEFAULT_SECTIONS, Section, chosen
from missionwatch.replica.statements import Content
from missionwatch.replica.truth import Truth, truth_of

Layout = Literal["view", "classic", "mixed"]

# A fixed day, so that a seed alone decides the bytes. Not in the future of any clock that is right.
TODAY = Day(2026, 3, 31)


class ReplicaSite(Faults):
    """A site of `count` invented statements, fully decided by its arguments.

    `today` is the day of the newest statements; `cache_bytes` bounds the memory of rendered pages. Every method may be
    called from any thread; what it returns is plain data. A document id that is unknown is a KeyError, a change that
    cannot be made a ValueError.
    """

    def __init__(
        self,
        *,
        count: int = 300,
        seed: int = 1,
        sections: Sequence[str | Section] = DEFAULT_SECTIONS,
        template: Layout = "view",
        today: Day = TODAY,
        cache_bytes: int = 256 << 20,
    ) -> None:
        super().__init__()
        self.seed = seed
        self.today = today
        self.catalogue = Catalogue(count=count, seed=seed, sections=chosen(sections), today=today)
        self.log = RequestLog()
        self.layout: Layout = template
        self.listing_template: Template = "view"
        self.generation = 0
        self.revision = 0
        """Rises with every change of the site."""
        self.clock = self.changed = datetime(today.year, today.month, today.day, tzinfo=UTC)
        self.rebuilt = datetime(2000, 1, 1, tzinfo=UTC)
        """When all pages were last built anew; before any statement until `noise` or `set_template`."""
        self.touched: dict[str, datetime] = dict.fromkeys(self.catalogue.sections, self.clock)
        """When each section's listing last changed."""
        # Not for secrets: the draws must repeat from run to run.
        self._rng = Random(f"{seed}/site")  # noqa: S311
        self._routes = Routes(self, cache_bytes)

    # Changes

    def add(self, n: int = 1, section: str | None = None, late_days: int = 0) -> Deed:
        """New statements of today; with `late_days`, of a document date so long ago, hence down in the listing."""
        with self.lock:
            added = []
            for _ in range(n):
                date = self.today - timedelta(days=late_days)
                uploaded = self.today + timedelta(days=0 if late_days or self._rng.random() < 0.2 else 1)
                home = self.catalogue.sections[self._known(section)] if section else None
                added.append(entry := self.catalogue.publish(home, date, uploaded))
                self._touch(entry, entry.sections)
            return {
                "do": "add",
                "doc_ids": [entry.doc_id for entry in added],
                "paths": [path for entry in added for path in entry.addresses()],
            }

    def edit(self, doc_id: str | None = None, how: str | TextEdit = "word") -> Deed:
        """Changes one thing in a statement (see `edits.EDITS`), in a drawn one if none is named."""
        with self.lock:
            language = "zh-Hans" if how == "han" else None
            entry = self._drawn(language) if doc_id is None else self._entry(doc_id)
            before = entry.content(self.seed)
            after = edited(before, how, self._rng)
            entry.states = [*(entry.states or [before]), after]
            self._say(entry, after)
            return self._deed("edit", entry, how=how if isinstance(how, str) else "custom")

    def revert(self, doc_id: str) -> Deed:
        """Puts back the text from before the last edit."""
        with self.lock:
            entry = self._entry(doc_id)
            if len(entry.states) < 2:
                raise ValueError(f"{doc_id} was never edited")
            entry.states.pop()
            self._say(entry, entry.states[-1])
            return self._deed("revert", entry)

    def remove(self, doc_id: str | None = None) -> Deed:
        """Takes a statement away: its pages and files answer 404 and no listing names it."""
        with self.lock:
            entry = self._drawn(None) if doc_id is None else self._entry(doc_id)
            if not entry.live:
                raise ValueError(f"{entry.doc_id} is removed already")
            self.catalogue.delist(entry)
            entry.live = False
            self._touch(entry, entry.sections)
            return self._deed("remove", entry)

    def restore(self, doc_id: str) -> Deed:
        """Brings a removed statement back, at its old addresses."""
        with self.lock:
            entry = self._entry(doc_id)
            if entry.live:
                raise ValueError(f"{doc_id} is not removed")
            entry.live = True
            self.catalogue.enlist(entry)
            self._touch(entry, entry.sections)
            return self._deed("restore", entry)

    def move(self, doc_id: str, section: str) -> Deed:
        """Lists a statement in that section alone: same id, new address; the old ones answer 404."""
        with self.lock:
            entry = self._entry(doc_id)
            old = entry.addresses()
            self._relist(entry, [self._known(section)])
            return self._deed("move", entry, old_paths=old)

    def list_in(self, doc_id: str, section: str) -> Deed:
        """Lists a statement in a further section, under the same id."""
        with self.lock:
            entry = self._entry(doc_id)
            self._relist(entry, list(dict.fromkeys([*entry.sections, self._known(section)])))
            return self._deed("list_in", entry)

    def noise(self) -> Deed:
        """Rebuilds the site: every page's bytes change (menus, tokens, white space), no text does."""
        with self.lock:
            self.generation += 1
            self.rebuilt = self._tick()
            return {"do": "noise", "generation": self.generation}

    def set_template(self, name: Layout, listings: bool = False) -> Deed:
        """Redesigns all statements' pages; `listings` takes the listing pages along (mixed sites list in `view`)."""
        if name not in get_args(Layout):
            raise ValueError(f"no template is called {name!r}; there are {', '.join(get_args(Layout))}")
        with self.lock:
            self.layout = name
            self.listing_template = "classic" if listings and name == "classic" else "view"
            self.rebuilt = self._tick()
            return {"do": "set_template", "name": name, "listings": self.listing_template}

    def advance(self, days: int = 1) -> Deed:
        """Lets days pass: later additions bear later dates. No page changes."""
        with self.lock:
            self.today += timedelta(days=days)
            self.clock = max(self.clock, datetime(self.today.year, self.today.month, self.today.day, tzinfo=UTC))
            return {"do": "advance", "today": self.today.isoformat()}

    # Reading

    def truth(self) -> tuple[Truth, ...]:
        """What is right to say of each live statement, by rising document id."""
        with self.lock:
            return tuple(truth_of(entry, self.seed) for entry in sorted(self._live(), key=lambda e: int(e.doc_id)))

    def truth_of(self, doc_id: str) -> Truth:
        """What is right to say of one statement, removed ones too (as of their removal)."""
        with self.lock:
            return truth_of(self._entry(doc_id), self.seed)

    def listed(self, section: str) -> tuple[str, ...]:
        """The document ids of a section in the order of its listing, without regard to faults."""
        with self.lock:
            return tuple(entry.doc_id for entry in self.catalogue.listed[self._known(section)])

    def answer(self, path: str) -> Answer:
        """What a GET of this path gets now; counts as a request for `fail`, and is not logged."""
        with self.lock:
            return self._routes.answer(path)

    def warm(self) -> Deed:
        """Renders every statement's page ahead, as far as `cache_bytes` goes: for timings of a crawler alone."""
        with self.lock:
            paths = [path for entry in self._live() for path in entry.addresses()]
            for path in paths:
                self._routes.answer(path)
            return {"do": "warm", "pages": len(paths)}

    def template_of(self, entry: Entry) -> Template:
        """The template of a statement's page; on a mixed site a matter of its draw."""
        if self.layout == "mixed":
            return "classic" if entry.draw < 0.5 else "view"
        return self.layout

    # Inside

    def _entry(self, doc_id: str) -> Entry:
        try:
            return self.catalogue.entries[doc_id]
        except KeyError:
            raise KeyError(f"no statement has the document id {doc_id}") from None

    def _live(self) -> Iterable[Entry]:
        return (entry for entry in self.catalogue.entries.values() if entry.live)

    def _drawn(self, language: str | None) -> Entry:
        live = [entry for entry in self._live() if language in (None, entry.origin.language)]
        if not live:
            raise ValueError("the site has no such statement")
        return self._rng.choice(live)

    def _known(self, section: str) -> str:
        path = section.strip("/")
        if path not in self.catalogue.sections:
            raise ValueError(f"the site has no section {path}; it has {', '.join(self.catalogue.sections)}")
        return path

    def _say(self, entry: Entry, content: Content) -> None:
        self.catalogue.retitle(entry, content.title, content.date)
        self._touch(entry, entry.sections)

    def _relist(self, entry: Entry, sections: list[str]) -> None:
        if not entry.live:
            raise ValueError(f"{entry.doc_id} is removed")
        if any(self.catalogue.sections[path].language != entry.origin.language for path in sections):
            raise ValueError(f"{entry.doc_id} is written in {entry.origin.language}, the section is not")
        touched = {*entry.sections, *sections}
        self.catalogue.delist(entry)
        entry.sections = sections
        self.catalogue.enlist(entry)
        self._touch(entry, touched)

    def _touch(self, entry: Entry, sections: Iterable[str]) -> None:
        entry.modified = self._tick()
        entry.revision += 1
        for section in sections:
            self.touched[section] = entry.modified

    def _tick(self) -> datetime:
        # A second a change: Last-Modified cannot tell less.
        self.revision += 1
        self.clock += timedelta(seconds=1)
        self.changed = self.clock
        return self.changed

    def _deed(self, name: str, entry: Entry, **more: object) -> Deed:
        return {"do": name, "doc_id": entry.doc_id, "paths": entry.addresses(), **more}
