"""Two templates, the same text: the same version hash, and no news when the site changes from one to the other."""

from missionwatch.replica import ReplicaServer
from tests.conftest import ReplicaFactory
from tests.mission import Mission, counts


def test_a_redesign_of_the_site_is_no_edit(known: tuple[Mission, ReplicaServer]) -> None:
    mission, server = known
    before = mission.versions()
    server.site.set_template("classic", listings=True)
    server.site.noise()
    told = mission.crawl("--full", "--recheck")
    assert (told["outcome"], told["not_modified"], counts(told)) == ("ok", 0, {"unchanged": 60})
    assert mission.versions() == before
    assert mission.changes() == []


def test_archives_of_either_template_hold_the_same_hashes(
    crawled: Mission, mission: Mission, replica: ReplicaFactory
) -> None:
    server = replica(template="classic")
    assert b"News_Body_Txt_A" in server.site.answer(server.site.truth()[0].urls[0]).body
    assert counts(mission.watch(server).crawl()) == {"baseline": 60}
    assert len(mission.versions()) == 60
    assert mission.versions() == crawled.versions()
    assert mission.history() == crawled.history()
