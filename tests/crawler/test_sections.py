from msgspec.structs import replace

from crawler.profile import Label, Section
from crawler.sections import MENU_PAGES, SectionState, section_states, sections_route
from crawler.urls import SiteUrls
from crawler.visit import Answer, Reader
from missionwatch.replica import ReplicaSite
from tests.crawler.asking import follow, reader


def states(replica: ReplicaSite, beside: Reader | None = None) -> tuple[list[Answer], dict[str, SectionState]]:
    beside = beside or reader()
    answers = follow(sections_route(beside), replica)
    found = section_states(beside, answers)
    assert len({each.section for each in found}) == len(found)
    return answers, {each.section: each for each in found}


def narrowed(*paths: str) -> Reader:
    """A profile that knows these sections only."""
    label = Label(en="Section", zh="栏目")
    profile = replace(reader().profile, sections=tuple(Section(path=path, label=label) for path in paths))
    return Reader(profile=profile, urls=SiteUrls(profile))


def test_each_section_of_the_profile_has_a_state_and_the_rest_is_missing() -> None:
    beside = reader()
    _, found = states(ReplicaSite(count=60, seed=3))
    paths = [section.path for section in beside.profile.sections]
    assert [each for each in found if each in paths] == paths
    assert {each.state for path, each in found.items() if path not in paths} == {"missing"}
    assert found["eng/chinaandun/socialhr"].state == "known"
    assert found["eng/chinaandun/socialhr"].label == "Social Development and Human Rights"
    assert found["eng/fyrth"].state == "gone"
    assert "answers 404" in found["eng/fyrth"].evidence
    assert "by inference" in found["eng/chinaandun/securitycouncil/regionalhotspots/asia"].evidence
    assert found["eng/dbtxx_141670/202404"].label == "Welcoming Message"


def test_a_section_that_no_menu_names_is_asked_itself() -> None:
    replica = ReplicaSite(count=60, seed=3, sections=("eng/chinaandun/gcwl", "eng/apart/speeches"))
    replica.raw("/eng/", replica.answer("/eng/").body.replace(b'"/eng/apart/speeches/"', b'"/eng/"'))
    _, found = states(replica, narrowed("eng/chinaandun/gcwl", "eng/apart/speeches", "eng/apart/former"))
    assert (found["eng/apart/speeches"].state, found["eng/apart/speeches"].lists) == ("known", True)
    assert found["eng/apart/speeches"].evidence.startswith("in no menu that was read; lists ")
    assert found["eng/apart/former"].state == "gone"


def test_sections_that_the_profile_lacks_are_told_with_where_they_were_seen() -> None:
    replica = ReplicaSite(count=60, seed=3)
    _, found = states(replica, narrowed("eng/hyyfy"))
    rights = found["eng/chinaandun/socialhr/rqwt"]
    assert (rights.state, rights.label) == ("missing", "Human Rights")
    assert rights.evidence.startswith("linked on /eng/; ")
    assert found["zgylhg"].label == "中国与联合国"


def test_trouble_on_the_way_makes_no_section_gone() -> None:
    replica = ReplicaSite(count=60, seed=3)
    replica.section_down("eng/chinaandun")
    _, found = states(replica)
    below = [each for path, each in found.items() if path.startswith("eng/chinaandun/")]
    assert {each.state for each in below} == {"known"}
    assert any("503; nothing follows" in each.evidence for each in below)


def test_menus_are_read_from_few_pages_and_homes_are_no_sections() -> None:
    beside = narrowed("eng/hyyfy")
    answers, found = states(ReplicaSite(count=60, seed=3), beside)
    assert len(answers) == 1 + MENU_PAGES
    assert len({each.visit.page for each in answers}) == len(answers)
    assert not {"", "eng"} & found.keys()


def test_a_wall_is_not_asked_on() -> None:
    replica = ReplicaSite(count=60, seed=3)
    replica.block_page("captcha")
    assert len(follow(sections_route(reader()), replica)) == 3
