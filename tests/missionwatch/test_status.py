"""`status` at three in the morning: who is at work, what is wrong, and what to do about it."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from missionwatch.advice import ADVICE, advice_on
from missionwatch.wiring import now
from store.database import Database
from store.freshness import LOOK_PROMISE
from store.incidents import IncidentCode
from store.lease import lease
from store.mailing.outbox import Outbox
from tests.mission import Mission


@pytest.fixture
def archive(crawled: Mission, mission: Mission) -> Mission:
    """An archive of its own to a test; its site is one of the configuration."""
    mission.config.write_text(crawled.config.read_text(encoding="utf-8"), encoding="utf-8")
    return mission.start_from(crawled)


def incident(mission: Mission, code: str) -> None:
    mission.write(
        "INSERT INTO incident (id, site, code, scope, opened, last_seen, times, detail) "
        f"VALUES (1, 'un', '{code}', '', 0, 0, 3, 'It is so.')"
    )


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def test_every_incident_has_something_to_do() -> None:
    assert set(ADVICE) == set(get_args(IncidentCode))
    assert all(sentence.endswith(".") and sentence[0].isupper() for sentence in ADVICE.values())
    assert advice_on("of another release") == "See docs/truth.md."


def test_an_archive_in_order(archive: Mission) -> None:
    told = archive.status()
    assert list(told) == [
        *("site", "statements", "versions", "changes", "last_success", "last_run", "last_outcome", "next_runs"),
        *("problems", "incidents", "sections", "mail", "daemon", "database"),
    ]
    assert (told["daemon"], told["next_runs"]) == (None, None)
    assert told["database"] == {"bytes": archive.database.stat().st_size, "daily_bytes": None}
    for section in told["sections"]:
        assert moment(section["promised"]) - moment(section["last_success"]) == LOOK_PROMISE
    lines = archive.run("status").stdout.splitlines()
    assert lines[0].startswith("daemon: none has looked after this database yet")
    assert re.fullmatch(r"database: \d+ [KM]B\.", lines[1])
    assert lines[2] == "mail: nothing waits; 0 sent, 0 failed."
    assert lines[4].startswith("un: 60 statements, 60 versions, 0 changes. Last success ")
    assert len(lines) == 5 + len(told["sections"])


def test_it_leaves_no_trace(archive: Mission) -> None:
    before = {each: each.read_bytes() for each in archive.data.rglob("*") if each.is_file()}
    archive.run("status")
    assert {each: each.read_bytes() for each in archive.data.rglob("*") if each.is_file()} == before


def test_a_daemon_that_leads_is_told_with_what_it_does_next(archive: Mission) -> None:
    database = Database(f"sqlite:///{archive.database}")
    with lease(database, now, "daemon"), lease(database, now):
        told, text = archive.status(), archive.run("status").stdout
    database.close()
    if not Path("/proc/locks").is_file():
        pytest.skip("this system does not say who holds a lock")
    assert (told["daemon"]["leads"], told["daemon"]["holder"].startswith("process ")) == (True, True)
    assert moment(told["daemon"]["since"]) <= moment(told["daemon"]["heard"]) <= now()
    assert list(told["next_runs"]) == ["news", "sections", "deep"]
    assert now() - timedelta(minutes=5) < moment(told["next_runs"]["news"]) <= now() + timedelta(minutes=15)
    assert re.search(r"^daemon: process \d+ on .* leads since 20.* UTC; last heard of 0 seconds ago\.$", text, re.M)
    assert re.search(r"^crawl: process \d+ on .* crawls since 20.* UTC\.$", text, re.M)
    assert re.search(r"^  next: news 20.* UTC, sections 20.* UTC, deep 20.* UTC$", text, re.M)
    assert archive.run("status").stdout.startswith("daemon: none leads now; the last one was process ")


def test_an_incident_comes_with_what_to_do(archive: Mission) -> None:
    incident(archive, "site-blocked")
    (told,) = archive.status()["incidents"]
    assert list(told) == ["code", "scope", "opened", "times", "detail", "advice"]
    assert told["advice"] == ADVICE["site-blocked"]
    text = archive.run("status").stdout
    assert f"incident since 1970-01-01 00:00 UTC (3×) site-blocked: It is so.\n    {ADVICE['site-blocked']}\n" in text


def test_a_site_that_was_never_crawled_is_told(mission: Mission) -> None:
    assert mission.run("init").code == 0
    told = mission.status()
    assert (told["site"], told["statements"], told["last_run"], told["sections"]) == ("un", 0, None, [])
    assert "un: never crawled; run `missionwatch crawl`" in mission.run("status").stdout


def test_a_site_that_is_not_configured_any_more_is_told(archive: Mission) -> None:
    archive.config.write_text('[sites.other]\nprofile = "china-mission-un"\n', encoding="utf-8")
    assert [each["site"] for each in archive.run("status", "--json").objects] == ["un", "other"]
    assert "not in the configuration any more" in archive.run("status").stdout


def test_letters_that_wait_are_counted_with_the_oldest(archive: Mission) -> None:
    database = Database(f"sqlite:///{archive.database}")
    made = now() - timedelta(hours=3)
    for number in range(2):
        assert Outbox(database).put("notice", "a@harbour.example", b"x", f"<{number}@harbour.example>", made)
    database.close()
    assert archive.status()["mail"]["pending"] == 2
    text = archive.run("status").stdout
    assert re.search(r"^mail: 2 waiting since 20.* UTC \(3 hours ago\), 0 under way, 0 sent, 0 failed\.$", text, re.M)


def test_tables_of_an_older_release_are_told_as_far_as_they_can_be(archive: Mission) -> None:
    for table in ("digest", "letter", "subscriber_token", "subscriber", "lease"):
        archive.write(f"DROP TABLE {table}")
    told = archive.status()
    assert (told["statements"], told["mail"], told["daemon"], told["database"]) == (60, None, None, None)
    assert archive.run("status").stdout.splitlines()[1].startswith("un: 60 statements")
