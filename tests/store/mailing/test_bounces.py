"""Letters that come back: three in a row, and nothing more is sent."""

from store.database import Database
from store.mailing.model import Subscriber
from store.mailing.outbox import Outbox
from store.mailing.subscribers import Subscribers
from tests.store.mailing.told import NOW, after
from tests.store.mailing.world import asked, current, log_change, put, subscribed, tell


def bounce(database: Database, of: Subscriber, day: float, *, taken: bool = False, told: bool = True) -> str:
    """A letter that is refused, or taken; and what is told of it."""
    outbox, message_id = Outbox(database), put(database, now=after(days=day), kind="digest", of=of)
    (each,) = outbox.claim(10, after(days=day))
    assert outbox.about_to_send(each, after(days=day))
    if taken:
        outbox.sent(each, after(days=day))
    else:
        outbox.failed(each, "550 no such user", after(days=day))
        if told:
            Subscribers(database).bounced(of.id, True, after(days=day))
    return message_id


def test_three_hard_bounces_in_a_row_suspend(database: Database, people: Subscribers) -> None:
    of = subscribed(database)
    for day in (1, 2):
        bounce(database, of, day)
    assert people.bounced(of.id, False, after(days=2)) == current(database, of)
    assert (current(database, of).state, current(database, of).bounces) == ("active", 2)
    bounce(database, of, 3, taken=True)
    assert current(database, of).bounces == 0
    for day in (4, 5):
        bounce(database, of, day)
    assert current(database, of).state == "active"
    waiting = put(database, now=after(days=7), of=of)
    bounce_id = put(database, now=after(days=6), of=of)
    (each,) = Outbox(database).claim(1, after(days=6))
    assert each.message_id == bounce_id
    Outbox(database).failed(each, "550 no such user", after(days=6))
    assert people.bounced(of.id, True, after(days=6), bounce_id) == current(database, of)
    assert (current(database, of).state, current(database, of).bounces) == ("suspended", 3)
    found = Outbox(database).of_message(waiting)
    assert found is not None
    assert found.state == "failed"
    log_change(database, after(days=8))
    assert tell(database, after(days=9)) == []
    again = people.confirm(asked(people, days=9), after(days=9))
    assert again is not None
    assert (again.state, again.bounces) == ("active", 0)


def test_letters_that_a_relay_took_and_that_came_back_are_counted_once_each(
    database: Database, people: Subscribers
) -> None:
    of = subscribed(database)
    first, second, third = (bounce(database, of, day, taken=True) for day in (1, 2, 3))
    for _ in range(3):
        people.bounced(of.id, True, after(days=4), first)
    assert current(database, of).bounces == 0  # it was taken after that
    people.bounced(of.id, True, after(days=4), third)
    assert current(database, of).bounces == 1
    assert current(database, of).state == "active"
    people.bounced(of.id, True, after(days=5), second)
    assert (current(database, of).bounces, current(database, of).state) == (3, "suspended")


def test_bounces_of_letters_nobody_knows_are_counted(database: Database, people: Subscribers) -> None:
    of = subscribed(database)
    states = [people.bounced(of.id, True, after(days=day)) for day in (1, 2, 3)]
    assert [each.state for each in states if each] == ["active", "active", "suspended"]
    assert people.bounced(99, True, NOW) is None
