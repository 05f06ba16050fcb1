"""What can be said of a database from outside, for `missionwatch check`: nothing is altered, whatever its state."""

from dataclasses import dataclass
from pathlib import Path

from store.asking import Ask, file_of, look

_MODES = slice(18, 20)
"""Bytes of a SQLite file that say how it is written: both 2 for a write-ahead log (SQLite's file format, 1.3.3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """What keeps the archive."""

    name: str
    """With its version: `SQLite 3.40.1`."""
    revision: str | None
    """The schema; None while there are no tables."""
    is_wal: bool | None
    """Whether a SQLite file is written with a write-ahead log; None for a server."""


def engine_of(url: str) -> Engine:
    """The engine behind an address, and the schema in it. Raises NoDatabaseError."""
    return look(url, lambda ask: _engine(url, ask))


def damage_of(url: str, within: float) -> str | None:
    """What is wrong with a SQLite file by its own check and its pointers; None if nothing, or for a server.

    Raises TookTooLongError, and NoDatabaseError.
    """
    return look(url, _damage, within=within) if file_of(url) is not None else None


def _engine(url: str, ask: Ask) -> Engine:
    path = file_of(url)
    if path is None:
        [(version,)] = ask("SHOW server_version")
        [(there,)] = ask("SELECT to_regclass('alembic_version') IS NOT NULL")
        return Engine(name=f"PostgreSQL {version.split()[0]}", revision=_revision(ask) if there else None, is_wal=None)
    [(version,)] = ask("SELECT sqlite_version()")
    [(there,)] = ask("SELECT COUNT(*) FROM sqlite_master WHERE name = 'alembic_version'")
    return Engine(name=f"SQLite {version}", revision=_revision(ask) if there else None, is_wal=_is_wal(path))


def _is_wal(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(_MODES.stop)[_MODES] == b"\x02\x02"


def _revision(ask: Ask) -> str | None:
    rows = ask("SELECT version_num FROM alembic_version")
    return str(rows[0][0]) if rows else None


def _damage(ask: Ask) -> str | None:
    [(said,), *_] = ask("PRAGMA quick_check(1)")
    if said != "ok":
        return str(said).splitlines()[-1].strip()
    lost = ask("PRAGMA foreign_key_check")
    return f"{len(lost)} rows of {lost[0][0]} point to nothing" if lost else None
