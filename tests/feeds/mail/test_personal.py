"""The bytes for one receiver: everything that is personal is put in, nothing else differs, nothing is left over."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.mail import message_id, personalise
from feeds.mail.placeholders import ALL
from tests.feeds.fakes import FakeArchive, a_statement
from tests.feeds.hostile import hostile_archive
from tests.feeds.mail.letters import (
    DATE,
    MANAGE,
    RECIPIENT,
    SETTINGS,
    TITLES,
    UNSUBSCRIBE,
    content_of,
    finished,
    letter_of,
    read,
    the_world,
    told_of,
)

HEADERS = [
    *("From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"),
    *("Precedence", "Auto-Submitted", "Content-Language", "MIME-Version", "Content-Type"),
]
TOKENS = st.text("ABCabc019-_", min_size=43, max_size=43)


def titled(title: str) -> FakeArchive:
    archive = FakeArchive()
    archive.add(a_statement("1001", title))
    return archive


def holds_one_letter(data: bytes) -> None:
    """Whole, in short lines, with these headers alone, whatever is told."""
    found = read(data)
    assert found.keys() == HEADERS
    assert found["To"] == RECIPIENT
    assert [part.get_content_type() for part in found.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    head, _, body = data.partition(b"\r\n\r\n")
    assert all(len(line) <= 76 for line in body.split(b"\r\n"))
    assert all(len(line) <= 78 for line in head.split(b"\r\n") if not line.startswith(b"List-Unsubscribe: "))
    assert not any(place in data for place in ALL)


def test_a_letter_has_the_headers_that_programs_look_for() -> None:
    made = letter_of(the_world())
    data = finished(made)
    holds_one_letter(data)
    found = read(data)
    assert found["Subject"] == made.subject
    assert found["From"] == "Missionwatch <news@watch.example>"
    assert found["Date"] == "Tue, 03 Mar 2026 08:00:01 +0000"
    assert found["Message-ID"] == message_id(SETTINGS, "digest", RECIPIENT)
    assert found["List-Id"] == "Missionwatch <changes.watch.example>"
    assert found["List-Unsubscribe"] == f"<https://watch.example/desk/unsubscribe/{UNSUBSCRIBE}>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert found["Auto-Submitted"] == "auto-generated"
    for kind in ("plain", "html"):
        said = content_of(data, kind)
        assert said.count(f"https://watch.example/desk/unsubscribe/{UNSUBSCRIBE}") == 1
        assert said.count(f"https://watch.example/desk/manage/{MANAGE}") == 1


@given(TITLES)
@settings(deadline=None, max_examples=300)
def test_no_title_makes_a_header_or_a_long_subject(title: str) -> None:
    made = letter_of(titled(title))
    data = finished(made)
    holds_one_letter(data)
    subject = read(data)["Subject"]
    assert subject == made.subject
    assert len(subject) <= 78
    assert subject.isprintable()


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_no_title_of_100_000_makes_a_header_or_a_long_subject() -> None:
    @given(TITLES)
    @settings(deadline=None, max_examples=100_000, database=None)
    def law(title: str) -> None:
        made = letter_of(titled(title))
        found = read(finished(made))
        assert found.keys() == HEADERS
        assert found["Subject"] == made.subject
        assert len(found["Subject"]) <= 78

    law()


def test_a_title_of_100_kilobytes_is_cut() -> None:
    for title in ("word " * 20_000, "长" * 33_000, "x" * 100_000, "\u202e\r\n" * 30_000):
        data = finished(letter_of(titled(title)))
        holds_one_letter(data)
        assert len(data) < 30_000


def test_two_receivers_differ_in_what_is_theirs_alone() -> None:
    made = letter_of(the_world())
    other = personalise(
        made, recipient="other@example.net", message_id="<other@x.y>", unsubscribe="1" * 43, manage="2" * 43, date=DATE
    )
    back = other.replace(b"other@example.net", RECIPIENT.encode())
    back = back.replace(b"<other@x.y>", message_id(SETTINGS, "digest", RECIPIENT).encode())
    back = back.replace(b"1" * 43, UNSUBSCRIBE.encode()).replace(b"2" * 43, MANAGE.encode())
    assert back == finished(made)


@given(TOKENS, TOKENS)
@settings(deadline=None, max_examples=30)
def test_tokens_are_whole_wherever_they_stand(unsubscribe: str, manage: str) -> None:
    made = letter_of(the_world(), [])
    data = personalise(made, recipient=RECIPIENT, message_id="<a@b>", unsubscribe=unsubscribe, manage=manage, date=DATE)
    assert len(data) == len(made.template) - sum(map(len, ALL)) + len(RECIPIENT) + 5 + 31 + 2 * 43
    assert data.count(unsubscribe.encode()) == (3 if unsubscribe != manage else 5)
    holds_one_letter(data)


@pytest.mark.parametrize(
    "wrong",
    [
        {"recipient": "a@b.example\r\nBcc: c@d.example"},
        {"recipient": "a@b.example, c@d.example"},
        {"recipient": "nobody"},
        {"message_id": "<a@b>\r\nBcc: c@d.example"},
        {"message_id": "a@b"},
        {"unsubscribe": "short"},
        {"unsubscribe": "x" * 42 + "\n"},
        {"manage": "=" * 43},
    ],
)
def test_what_is_not_what_it_is_called_is_refused_without_being_repeated(wrong: dict[str, str]) -> None:
    values = {"recipient": RECIPIENT, "message_id": "<a@b>", "unsubscribe": UNSUBSCRIBE, "manage": MANAGE} | wrong
    with pytest.raises(ValueError, match=r"token|address|Message-ID") as caught:
        personalise(letter_of(the_world(), []), date=DATE, **values)
    if "message_id" not in wrong:
        assert not any(value in str(caught.value) for value in wrong.values())


def test_what_hostile_pages_say_is_shown_and_never_obeyed() -> None:
    archive = hostile_archive()
    for after in (0, 150, 200):
        made = letter_of(archive, told_of(archive, after))
        data = finished(made)
        holds_one_letter(data)
        html = content_of(data, "html")
        assert not re.search(r"<(script|img|svg|iframe|object|embed|form|math|base|link|details|input)", html, re.I)
        assert not re.search(r"<[^>]*\son[a-z]+\s*=", re.sub(r'"[^"]*"', '""', html))
        assert all(re.match(r"(https?|mailto):", link) for link in re.findall(r'href="([^"]*)"', html))
        assert len(re.findall(r"<style>", html)) == 1
        assert made.text.count("{{ 7*7 }}") == html.count("{{ 7*7 }}") - html.count("{{ 7*7 }}", 0, html.index("<body"))
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]", html)
