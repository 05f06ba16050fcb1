"""From the form to the end of a subscription: reading alters nothing, posting does what its page says."""

import pytest

from store.mailing.model import Wishes
from tests.feeds.subscribing.counter import ANN, EVE, Place

GOOD = "invalid" * 6 + "x"
"""A token that nobody was given; as long as one."""


def test_the_whole_way(counter: Place) -> None:
    status, _, page = counter.get("/subscribe")
    assert (status, b'action="' in page, b"<script" in page) == (200, True, False)
    choices = {"types": "edited", "words": "harbour, tide，天气", "least": "medium", "sections": "un-eng-hyyfy"}
    status, _, page = counter.post("/subscribe", {"address": EVE, "zone": "Asia/Kathmandu", **choices})
    assert (status, b"Look into your mailbox" in page) == (200, True)
    assert counter.subscriber().state == "pending"

    confirm = counter.link("confirm")
    before = counter.rows()
    status, _, page = counter.get(confirm)
    assert (status, b"Asia/Kathmandu" in page, counter.rows()) == (200, True, before)
    assert counter.post(confirm)[0] == 200
    found = counter.subscriber()
    assert (found.state, found.zone, found.cadence, found.send_at) == ("active", "Asia/Kathmandu", "daily", "08:00")
    wanted = Wishes(
        facets={"sections": frozenset({"un-eng-hyyfy"})},
        words=("harbour", "tide", "天气"),
        types=frozenset({"edited"}),
        least="medium",
    )
    assert found.wishes == wanted

    counter.clock.pass_time(hours=2)
    assert counter.post("/manage", {"address": EVE})[0] == 200
    manage = counter.link("manage")
    before = counter.rows()
    _, _, page = counter.get(manage)
    assert (b'value="medium" selected' in page, counter.rows()) == (True, before)
    status, _, page = counter.post(manage, {"action": "save", "cadence": "weekly", "weekday": "6", "send_at": "23:05"})
    assert (status, b"Your choices are saved" in page) == (200, True)
    found = counter.subscriber()
    assert (found.cadence, found.weekday, found.send_at, found.wishes) == ("weekly", 6, "23:05", Wishes())
    status, _, page = counter.post(manage, {"action": "leave"})
    assert (status, b"Your subscription has ended" in page) == (200, True)
    assert counter.subscriber().state == "ended"
    assert counter.get(manage)[0] == 404


@pytest.mark.parametrize("path", ["/subscribe/", "/manage//", "//subscribe"])
def test_a_slash_too_many_leads_nowhere_else(counter: Place, path: str) -> None:
    """An address made of what the request says of the host would be another one's."""
    status, headers, page = counter.send("GET", path, None, Host="elsewhere.example")
    assert (status, headers.get("location"), b'action="' in page) == (200, None, True)
    assert b"elsewhere" not in page


def test_the_pages_are_in_the_language_that_was_chosen(counter: Place) -> None:
    _, _, page = counter.get("/subscribe?frame=zh")
    assert 'lang="zh-Hans"' in page.decode()
    assert "邮件订阅" in page.decode()
    _, _, page = counter.post("/subscribe", {"address": EVE, "frame": "zh"})
    assert "请查看您的邮箱" in page.decode()
    confirm = counter.link("confirm")
    assert "确认订阅" in counter.get(confirm)[2].decode()
    assert "订阅成功" in counter.post(confirm)[2].decode()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (
            b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
        (b"", ""),
    ],
)
def test_one_click_ends_a_subscription_with_nothing_but_its_token(
    counter: Place, body: bytes, content_type: str
) -> None:
    path = unsubscribing(counter, counter.confirmed().id)
    before = counter.rows()
    for method in ("GET", "HEAD"):
        assert counter.get(path, method)[0] == 200
    assert counter.rows() == before
    more = {"Content_Type": content_type} if content_type else {}
    status, _, page = counter.send("POST", path, body, **more)
    assert (status, b"Your subscription has ended" in page) == (200, True)
    assert counter.subscriber().state == "ended"
    assert counter.send("POST", path, body, **more)[0] == 200
    assert b"<button" not in counter.get(path)[2]


