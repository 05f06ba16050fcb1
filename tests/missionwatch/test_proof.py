"""The verbs of proof and safe-keeping as their users have them."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from store import schema
from store.database import Database
from tests.mission import Mission


@pytest.fixture
def archive(crawled: Mission, mission: Mission) -> Mission:
    """An archive of its own to a test."""
    shutil.copy(crawled.config, mission.config)
    return mission.start_from(crawled)


def alter(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute(sql).rowcount == 1
        connection.commit()


def records(mission: Mission) -> list[str]:
    """All that is kept, but for the touch that tells whoever publishes to look at everything again."""
    return [line for line in mission.dump() if not line.startswith('INSERT INTO "touch"')]


def told(mission: Mission, *arguments: str, code: int = 0) -> dict[str, Any]:
    done = mission.run(*arguments)
    assert done.code == code, done
    (found,) = done.objects
    return found


def test_verify_says_what_holds_and_names_what_does_not(archive: Mission) -> None:
    found = told(archive, "verify", "--json")
    assert list(found) == [
        *("database", "ok", "wrong", "blobs", "captures", "versions", "statements", "changes", "head")
    ]
    assert (found["ok"], found["wrong"], found["statements"], found["changes"]) == (True, None, 60, 60)
    assert found["head"]["hash"] == archive.changes("--include-baseline")[-1]["hash"]
    alter(archive.database, "UPDATE capture SET headers = 'x' WHERE id = 1")
    found = told(archive, "verify", "--json", code=1)
    assert (found["ok"], found["wrong"][:13]) == (False, "capture 1 of ")
    done = archive.run("verify")
    assert (done.code, done.stdout.count("\n"), done.stderr) == (1, 1, "")
    assert "wrong: capture 1 of http" in done.stdout


def test_a_head_is_kept_signed_and_held_against_the_archive(archive: Mission) -> None:
    folder = archive.folder
    head = archive.run("verify", "--head")
    (folder / "head.json").write_text(head.stdout)
    assert archive.run("verify", "--new-key", str(folder / "key")).code == 0
    assert ((folder / "key").stat().st_mode & 0o777, (folder / "key.pub").exists()) == (0o600, True)
    again = archive.run("verify", "--new-key", str(folder / "key"))
    assert (again.code, "key" in again.sentence) == (1, True), "a key is never replaced"
    signed = told(archive, "verify", "--head", "--signing-key", str(folder / "key"))
    assert {name: signed[name] for name in ("number", "hash", "detected")} == json.loads(head.stdout)
    (folder / "signed.json").write_text(json.dumps(signed))
    public = ("--public-key", str(folder / "key.pub"))
    assert told(archive, "verify", "--json", "--witness", str(folder / "signed.json"), *public)["ok"]
    unsigned = archive.run("verify", "--witness", str(folder / "head.json"), *public)
    assert (unsigned.code, unsigned.sentence) == (1, f"The head in {folder / 'head.json'} is not signed.")
    (folder / "later.json").write_text(json.dumps(signed | {"number": 61}))
    forged = archive.run("verify", "--witness", str(folder / "later.json"), *public)
    assert (forged.code, forged.sentence) == (1, "The head of change 61 was not signed with this key.")
    later = archive.run("verify", "--witness", str(folder / "later.json"))
    assert (later.code, "change 61: witnessed as head, but the log ends with 60" in later.stdout) == (1, True)


def test_a_backup_is_verified_and_restored(archive: Mission, tmp_path: Path) -> None:
    saved = tmp_path / "saved.db"
    before = records(archive)
    assert told(archive, "backup", "--json", str(saved)) == {"file": str(saved), "bytes": saved.stat().st_size}
    assert told(archive, "verify", "--json", "--backup", str(saved))["database"] == str(saved)
    refused = archive.run("restore", str(saved))
    assert (refused.code, "--force" in refused.sentence) == (1, True)
    archive.database.write_bytes(b"ruined")
    assert archive.run("verify").code == 1
    found = told(archive, "restore", "--json", "--force", str(saved))
    assert (found["changes"], found["head"]) == (60, told(archive, "verify", "--json")["head"])
    assert records(archive) == before
    alter(saved, "UPDATE change SET title = title || '.' WHERE id = 7")
    refused = archive.run("restore", "--force", str(saved))
    assert (refused.code, "damaged and was not restored: change 7: its hash" in refused.sentence) == (1, True)


def test_a_database_of_an_older_release_can_be_backed_up_before_it_is_upgraded(
    archive: Mission, tmp_path: Path
) -> None:
    older = Database(f"sqlite:///{archive.database}")
    schema.downgrade(older, "0005")
    older.close()
    refused = archive.run("changes")
    assert (refused.code, "make a backup, then run `missionwatch db upgrade`" in refused.sentence) == (1, True)
    saved = tmp_path / "before.backup"
    assert told(archive, "backup", "--json", str(saved))["bytes"] == saved.stat().st_size
    assert told(archive, "verify", "--json", "--backup", str(saved))["ok"]
    assert archive.run("db", "upgrade").code == 0
    assert told(archive, "verify", "--json")["ok"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("verify", "--signing-key", "key"), 2, "--signing-key goes with --head."),
        (("verify", "--public-key", "key"), 2, "--public-key goes with --witness."),
        (("verify", "--backup", "nowhere.db"), 1, "No such file or directory (nowhere.db): choose another path."),
        (("verify", "--witness", "missionwatch.toml"), 1, "This is no head of a change log"),
        (("verify",), 1, "There is no database at"),
        (("backup", "saved.db"), 1, "There is no database at"),
        (("restore", "missionwatch.toml"), 1, "is not a backup: it is no SQLite file."),
        (("reextract", "unn"), 2, "There is no site `unn` in the configuration; did you mean `un`?"),
        (("reextract",), 1, "There is no database at"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    arguments: tuple[str, ...], code: int, words: str, mission: Mission
) -> None:
    mission.config.write_text('[sites.un]\nprofile = "china-mission-un"\n')
    done = mission.run(*arguments)
    assert (done.code, done.stdout) == (code, "")
    assert words in done.sentence
