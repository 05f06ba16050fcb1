"""An upgrade that is killed anywhere leaves the database as it was or as it is to be, and the next one completes it."""

import subprocess
import sys
from contextlib import closing

import pytest

from store import schema
from store.database import HEAD, Database
from store.verification import verify
from tests.needs import ROOT
from tests.store.databases import Databases
from tests.store.releases import written_by_0001
from tests.store.test_migrations import everything
from tests.truth.scale import scaled


def upgrade_and_kill(kills: list[tuple[str, int]]) -> list[str]:
    """What became of the upgrade of each database that was killed at its step."""
    line = [sys.executable, "-m", "tests.store.upgrader", *(str(each) for kill in kills for each in kill)]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=3000, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


def first_release(databases: Databases) -> str:
    """The address of a new database as the first release left it."""
    url = databases.empty()
    with closing(Database(url)) as database:
        written_by_0001(database)
    return url


@pytest.mark.slow
@scaled("kills", 2, 1000)
def test_an_upgrade_that_is_killed_is_made_good_by_the_next(databases: Databases, kills: int) -> None:
    whole = first_release(databases)
    with closing(Database(whole)) as database:
        before = everything(database)
        (told,) = upgrade_and_kill([(whole, 0)])
        after = everything(database)
    steps = int(told)
    assert steps > 50
    moments = sorted({1 + number * steps // kills for number in range(kills)} | {steps})
    tried = [(first_release(databases), moment) for moment in moments]
    assert upgrade_and_kill(tried) == ["killed"] * len(tried)
    found: list[str | None] = []
    for url, moment in tried:
        with closing(Database(url)) as database:
            found.append(database.revision())
            assert everything(database) == (before if found[-1] == "0001" else after), moment
            schema.upgrade(database)
            assert (database.revision(), everything(database)) == (HEAD, after), moment
            assert verify(database).wrong is None
    assert set(found) == {"0001", HEAD}
    print(f"{len(tried)} kills at {steps} steps: {found.count('0001')} as before, {found.count(HEAD)} upgraded")
