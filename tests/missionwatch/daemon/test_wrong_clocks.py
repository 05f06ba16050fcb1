"""Whatever is done to the clock: each change and each period is told once, and nothing is dated into the future.

Lives of a whole daemon, with its crawls and its letters, of some days each; in the middle of each something happens.
"""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import ReplicaFactory
from tests.daemons import configure, wait_until
from tests.mission import Mission
from tests.simulation import Simulation, simulation

pytestmark = pytest.mark.slow

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
SCHEDULE = "[schedule]\njitter = '0s'\nnews = '0 0 1 1 *'\nsections = '17 */12 * * *'\ndeep = '0 0 1 1 *'\n"
WINTER = datetime(2026, 1, 16, 12, tzinfo=UTC)
ZONES = ("America/New_York", "Europe/Berlin", "Asia/Shanghai")
MOMENTS = (
    *("SELECT detected FROM change", "SELECT observed_last FROM version", "SELECT until FROM coverage"),
    *("SELECT started FROM run", "SELECT finished FROM run", "SELECT fetched FROM capture"),
    *("SELECT updated FROM statement", "SELECT last_seen FROM location"),
    *("SELECT made FROM digest", "SELECT ends FROM digest", "SELECT created FROM letter"),
)
"""Whatever is noted with a moment."""


def on_and_off(jump: timedelta) -> Callable[[Simulation], None]:
    """The clock is set wrong, and right again half a day later."""

    def happens(life: Simulation) -> None:
        life.jump(jump)
        assert abs(life.stands["now"] - life.now.timestamp()) < 60, "it goes by the time without the jump"
        life.pass_time(12 * HOUR)
        life.jump(-jump)
        assert life.stands["wall"] == pytest.approx(life.stands["now"], abs=1)

    return happens


def put_right(behind: timedelta) -> Callable[[Simulation], None]:
    """The machine was stopped, and its clock is set right when it goes on."""

    def happens(life: Simulation) -> None:
        life.stop(behind)
        life.jump(behind)
        assert abs(life.stands["now"] - life.now.timestamp()) < 60, "the site says that it is right"

    return happens


def asleep(life: Simulation) -> None:
    life.sleep(8 * HOUR)


def nothing(life: Simulation) -> None:
    """But that clocks are moved twice a year."""


@pytest.mark.parametrize(
    ("begin", "happens"),
    [
        pytest.param(WINTER, on_and_off(3650 * DAY), id="ten years ahead"),
        pytest.param(WINTER, on_and_off(-DAY), id="a day behind"),
        pytest.param(WINTER, asleep, id="eight hours asleep"),
        pytest.param(datetime(2026, 10, 30, 12, tzinfo=UTC), nothing, id="autumn in New York"),
        pytest.param(WINTER, on_and_off(HOUR), id="an hour ahead", marks=pytest.mark.soak),
        pytest.param(WINTER, put_right(HOUR), id="an hour stopped", marks=pytest.mark.soak),
        pytest.param(datetime(2026, 3, 6, 12, tzinfo=UTC), nothing, id="spring in New York", marks=pytest.mark.soak),
        pytest.param(datetime(2026, 3, 27, 12, tzinfo=UTC), nothing, id="spring in Berlin", marks=pytest.mark.soak),
        pytest.param(datetime(2026, 10, 23, 12, tzinfo=UTC), nothing, id="autumn in Berlin", marks=pytest.mark.soak),
    ],
)
def test_each_change_and_each_period_is_told_once(
    mission: Mission,
    replica: ReplicaFactory,
    monkeypatch: pytest.MonkeyPatch,
    begin: datetime,
    happens: Callable[[Simulation], None],
) -> None:
    server = replica(count=8, seed=3, today=begin.date())
    configure(mission, server, SCHEDULE)
    with simulation(mission, server, begin, monkeypatch) as life:
        life.subscribe("instant@harbour.example", cadence="instant")
        for number, zone in enumerate(ZONES):
            # 02:30 is there twice, or never, on the days of which this is about.
            life.subscribe(f"daily{number}@harbour.example", cadence="daily", zone=zone, send_at="02:30")
            life.subscribe(f"weekly{number}@harbour.example", cadence="weekly", zone=zone, send_at="02:30", weekday=0)
        subscribed = life.now
        for day in range(4):  # from a Friday to a Tuesday
            server.site.advance()
            server.site.add()
            if day == 1:
                life.pass_until(begin + day * DAY + 11 * HOUR)
                server.site.add()
                happens(life)
            life.pass_until(begin + (day + 1) * DAY)
        ended = life.now
        assert life.end() == 143
    told_once(mission, subscribed, ended)
    nothing_is_of_the_future(mission, begin, ended)
    started = [each / 3.6e9 for (each,) in mission.rows("SELECT started FROM run ORDER BY id")]
    assert max(later - earlier for earlier, later in pairwise(started)) < 20
    # One at the beginning, one each twelve hours; where a clock was set or time passed unseen, one to make up for it.
    assert 9 <= len(started) <= 11
    assert mission.rows("SELECT DISTINCT outcome FROM run") == [("ok",)]


