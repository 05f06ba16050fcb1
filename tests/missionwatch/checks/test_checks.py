"""Each check by itself: what of it is fine, what is to be looked at, and what is wrong."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from missionwatch.checks import folders
from missionwatch.checks.archive import Reached, check_integrity
from missionwatch.checks.crawls import check_clock, check_crawls, check_leader
from missionwatch.checks.finding import Finding
from missionwatch.checks.folders import Room, check_file_system, check_folder, check_room
from missionwatch.checks.mail import check_deadman, check_notices, check_queue
from missionwatch.checks.mounts import kind_of
from missionwatch.checks.outside import check_sites, check_supervisor
from missionwatch.checks.settings import check_secrets, check_settings
from missionwatch.config import Supervisor, secret_files
from missionwatch.config_model import Config, Settings
from missionwatch.output import ago, megabytes
from store.asking import TookTooLongError
from store.freshness import LOOK_PROMISE
from store.glance import SiteGlance
from store.inspection import Engine
from store.leaders import Leader
from store.mailing.glance import MailGlance

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:26 / /srv rw shared:2 - nfs4 files:/srv rw
31 30 0:27 / /srv/my\\040archive rw - tmpfs tmpfs rw
32 22 0:28 / /srv/local rw - xfs /dev/vdb rw
"""


def settings(**tables: Any) -> Settings:
    return Settings(config=msgspec.convert(tables, Config), data_dir=Path("/nowhere"), source=None)


def found(name: str, **tables: Any) -> Finding:
    (only,) = (each for each in check_settings(settings(**tables)) if each.name == name)
    return only


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib/missionwatch", "ext4"),
        ("/srv/watch", "nfs4"),
        ("/srv/my archive/data", "tmpfs"),
        ("/srv/local", "xfs"),
        ("/srv/locally", "nfs4"),
    ],
)
def test_the_file_system_of_a_folder_is_that_of_the_nearest_mount(folder: str, kind: str) -> None:
    assert kind_of(Path(folder), MOUNTS) == kind
    assert kind_of(Path(folder), "") is None


def test_sqlite_does_not_go_with_a_network_file_system(tmp_path: Path) -> None:
    mounts = MOUNTS.replace("/srv rw", f"{tmp_path} rw", 1)
    assert check_file_system(tmp_path / "data", mounts, is_sqlite=True).result == "wrong"
    assert check_file_system(tmp_path / "data", mounts, is_sqlite=False).result == "ok"
    assert check_file_system(tmp_path, MOUNTS, is_sqlite=True).result == "ok"
    assert check_file_system(tmp_path, None, is_sqlite=True).result == "unchecked"


GB = 10**9


