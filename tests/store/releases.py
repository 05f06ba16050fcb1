"""Databases as earlier releases wrote them, byte for byte: what was kept then must be readable for ever."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

from sqlalchemy import text

from store import schema
from store.database import Database

_ROWS_OF_0001 = Path(__file__).with_name("release-0001.jsonl")
"""Two baseline statements, of which `un-1001` was edited and reverted, by two runs: a table and a row on each line."""


def written_by_0001(database: Database) -> None:
    """Fills an empty database as the release with schema 0001 did."""
    schema.upgrade(database, "0001")
    with database.writing() as connection:
        for line in _ROWS_OF_0001.read_text("utf-8").splitlines():
            table, kept = json.loads(line)
            row = {name: _value(each) for name, each in kept.items()}
            places = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})"), row)


def _value(kept: Any) -> Any:
    return b64decode(kept["base64"]) if isinstance(kept, dict) else kept
