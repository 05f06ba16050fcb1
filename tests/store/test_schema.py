"""Migrations make the tables that the code expects, and take them away again."""

from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from store import schema
from store.database import HEAD, Database
from store.tables import metadata
from tests.store.databases import Databases
from tests.store.world import (
    START,
    a_statement,
    assert_log_holds,
    listed,
    looked,
    record,
    rows,
)


def tables_of(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(inspect(connection).get_table_names())


def test_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).with_name("migrations")))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_migrations_make_the_tables_of_the_code(database: Database) -> None:
    with database.reading() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []


def test_tables_are_made_once(databases: Databases) -> None:
    with closing(Database(databases.empty())) as database:
        assert database.revision() is None
        assert schema.ensure(database) is True
        assert schema.ensure(database) is False
        assert database.revision() == HEAD
        assert schema.upgrade(database) == (HEAD, HEAD)


def test_down_and_up_again(databases: Databases) -> None:
    with closing(Database(databases.empty())) as database:
        assert schema.upgrade(database) == (None, HEAD)
        made = tables_of(database)
        record(database, listed("1001", "2002"), looked(a_statement("1001")), looked(a_statement("1001", "Edited.")))
        schema.downgrade(database, "base")
        assert tables_of(database) == {"alembic_version"}
        assert database.revision() is None
        assert schema.upgrade(database) == (None, HEAD)
        assert tables_of(database) == made == {"alembic_version", *metadata.tables}
        record(database, looked(a_statement("1001")))
        assert_log_holds(database)
        assert [each["id"] for each in rows(database, metadata.tables["change"])] == [1]


def test_broken_migration_leaves_the_database_as_it_was(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Database(databases.empty())) as database:
        with monkeypatch.context() as broken:
            broken.setattr("alembic.op.create_index", _broken)
            with pytest.raises(RuntimeError, match="planted"):
                schema.upgrade(database)
        assert tables_of(database) == set()
        assert schema.ensure(database) is True
        record(database, looked(a_statement()), now=START)


def _broken(*arguments: object, **options: object) -> None:
    raise RuntimeError("planted")
