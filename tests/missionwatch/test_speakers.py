"""Who, where and in what form: as the commands that read tell it."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from missionwatch.arguments import build_parser
from missionwatch.config import load_settings
from missionwatch.replica import ReplicaServer
from store import rules, schema
from store.attribution import NOTHING_SAID
from store.database import Database
from store.derived_tables import reading
from store.runs import close_walk
from tests.mission import Mission
from tests.store.wording import WORDING
from tests.store.world import HARBOUR, START, a_statement, at, listed, looked, record, rows

Command = Callable[..., str]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command over three statements, under the rules of `WORDING`; returns what it says."""
    monkeypatch.setattr(rules, "RULES", WORDING)
    settings = load_settings(data_dir=str(tmp_path), environment={})
    with closing(Database(settings.database_url)) as database:
        schema.ensure(database)
        record(database, listed())
        close_walk(database, "un", HARBOUR, began=START, now=START)
        chinese = replace(a_statement("3", "安: 港口八点开放。", title="<b>港口</b>"), language="zh-Hans")
        record(
            database,
            listed("1", "2", "3"),
            looked(a_statement("1", "Ann spoke in the council of S/2026_1 and S/2026.")),
            looked(a_statement("2", "Bob spoke.", title="Notice")),
            looked(chinese),
        )
        record(database, looked(a_statement("1", "Nobody spoke."), at(1)), now=at(1))

    def run(*arguments: str) -> str:
        args = build_parser().parse_args(arguments)
        assert import_module(f"missionwatch.commands.{args.verb}").run(args, settings) == 0
        said = capsys.readouterr()
        return said.out + said.err

    return run


def statements(said: str) -> list[str]:
    return [json.loads(line)["statement"] for line in said.splitlines()]


def test_changes_are_those_of_a_speaker(command: Command) -> None:
    assert statements(command("changes", "--json", "--speaker", "HARBOUR bob")) == ["un-2"]
    # By today's text: of the first statement's two changes neither is of somebody named in its older version only.
    assert statements(command("changes", "--json", "--speaker", "ann-harbour")) == ["un-3"]
    assert statements(command("changes", "--json", "--speaker", "安港")) == ["un-3"]
    assert command("changes", "--json", "--speaker", "Zoe") == "missionwatch: No speaker called Zoe is known.\n"


def test_show_tells_of_the_version_that_is_shown(command: Command) -> None:
    latest = json.loads(command("show", "un-1", "--json"))
    assert (latest["kind"], latest["speakers"], latest["organ"], latest["symbols"]) == ("remarks", [], None, [])
    first = json.loads(command("show", "un-1", "--version", "1", "--json"))
    assert first["speakers"] == [{"name": "Ann Harbour", "role": "Keeper"}]
    assert first["organ"] == "harbour-council"
    assert first["symbols"] == [{"symbol": "S/2026", "url": "https://un.example/S/2026"}] * 2


def test_show_tells_it_in_each_format(command: Command) -> None:
    text = command("show", "un-1", "--version", "1")
    for line in ("Speaker: Ann Harbour, Keeper", "Organ: Harbour Council", "Kind: Remarks"):
        assert f"\n{line}\n" in text
    assert "\nDocument: S/2026 https://un.example/S/2026\n" in text
    markdown = command("show", "un-1", "--version", "1", "--format", "markdown")
    assert "\n- Speaker: Ann Harbour, Keeper\n" in markdown
    assert "\n- Document: [S/2026](<https://un.example/S/2026>)\n" in markdown
    html = command("show", "un-1", "--version", "1", "--format", "html")
    assert '<dt lang="en">Speaker</dt><dd>Ann Harbour, Keeper</dd>' in html
    assert '<dd><a href="https://un.example/S/2026">S/2026</a></dd>' in html
    chinese = command("show", "un-3", "--format", "html")
    assert '<article lang="zh-Hans">' in chinese
    assert '<dt lang="en">Speaker</dt><dd>安港</dd>' in chinese


def test_what_is_not_known_is_not_told(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "RULES", rules.Rules(version="0", read=lambda said, sections: NOTHING_SAID))
    assert "Speaker" not in command("show", "un-2")
    assert "<dl>" not in command("show", "un-2", "--format", "html")
    assert "\n- " not in command("show", "un-2", "--format", "markdown")


def planted(mission: Mission, sql: str) -> None:
    with closing(sqlite3.connect(mission.data / "missionwatch.db")) as connection:
        connection.executescript(sql)


def indexed(mission: Mission) -> int:
    with closing(Database(f"sqlite:///{mission.data / 'missionwatch.db'}")) as database:
        return len(rows(database, reading))


def test_the_index_is_kept_by_who_found_news_and_who_reads(known: tuple[Mission, ReplicaServer]) -> None:
    mission, server = known
    planted(mission, "DELETE FROM member; DELETE FROM reading")
    mission.crawl()
    assert indexed(mission) == 0  # nothing was found
    server.site.add(1, section="hyyfy")
    mission.crawl("--dry-run")
    assert indexed(mission) == 0
    mission.crawl()
    assert indexed(mission) == 61


def test_readers_go_on_where_the_index_cannot_be_kept(known: tuple[Mission, ReplicaServer]) -> None:
    mission, _ = known
    planted(mission, "DELETE FROM member; DELETE FROM reading")
    planted(mission, "CREATE TRIGGER no BEFORE INSERT ON reading BEGIN SELECT RAISE(ABORT, 'planted'); END")
    done = mission.run("changes", "--include-baseline", "--json")
    assert (done.code, len(done.objects)) == (0, 60)
    assert "What is known of speakers, sections and kinds may be out of date. The database" in done.stderr
