import threading
from contextlib import closing

import pytest
from sqlalchemy import text

from store.database import Database, DatabaseError
from store.tide import Tide
from tests.store.world import a_statement, looked, record


def test_the_state_moves_with_every_write_and_with_no_reading(database: Database) -> None:
    with closing(Tide(database)) as tide:
        states = [tide.state()]
        for number in range(3):
            record(database, looked(a_statement(str(1001 + number))))
            assert tide.state() not in states
            states.append(tide.state())
        with database.reading() as connection:
            connection.execute(text("SELECT COUNT(*) FROM change")).scalar()
        assert tide.state() == states[-1]


def test_it_sees_what_others_write(database_url: str) -> None:
    ours, theirs = Database(database_url), Database(database_url)
    with closing(ours), closing(theirs), closing(Tide(ours)) as tide:
        before = tide.state()
        record(theirs, looked(a_statement()))
        assert tide.state() != before


def test_several_threads_may_ask(database: Database) -> None:
    found: list[str] = []
    with closing(Tide(database)) as tide:
        threads = [threading.Thread(target=lambda: found.append(tide.state())) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_database_that_went_away_is_an_error_in_words_and_found_again(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Database(database_url)) as database, closing(Tide(database)) as tide:
        before = tide.state()
        with monkeypatch.context() as patched:
            patched.setattr("store.tide._SQLITE", "SELECT nothing FROM nowhere")
            patched.setattr("store.tide._SERVER", "SELECT nothing FROM nowhere")
            with pytest.raises(DatabaseError):
                tide.state()
        assert tide.state() != before
        assert tide.state() == tide.state()
