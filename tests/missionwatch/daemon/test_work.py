"""What the jobs of the schedule ask for, down to the plan of a crawl."""

from pathlib import Path

from missionwatch.config_model import Config, Settings, SiteConfig, SiteScheduleConfig
from missionwatch.daemon.work import wishes_of
from missionwatch.wiring import make_session, open_database
from store.lease import lease
from store.runs import last_runs
from tests.truth.driver import Clock

SECTIONS = ("eng/hyyfy", "eng/chinaandun", "hyyfy")


def test_a_section_with_times_of_its_own_is_left_out_of_all_but_the_whole_walk(tmp_path: Path) -> None:
    own = SiteScheduleConfig(own={"/eng/hyyfy/": "*/5 * * * *"})
    site = SiteConfig(profile="china-mission-un", sections=SECTIONS, schedule=own)
    settings, clock = Settings(config=Config(sites={"un": site}), data_dir=tmp_path, source=None), Clock()
    asked = {}
    with open_database(settings) as database, lease(database, clock):
        for job in ("deep", "sections", "news", "section:eng/hyyfy"):
            session = make_session(settings, database, "un", wishes_of(settings, "un", job), clock=clock)
            asked[job] = session.plan.sections
        assert [run.job for run in last_runs(database)] == list(asked)
    assert asked == {
        "deep": SECTIONS,
        "sections": SECTIONS[1:],
        "news": SECTIONS[1:],
        "section:eng/hyyfy": SECTIONS[:1],
    }
