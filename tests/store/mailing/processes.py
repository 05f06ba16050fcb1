"""What tests let other processes do with letters: `python -m tests.store.mailing.processes VERB URL`."""

import sys
import time

from store.database import Database
from store.mailing.due import due_digests
from store.mailing.outbox import Outbox
from tests.store.mailing.told import NOW, after
from tests.store.mailing.world import tell


def send_all(url: str) -> None:
    """Sends what it can get, a few at a time, and says what that was."""
    outbox = Outbox(Database(url))
    print("ready", flush=True)
    sys.stdin.readline()
    while found := outbox.claim(3, NOW):
        for each in outbox.about_to_send(found, NOW):
            print(each.message_id, flush=True)
            outbox.sent(each, NOW)


def hold(url: str) -> None:
    """Claims two letters, is about to send the first, says so, and does nothing more until killed."""
    outbox = Outbox(Database(url))
    found = outbox.claim(2, NOW)
    outbox.about_to_send(found[0], NOW)
    print("held", flush=True)
    time.sleep(600)


def tell_all(url: str) -> None:
    """Tells whatever is due until nothing is, and says to whom."""
    database = Database(url)
    print("ready", flush=True)
    sys.stdin.readline()
    now = after(days=1)
    while due_digests(database, now):
        for of, period, _ in tell(database, now):
            print(of.id, period.key, flush=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["send-all", url]:
            send_all(url)
        case ["hold", url]:
            hold(url)
        case ["tell-all", url]:
            tell_all(url)