def told_once(mission: Mission, since: datetime, until: datetime) -> None:
    """Holds the digests against the calendar, and the letters against the log."""
    news = {number for (number,) in mission.rows("SELECT id FROM change WHERE NOT baseline")}
    assert len(news) == 5
    periods: dict[str, list[str]] = {}
    covered: dict[str, Counter[int]] = {}
    of = "SELECT s.address, d.key, d.covered FROM digest d JOIN subscriber s ON s.id = d.subscriber_id ORDER BY d.id"
    for address, key, numbers in mission.rows(of):
        name = address.partition("@")[0]
        periods.setdefault(name, []).append(key)
        covered.setdefault(name, Counter()).update(json.loads(numbers))
    for number, zone in enumerate(ZONES):
        days = boundaries(zone, since, until)
        assert periods[f"daily{number}"] == [f"daily:{day:%Y-%m-%d}" for day in days]
        assert periods[f"weekly{number}"] == [f"weekly:{day:%G-W%V}" for day in days if day.weekday() == 0]
        last = max(days)
        seen = {
            each
            for each, detected in mission.rows("SELECT id, detected FROM change WHERE NOT baseline")
            if datetime.fromtimestamp(detected / 1e6, UTC) <= last
        }
        assert covered[f"daily{number}"] == dict.fromkeys(seen, 1)
        assert max(covered[f"weekly{number}"].values()) == 1
    assert covered["instant"] == dict.fromkeys(news, 1)
    letters = mission.rows("SELECT state, count(*) FROM letter GROUP BY state")
    assert letters == [("sent", len(list((mission.data / "mail" / "new").iterdir())))]


def boundaries(zone: str, since: datetime, until: datetime) -> list[datetime]:
    """Half past two of each day, or where the clocks skip it, when it would have been."""
    place = ZoneInfo(zone)
    days = [(since + number * DAY).date() for number in range(-1, 7)]
    found = [datetime(day.year, day.month, day.day, 2, 30, tzinfo=place) for day in days]
    return [each for each in found if since < each.astimezone(UTC) <= until]


def nothing_is_of_the_future(mission: Mission, begin: datetime, ended: datetime) -> None:
    """No moment anywhere is before the first or after the last of the life that it is of."""
    for query in MOMENTS:
        for (moment,) in mission.rows(query):
            if moment is not None:
                assert begin - MINUTE <= datetime.fromtimestamp(moment / 1e6, UTC) <= ended + MINUTE, query
    feeds = list((mission.data / "public" / "feeds").rglob("*.atom"))
    assert feeds
    for feed in feeds:
        for each in ElementTree.parse(feed).iter("{http://www.w3.org/2005/Atom}updated"):  # our own
            assert datetime.fromisoformat(each.text or "") <= ended + MINUTE
    detected = [each for (each,) in mission.rows("SELECT detected FROM change ORDER BY id")]
    assert all(earlier < later for earlier, later in pairwise(detected))


@pytest.mark.parametrize("is_right", [False, True], ids=["wrong", "right"])
def test_a_crawl_that_is_under_way_keeps_its_time_or_begins_again(
    mission: Mission, replica: ReplicaFactory, monkeypatch: pytest.MonkeyPatch, is_right: bool
) -> None:
    """Where the clock is set wrong meanwhile it keeps its time; where it is set right it was begun by a wrong one."""
    begin, jump = WINTER, 3 * HOUR
    server = replica(count=30, seed=3, today=begin.date())
    configure(mission, server, SCHEDULE)
    with simulation(mission, server, begin, monkeypatch) as life:
        server.site.add(3)
        # The daemon asks the site for the time once, the crawl for more than half a dozen pages.
        server.site.delay = 2.0
        before = len(server.requests)
        life.begin_to_pass(20 * MINUTE)
        wait_until(lambda: len(server.requests) > before + 2)
        if is_right:
            life.stop(jump)
        life.jump(jump, settle=False)
        server.site.delay = 0.0
        life.pass_time(timedelta(0))
        ended = life.now
        assert life.end() == 143
    assert len(mission.rows("SELECT id FROM change WHERE NOT baseline")) == 3
    nothing_is_of_the_future(mission, begin, ended)
    outcomes = [line["outcome"] for line in life.said() if line["message"] == "crawl ended"]
    assert outcomes == (["ok", "restarted", "ok"] if is_right else ["ok", "ok"])


@pytest.mark.parametrize("ahead", [3650 * DAY, *(pytest.param(each, marks=pytest.mark.soak) for each in (HOUR, -DAY))])
def test_a_daemon_that_starts_by_a_wrong_clock_waits_until_it_is_right(
    mission: Mission, replica: ReplicaFactory, monkeypatch: pytest.MonkeyPatch, ahead: timedelta
) -> None:
    begin = WINTER
    server = replica(count=8, seed=3, today=begin.date())
    configure(mission, server, SCHEDULE)
    with simulation(mission, server, begin, monkeypatch) as life:
        life.subscribe("instant@harbour.example", cadence="instant")
        assert life.end() == 143
    server.site.add()
    with simulation(mission, server, begin + DAY, monkeypatch, wrong_by=ahead) as life:
        side = "ahead of" if ahead > timedelta(0) else "behind"
        assert life.stands["held_back"].endswith(f"{side} the watched site's")
        assert (life.stands["crawls"], life.stands["mail"]) == ({}, {})
        life.jump(-ahead)
        assert life.stands["crawls"] == {"ok": 1}
        ended = life.now
        assert life.end() == 143
    assert len(list((mission.data / "mail" / "new").iterdir())) == 1
    nothing_is_of_the_future(mission, begin, ended)
