import tomllib
from pathlib import Path

import msgspec
import pytest

from crawler.profile import Section
from missionwatch.replica import ReplicaServer, ReplicaSite
from tests.missionwatch.looking import run

pytestmark = pytest.mark.slow


def test_each_section_is_one_object(tmp_path: Path) -> None:
    with ReplicaServer(ReplicaSite(count=60, seed=3)) as server:
        told = run(server, tmp_path, "sections", "--json")
    assert (told.code, told.err) == (0, "")
    assert all(list(each) == ["section", "label", "state", "evidence"] for each in told.lines)
    assert {each["state"] for each in told.lines} == {"known", "missing", "gone"}
    found = {each["section"]: each for each in told.lines}
    assert found["eng/hyyfy"]["state"] == "known"
    assert found["eng/dbtxx_141670/202404"]["label"] == "Welcoming Message"
    assert server.requests.paths().count("/robots.txt") == 1


def test_what_is_missing_is_printed_as_tables_that_a_profile_can_take(tmp_path: Path) -> None:
    replica = ReplicaSite(count=60, seed=3, sections=("eng/hyyfy", "eng/apart"))
    home = replica.answer("/eng/").body
    replica.raw("/eng/", home.replace(b'"/eng/apart/">apart<', b'"/eng/apart/">The "Apart" \\ Section<'))
    with ReplicaServer(replica) as server:
        told = run(server, tmp_path, "sections")
    assert told.code == 0
    summary, _, stanzas = told.out.partition("\n# For the profile")
    assert summary.startswith(f"un: {server.url} beside the profile china-mission-un: ")
    rows = [line.split("\t") for line in summary.splitlines()[1:]]
    assert [row[0] for row in rows if row[1] == "eng/apart"] == ["missing"]
    tables = tomllib.loads(stanzas.partition("\n")[2])["sections"]
    sections = {section.path: section for section in msgspec.convert(tables, list[Section], strict=True)}
    assert sections["eng/apart"].label.en == 'The "Apart" \\ Section'
    assert sections["eng/apart"].crawl
    assert not sections["zgylhg/gcwl"].crawl
