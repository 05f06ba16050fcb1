"""Histories of an archive, for laws that hold whatever happened: steps that anything may be made of."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import Phase
from hypothesis import strategies as st

from store.attribution import Facets, Kind, Organ, Speaker, Symbol
from store.model import StatedDate, Statement
from tests.feeds.fakes import FakeArchive, a_statement

Step = tuple[str, int, int]
"""What happens, to which statement, and a number that the rest follows from."""

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""For `settings(phases=…)`: to publish takes so long that making a failure smaller takes longer than reading it."""
HAPPENINGS = ("add", "add", "add", "baseline", "edit", "edit", "retitle", "redate", "remove", "restore", "look")
QUIET = ("list", "silence", "section-silence", "end")
STEPS = st.lists(
    st.tuples(st.sampled_from(HAPPENINGS + QUIET), st.integers(0, 5), st.integers(0, 9)), min_size=1, max_size=14
)
SPEAKERS = (
    Speaker(name="Ann Quay", role="Harbour Master", slug="ann-quay"),
    Speaker(name="林港", role="", slug="林港"),
)
ORGANS = (Organ(slug="harbour-council", name_en="Harbour Council", name_zh="港口理事会"), None)
KINDS = (Kind(slug="remarks", name_en="Remarks", name_zh="发言"), None)


def take_step(archive: FakeArchive, step: Step) -> None:
    """Lets one step happen, as far as it can."""
    what, which, number = step
    keys = list(archive.records)
    if what in ("add", "baseline"):
        archive.add(a_text(len(keys), number), baseline=what == "baseline", facets=facets_of(number))
        return
    if what in ("silence", "section-silence"):
        # Sometimes told at the very moment of a change.
        told = archive.now if number % 2 else None
        archive.fall_silent("eng/harbour" if what == "section-silence" else "", told)
        return
    if what == "end":
        if archive.silent:
            archive.speak_again()
        return
    if not keys:
        return
    key = keys[which % len(keys)]
    record = archive.records[key]
    match what:
        case "edit":
            texts = [f"Line {place}, {number}, {len(record.versions)}." for place in range(3)]
            archive.edit(key, replace(record.content, paragraphs=a_statement(paragraphs=texts, html=texts).paragraphs))
        case "retitle":
            archive.edit(key, replace(record.content, title=f"Title {number}, {len(record.versions)}"))
        case "redate":
            archive.edit(key, replace(record.content, date=a_date(number)))
        case "remove" if record.state == "live":
            archive.set_state(key, "removed")
        case "restore" if record.state == "removed":
            archive.set_state(key, "live")
        case "look":
            archive.look(key)
        case "list" if len(record.places) < 2:
            archive.list_in(key, "eng/pier", "Pier")
    if number == 9:
        archive.now += timedelta(days=1)


def world_of(steps: Sequence[Step]) -> FakeArchive:
    """An archive in which all this happened."""
    archive = FakeArchive()
    for step in steps:
        take_step(archive, step)
    return archive


def a_text(place: int, number: int) -> Statement:
    """A statement of its own, by its place."""
    language = "zh-Hans" if number % 3 == 0 else "en"
    texts = (f"Berth {place} is open.", "港口开放。" if language != "en" else "All is well.", f"Number {number}.")
    return a_statement(str(2000 + place), f"On berth {place}", texts, language=language, stated=a_date(number))


def a_date(number: int) -> StatedDate:
    """One of a few days in two years, or none."""
    if number % 5 == 4:
        return StatedDate(text="", source="none")
    day = date(2025, 12, 30) + timedelta(days=number % 5)
    return StatedDate(text=day.isoformat(), date=day, zone="America/New_York")


def facets_of(number: int) -> Facets:
    """Who, where and what, by a number."""
    symbols = (Symbol(symbol="A/RES/1/1", url="https://undocs.example/A/RES/1/1"),) if number % 2 else ()
    return Facets(speakers=SPEAKERS[: number % 3], organ=ORGANS[number % 2], kind=KINDS[number // 5], symbols=symbols)
