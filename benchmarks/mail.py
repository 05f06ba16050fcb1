"""Composing digests: 10,000 subscribers with 200 different wishes over 50 changes, from records to bytes."""

import json
import statistics
import time
from collections.abc import Sequence
from datetime import timedelta
from random import Random

from benchmarks.library import Library
from benchmarks.mission import run_python
from benchmarks.report import Measurement, Report
from feeds.mail import Composer, MailSettings, compose, message_id, personalise
from store.mailing.model import Frame, Period, ToldChange, Wishes
from store.mailing.tokens import new_token
from store.mailing.wishes import matches
from store.selection import FIELDS, Field

SUBSCRIBERS, WISHES, CHANGES = 10_000, 200, 50
ALONE = 20
"""Digests that are composed each by itself, to compare."""
SETTINGS = MailSettings(base_url="https://watch.example", sender="A mission <news@watch.example>")


def measure() -> Report:
    """In a process of its own."""
    ran = run_python("-m", "benchmarks.mail")
    found = ran.last
    return Report(
        name="mail",
        measurements=[
            Measurement(what="digests composed and made personal", value=found["rate"], unit="digests/s"),
            Measurement(what="the same, CPU", value=found["cpu"], unit="us/digest"),
            Measurement(what="different letters", value=found["letters"], unit="letters"),
            Measurement(what="one of them", value=found["letter"], unit="ms"),
            Measurement(what="making one personal", value=found["personal"], unit="us"),
            Measurement(what="a letter, median", value=found["bytes"] / 1000, unit="KB"),
            Measurement(what="each composed by itself", value=found["alone"], unit="digests/s"),
            Measurement(what="peak memory, archive included", value=ran.peak, unit="MiB"),
        ],
    )


def run() -> dict[str, float]:
    """The measurements, as plain values."""
    library = Library(400, 800)
    told = _told(library)
    wishes = _wishes(told)
    period = Period(
        key="daily:2026-03-02",
        cadence="daily",
        starts=told[0].change.detected - timedelta(hours=1),
        ends=told[-1].change.detected,
    )
    frames: Sequence[Frame] = ("en", "zh")
    subscribers = [(number, wishes[number % WISHES], frames[number % WISHES % 2]) for number in range(SUBSCRIBERS)]
    began, used = time.perf_counter(), time.process_time()
    composer = Composer(SETTINGS, library)
    letters = {}
    sizes = []
    composing = 0.0
    for number, wanted, frame in subscribers:
        place = number % WISHES
        if place not in letters:
            at = time.perf_counter()
            mine = [each for each in told if matches(wanted, each)]
            letters[place] = composer.compose(
                period=period, frame=frame, zone="Europe/Vienna", told=mine, older=0, incidents=()
            )
            composing += time.perf_counter() - at
        token = new_token()
        data = personalise(
            letters[place],
            recipient=f"reader{number}@example.org",
            message_id=message_id(SETTINGS, "digest", number, period.key, token),
            unsubscribe=token,
            manage=new_token(),
            date=period.ends,
        )
        sizes.append(len(data))
    wall, cpu = time.perf_counter() - began, time.process_time() - used
    return {
        "rate": SUBSCRIBERS / wall,
        "cpu": cpu / SUBSCRIBERS * 1e6,
        "letters": len(letters),
        "letter": composing / len(letters) * 1000,
        "personal": (wall - composing) / SUBSCRIBERS * 1e6,
        "bytes": statistics.median(sizes),
        "alone": _alone(library, told, wishes, period),
    }


def _alone(library: Library, told: Sequence[ToldChange], wishes: Sequence[Wishes], period: Period) -> float:
    began = time.perf_counter()
    for wanted in wishes[:ALONE]:
        mine = [each for each in told if matches(wanted, each)]
        compose(
            period=period,
            frame="en",
            zone="UTC",
            told=mine,
            older=0,
            reader=library,
            incidents=(),
            settings=SETTINGS,
        )
    return ALONE / (time.perf_counter() - began)


def _told(library: Library) -> list[ToldChange]:
    """The newest changes, with the slices of their statements."""
    marks = library.marks()
    numbers = library.news()[-CHANGES:]
    return [
        ToldChange(change=change, slices=frozenset(marks[change.statement].slices), text=change.title)
        for change in library.changes_by_id(numbers)
    ]


def _wishes(told: Sequence[ToldChange]) -> list[Wishes]:
    """So many different ones, each of which matches something."""
    random = Random(7)
    found: dict[tuple[tuple[Field, tuple[str, ...]], ...], Wishes] = {}
    while len(found) < WISHES:
        slices = sorted(random.choice(told).slices | random.choice(told).slices)
        chosen = random.sample(slices, random.randrange(1, 4))
        facets = {
            field: frozenset(slug for each, slug in chosen if each == field)
            for field in FIELDS
            if any(each == field for each, _ in chosen)
        }
        wanted = Wishes(facets=facets)
        if any(matches(wanted, each) for each in told):
            found[tuple((field, tuple(sorted(slugs))) for field, slugs in facets.items())] = wanted
    return list(found.values())


if __name__ == "__main__":
    print(json.dumps(run()))