@pytest.mark.parametrize(
    ("free", "files", "size", "daily", "result", "words"),
    [
        (50 * GB, None, GB, 1e6, "ok", "more than ten years"),
        (50 * GB, None, GB, 5e7, "ok", "about 1000 days"),
        (50 * GB, 10**6, 0, None, "ok", "are free"),
        (50 * GB, 999, GB, 1e6, "wrong", "999 more files"),
        (5 * GB // 2, None, GB, 5e7, "warning", "about 50 days"),
        (2 * GB, None, 3 * GB, 1e6, "warning", "less than the database has"),
        (GB // 8, None, GB, 5e7, "wrong", "enough for 2 days"),
        (GB // 11, None, 0, None, "wrong", "Only 91 MB"),
    ],
)
def test_room_is_held_against_size_and_growth(
    monkeypatch: pytest.MonkeyPatch,
    free: int,
    files: int | None,
    size: int,
    daily: float | None,
    result: str,
    words: str,
) -> None:
    monkeypatch.setattr(Room, "of", classmethod(lambda cls, folder: Room(free=free, files=files)))
    said = check_room([Path("/a"), Path("/b")], size, daily)
    assert (said.result, words in said.sentence) == (result, True), said


def test_the_bytes_of_a_folder(tmp_path: Path) -> None:
    assert folders.bytes_in(tmp_path / "none") == 0
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name in ("one", "a/two", "a/b/three"):
        (tmp_path / name).write_bytes(bytes(10_000))
    assert 30_000 <= folders.bytes_in(tmp_path) <= 120_000


def test_room_of_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    assert Room.of(tmp_path / "not" / "yet").free > 0


def test_a_folder_must_be_one_that_may_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_folder("data-folder", tmp_path, "x").result == "ok"
    assert check_folder("data-folder", tmp_path / "new" / "one", "x").sentence.endswith(
        "will be made when it is needed."
    )
    (tmp_path / "file").write_text("")
    assert check_folder("data-folder", tmp_path / "file", "x").result == "wrong"
    assert check_folder("data-folder", tmp_path / "file" / "below", "x").result == "wrong"
    monkeypatch.setattr(folders, "may_write", lambda folder: False)
    assert check_folder("data-folder", tmp_path, "x").result == "wrong"
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_secrets_that_everybody_may_read_are_told(tmp_path: Path) -> None:
    config, secret = tmp_path / "missionwatch.toml", tmp_path / "smtp"
    for path, mode in ((config, 0o644), (secret, 0o600)):
        path.write_text("x")
        path.chmod(mode)
    assert check_secrets(config, [secret], has_secrets=False).result == "ok"
    assert check_secrets(config, [], has_secrets=True).result == "warning"
    config.chmod(0o640)
    assert check_secrets(config, [secret], has_secrets=True).result == "ok"
    secret.chmod(0o604)
    assert str(secret) in check_secrets(config, [secret], has_secrets=True).sentence
    assert check_secrets(None, [tmp_path / "gone"], has_secrets=False).result == "wrong"
    env = {"MISSIONWATCH_MAIL__PASSWORD_FILE": str(secret), "MISSIONWATCH_CONFIG": "x", "OTHER__KEY_FILE": "y"}
    assert secret_files(env) == [secret]


@pytest.mark.parametrize(
    ("name", "tables", "words"),
    [
        ("manners:un", {"crawl": {"delay": 0.2, "user_agent": "x (+y)"}}, "`crawl.delay`"),
        ("manners:un", {"crawl": {"concurrency": 8, "user_agent": "x (+y)"}}, "`crawl.concurrency`"),
        ("manners:un", {"crawl": {"robots": "ignore", "user_agent": "x (+y)"}}, "`crawl.robots`"),
        ("manners:un", {}, "`crawl.user_agent`"),
        ("truth", {"truth": {"removal_confirmations": 1}}, "short failure"),
        ("truth", {"truth": {"removal_min_age": "30s"}}, "short failure"),
        ("truth", {"truth": {"mass_change_share": 0.5}}, "wave of edits"),
        ("address", {"server": {"host": "0.0.0.0"}}, "listens to others"),
        ("address", {"mail": {"backend": "smtp"}}, "letters leave"),
        ("address", {"publish": {"base_url": "http://watch.example.org"}}, "not https"),
    ],
)
def test_dangerous_values_are_told(name: str, tables: dict[str, Any], words: str) -> None:
    said = found(name, **tables)
    assert (said.result, words in said.sentence) == ("warning", True), said


def test_good_values_are_fine() -> None:
    tables = {"crawl": {"user_agent": "x (+y)"}, "publish": {"base_url": "https://watch.example.org"}}
    assert {each.result for each in check_settings(settings(**tables))} == {"ok"}
    local = {"un": {"profile": "china-mission-un", "base_url": "http://127.0.0.1:1"}}
    assert found("manners:un", crawl={"delay": 0}, sites=local).result == "ok"


def test_the_clock_is_held_against_what_was_recorded() -> None:
    assert check_clock(None, NOW).result == "unchecked"
    assert check_clock(NOW + timedelta(minutes=9), NOW).result == "ok"
    assert check_clock(NOW + timedelta(minutes=11), NOW).result == "wrong"
    assert check_clock(NOW - 10 * DAY, NOW).result == "ok"


def test_who_leads_is_told() -> None:
    def leader(leads: bool | None, heard: datetime | None = None) -> Finding:
        return check_leader(Leader(holder="process 7 on h", since=NOW - DAY, leads=leads, heard=heard), NOW)

    assert check_leader(None, NOW).result == "ok"
    assert leader(True, NOW - timedelta(seconds=9)).result == "ok"
    assert leader(True, NOW - 3 * timedelta(minutes=1)).result == "warning"
    assert leader(False).result == "warning"
    assert leader(None).result == "unchecked"


def glanced(**more: Any) -> SiteGlance:
    empty: dict[str, Any] = {"statements": 0, "versions": 0, "changes": 0, "last_problems": (), "incidents": ()}
    times: dict[str, Any] = {"last_success": NOW - HOUR, "last_run": NOW - HOUR, "last_outcome": "ok"}
    return SiteGlance(site="un", sections=(), **empty | times | more)


@pytest.mark.parametrize(
    ("more", "result"),
    [
        ({}, "ok"),
        ({"last_success": NOW - LOOK_PROMISE}, "ok"),
        ({"last_success": NOW - LOOK_PROMISE - HOUR}, "wrong"),
        ({"last_success": None, "last_outcome": "failed"}, "wrong"),
        ({"last_success": None, "last_outcome": None}, "ok"),
        ({"last_success": None, "last_outcome": None, "last_run": NOW - DAY}, "wrong"),
    ],
)
def test_a_site_is_to_be_crawled_within_the_promise(more: dict[str, Any], result: str) -> None:
    crawled, incidents = check_crawls(["un"], [glanced(**more)], NOW)
    assert (crawled.result, incidents.result) == (result, "ok")


def test_a_site_that_was_never_crawled_is_named() -> None:
    assert next(iter(check_crawls(["un"], [], NOW))).result == "warning"


def test_letters_that_wait_long_are_told() -> None:
    counts = {"pending": 1, "sending": 1, "sent": 5, "failed": 0}
    assert check_queue(MailGlance(**counts, oldest=None), NOW).result == "ok"
    assert check_queue(MailGlance(**counts, oldest=NOW - HOUR), NOW).result == "ok"
    assert check_queue(MailGlance(**counts, oldest=NOW - 2 * DAY), NOW).result == "warning"


def test_whether_anybody_is_told() -> None:
    assert check_notices(settings()).result == "warning"
    assert check_notices(settings(notify={"operators": ["a@harbour.example"]})).result == "ok"
    assert check_deadman(settings()).result == "unchecked"
    assert check_deadman(settings(notify={"deadman": "https://ping.example/x"})).result == "ok"


@pytest.mark.parametrize(
    ("address", "watchdog", "result"),
    [
        ("", 0.0, "unchecked"),
        ("/run/x", 120.0, "ok"),
        ("/run/x", 0.0, "ok"),
        ("/run/x", 5.0, "warning"),
        ("", 9, "wrong"),
    ],
)
def test_what_systemd_expects(address: str, watchdog: float, result: str) -> None:
    assert check_supervisor(Supervisor(address=address, watchdog=watchdog)).result == result


@pytest.mark.parametrize(
    ("said", "result", "words"),
    [
        (NOW, "ok", "agrees"),
        (None, "wrong", "missionwatch probe un"),
        (NOW - HOUR, "wrong", "60 minutes ahead of"),
        (NOW + DAY, "wrong", "1440 minutes behind"),
    ],
)
def test_a_site_that_is_asked_tells_the_time(said: datetime | None, result: str, words: str) -> None:
    (only,) = check_sites(settings(), lambda address: said, lambda: NOW)
    assert (only.result, words in only.sentence) == (result, True)


def test_a_large_file_is_left_to_verify() -> None:
    def damage(within: float) -> str | None:
        raise TookTooLongError("too long")

    reached = Reached(engine=Engine(name="SQLite 3", revision="1", is_wal=True))
    assert check_integrity(reached, 10**10, damage).result == "unchecked"
    assert check_integrity(reached, 10**10, lambda within: "page 3").result == "wrong"


def test_sizes_and_spans_are_rough() -> None:
    assert [megabytes(size) for size in (999, 5e6, 1.5e9, 2e10)] == ["1 KB", "5 MB", "1,500 MB", "20 GB"]
    spans = (timedelta(seconds=5), timedelta(minutes=90), timedelta(hours=47), 3 * DAY)
    assert [ago(NOW - each, NOW) for each in spans] == ["5 seconds ago", "90 minutes ago", "47 hours ago", "3 days ago"]
    assert ago(NOW + 2 * HOUR, NOW) == "in 2 hours"
