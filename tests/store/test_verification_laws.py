"""Laws of verification: not one bit of what is covered can be flipped without a trace."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Table, select

from store.blobs import BlobCache, BlobShelf
from store.database import Database, DatabaseError
from store.tables import blob, change, statement, version
from store.verification import verify, verify_connection
from tests.store.history import tampered, with_history

COVERED: dict[Table, tuple[str, ...]] = {
    blob: ("sha256", "size", "base", "depth", "data"),
    version: ("number", "blob_id", "text_sha256"),
    statement: ("key", "version", "text_sha256"),
    change: tuple(each.name for each in change.c if each.name != "run_id"),
}
"""The columns of which not one bit can be altered without a trace."""
QUICK = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def kept_file(tmp_path_factory: pytest.TempPathFactory, pattern: Path) -> Path:
    """A SQLite archive with a past, in one file."""
    path = tmp_path_factory.mktemp("kept") / "kept.db"
    shutil.copyfile(pattern, path)
    database = Database(f"sqlite:///{path}")
    with_history(database)
    database.close()
    return path


@pytest.fixture(scope="module")
def sqlite_kept(kept_file: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{kept_file}")
    yield database
    database.close()


@QUICK
@given(data=st.data())
def test_no_bit_of_what_is_covered_can_be_flipped(sqlite_kept: Database, data: st.DataObject) -> None:
    """Text that is no UTF-8 any more, numbers that are no moments, bytes that unpack to something else: all named."""
    table = data.draw(st.sampled_from(list(COVERED)))
    column = table.c[data.draw(st.sampled_from(COVERED[table]))]
    with tampered(sqlite_kept) as connection:
        ids = connection.execute(select(table.c.id).where(column.is_not(None))).scalars().all()
        row_id = data.draw(st.sampled_from(ids))
        before = _readable(connection)
        kind, value = connection.exec_driver_sql(
            f"SELECT typeof({column.name}), CAST({column.name} AS {'INTEGER' if _is_number(column) else 'BLOB'}) "
            f"FROM {table.name} WHERE id = {row_id}"
        ).one()
        if isinstance(value, int):
            flipped: object = value ^ 1 << data.draw(st.integers(0, 61))
        else:
            position = data.draw(st.integers(0, len(value) * 8 - 1))
            flipped = (int.from_bytes(value) ^ 1 << position).to_bytes(len(value))
        try:
            connection.exec_driver_sql(
                f"UPDATE {table.name} SET {column.name} = CAST(? AS {kind}) WHERE id = {row_id}", (flipped,)
            )
        except Exception as error:
            assume("UNIQUE" not in str(error) and "CHECK" not in str(error))
            raise
        verdict = verify_connection(connection)
        if verdict.ok:  # one bit of a zstd frame's header has no meaning
            assert column is blob.c.data
            assert _readable(connection) == before


@settings(QUICK, max_examples=25)
@given(data=st.data())
def test_no_byte_of_the_file_can_be_flipped(kept_file: Path, data: st.DataObject) -> None:
    """Where verification finds nothing wrong, everything it covers is still what it was."""
    before = kept_file.read_bytes()
    position = data.draw(st.integers(0, len(before) - 1))
    flipped = bytearray(before)
    flipped[position] ^= 1 << data.draw(st.integers(0, 7))
    path = kept_file.with_name("flipped.db")
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    path.write_bytes(flipped)
    database = Database(f"sqlite:///{path}")
    try:
        verdict = verify(database)
    except DatabaseError:
        return
    finally:
        database.close()
    if verdict.ok:
        assert _content(path) == _content(kept_file)


def _is_number(column: Any) -> bool:
    return column.name in ("id", "size", "base", "depth", "number", "blob_id", "version", "statement_id") or (
        column.name in ("from_version", "to_version", "detected", "baseline")
    )


def _readable(connection: Connection) -> list[bytes]:
    shelf = BlobShelf(connection, BlobCache())
    return [shelf.get(blob_id) for blob_id in connection.execute(select(blob.c.id).order_by(blob.c.id)).scalars()]


def _content(path: Path) -> list[Any]:
    found: list[Any] = []
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        for table, columns in COVERED.items():
            named = [name for name in columns if name != "data"]
            found += connection.execute(f"SELECT {', '.join(named)} FROM {table.name} ORDER BY id").fetchall()
    database = Database(f"sqlite:///{path}")
    with database.reading() as sa:
        found += _readable(sa)
    database.close()
    return found
