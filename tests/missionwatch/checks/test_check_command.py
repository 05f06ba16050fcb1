"""`check` as an operator meets it: whatever state things are in it says so, and leaves everything as it was."""

import json
import re
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from missionwatch.replica import ReplicaServer
from missionwatch.wiring import now
from store.database import Database
from store.lease import lease
from tests.forge import Forge
from tests.mission import Done, Mission
from tests.missionwatch.delivery.post_office import PASSWORD, USER, certificate, nobody, post_office
from tests.needs import needs
from tests.store.databases import postgres, with_tables

RESULTS = {"ok", "warning", "wrong", "unchecked"}
CANARY = "canary-7391"
ADDRESS = "somebody@harbour.example"


@pytest.fixture
def archive(crawled: Mission, mission: Mission) -> Mission:
    """An archive of its own to a test, whose files nobody has open."""
    shutil.copy(crawled.config, mission.config)
    return mission.start_from(crawled)


def checked(
    mission: Mission, code: int, *options: str, env: Mapping[str, str] | None = None
) -> dict[str, dict[str, Any]]:
    """What `check --json` says, by name."""
    done = mission.run_line(mission.line("check", "--json", *options), env=env)
    assert (done.code, done.stderr) == (code, ""), done
    for each in done.objects:
        assert list(each) == ["name", "result", "sentence"]
        assert each["result"] in RESULTS
        assert re.fullmatch(r"[^\n]+[.)]", each["sentence"]), each
    names = [each["name"] for each in done.objects]
    assert len(set(names)) == len(names)
    assert any(each["result"] == "wrong" for each in done.objects) == (code != 0)
    return {each["name"]: each for each in done.objects}


def result(found: Mapping[str, dict[str, Any]], name: str) -> str:
    return str(found[name]["result"])


