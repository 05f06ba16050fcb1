"""The schedule on a simulated clock: what is due comes once, whatever the clock does."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from missionwatch.config_model import Config, ScheduleConfig, Settings, SiteConfig, SiteScheduleConfig
from missionwatch.daemon.clock import Clock
from missionwatch.daemon.crawls import mode_of
from missionwatch.daemon.cron import check_own, due_after, triggers
from missionwatch.daemon.orders import Job
from missionwatch.daemon.schedule import Schedule, last_start, overdue, overdue_jobs
from missionwatch.exits import ConfigError
from store.model import Mode, Outcome
from store.runs import LastRun

START = datetime(2026, 3, 2, 12, 1, tzinfo=UTC)


def sites(*names: str) -> dict[str, SiteConfig]:
    return {name: SiteConfig(profile="china-mission-un") for name in names}


def settings_of(watched: dict[str, SiteConfig] | None = None, **schedule: str) -> Settings:
    config = Config(schedule=ScheduleConfig(**({"jitter": "0s"} | schedule)), sites=watched or sites("un"))
    return Settings(config=config, data_dir=Path(), source=None)


class World:
    """A simulated clock, a record of runs, and the scheduler's own clock bound to the first."""

    def __init__(self, settings: Settings, now: datetime = START) -> None:
        self.now = now
        self.steady = 0.0
        self.runs: list[LastRun] = []
        self.began: list[tuple[datetime, Job]] = []
        self.began_of: list[tuple[datetime, str, Job]] = []
        self.outcome: Outcome = "ok"
        self.settings = settings
        self.clock = Clock(lambda: self.now, lambda: self.steady)
        self.schedule = Schedule(settings, lambda: self.runs, self.want, lambda: self.now)

    def want(self, site: str, job: Job) -> None:
        self.began.append((self.now, job))
        self.began_of.append((self.now, site, job))
        run = LastRun(site=site, mode=mode_of(job), job=job, started=self.now, outcome=self.outcome)
        self.runs = [each for each in self.runs if (each.site, each.job) != (site, job)] + [run]

    async def pass_time(self, length: timedelta, step: timedelta = timedelta(seconds=10)) -> None:
        """Lets time go on, with a look at the clock after each step, as the daemon's loop does."""
        end = self.now + length
        while self.now < end:
            self.now += step
            self.steady += step.total_seconds()
            await self.turn()

    async def turn(self) -> None:
        found = self.clock.look()
        if found is not None:
            self.schedule.realign(found[0])
        self.schedule._scheduler._process_jobs()
        for _ in range(3):
            await asyncio.sleep(0)

    def jump(self, by: timedelta) -> None:
        """The wall clock is set, forward or back."""
        self.now += by

    def sleep(self, length: timedelta) -> None:
        """The machine sleeps: both clocks go on, and nothing runs."""
        self.now += length
        self.steady += length.total_seconds()

    def jobs_since(self, moment: datetime) -> list[Job]:
        return [job for when, job in self.began if when >= moment]


_worlds: list[World] = []


