"""What the growth benchmark measures is what it says: one sentence a page, or the frame alone."""

import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from benchmarks.growth import ROUNDS, Weight, grow, other_sentence
from missionwatch.replica import ReplicaSite


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_other_sentence_changes_one_paragraph_and_keeps_the_rest(language: str) -> None:
    texts = [truth.paragraphs for truth in ReplicaSite(count=40, seed=3).truth() if truth.language == language]
    edit = other_sentence(language, Random(1))
    for before in texts:
        after = edit(before)
        assert sum(old != new for old, new in zip(before, after, strict=True)) == 1


def test_growth_has_a_weight_for_each_round() -> None:
    found = grow(24)
    assert len(found.edited) == len(found.frame) == ROUNDS
    assert all(each.blobs > 0 for each in (*found.edited, *found.frame))


def test_weight_leaves_free_pages_out_and_file_growth_does_not(tmp_path: Path) -> None:
    path = tmp_path / "some.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE blob (id INTEGER PRIMARY KEY, data BLOB)")
        connection.executemany("INSERT INTO blob (data) VALUES (?)", [(bytes(9000),)] * 20)
        connection.commit()
    full = Weight.of(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM blob WHERE id > 10")
        connection.commit()
    half = Weight.of(path)
    assert (full.blobs, half.blobs) == (180_000, 90_000)
    assert half.file == full.file == path.stat().st_size
    assert half.allocated <= full.allocated - 90_000


def test_weight_refuses_a_database_that_is_being_read(tmp_path: Path) -> None:
    path = tmp_path / "some.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE blob (data BLOB)")
        connection.execute("INSERT INTO blob VALUES (x'00')")
        connection.commit()
        connection.execute("BEGIN")
        connection.execute("SELECT * FROM blob").fetchone()
        with pytest.raises(RuntimeError, match="in use"):
            Weight.of(path)
