"""Laws of verification: not one bit of what is covered can be flipped without a trace."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, Column, Connection, Integer, Table, select, update
from sqlalchemy.exc import IntegrityError

from store.blobs import BlobCache, BlobShelf
from store.columns import EPOCH, UtcDateTime
from store.database import Database, DatabaseError
from store.tables import blob, statement
from store.verification import verify, verify_connection
from store.verification.seals import microseconds
from tests.store.history import SEALED, tampered, with_history
from tests.store.world import rows

COVERED: dict[Table, tuple[str, ...]] = {
    blob: ("sha256", "size", "base", "depth", "data"),
    statement: ("key", "version", "text_sha256"),
    **SEALED,
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


@pytest.fixture
def kept(database: Database) -> Database:
    with_history(database)
    return database


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


def test_every_column_is_sealed_or_known_not_to_be() -> None:
    """A column that is added must be sealed, or be named in docs/proof.md as one that is not."""
    left = {table.name: {each.name for each in table.c} - set(columns) for table, columns in SEALED.items()}
    assert left == {"capture": {"run_id"}, "version": {"observed_last"}, "change": {"run_id"}}


@pytest.mark.parametrize("table", list(SEALED), ids=lambda table: str(table.name))
def test_a_flip_in_any_sealed_column_is_named(kept: Database, table: Table) -> None:
    flipped = set()
    for name in SEALED[table]:
        column = table.c[name]
        filled = [row for row in rows(kept, table) if row[name] is not None]
        for row in {each["id"]: each for each in (filled[0], filled[len(filled) // 2], filled[-1])}.values():
            for value in _flips(kept, column, row["id"]):
                with tampered(kept) as connection:
                    try:
                        with connection.begin_nested():
                            connection.execute(_set(column, row["id"], value))
                    except IntegrityError:
                        continue  # the engine itself refuses it
                    found = verify_connection(connection).wrong or ""
                known_by = f"{table.name} ({row['id']}|{row.get('number')})"
                # What is altered in its number is no longer there: the next one, or what points to it, says so.
                fits = table.name in found if name in ("id", "number") else re.match(rf"{known_by}\b", found)
                assert fits, (name, row["id"], value, found)
                flipped.add(name)
                break
    assert flipped == set(SEALED[table])


def _flips(database: Database, column: Column[Any], row_id: int) -> list[Any]:
    """Values that differ in one bit from what is kept; of a pointer, the other records that it could lead to first."""
    with database.reading() as connection:
        kept = connection.execute(select(column).where(column.table.c.id == row_id)).scalar_one()
        others = [
            each
            for key in column.foreign_keys
            for each in connection.execute(select(key.column).where(key.column != kept)).scalars()
        ]
    match kept:
        case bytes():
            return [kept[:-1] + bytes([kept[-1] ^ 1])]
        case str():
            return [kept[:-1] + chr(ord(kept[-1]) ^ 1)]
        case bool():
            return [not kept]
        case datetime():
            return [EPOCH + timedelta(microseconds=microseconds(kept) ^ 1)]
    return [*others, *(kept ^ 1 << bit for bit in range(6))]


def _set(column: Column[Any], row_id: int, value: Any) -> Any:
    return update(column.table).where(column.table.c.id == row_id).values({column.name: value})


def _is_number(column: Any) -> bool:
    return isinstance(column.type, Integer | Boolean | UtcDateTime)


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
