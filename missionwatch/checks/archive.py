"""The database: reachable, of this release, whole."""

from collections.abc import Callable
from dataclasses import dataclass

from missionwatch.checks.finding import Finding, ok, unchecked, warning, wrong
from missionwatch.output import megabytes
from store.asking import NoDatabaseError, TookTooLongError
from store.database import HEAD
from store.inspection import Engine

LONGEST = 20.0
"""Seconds for the check of a whole file; what is larger is left to `verify`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """The database, or why it cannot be reached."""

    engine: Engine | None
    trouble: str = ""

    @property
    def is_ready(self) -> bool:
        """Whether its tables are those of this release."""
        return self.engine is not None and self.engine.revision == HEAD


def reach(ask: Callable[[], Engine]) -> Reached:
    """The database as it is found."""
    try:
        return Reached(engine=ask())
    except NoDatabaseError as error:
        return Reached(engine=None, trouble=str(error))
    except OSError as error:
        return Reached(engine=None, trouble=f"{error.filename} cannot be read: {error.strerror}.")


def check_database(reached: Reached, where: str) -> Finding:
    """Whether it answers."""
    if reached.engine is None:
        said = reached.trouble.replace("run `missionwatch crawl` first", "run `missionwatch init`")
        return wrong("database", said)
    if reached.engine.is_wal is False and reached.engine.revision is not None:
        sentence = f"{where} is not written with a write-ahead log: end all that has it open, then run any crawl."
        return warning("database", sentence)
    return ok("database", f"{where} answers ({reached.engine.name}).")


def check_schema(reached: Reached) -> Finding:
    """Whether the tables are those of this release."""
    if reached.engine is None:
        return unchecked("schema", "The database does not answer.")
    revision = reached.engine.revision
    if revision is None:
        return wrong("schema", "The database has no tables yet: run `missionwatch init`.")
    if revision < HEAD:
        sentence = f"The tables are those of an older release ({revision}, this one needs {HEAD}): make a backup, "
        return wrong("schema", f"{sentence}then run `missionwatch db upgrade`.")
    if revision > HEAD:
        sentence = f"The tables are those of a newer release ({revision}, this one knows {HEAD}): install that one."
        return wrong("schema", sentence)
    return ok("schema", f"The tables are those of this release ({revision}).")


def check_integrity(reached: Reached, size: int, damage: Callable[[float], str | None]) -> Finding:
    """Whether a SQLite file is whole, as far as that can be said in a while."""
    if reached.engine is None:
        return unchecked("integrity", "The database does not answer.")
    if reached.engine.is_wal is None:
        return unchecked("integrity", "The server looks after its files; `missionwatch verify` checks every hash.")
    try:
        found = damage(LONGEST)
    except TookTooLongError:
        sentence = (
            f"{megabytes(size)} take longer than {LONGEST:.0f} seconds: run `missionwatch verify` at a quiet hour."
        )
        return unchecked("integrity", sentence)
    except NoDatabaseError as error:
        return wrong("integrity", str(error))
    if found is not None:
        return wrong("integrity", f"The file is damaged ({found}): restore it from a backup.")
    return ok("integrity", "The file is whole; `missionwatch verify` checks every hash.")
