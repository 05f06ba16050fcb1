"""What tests let other processes do with a database: `python -m tests.store.processes VERB URL …`."""

import os
import sys
import time
from datetime import timedelta

from store.archive import Archive
from store.database import Database, DatabaseError
from store.lock import lock
from store.schema import ensure
from tests.store.world import START, a_statement, looked


def append(url: str, name: str, count: int) -> None:
    """Records statements one by one, and edits each."""
    database = Database(url)
    archive = Archive(database)
    for number in range(count):
        now = START + timedelta(seconds=number)
        archive.record([looked(a_statement(f"{name}{number}", "The harbour opens at eight."), now)], now)
        archive.record([looked(a_statement(f"{name}{number}", "The harbour opens at nine."), now)], now)
    database.close()


def hold_lease(url: str) -> None:
    """Takes the lease, says so, and keeps it until killed."""
    with lock(Database(url)):
        print("held", flush=True)
        time.sleep(600)


def make_tables(url: str) -> None:
    """Makes the tables, and says whether it was this process that did."""
    database = Database(url)
    print(ensure(database), flush=True)
    database.close()


def write_unprivileged(url: str) -> None:
    """Writes as a user whom permissions bind, and says what came of it."""
    tried = Database("sqlite://")
    with tried.reading() as connection:  # so that all is imported while it can be read
        connection.exec_driver_sql("SELECT 1")
    database = Database(url)
    if os.geteuid() == 0:
        os.setuid(65534)
    try:
        Archive(database).record([looked(a_statement())], START)
        print("written")
    except DatabaseError as error:
        print(error)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["append", url, name, count]:
            append(url, name, int(count))
        case ["hold-lease", url]:
            hold_lease(url)
        case ["make-tables", url]:
            make_tables(url)
        case ["write-unprivileged", url]:
            write_unprivileged(url)