@pytest.fixture(autouse=True)
def _simulated(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    class Simulated(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return _worlds[-1].now.astimezone(tz)

    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Simulated)
    yield
    _worlds.clear()


def live(settings: Settings, story: Callable[[World], Any], now: datetime = START) -> World:
    """Runs a story in a world whose scheduler was started."""

    async def run() -> World:
        world = World(settings, now)
        _worlds.append(world)
        world.schedule.start()
        await world.turn()
        await story(world)
        world.schedule.end()
        await asyncio.sleep(0)
        return world

    return asyncio.run(run())


def test_thirty_days_of_hours_are_all_there_and_no_job_is_doubled() -> None:
    async def story(world: World) -> None:
        await world.pass_time(timedelta(days=30), timedelta(seconds=30))

    world = live(settings_of(), story)
    assert world.began[0] == (START, "deep"), "a new archive is walked through at once"
    jobs = [job for _, job in world.began[1:]]
    # Four Sundays; each deep one is at 03:23 and takes the place of nothing else.
    assert (jobs.count("sections"), jobs.count("news"), jobs.count("deep")) == (720, 2880, 4)
    assert len(set(world.began)) == len(world.began)


def test_after_eight_hours_of_sleep_there_is_one_crawl_and_the_next_at_its_time() -> None:
    async def story(world: World) -> None:
        await world.pass_time(timedelta(hours=2))
        world.sleep(timedelta(hours=8))
        await world.turn()
        woken.append(world.now)
        assert world.jobs_since(world.now) == ["sections"]
        await world.pass_time(timedelta(hours=1))

    woken: list[datetime] = []
    world = live(settings_of(), story)
    # Woken at 22:01: the quarters, and the hour at 22:17.
    assert world.jobs_since(woken[0]) == ["sections", "news", "sections", "news", "news", "news"]


@pytest.mark.parametrize(
    "jump", [timedelta(hours=1), timedelta(days=-1), timedelta(days=3650), timedelta(hours=-1), timedelta(minutes=-2)]
)
def test_whatever_the_clock_jumps_the_rhythm_goes_on(jump: timedelta) -> None:
    async def story(world: World) -> None:
        await world.pass_time(timedelta(hours=2))
        before = len(world.began)
        world.jump(jump)
        await world.turn()
        assert len(world.began) - before == (jump > timedelta(0)), "one crawl makes up for what a jump skipped"
        before = len(world.began)
        await world.pass_time(timedelta(hours=3))
        after = [job for _, job in world.began[before:]]
        assert after.count("sections") == 3
        assert after.count("news") == 12

    live(settings_of(), story)


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Asia/Shanghai", "Australia/Lord_Howe", "UTC"])
@pytest.mark.parametrize(
    "day",
    [datetime(2026, 3, 8), datetime(2026, 3, 29), datetime(2026, 10, 25), datetime(2026, 11, 1)],  # noqa: DTZ001
)
def test_on_days_of_23_and_25_hours_every_hour_has_its_crawl(zone: str, day: datetime) -> None:
    here = ZoneInfo(zone)
    midnight = day.replace(tzinfo=here).astimezone(UTC)
    length = (day + timedelta(days=1)).replace(tzinfo=here).astimezone(UTC) - midnight
    hours = round(length / timedelta(hours=1))

    async def story(world: World) -> None:
        await world.pass_time(length - timedelta(seconds=30), timedelta(seconds=30))

    began = midnight + timedelta(seconds=10)
    world = live(settings_of(timezone=zone, news="5 * * * *", sections="17 * * * *", deep="30 5 1 1 *"), story, began)
    sections = [when for when, job in world.began[1:] if job == "sections"]
    if zone != "Australia/Lord_Howe":  # where the clock moves by half an hour
        assert len(sections) == hours
    assert abs(len(sections) - hours) <= 1
    gaps = [later - earlier for earlier, later in pairwise(sections)]
    assert max(gaps) <= timedelta(minutes=91)
    assert min(gaps) >= timedelta(minutes=29)


def test_a_site_that_is_away_is_asked_once_an_hour_and_a_failed_walk_is_tried_again_after_six() -> None:
    async def story(world: World) -> None:
        world.outcome = "unreachable"
        world.runs = []
        world.schedule.make_up("test")
        since.append(world.now)
        await world.pass_time(timedelta(hours=13))

    since: list[datetime] = []
    world = live(settings_of(), story)
    later = world.jobs_since(since[0])[2:]  # those of the start
    assert later.count("news") == 0
    assert later.count("sections") + later.count("deep") == 13
    assert later.count("deep") == 2


def test_jitter_is_the_same_each_time_and_lets_no_two_jobs_begin_together() -> None:
    async def story(world: World) -> None:
        await world.pass_time(timedelta(hours=5), timedelta(seconds=1))

    line = "17 * * * *"
    world = live(settings_of(sites("un", "geneva", "vienna"), jitter="60s", news=line, sections=line), story)
    for site in ("un", "geneva", "vienna"):
        begun = [when for when, of, job in world.began_of if (of, job) == (site, "sections") and when > START]
        assert len(begun) == 5
        assert len({(when.minute, when.second) for when in begun}) == 1
        assert timedelta(0) <= begun[0] - begun[0].replace(minute=17, second=0) < timedelta(seconds=61)
    begun_at = [when for when, _, _ in world.began_of if when > START]
    assert len(set(begun_at)) == len(begun_at) == 30
    one, other = (triggers(settings_of(jitter="1h"))["un"] for _ in range(2))
    assert [due_after(each, START) for each in one.values()] == [due_after(each, START) for each in other.values()]


def test_sites_and_sections_have_times_of_their_own() -> None:
    async def story(world: World) -> None:
        await world.pass_time(timedelta(hours=24), timedelta(seconds=30))

    own = SiteScheduleConfig(
        news="30 * * * *", timezone="Asia/Shanghai", deep="0 4 * * *", own={"/eng/hyyfy": "*/5 * * * *"}
    )
    site = SiteConfig(profile="china-mission-un", schedule=own)
    world = live(settings_of({"un": SiteConfig(profile="china-mission-un"), "geneva": site}), story)
    begun = Counter((of, job) for when, of, job in world.began_of if when > START)
    assert begun["un", "news"] == 96
    assert begun["geneva", "news"] == begun["geneva", "sections"] == begun["un", "sections"] == 24
    assert begun["geneva", "section:eng/hyyfy"] == 288
    assert begun["un", "deep"] == 0
    assert [when for when, of, job in world.began_of if (of, job) == ("geneva", "deep")][1:] == [
        datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
    ]


def test_what_a_section_of_its_own_missed_is_made_up_for_beside_the_rest() -> None:
    own = SiteScheduleConfig(own={"eng/hyyfy": "*/5 * * * *"})
    settings = settings_of({"un": SiteConfig(profile="china-mission-un", schedule=own)})
    when, mine = triggers(settings)["un"], "section:eng/hyyfy"

    def missed(*runs: LastRun) -> list[Job]:
        return overdue_jobs("un", when, runs, START + timedelta(hours=1))

    deep = run("deep", -60)
    assert missed() == ["deep"]
    assert missed(deep) == ["sections", mine]
    assert missed(deep, run(mine, 60)) == ["sections"]
    assert missed(deep, run("sections", 60)) == [mine]
    assert missed(deep, run("sections", 30)) == ["news", mine]
    assert missed(run("deep", 60)) == []


def test_a_section_of_its_own_has_to_be_watched_and_one_has_to_be_left() -> None:
    def checked(*own: str) -> None:
        times = SiteScheduleConfig(own=dict.fromkeys(own, "* * * * *"))
        check_own("un", SiteConfig(profile="x", schedule=times), ("eng/hyyfy", "eng/other"))

    checked()
    checked("eng/hyyfy/")
    with pytest.raises(ConfigError, match=r'`sites.un.schedule.own."eng/hyyfi"` .* did you mean `eng/hyyfy`'):
        checked("eng/hyyfi")
    with pytest.raises(ConfigError, match="names every section"):
        checked("eng/hyyfy", "eng/other")
    wrong = SiteScheduleConfig(own={"eng/hyyfy": "often"}, timezone="Mars/Base")
    with pytest.raises(ConfigError, match=r"`sites\.un\.schedule\.timezone` names no time zone"):
        triggers(settings_of({"un": SiteConfig(profile="x", schedule=wrong)}))
    wrong = SiteScheduleConfig(own={"eng/hyyfy": "often"})
    with pytest.raises(ConfigError, match=r'`sites\.un\.schedule\.own\."eng/hyyfy"` needs five fields'):
        triggers(settings_of({"un": SiteConfig(profile="x", schedule=wrong)}))


def test_a_changed_configuration_counts_at_once_and_a_wrong_one_changes_nothing() -> None:
    async def story(world: World) -> None:
        await world.pass_time(timedelta(minutes=1))
        before = world.schedule.next_times()
        with pytest.raises(ConfigError, match=r"`schedule\.deep`"):
            world.schedule.reload(settings_of(deep="61 * * * *"))
        assert world.schedule.next_times() == before
        world.schedule.reload(settings_of(sections="20,40 * * * *"))
        assert world.schedule.next_times()["un", "sections"] == START.replace(minute=20)

    live(settings_of(), story)


def run(job: str | None, minutes: int, outcome: Outcome | None = "ok", mode: Mode | None = None) -> LastRun:
    started = START + timedelta(minutes=minutes)
    return LastRun(site="un", mode=mode or mode_of(job or "news"), job=job, started=started, outcome=outcome)


def test_a_broader_run_counts_for_the_narrower_ones() -> None:
    assert last_start("news", "un", [run("news", 1), run("deep", 2)]) == START + timedelta(minutes=2)
    assert last_start("sections", "un", [run("sections", 1), run("news", 2)]) == START + timedelta(minutes=1)
    assert last_start("deep", "un", [run("sections", 1)]) is None
    assert last_start("deep", "un", [run("deep", 1), run("deep", 2, "unreachable")]) == START + timedelta(minutes=1)
    assert last_start("deep", "un", [run(None, 1, mode="full")]) == START + timedelta(minutes=1)
    assert last_start("news", "un", [run(None, 1, mode="url")]) is None
    assert last_start("news", "un", [run("news", 1), run("deep", 2, None)]) == START + timedelta(minutes=1)
    when, killed = triggers(settings_of())["un"], [run("deep", 1, None)]
    assert overdue_jobs("un", when, killed, START + timedelta(minutes=2)) == ["deep"]
    assert last_start("news", "geneva", [run("news", 1)]) is None


def test_what_began_in_the_future_is_not_waited_for_until_then() -> None:
    when = triggers(settings_of())["un"]
    ahead = [run("news", 60 * 24 * 3650), run("sections", 60 * 24 * 3650), run("deep", 60 * 24 * 3650)]
    assert overdue_jobs("un", when, ahead, START) == []  # at its next time, then
    assert overdue("sections", "un", when["sections"], [run("sections", -61)], START)
    assert not overdue("sections", "un", when["sections"], [run("sections", -30)], START)


@pytest.mark.parametrize(
    ("field", "days"),
    [
        ("0", {6}),
        ("7", {6}),
        ("1-5", {0, 1, 2, 3, 4}),
        ("5-7", {4, 5, 6}),
        ("sat-mon", {5, 6, 0}),
        ("*/2", {6, 1, 3, 5}),
        ("Sun,wednesday", {6, 2}),
        ("*", set(range(7))),
    ],
)
def test_days_of_the_week_are_those_of_cron(field: str, days: set[int]) -> None:
    trigger = triggers(settings_of(deep=f"23 3 * * {field}"))["un"]["deep"]
    found, moment = set(), START
    for _ in range(14):
        due = due_after(trigger, moment)
        assert due is not None
        moment = due + timedelta(seconds=1)
        found.add(due.weekday())
    assert found == days


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ({"news": "* * * *"}, "`schedule.news` needs five fields"),
        ({"news": "60 * * * *"}, "`schedule.news` cannot be used"),
        ({"deep": "1 1 * * 8"}, "'8' is no day of the week"),
        ({"deep": "1 1 * * mon-"}, "'mon-' is no day of the week"),
        ({"timezone": "Mars/Base"}, "`schedule.timezone` names no time zone: 'Mars/Base'."),
        ({"timezone": "../../etc/passwd"}, "`schedule.timezone` names no time zone"),
    ],
)
def test_what_is_no_schedule_is_named(schedule: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        triggers(settings_of(None, **schedule))
    assert words in str(caught.value)