def unsubscribing(counter: Place, id: int) -> str:
    """The path that a letter to a subscriber would have."""
    from store.mailing.tables import subscriber_token
    from store.mailing.tokens import issued, new_token

    token = new_token()
    with counter.database.writing() as connection:
        connection.execute(subscriber_token.insert().values(issued(id, "unsubscribe", token, counter.clock())))
    return f"/unsubscribe/{token}"


def test_tokens_are_good_for_one_thing_and_one_person(counter: Place) -> None:
    eve = counter.confirmed(EVE)
    counter.clock.pass_time(hours=2)
    ann = counter.confirmed(ANN)
    leaving = unsubscribing(counter, eve.id)
    token = leaving.rpartition("/")[2]
    counter.clock.pass_time(hours=2)
    counter.post("/manage", {"address": ANN})
    managing = counter.link("manage").rpartition("/")[2]
    before = counter.rows()
    forged = [GOOD, token[:-1], f"{token}x", token.swapcase(), "x" * 3000, "%00", "..", f"{token[:21]}%2f{token[21:]}"]
    for kind, given in (
        *(("confirm", each) for each in (token, managing, *forged)),
        *(("manage", each) for each in (token, *forged)),
        *(("unsubscribe", each) for each in (managing, *forged)),
    ):
        for status, _, page in (
            counter.get(f"/{kind}/{given}"),
            counter.post(f"/{kind}/{given}", {"action": "leave", "address": ANN}),
        ):
            assert status == 404
            assert b"<form" not in page
    assert counter.rows() == before
    assert counter.post(leaving)[0] == 200
    assert (counter.subscriber(EVE).state, counter.subscriber(ANN)) == ("ended", ann)


def test_a_confirmation_that_is_replayed_does_nothing(counter: Place) -> None:
    counter.post("/subscribe", {"address": EVE})
    confirm = counter.link("confirm")
    counter.post(confirm)
    counter.people.remove(EVE, counter.clock())
    before = counter.rows()
    assert counter.post(confirm)[0] == 404
    assert counter.rows() == before


def test_links_end(counter: Place) -> None:
    counter.post("/subscribe", {"address": EVE})
    confirm = counter.link("confirm")
    counter.clock.pass_time(days=8)
    assert counter.get(confirm)[0] == counter.post(confirm)[0] == 404
    assert counter.subscriber().state == "pending"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"address": "nobody"}, "This is not a mail address"),
        ({"address": ""}, "This is not a mail address"),
        ({"address": f"{EVE}\r\nBcc: {ANN}"}, "cannot be"),
        ({"address": EVE, "zone": "Mars/Phobos"}, "There is no such time zone"),
        ({"address": EVE, "send_at": "25:00"}, "The hour is none"),
        ({"address": EVE, "weekday": "7"}, "The day of the week"),
        ({"address": EVE, "cadence": "hourly"}, "Letters come"),
        ({"address": EVE, "types": "burnt"}, "The types of change are"),
        ({"address": EVE, "least": "vast"}, "The least significance"),
        ({"address": EVE, "words": ",".join(map(str, range(30)))}, "At most 20 words"),
        ({"address": EVE, "sections": "a b"}, "One of the sections"),
    ],
)
def test_what_cannot_be_chosen_is_said_beside_what_was_typed(
    counter: Place, fields: dict[str, str], words: str
) -> None:
    status, _, page = counter.post("/subscribe", {"frame": "en", **fields})
    assert (status, words in page.decode()) == (400, True)
    assert 'role="alert"' in page.decode()
    assert not counter.rows()
    if fields["address"] == EVE:
        assert f'value="{EVE}"' in page.decode()