def files(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_an_archive_in_order_is_said_to_be_so_and_stays_byte_for_byte(archive: Mission) -> None:
    before, times = files(archive.folder), archive.database.stat()
    found = checked(archive, 0)
    assert files(archive.folder) == before
    assert archive.database.stat().st_mtime_ns == times.st_mtime_ns
    expected = ("configuration", "schedule", "time-zones", "profile:un", "data-folder", "disk", "publish-folder")
    for name in (*expected, "database", "schema", "integrity", "clock", "crawls:un", "incidents:un", "queue", "mail"):
        assert result(found, name) == "ok", found[name]
    assert result(found, "site:un") == "unchecked"


def test_text_has_a_mark_on_each_line_and_a_summary_at_the_end(archive: Mission) -> None:
    done = archive.run("check")
    *lines, summary = done.stdout.splitlines()
    assert {line.split()[0] for line in lines} <= {"ok", "warning", "WRONG", "-"}
    assert len(lines) == len(checked(archive, 0))
    assert re.fullmatch(r"Nothing is wrong: \d+ ok, \d+ to look at, \d+ not checked\.", summary)
    assert "\x1b" not in done.stdout
    assert archive.run("-q", "check").stdout == ""


def test_before_the_first_start_the_next_step_is_named_and_nothing_is_made(mission: Mission) -> None:
    found = checked(mission, 1)
    assert "run `missionwatch init`" in found["database"]["sentence"]
    assert {result(found, name) for name in ("schema", "clock", "crawls")} == {"unchecked"}
    assert not mission.data.exists()
    assert mission.run("check").stdout.splitlines()[-1].startswith("Something is wrong: ")


@pytest.mark.parametrize(
    ("revision", "advice"), [("9999", "install that one"), ("0001", "run `missionwatch db upgrade`")]
)
def test_tables_of_another_release_are_named(archive: Mission, revision: str, advice: str) -> None:
    archive.write(f"UPDATE alembic_version SET version_num = '{revision}'")
    found = checked(archive, 1)
    assert (result(found, "schema"), advice in found["schema"]["sentence"]) == ("wrong", True)
    assert result(found, "integrity") == "ok"
    assert result(found, "clock") == "unchecked"


def test_a_database_without_tables_is_named(mission: Mission) -> None:
    mission.data.mkdir()
    mission.write("CREATE TABLE stranger (name)")
    assert "run `missionwatch init`" in checked(mission, 1)["schema"]["sentence"]


def test_a_writer_does_not_hinder(archive: Mission) -> None:
    with closing(sqlite3.connect(archive.database, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE run SET counts = counts")
        checked(archive, 0)
        writer.execute("ROLLBACK")


def test_a_file_that_another_one_keeps_to_itself_is_said_to_be_locked(
    archive: Mission, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from missionwatch.cli import main

    monkeypatch.setattr("store.asking.PATIENCE", 0.1)
    with closing(sqlite3.connect(archive.database, isolation_level=None)) as greedy:
        greedy.execute("PRAGMA locking_mode=EXCLUSIVE")
        greedy.execute("BEGIN IMMEDIATE")
        greedy.execute("UPDATE run SET counts = counts")
        assert main(archive.line("check", "--json")[3:]) == 1
        greedy.execute("ROLLBACK")
    found = {each["name"]: each for each in map(json.loads, capsys.readouterr().out.splitlines())}
    assert "try again" in found["database"]["sentence"]


def test_damage_is_found(archive: Mission) -> None:
    size = archive.database.stat().st_size
    with archive.database.open("r+b") as file:
        for place in range(8192 * 4, size - 8192, 8192):  # the first byte of a page says what kind it is
            file.seek(place)
            file.write(b"\xee")
    found = checked(archive, 1)
    assert any("damaged" in each["sentence"] or "malformed" in each["sentence"] for each in found.values())


def test_a_row_that_points_to_nothing_is_found(archive: Mission) -> None:
    archive.write("UPDATE capture SET page_id = 999999 WHERE id = 1")
    assert "1 rows of capture point to nothing" in checked(archive, 1)["integrity"]["sentence"]


def test_what_is_no_database_is_named(archive: Mission) -> None:
    archive.database.write_bytes(b"no database at all, but more than a hundred bytes of text. " * 40)
    assert "not a database" in checked(archive, 1)["database"]["sentence"]


def test_a_server_that_is_away_is_named_without_its_password(archive: Mission) -> None:
    pytest.importorskip("psycopg")
    url = f"postgresql+psycopg://watch:{CANARY}@127.0.0.1:1/archive"
    done = archive.run_line(archive.line("check", "--json"), env={"MISSIONWATCH_DATABASE__URL": url})
    assert (done.code, done.stderr) == (1, "")
    assert CANARY not in done.stdout
    (found,) = (each for each in done.objects if each["name"] == "database")
    assert "refused" in found["sentence"]


def test_a_recorded_future_is_said(archive: Mission) -> None:
    archive.write("UPDATE run SET started = started + 864000000000")
    found = checked(archive, 1)
    assert (result(found, "clock"), "set the clock" in found["clock"]["sentence"]) == ("wrong", True)


def test_silence_longer_than_promised_is_wrong(archive: Mission) -> None:
    archive.write("UPDATE run SET started = started - 86400000000, finished = finished - 86400000000")
    found = checked(archive, 1)
    assert "The last good crawl ended 24 hours ago" in found["crawls:un"]["sentence"]


def test_open_incidents_are_counted_and_no_fault_of_the_installation(archive: Mission) -> None:
    archive.write(
        "INSERT INTO incident (id, site, code, scope, opened, last_seen, times, detail) "
        "VALUES (1, 'un', 'site-blocked', '', 1, 1, 1, 'x')"
    )
    found = checked(archive, 0)
    assert "1 open (site-blocked)" in found["incidents:un"]["sentence"]


def test_who_leads_is_told_and_not_disturbed(archive: Mission) -> None:
    database = Database(f"sqlite:///{archive.database}")
    with lease(database, now, "daemon") as held:
        found = checked(archive, 0)
        assert not held.lost.is_set()
    database.close()
    if Path("/proc/locks").is_file():
        assert re.match(r"process \d+ on .*, since 20.* leads\.$", found["lease"]["sentence"])
        assert result(checked(archive, 0), "lease") == "warning"


@pytest.mark.parametrize(
    ("more", "name", "words"),
    [
        ('[schedule]\nnews = "often"\n', "schedule", "`schedule.news` needs five fields"),
        ('[schedule]\ntimezone = "Nowhere/Else"\n', "schedule", "`schedule.timezone` names no time zone"),
        ('[mail]\nbackend = "smtp"\n', "mail", "`mail.host` is needed"),
        ('[sites.un]\nprofile = "nobody"\n', "profile:un", "nobody"),
    ],
)
def test_a_configuration_that_cannot_be_used_has_its_own_code(
    archive: Mission, more: str, name: str, words: str
) -> None:
    archive.config.write_text(more, encoding="utf-8")
    found = checked(archive, 78)
    assert (result(found, name), words in found[name]["sentence"]) == ("wrong", True), found[name]
    assert result(found, "schema") == "ok", "the rest is looked at all the same"


def test_a_file_that_is_no_configuration_is_one_sentence(archive: Mission) -> None:
    archive.config.write_text("[crawl]\ndelya = 2\n", encoding="utf-8")
    done = archive.run("check", "--json")
    assert (done.code, done.stdout) == (78, "")
    assert "did you mean `crawl.delay`?" in done.sentence


def test_a_site_is_asked_only_when_told_to(known: tuple[Mission, ReplicaServer]) -> None:
    mission, server = known
    mission.config.write_text(f'[sites.un]\nprofile = "china-mission-un"\nbase_url = "{server.url}"\n')
    server.requests.clear()
    assert result(checked(mission, 0), "site:un") == "unchecked"
    assert server.requests.paths() == []
    found = checked(mission, 0, "--online")
    assert "agrees about the time" in found["site:un"]["sentence"]
    assert server.requests.paths() == ["/robots.txt"]
    server.site.outage("refuse")
    assert result(checked(mission, 1, "--online"), "site:un") == "wrong"


def _mail(port: int, security: str, password: str) -> str:
    return (
        f'[mail]\nbackend = "smtp"\nhost = "127.0.0.1"\nport = {port}\nsecurity = "{security}"\nuser = "{USER}"\n'
        f'password = "{password}"\nsender = "Watch <{ADDRESS}>"\n'
    )


def test_the_mail_server_is_asked_to_let_us_in_and_gets_no_letter(archive: Mission, tmp_path: Path) -> None:
    for_server, _ = certificate(tmp_path)
    believed = {"SSL_CERT_FILE": str(tmp_path / "certificate.pem")}
    with post_office(tls=for_server, login=True) as office:
        archive.config.write_text(_mail(office.port, "starttls", PASSWORD), encoding="utf-8")
        assert result(checked(archive, 0, env=believed), "mail") == "ok"
        assert "certificate" in checked(archive, 1)["mail"]["sentence"], "of a stranger"
        archive.config.write_text(_mail(office.port, "starttls", CANARY), encoding="utf-8")
        done = archive.run_line(archive.line("check", "--json"), env=believed)
        assert (done.code, CANARY in done.stdout, ADDRESS in done.stdout) == (1, False, False)
        assert "does not let us in (535" in done.stdout
        assert office.taken == []
    with nobody() as port:
        archive.config.write_text(_mail(port, "none", ""), encoding="utf-8")
        found = checked(archive, 1)
    assert "does not let us in" in found["mail"]["sentence"]
    assert result(found, "sender") == "warning", "nobody can have that domain"


def test_no_secret_and_no_address_is_ever_shown(archive: Mission) -> None:
    hook = f"https://hooks.harbour.example/{CANARY}-hook"
    archive.config.write_text(
        f'[notify]\noperators = ["{ADDRESS}"]\nwebhooks = [{{url = "{hook}", secret_file = "/{CANARY}-file"}}]\n'
        f'deadman = "https://ping.harbour.example/{CANARY}-ping"\n[mail]\npassword = "{CANARY}"\n',
        encoding="utf-8",
    )
    for options in ((), ("--json",), ("--online",)):
        done: Done = archive.run("-v", "check", *options)
        assert done.code == 78, done  # the file with the secret is not there
        said = (done.stdout + done.stderr).replace(f"/{CANARY}-file", "")
        assert (CANARY in said, ADDRESS in said) == (False, False), said


def test_a_server_is_looked_at_as_well(tmp_path: Path, forge: Forge) -> None:
    with postgres(needs("postgresql")) as server:
        server.run("CREATE DATABASE watched")
        mission = Mission(tmp_path, forge, server.url("watched"))
        assert "run `missionwatch init`" in checked(mission, 1)["schema"]["sentence"]
        with_tables(server.url("watched"))
        database = Database(server.url("watched"))
        with lease(database, now, "daemon"):
            found = checked(mission, 0)
        database.close()
    assert re.match(r"The server answers \(PostgreSQL \d+[\d.]*\)\.$", found["database"]["sentence"])
    assert "leads." in found["lease"]["sentence"]
    assert (result(found, "integrity"), result(found, "crawls:un")) == ("unchecked", "warning")
    assert not mission.data.exists()
