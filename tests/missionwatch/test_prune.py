"""`prune` deletes what is kept for a time only, at any moment and beside anybody, and nothing that anybody can see."""

import fcntl
import os
import shutil
import signal
import time
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from missionwatch.replica import ReplicaServer, ReplicaSite
from missionwatch.wiring import now
from store.database import Database
from store.lease import lease
from tests.forge import Forge
from tests.mission import Mission
from tests.missionwatch.test_mail_commands import a_day_passes

READERS = ("ann@harbour.example", "li@harbour.example")
KINDS = (
    *("letters", "addresses", "unconfirmed", "tokens", "history", "attempts"),
    *("unfinished-publications", "unfinished-letters", "unfinished-backups", "previews"),
)
DAYS = 86_400


@pytest.fixture(scope="module")
def with_letters(forge: Forge, tmp_path_factory: pytest.TempPathFactory) -> Mission:
    """A mission with an edit, letters that were sent ten days ago, and a reader who left. To be copied."""
    mission = Mission(tmp_path_factory.mktemp("letters"), forge)
    with ReplicaServer(ReplicaSite(count=12, seed=60, sections=["eng/hyyfy", "hyyfy"])) as server:
        assert mission.watch(server).crawl()["baseline"] == 12
        _tell(mission, server)
    return mission


def _tell(mission: Mission, server: ReplicaServer) -> None:
    for reader in READERS:
        assert mission.run("subscribers", "add", reader, "--cadence", "instant").code == 0
    server.site.add(2)
    server.site.edit(next(each.doc_id for each in server.site.truth() if each.language == "en"), how="number")
    mission.crawl("--full", "--recheck")
    a_day_passes(mission)
    assert mission.run("digest", "send", "--json").objects[0]["sent"] == 2
    assert mission.run("subscribers", "remove", READERS[1]).code == 0
    mission.publish()
    for sql in (
        f"UPDATE letter SET settled = settled - {10 * DAYS * 1_000_000}",
        f"UPDATE subscriber SET ended = ended - {30 * DAYS * 1_000_000}",
        f"UPDATE subscriber_token SET expires = expires - {500 * DAYS * 1_000_000}",
    ):
        mission.write(sql)


@pytest.fixture
def lived_in(with_letters: Mission, mission: Mission) -> Mission:
    """The same, free to be changed, with files left over."""
    shutil.copy(with_letters.config, mission.config)
    mission.start_from(with_letters)
    for name, age in (
        ("public/.missionwatch/partial/0", 0),
        ("mail/tmp/1.abc.host.12", 2 * DAYS),
        ("mail/tmp/2.young.host.12", 60),
        (".backup.db.ab12cd_3.part", 2 * DAYS),
        (".backup.db.ab12cd_4.part", 60),
        (".something.of.mine", 90 * DAYS),
        ("preview/1-2026-03-01.eml", 8 * DAYS),
        ("preview/1-2026-03-09.html", 60),
        ("preview/notes.txt", 90 * DAYS),
    ):
        _leave(mission.data / name, age)
    return mission


def _leave(path: Path, age: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"left over")
    then = time.time() - age
    os.utime(path, (then, then))


def pruned(mission: Mission, *options: str) -> dict[str, tuple[int, int | None]]:
    done = mission.run("prune", "--json", *options)
    assert (done.code, done.stderr) == (0, ""), done
    for each in done.objects:
        assert list(each) == ["what", "count", "bytes", "dry_run"]
        assert each["dry_run"] is ("--dry-run" in options)
    assert tuple(each["what"] for each in done.objects) == KINDS
    return {each["what"]: (each["count"], each["bytes"]) for each in done.objects}


def seen(mission: Mission) -> list[object]:
    """All that anybody is shown of an archive: statements, differences, the log, and what verifies."""
    found: list[object] = []
    for verb in (("changes", "--include-baseline", "--json"), ("verify", "--json")):
        done = mission.run(*verb)
        assert done.code == 0, done
        found.append(done.stdout)
    for key, number in mission.rows("SELECT key, version FROM statement WHERE version > 1 OR id < 3"):
        found.append(mission.run("show", key, "--json").stdout)
        found.extend(mission.run("diff", key, "--json").stdout for _ in range(number > 1))
    return found


def published(out: Path) -> dict[str, bytes]:
    """What visitors of a published folder find."""
    public = (each for each in out.rglob("*") if each.is_file() and ".missionwatch" not in each.parts)
    return {str(each.relative_to(out)): each.read_bytes() for each in public}


