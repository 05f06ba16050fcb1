"""Messages as bytes: quoted-printable that nothing can break, and whole MIME."""

import quopri
import re
from email.utils import formataddr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.mail.message import Content, message, quoted_printable
from feeds.mail.placeholders import ALL, HOLES, MANAGE, MANAGE_HOLE, TOKEN_LENGTH, UNSUBSCRIBE, UNSUBSCRIBE_HOLE
from feeds.mail.settings import MailSettings
from store.mailing import tokens
from tests.feeds.mail.letters import SETTINGS, content_of, read

TEXTS = st.lists(
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=90),
        st.sampled_from(["\n", " \n", ".\n", "From me\n", "=", "=[manage]=", "x" * 75, "x" * 76, *HOLES]),
    )
).map("".join)


@given(TEXTS)
@settings(deadline=None)
def test_it_is_read_back_and_no_line_is_long(text: str) -> None:
    encoded = quoted_printable(text)
    text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    assert all(len(line) <= 76 for line in encoded.split(b"\r\n"))
    assert b"\n" not in encoded.replace(b"\r\n", b"")
    assert not any(line.startswith(b"From ") or line == b"." for line in encoded.split(b"\r\n"))
    for hole, place in HOLES.items():
        assert encoded.count(place) == text.count(hole)
        encoded = encoded.replace(place, b"0" * TOKEN_LENGTH)
        text = text.replace(hole, "0" * TOKEN_LENGTH)
    assert quopri.decodestring(encoded).decode() == text.replace("\n", "\r\n")


def test_placeholders_are_as_wide_as_tokens() -> None:
    assert TOKEN_LENGTH == tokens.TOKEN_LENGTH == len(tokens.new_token()) == len(UNSUBSCRIBE) == len(MANAGE)
    assert len(set(ALL)) == 5


def made(**more: str) -> bytes:
    values = {"subject": "A subject", "text": "Plain\n", "html": "<p>Rich</p>\n", "language": "en"} | more
    return message(
        Content(**values), SETTINGS, to=b"a@b.example", date=b"Mon, 02 Mar 2026 09:00:00 +0000", message_id=b"<a@b>"
    )


def test_a_message_has_both_parts_and_says_who_made_it() -> None:
    data = made(text="Pläne\n", html="<p>Pläne</p>\n")
    assert data.isascii()
    found = read(data)
    assert found.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/html"]
    assert [part["Content-Language"] for part in found.iter_parts()] == ["en", "en"]
    assert (content_of(data, "plain"), content_of(data, "html")) == ("Pläne\n", "<p>Pläne</p>\n")
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["From"] == "Missionwatch <news@watch.example>"


@pytest.mark.parametrize("name", ["", "News, daily", 'A "quoted" \\ name', "新闻", "a@b.example"])
def test_the_sender_may_be_called_anything(name: str) -> None:
    sender = formataddr((name, "news@watch.example")) if name.isascii() else f"{name} <news@watch.example>"
    settings = MailSettings(base_url="https://watch.example", sender=sender)
    found = read(
        message(
            Content(subject="s", text="t", html="h", language="en"),
            settings,
            to=b"a@b.example",
            date=b"Mon, 02 Mar 2026 09:00:00 +0000",
            message_id=b"<a@b>",
        )
    )
    [address] = found["From"].addresses
    assert address.addr_spec == "news@watch.example"
    assert address.display_name == (settings.name if name else "Missionwatch")


def test_holes_stay_whole_in_a_message() -> None:
    data = made(text=f"https://watch.example/{'a/' * 40}{UNSUBSCRIBE_HOLE}\n{MANAGE_HOLE}{MANAGE_HOLE}")
    assert (data.count(UNSUBSCRIBE), data.count(MANAGE)) == (1, 2)
