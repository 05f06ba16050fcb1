"""Bringing the schema to where this release needs it: Alembic, and the check that costs no import of it."""

from pathlib import Path
from typing import TYPE_CHECKING

from store.database import HEAD, Database, DatabaseError

if TYPE_CHECKING:
    from alembic.config import Config


def ensure(database: Database) -> bool:
    """Makes the tables in an empty database; leaves a current one alone. Returns whether it made them.

    Raises DatabaseError for a database of an older release (say `db upgrade`) or of a newer one (upgrade us).
    """
    revision = database.revision()
    if revision == HEAD:
        return False
    if revision is None:
        upgrade(database)
        return True
    if revision < HEAD:
        # The rows of a server can be copied only by who knows its tables.
        how = "" if database.is_sqlite else " with that release or with pg_dump"
        raise DatabaseError(
            f"The database was written by an older release (schema {revision}, this release needs {HEAD}): "
            f"make a backup{how}, then run `missionwatch db upgrade`."
        )
    raise _too_new(revision)


def upgrade(database: Database, revision: str = "head") -> tuple[str | None, str | None]:
    """Runs the migrations up to a revision in one transaction; returns the revision before and after."""
    from alembic import command  # 0.6 s of imports that no other command needs

    before = database.revision()
    if before is not None and before > HEAD:
        raise _too_new(before)
    with database.migrating() as connection:
        command.upgrade(_config(connection), revision)
    return before, database.revision()


def downgrade(database: Database, revision: str) -> None:
    """Runs the migrations down to a revision (`base` for an empty database) in one transaction."""
    from alembic import command

    with database.migrating() as connection:
        command.downgrade(_config(connection), revision)


def _too_new(revision: str) -> DatabaseError:
    return DatabaseError(
        f"The database was written by a newer release (schema {revision}, this release knows {HEAD}): "
        "install that release, or restore an older backup."
    )


def _config(connection: object) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    return config
