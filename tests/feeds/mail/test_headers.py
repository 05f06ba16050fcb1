"""Header lines: whatever a title holds, one header of short lines that says it."""

import email.policy
from email.parser import Parser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.mail import MailSettings, message_id
from feeds.mail.headers import ROOM, mailbox, unstructured
from tests.feeds.mail.letters import SETTINGS

LINES = st.text(st.characters(exclude_categories=["C", "Zl", "Zp", "Zs"]) | st.just(" "), max_size=120).map(
    lambda text: " ".join(text.split())
)


def read_back(name: str, line: str) -> str:
    """What a mail program reads; there must be this header alone."""
    found = Parser(policy=email.policy.default).parsestr(f"{line}\r\n\r\n")
    assert found.keys() == [name]
    assert found.get_payload() == ""
    return str(found[name])


@given(LINES)
@settings(deadline=None)
def test_free_text_is_read_back_as_it_was(text: str) -> None:
    line = unstructured("Subject", text)
    assert all(len(each) <= ROOM for each in line.split("\r\n"))
    assert line.isascii()
    assert read_back("Subject", line) == text


@pytest.mark.parametrize(
    "text", ["=?utf-8?b?QUFB?=", "a =?utf-8?q?b?= c", "=[recipient]=", "x" * 78, "x" * 61 + " y", "two  blanks", " led"]
)
def test_what_could_be_taken_for_something_else_is_encoded(text: str) -> None:
    line = unstructured("Subject", text)
    assert "=?utf-8?b?" in line
    assert "=[" not in line
    assert read_back("Subject", line) == text


def test_plain_words_stay_readable_and_are_folded_between_words() -> None:
    line = unstructured("Subject", "3 edited, 2 new: Remarks at the Open Debate on the Harbour and its Many Lights")
    assert line == ("Subject: 3 edited, 2 new: Remarks at the Open Debate on the Harbour and its\r\n Many Lights")


@given(LINES.filter(bool))
@settings(deadline=None)
def test_a_mailbox_keeps_its_address_whatever_it_is_called(display: str) -> None:
    line = mailbox("From", display, "news@watch.example")
    found = Parser(policy=email.policy.default).parsestr(f"{line}\r\n\r\n")["From"]
    [address] = found.addresses
    # The library puts a blank between the encoded words of a name, though RFC 2047 says there is none.
    assert address.display_name.replace(" ", "") == display.replace(" ", "")
    assert address.addr_spec == "news@watch.example"


def test_message_ids_are_stable_and_of_the_senders_domain() -> None:
    one = message_id(SETTINGS, "digest", 7, "daily:2026-03-03")
    assert one == message_id(SETTINGS, "digest", 7, "daily:2026-03-03")
    assert one.startswith("<digest.")
    assert one.endswith("@watch.example>")
    others = {message_id(SETTINGS, "digest", *key) for key in [(7,), (7, "daily:2026-03-04"), (77, "daily"), ("7d",)]}
    assert len({one, *others}) == 5


@pytest.mark.parametrize(
    "wrong",
    [
        {"sender": ""},
        {"sender": "nobody"},
        {"sender": "A <a@b>\r\nBcc: c@d.example"},
        {"base_url": "ftp://watch.example"},
        {"base_url": "https://watch.example/a>b"},
        {"base_url": "https://watch.example/a b"},
        {"base_url": "https://watch.example/=[recipient]="},
        {"base_url": "https://watch.example/?q"},
    ],
)
def test_settings_that_cannot_be_in_a_letter_are_refused(wrong: dict[str, str]) -> None:
    values = {"base_url": "https://watch.example", "sender": "Missionwatch <news@watch.example>"} | wrong
    if wrong.get("sender", "").startswith("A <a@b>"):
        made = MailSettings(base_url=values["base_url"], sender=values["sender"])
        assert (made.address, "\n" in made.name) == ("a@b", False)
        return
    with pytest.raises(ValueError, match=r"publish\.base_url|mail\.sender"):
        MailSettings(base_url=values["base_url"], sender=values["sender"])
