"""A form can be used by anybody, and causes hardly any mail."""

from itertools import pairwise

from store.database import Database
from store.mailing.subscribers import Subscribers
from store.mailing.tables import form_attempt
from tests.store.mailing.told import NOW, after
from tests.store.mailing.world import ANN, BOB, subscribed
from tests.store.world import rows


def test_a_form_causes_one_mail_an_hour(database: Database, people: Subscribers) -> None:
    subscribed(database, BOB)
    names = (
        ANN,
        "Ann@harbour.example",
        "a.n.n@harbour.example",
        "ann+news@harbour.example",
        BOB,
        "bob+1@harbour.example",
    )
    mails: dict[str, list[int]] = {"a": [], "b": []}
    for number in range(1000):
        moment, name = after(seconds=10 * number), names[number % len(names)]
        ask = people.request if number % 7 else people.request_link
        if ask(name, now=moment) is not None:
            mails[name[0].lower()].append(number)
    for sent in mails.values():
        assert 2 <= len(sent) <= 3
        assert all(other - one >= 360 for one, other in pairwise(sent))
    assert len(rows(database, form_attempt)) == 6  # what is refused is not even counted


def test_an_origin_causes_few_mails_an_hour(people: Subscribers) -> None:
    def mails(minutes: float, origin: str) -> int:
        moment = after(minutes=minutes)
        asked = (people.request(f"p{minutes}{n}@harbour.example", now=moment, origin=origin) for n in range(30))
        return sum(each is not None for each in asked)

    assert [mails(0, "one"), mails(1, "one"), mails(2, "other"), mails(61, "one")] == [20, 0, 20, 20]


def test_a_clock_that_was_years_ahead_keeps_nobody_out(people: Subscribers) -> None:
    assert people.request(ANN, now=after(days=3650)) is not None
    assert people.request(ANN, now=NOW) is not None
    assert people.request(ANN, now=NOW) is None


def test_a_link_to_manage_is_for_who_has_a_subscription(database: Database, people: Subscribers) -> None:
    of = subscribed(database)
    token = people.request_link(ANN, now=NOW)
    assert token is not None
    assert people.by_token(token, "manage", after(days=6)) == of
    assert people.request_link(BOB, now=NOW) is None
    assert people.request_link(BOB, now=NOW) is None
    assert people.request(BOB, now=NOW) is None  # asking for nothing counts too, so that the answer is the same
    people.end(of.id, "unsubscribed", after(days=1))
    assert people.request_link(ANN, now=after(days=2)) is None
