"""`missionwatch db upgrade`: migrations."""

from argparse import Namespace

from missionwatch import exits
from missionwatch.config_model import Settings
from missionwatch.output import say


def run(args: Namespace, settings: Settings) -> int:
    """Brings the tables to this release's schema and says what it did."""
    from store import schema
    from store.database import Database
    from store.lock import lock

    database = Database(settings.database_url)
    try:
        with lock(database, "daemon"), lock(database, "crawl"):
            before, after = schema.upgrade(database)
    finally:
        database.close()
    say(
        f"The schema is current ({after})."
        if before == after
        else f"Schema upgraded from {before or 'empty'} to {after}."
    )
    return exits.OK
