"""A month of hours on simulated clocks: each has its crawl, and neither the daemon nor its database grows by itself."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import ReplicaFactory
from tests.daemons import configure
from tests.mission import Mission
from tests.simulation import simulation
from tests.truth.scale import scaled

pytestmark = pytest.mark.slow

BEGIN = datetime(2026, 3, 6, 12, 1, tzinfo=UTC)
SCHEDULE = "[schedule]\njitter = '0s'\nnews = '0 0 1 1 *'\nsections = '17 * * * *'\ndeep = '23 3 * * 0'\n"
WARM = 24
"""Hours after which everything was loaded that is loaded at all."""
BY_ITSELF = {"run", "coverage", "digest"}
"""Tables that may grow in an hour in which the site did not change: one run, looks with another result than before,
and periods without news."""


@scaled("hours", 6, 720)
def test_every_hour_has_its_crawl_and_nothing_grows(
    mission: Mission, replica: ReplicaFactory, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    server = replica(count=60, seed=8, today=BEGIN.date())
    configure(mission, server, SCHEDULE)
    grown: Counter[str] = Counter()
    changed: Counter[str] = Counter()
    by_itself: Counter[str] = Counter()
    told, newest = 0, ""
    with simulation(mission, server, BEGIN, monkeypatch) as life:
        for cadence in ("instant", "daily", "weekly"):
            life.subscribe(f"{cadence}@harbour.example", cadence=cadence, zone="America/New_York")
        life.pass_time(timedelta(0))  # with somebody to write to, what was read is sorted
        warm, early, before = life.stands, sizes(mission), rows(mission)
        for hour in range(hours):
            if hour % 24 == 3:
                server.site.advance()
                newest = server.site.add()["doc_ids"][0]
                told += 1
            elif hour % 72 == 5:
                server.site.edit(newest)  # while it is young it is looked at each hour
            life.pass_until(BEGIN + timedelta(hours=hour + 1))
            now = rows(mission)
            news = now["change"] - before["change"]
            for table, more in (now - before).items():
                (changed if news else grown)[table] += more
            if not news and now["letter"] == before["letter"]:  # a daily one tells what was news before
                by_itself |= now - before
            before = now
            if hour + 1 == min(WARM, hours - 1):
                warm, early = life.stands, sizes(mission)
        last, late = life.stands, sizes(mission)
        assert life.end() == 143
    say(hours, warm, last, early, late, grown, changed, by_itself)
    jobs = Counter(mission.rows("SELECT job, outcome FROM run"))
    sundays = sum((BEGIN + timedelta(hours=hour)).strftime("%w %H") == "0 03" for hour in range(hours))
    assert jobs == {("sections", "ok"): hours} | {("deep", "ok"): 1 + sundays}
    assert mission.rows("SELECT count(*) FROM change WHERE NOT baseline AND type = 'new'") == [(told,)]
    assert mission.rows("SELECT count(DISTINCT detected) = count(*) FROM change") == [(1,)]
    assert len(list((mission.data / "mail" / "new").iterdir())) == before["letter"]
    assert set(by_itself) <= BY_ITSELF
    assert by_itself["run"] <= 2
    assert max(last["descriptors"]) <= max(warm["descriptors"]) + 2
    assert last["descriptors"][1] == warm["descriptors"][1]
    if hours > 2 * WARM:
        assert last["threads"] <= warm["threads"] + 1
        for first, then in zip(warm["memory"], last["memory"], strict=True):
            assert then < 1.05 * first


def rows(mission: Mission) -> Counter[str]:
    """How many rows each table has."""
    tables = sorted(mission.tables() - {"sqlite_sequence"})
    counted = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM \"{table}\"" for table in tables)
    return Counter(dict(mission.rows(counted)))


def sizes(mission: Mission) -> dict[str, int]:
    """Bytes that each table and index takes."""
    return dict(mission.rows("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"))


def say(hours: int, warm: object, last: object, early: dict[str, int], late: dict[str, int], *grown: object) -> None:
    """What the documentation of soaks tells, for `-rP`."""
    more = {name: size - early.get(name, 0) for name, size in late.items() if size != early.get(name, 0)}
    print(json.dumps({"hours": hours, "from": warm, "to": last}))
    print(json.dumps({"bytes": more, "before": sum(early.values()), "after": sum(late.values())}))
    print(json.dumps({"rows in quiet hours, in others, at most in one without letters": grown}))
