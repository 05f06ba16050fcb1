"""Real feed readers, subscribed to a served mission: one new thing for each change, and the new text after edits."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from feeds.permalinks import FORMATS
from missionwatch.replica import ReplicaServer, ReplicaSite
from tests.mission import Mission, counts
from tests.needs import has
from tests.readers.programs import PROGRAMS, Feedparser, Item, Program, missing, words_of
from tests.served import serve

SUBSCRIPTIONS = [(program, kind) for program, (_, kinds) in PROGRAMS.items() for kind in kinds]
QUICK_REMOVAL = '[truth]\nremoval_min_age = "1ms"\n'


@dataclass
class Subscriber:
    """What one reader had to show at each of its polls."""

    program: Program
    first: list[Item] = field(default_factory=list)
    before: list[Item] = field(default_factory=list)
    """Everything, before anything happened."""
    second: list[Item] = field(default_factory=list)
    third: list[Item] = field(default_factory=list)
    after: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class Event:
    """What happened between the first poll and the second."""

    subscribers: dict[tuple[str, str], Subscriber]
    titles: dict[str, str]
    """Type of change → title of the statement."""
    old_words: tuple[str, ...]
    """Of the paragraph that was edited."""
    new_words: tuple[str, ...]


@pytest.fixture(scope="module")
def event(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Event]:
    """A crawl, a change of the site, two more crawls (a removal needs two), with the server running all the time."""
    has("readers")  # fails where they are demanded; otherwise those that are here are tested
    folder = tmp_path_factory.mktemp("readers")
    mission = Mission(folder / "mission")
    with ReplicaServer(ReplicaSite(count=24, seed=24)) as server:
        mission.watch(server, QUICK_REMOVAL).crawl()
        with serve(mission) as served:
            served.until("/feeds/statements.rss", b"</rss>")
            subscribers = {}
            for program, kind in SUBSCRIPTIONS:
                if missing(program) is None:
                    own = folder / f"{program}-{kind}"
                    own.mkdir()
                    feeds = {name: f"{served.url}/feeds/{name}.{kind}" for name in ("changes", "statements")}
                    subscribers[program, kind] = Subscriber(PROGRAMS[program][0](own, feeds))
            edited, removed = [each.doc_id for each in server.site.truth() if len(each.sections) == 1][:2]
            old = mission.show(f"un-{edited}")
            titles = {"edited": old["title"], "removed": mission.show(f"un-{removed}")["title"]}
            for each in subscribers.values():
                each.first, each.before = each.program.poll(), each.program.shown()
            server.site.edit(edited, how="number")
            server.site.remove(removed)
            added = server.site.add(1)["doc_ids"][0]
            found = [counts(mission.crawl("--full", "--recheck", code=code)) for code in (3, 0)]
            assert [{name: told.get(name, 0) for name in ("new", "edited", "removed")} for told in found] == [
                {"new": 1, "edited": 1, "removed": 0},
                {"new": 0, "edited": 0, "removed": 1},
            ]
            titles["new"] = mission.show(f"un-{added}")["title"]
            for kind in FORMATS:  # written one after the other
                served.until(f"/feeds/changes.{kind}", b"[REMOVED")
                served.until(f"/feeds/statements.{kind}", b"[Removed")
            new = mission.show(f"un-{edited}")
            ((was, now),) = [
                pair for pair in zip(old["paragraphs"], new["paragraphs"], strict=True) if pair[0] != pair[1]
            ]
            for each in subscribers.values():
                each.second = each.program.poll()
                each.third, each.after = each.program.poll(), each.program.shown()
            yield Event(subscribers, titles, words_of(was), words_of(now))


@pytest.fixture(params=SUBSCRIPTIONS, ids=lambda each: " ".join(each))
def subscriber(event: Event, request: pytest.FixtureRequest) -> Subscriber:
    program, _ = request.param
    why = missing(program)
    if why is not None:
        pytest.skip(why)
    return event.subscribers[request.param]


def changes(items: list[Item]) -> list[Item]:
    return [item for item in items if item.feed == "changes"]


def holds(items: list[Item], words: tuple[str, ...]) -> bool:
    """Whether a statement that a reader shows has these words in a row."""
    wanted = " ".join(words)
    return any(f" {wanted} " in f" {' '.join(item.words)} " for item in items if item.feed == "statements")


def test_each_change_is_one_new_thing_and_nothing_is_new_twice(event: Event, subscriber: Subscriber) -> None:
    assert changes(subscriber.first) == []
    told = changes(subscriber.second)
    assert len(told) == 3
    for kind, title in event.titles.items():
        (one,) = [item for item in told if item.title.upper().startswith(f"[{kind.upper()}")]
        assert words_of(title)[:4] == words_of(one.title.partition("]")[2])[:4]
    assert subscriber.third == []


def test_a_statement_shows_its_new_text_after_an_edit(event: Event, subscriber: Subscriber) -> None:
    assert event.old_words != event.new_words
    assert holds(subscriber.before, event.old_words)
    assert not holds(subscriber.before, event.new_words)
    assert holds(subscriber.after, event.new_words)


def test_the_next_poll_gets_no_bytes(event: Event) -> None:
    if missing("feedparser"):
        pytest.skip("the package feedparser is not installed")
    for kind in ("atom", "rss"):
        program = event.subscribers["feedparser", kind].program
        assert isinstance(program, Feedparser)
        assert program.statuses == [200, 200, 200, 200, 304, 304]
