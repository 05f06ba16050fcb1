"""Proof that an archive is what was recorded: everything that can be recomputed is, and the first fault is named.

Order: the file itself, pointers, kept bytes and texts, captures, versions, statements, ledgers, the change log. Memory
is bounded whatever the size: rows are streamed, and of kept bytes only a few and the bases in use are held.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from store.database import Database
from store.head import Head
from store.verification.chain import check_chain
from store.verification.kept_bytes import check_bytes
from store.verification.ledgers import check_ledgers
from store.verification.records import (
    check_captures,
    check_numbering,
    check_references,
    check_statements,
    check_versions,
)
from store.verification.verdict import COUNTED, Verdict, WrongRecordError, demand

__all__ = ["COUNTED", "Verdict", "verify", "verify_connection"]


def verify(database: Database, witness: Head | None = None) -> Verdict:
    """Verifies a database as it is at this moment; a crawl may go on beside it.

    `witness` is a head that somebody kept; the log must hold it. Raises DatabaseError if nothing can be read.
    """
    try:
        with database.reading() as connection:
            return verify_connection(connection, witness)
    except UnicodeDecodeError as error:  # SQLite quotes what is wrong with a damaged schema, and Python cannot read it
        return Verdict(wrong=f"the database file: it cannot be read ({error}).")


def verify_connection(connection: Connection, witness: Head | None = None) -> Verdict:
    """The same for what one transaction sees. The tables must be those of this release."""
    verdict = Verdict()
    is_sqlite = connection.dialect.name == "sqlite"
    try:
        with _any_text(connection) if is_sqlite else nullcontext():
            if is_sqlite:
                _check_file(connection)
            check_references(connection)
            check_bytes(connection, verdict)
            check_captures(connection, verdict)
            check_versions(connection, verdict)
            check_statements(connection, verdict)
            check_numbering(connection)
            check_ledgers(connection)
            check_chain(connection, verdict, witness)
    except WrongRecordError as error:
        verdict.wrong = f"{error}."
    except DBAPIError as error:
        if not is_sqlite:
            raise
        verdict.wrong = f"the database file: it cannot be read ({error.orig})."
    return verdict


def _check_file(connection: Connection) -> None:
    found = connection.execute(text("PRAGMA integrity_check(1)")).scalars().all()
    said = " ".join(str(found[0]).split()) if found else "no answer"
    demand(said == "ok", "the database file", f"it is damaged ({said})")


@contextmanager
def _any_text(connection: Connection) -> Iterator[None]:
    """Lets text that is no UTF-8 be read, as other text, so that the record it stands in can be named."""
    driver: Any = connection.connection.driver_connection
    usual, driver.text_factory = driver.text_factory, _surrogates
    try:
        yield
    finally:
        driver.text_factory = usual


def _surrogates(kept: bytes) -> str:
    return kept.decode("utf-8", "surrogateescape")
