"""A changed extractor over an unchanged site: versions are repaired, and nobody hears of it."""

import re
from importlib import resources
from pathlib import Path

import pytest

from missionwatch.replica import ReplicaServer
from tests.conftest import ReplicaFactory
from tests.mission import Mission, counts


def other_profile(mission: Mission, find: str, put: str) -> None:
    """Puts a variant of the shipped profile, under a name of its own, in the place of the configured one."""
    shipped = resources.files("crawler").joinpath("sites", "china-mission-un.toml").read_text(encoding="utf-8")
    changed = shipped.replace('name = "china-mission-un"', 'name = "variant"').replace(find, put)
    assert changed.count(put) == 1
    path = mission.folder / "variant.toml"
    path.write_text(changed, encoding="utf-8")
    configured = mission.config.read_text(encoding="utf-8")
    mission.config.write_text(re.sub(r'profile = ".*"', f'profile = "{path}"', configured), encoding="utf-8")


FORMATS = ("atom", "rss", "json")
FIRST_PARAGRAPH_GONE = ("junk = [\n", 'junk = [\n    "p:first-of-type",\n')


def feed(mission: Mission, name: str) -> bytes:
    return Path(mission.publish()["directory"], "feeds", name).read_bytes()


@pytest.fixture
def edited(mission: Mission, replica: ReplicaFactory) -> tuple[Mission, ReplicaServer, str]:
    """An archive of 16 statements with news in it, its site, and the statement that was edited."""
    server = replica(count=16, seed=16)
    assert counts(mission.watch(server).crawl()) == {"baseline": 16}
    doc_id = str(server.site.edit(how="number")["doc_id"])
    assert counts(mission.crawl("--full", "--recheck"))["edited"] == 1
    return mission, server, f"un-{doc_id}"


def test_our_own_repair_is_not_news(edited: tuple[Mission, ReplicaServer, str]) -> None:
    mission, server, key = edited
    log, feeds = mission.changes("--include-baseline"), {name: feed(mission, f"changes.{name}") for name in FORMATS}
    other_profile(mission, *FIRST_PARAGRAPH_GONE)

    dry = mission.run("reextract", "--json", "--dry-run").objects
    assert mission.rows("SELECT count(*) FROM version") == [(17,)]
    (told,) = mission.run("reextract", "--json").objects
    assert dry == [told | {"dry_run": True}]
    assert (told["statements"], told["captures"], told["refused"]) == (16, 17, [])
    assert told["versions"] == 17 - told["same"] > 12

    shown = mission.show(key)
    assert [(each["number"], each["kind"]) for each in shown["versions"]] == [
        *((1, "observed"), (2, "observed"), (3, "reextracted"), (4, "reextracted")),
    ]
    assert shown["paragraphs"] == mission.show(key, "--version", "2")["paragraphs"][1:]
    assert {each["extractor"].partition("/")[0] for each in shown["versions"][2:]} == {"variant"}
    assert mission.changes("--include-baseline") == log
    assert {name: feed(mission, f"changes.{name}") for name in FORMATS} == feeds
    assert mission.run("verify").code == 0

    again = mission.run("reextract")
    assert (again.code, "nothing to do" in again.stdout) == (0, True)
    server.site.noise()  # or the site would answer "not modified", and no page would be read
    assert counts(mission.crawl("--full", "--recheck")) == {"unchanged": 16}
    assert mission.changes("--include-baseline") == log

    server.site.revert(key.removeprefix("un-"))
    assert counts(mission.crawl("--full", "--recheck"))["reverted"] == 1
    newest = mission.changes()[-1]
    assert (newest["from_version"], newest["to_version"]) == (4, 5)
    assert "back to version 3" in newest["reasons"]
    assert mission.run("verify").code == 0


def test_what_is_refused_is_told_and_left_alone(edited: tuple[Mission, ReplicaServer, str]) -> None:
    mission, _, _ = edited
    before = mission.versions()
    other_profile(mission, "soft_404_urls = [", "soft_404_urls = ['/t20', ")
    done = mission.run("reextract", "--json")
    (told,) = done.objects
    assert (done.code, told["versions"], told["captures"], len(told["refused"])) == (3, 0, 0, 17)
    assert {each["detail"].partition(":")[0] for each in told["refused"]} == {"soft-404"}
    assert mission.versions() == before
