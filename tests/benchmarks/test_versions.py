"""The benchmark of the store's writing records what it counts."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.pages import pages_of
from benchmarks.recording import seen
from benchmarks.versions import record_once


def test_each_statement_gives_a_version_with_its_capture(tmp_path: Path) -> None:
    pages = pages_of(70)  # more than a batch
    record_once(pages, seen(pages, pages.statements), f"sqlite:///{tmp_path}/bench.db")
    with closing(sqlite3.connect(tmp_path / "bench.db")) as connection:
        found = connection.execute("SELECT COUNT(*), COUNT(DISTINCT capture_id) FROM version").fetchone()
    assert found == (70, 70)


def test_a_database_that_has_the_versions_already_is_refused(tmp_path: Path) -> None:
    pages = pages_of(5)
    observations, url = seen(pages, pages.statements), f"sqlite:///{tmp_path}/bench.db"
    record_once(pages, observations, url)
    with pytest.raises(RuntimeError, match="0 versions were recorded of 5"):
        record_once(pages, observations, url)
