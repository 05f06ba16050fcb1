"""Several processes at one outbox, and one that is killed."""

import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from threading import Thread

import pytest

from store.database import Database
from store.mailing.outbox import Outbox
from store.mailing.tables import digest, letter
from tests.needs import ROOT
from tests.store.mailing.told import NOW, after
from tests.store.mailing.world import log_change, put, subscribed
from tests.store.world import rows

pytestmark = pytest.mark.slow


def start(verb: str, url: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.store.mailing.processes", verb, url]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def said_by_three(verb: str, url: str) -> list[str]:
    """What three processes say that begin at the same time."""
    with ExitStack() as running:
        started = [running.enter_context(start(verb, url)) for _ in range(3)]
        for each in started:
            assert each.stdout is not None
            assert each.stdout.readline() == "ready\n"
        for each in started:
            assert each.stdin is not None
            each.stdin.write("\n")
            each.stdin.flush()
        said = [line for each in started if each.stdout is not None for line in each.stdout.read().splitlines()]
        assert [each.wait() for each in started] == [0, 0, 0]
        return said


def test_no_letter_is_sent_by_two_processes(database: Database, database_url: str) -> None:
    expected = sorted(put(database) for _ in range(60))
    assert sorted(said_by_three("send-all", database_url)) == expected
    assert Outbox(database).counts()["sent"] == 60


def test_no_period_is_told_by_two_processes(database: Database, database_url: str) -> None:
    people = [subscribed(database, f"p{number}@harbour.example") for number in range(20)]
    log_change(database, after(hours=1))
    said = said_by_three("tell-all", database_url)
    assert sorted(said) == sorted(f"{each.id} daily:2026-03-03" for each in people)
    assert len(rows(database, digest)) == len(rows(database, letter)) == 20


def test_no_letter_is_claimed_by_two_threads(database: Database) -> None:
    expected = [put(database) for _ in range(60)]
    got: list[str] = []

    def claim() -> None:
        outbox = Outbox(database)
        while found := outbox.claim(1, NOW):
            got.extend(each.message_id for each in found)

    threads = [Thread(target=claim) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert Counter(got) == Counter(expected)


def test_the_letters_of_a_killed_process_go_back_at_once(database: Database, database_url: str) -> None:
    first, second = put(database), put(database)
    outbox = Outbox(database)
    with start("hold", database_url) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert outbox.recover(NOW) == 0
        holder.kill()
    assert outbox.recover(NOW) == 2
    assert [(each.message_id, each.doubts) for each in outbox.claim(9, NOW)] == [(first, 1), (second, 0)]
