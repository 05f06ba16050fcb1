"""One long story of a site of 300 statements, told once for all tests that read its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from missionwatch.replica import ReplicaServer, ReplicaSite
from tests.forge import Forge
from tests.mission import Mission

PLANTED = {"en": "quincunx", "zh-Hans": "璧"}
"""A word, or a Han character, that no statement holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What was planted in a statement: `old` stood there, `new` stands there now."""

    statement: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What each crawl said, and what had been done to the site between the first and the second."""

    mission: Mission
    first: dict[str, Any]
    second: dict[str, Any]
    third: dict[str, Any]
    changes_after_first: list[dict[str, Any]]
    feed_after_first: bytes
    edits: tuple[Edit, ...]
    added: frozenset[str]
    public: Path


def plant(site: ReplicaSite, doc_id: str) -> Edit:
    """Puts one word (Chinese: one character) of a statement's longest paragraph in place of another."""
    truth = site.truth_of(doc_id)
    longest = max(truth.paragraphs, key=len)
    if truth.language == "en":
        words = longest.split(" ")
        place = len(words) // 2 + next(n for n, word in enumerate(words[len(words) // 2 :]) if word.isalpha())
        old, changed = words[place], " ".join([*words[:place], PLANTED["en"], *words[place + 1 :]])
    else:
        place = next(n for n in range(len(longest) // 2, len(longest)) if "一" <= longest[n] <= "鿿")
        old, changed = longest[place], longest[:place] + PLANTED[truth.language] + longest[place + 1 :]

    def swap(paragraphs: tuple[str, ...]) -> Sequence[str]:
        return [changed if each == longest else each for each in paragraphs]

    site.edit(doc_id, how=swap)
    return Edit(statement=f"un-{doc_id}", old=old, new=PLANTED[truth.language])


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory, forge: Forge) -> Story:
    """Baseline; then three edits, two additions and new menus and counters on every page; then nothing."""
    mission = Mission(tmp_path_factory.mktemp("story"), forge)
    site = ReplicaSite(count=300, seed=7)
    with ReplicaServer(site) as server:
        first = mission.watch(server).crawl()
        changes_after_first = mission.changes()
        mission.publish()
        public = mission.data / "public"
        feed_after_first = (public / "feeds" / "changes.atom").read_bytes()

        truths = site.truth()
        english = [truth.doc_id for truth in truths if truth.language == "en"]
        chinese = [truth.doc_id for truth in truths if truth.language != "en"]
        edits = tuple(plant(site, doc_id) for doc_id in (english[10], english[-10], chinese[5]))
        added = site.add(1, section="eng/hyyfy")["doc_ids"] + site.add(1, section="hyyfy", late_days=30)["doc_ids"]
        site.noise()
        second = mission.crawl("--full", "--recheck")
        third = mission.crawl("--full", "--recheck")
        mission.publish()
    return Story(
        mission=mission,
        first=first,
        second=second,
        third=third,
        changes_after_first=changes_after_first,
        feed_after_first=feed_after_first,
        edits=edits,
        added=frozenset(f"un-{doc_id}" for doc_id in added),
        public=public,
    )