def archive_rows(mission: Mission) -> list[str]:
    """Every row of every table that is not mail's."""
    mail = ("subscriber", "letter", "digest", "form_attempt")
    return [line for line in mission.dump() if not line.startswith(tuple(f'INSERT INTO "{name}' for name in mail))]


def test_what_has_been_kept_for_long_enough_goes_and_nobody_sees_a_difference(lived_in: Mission) -> None:
    first, before = seen(lived_in), published(lived_in.data / "public")
    rows = archive_rows(lived_in)
    counts = pruned(lived_in)
    assert counts["letters"][0] == 2
    assert (counts["letters"][1] or 0) > 1000
    assert (counts["addresses"], counts["unconfirmed"], counts["attempts"]) == ((1, None), (0, None), (0, None))
    assert counts["tokens"][0] >= 2
    assert {kind: counts[kind] for kind in KINDS[6:]} == dict.fromkeys(KINDS[6:], (1, len("left over")))
    assert archive_rows(lived_in) == rows
    assert seen(lived_in) == first
    lived_in.publish(lived_in.folder / "anew")
    assert published(lived_in.folder / "anew") == before
    there = {str(each.relative_to(lived_in.data)) for each in lived_in.data.rglob("*") if each.is_file()}
    kept = {"mail/tmp/2.young.host.12", ".backup.db.ab12cd_4.part", ".something.of.mine"}
    assert kept | {"preview/1-2026-03-09.html", "preview/notes.txt"} <= there
    assert not there & {"mail/tmp/1.abc.host.12", ".backup.db.ab12cd_3.part", "preview/1-2026-03-01.eml"}
    assert len(list((lived_in.data / "mail" / "new").iterdir())) == 2, "what was delivered is not ours any more"
    assert {count for count, _ in pruned(lived_in).values()} == {0}
    assert lived_in.run("prune").stdout == "There is nothing to delete.\n"


def test_a_dry_run_says_the_same_and_deletes_nothing(lived_in: Mission) -> None:
    before = (lived_in.dump(), sorted(each for each in lived_in.data.rglob("*") if each.suffix not in (".db-wal",)))
    told = pruned(lived_in, "--dry-run")
    text = lived_in.run("prune", "--dry-run").stdout
    assert text.splitlines()[-1] == "Nothing was deleted: this was a dry run."
    assert (
        lived_in.dump(),
        sorted(each for each in lived_in.data.rglob("*") if each.suffix not in (".db-wal",)),
    ) == before
    assert pruned(lived_in) == told


def test_it_goes_on_beside_a_daemon_a_crawl_and_a_publication(lived_in: Mission) -> None:
    database = Database(f"sqlite:///{lived_in.database}")
    with (
        lease(database, now, "daemon") as leading,
        lease(database, now) as crawling,
        (lived_in.data / "public" / ".missionwatch" / "lock").open("ab") as publishing,
    ):
        fcntl.flock(publishing, fcntl.LOCK_EX)
        counts = pruned(lived_in)
        assert not leading.lost.is_set()
        assert not crawling.lost.is_set()
    database.close()
    assert counts["letters"][0] == 2
    assert counts["unfinished-publications"] == (0, 0), "its files are under way"
    assert (lived_in.data / "public" / ".missionwatch" / "partial" / "0").exists()


@pytest.mark.parametrize("shift", [timedelta(days=400), timedelta(days=-40)])
def test_a_clock_that_may_be_wrong_deletes_nothing(lived_in: Mission, shift: timedelta) -> None:
    lived_in.write(f"UPDATE run SET started = started + {shift // timedelta(microseconds=1)}")
    before = lived_in.dump()
    done = lived_in.run("prune")
    assert (done.code, "Check the clock" in done.sentence) == (1, True)
    assert lived_in.dump() == before
    assert pruned(lived_in, "--dry-run")["letters"][0] == 2


def test_killed_at_any_moment_it_is_done_the_next_time(lived_in: Mission) -> None:
    rows, random = archive_rows(lived_in), Random(4)
    for _ in range(3):
        process = lived_in.start(lived_in.line("prune"))
        time.sleep(random.uniform(0.1, 0.8))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    done: dict[str, Any] = pruned(lived_in)
    assert done["letters"][0] in (0, 2), "all of it or nothing"
    assert archive_rows(lived_in) == rows
    assert {count for count, _ in pruned(lived_in).values()} == {0}
    assert lived_in.run("verify").code == 0


def test_before_the_first_crawl_there_is_nothing_to_prune(mission: Mission) -> None:
    done = mission.run("prune")
    assert (done.code, "run `missionwatch crawl` first" in done.sentence) == (1, True)
    assert not mission.data.exists()
