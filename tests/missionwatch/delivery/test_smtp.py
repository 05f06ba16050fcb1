"""Handing over by SMTP, to a real server: what each of its answers means, and that it may neither hang nor lie."""

import ssl
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from missionwatch.delivery.carrier import Answer
from missionwatch.delivery.smtp import SmtpCarrier, SmtpServer
from store.mailing.model import Letter
from tests.missionwatch.delivery.post_office import PASSWORD, USER, Fault, certificate, nobody, post_office

BODY = b"Subject: Harbour\r\nMessage-ID: <%d@watch.example>\r\n\r\n.dot\r\n..two\r\nThe harbour opens.\r\n"


def letters(*recipients: str) -> list[Letter]:
    return [
        Letter(
            id=number,
            kind="digest",
            subscriber=None,
            recipient=recipient,
            message_id=f"<{number}@watch.example>",
            body=BODY % number,
            state="sending",
            attempts=0,
            doubts=0,
            due=datetime(2026, 3, 2, tzinfo=UTC),
            created=datetime(2026, 3, 2, tzinfo=UTC),
        )
        for number, recipient in enumerate(recipients, start=1)
    ]


def carrier(port: int, *, context: ssl.SSLContext | None = None, **more: Any) -> SmtpCarrier:
    times = {"timeout": more.pop("timeout", 5.0), "patience": more.pop("patience", 5.0)}
    server: dict[str, Any] = {"host": "127.0.0.1", "security": "none", "sender": "watch@watch.example"}
    return SmtpCarrier(SmtpServer(port=port, **server | more), context=context, **times)


def carried(by: SmtpCarrier, given: Sequence[Letter]) -> list[Answer]:
    try:
        found = list(by.carry(given))
    finally:
        by.rest()
    assert [letter for letter, _ in found] == list(given)
    return [answer for _, answer in found]


@pytest.mark.parametrize("pipelining", [False, True])
def test_ready_bytes_arrive_as_they_are_over_one_connection(pipelining: bool) -> None:
    people = [f"a{number}@harbour.example" for number in range(30)]
    with post_office(pipelining=pipelining) as office:
        answers = carried(carrier(office.port), letters(*people))
    assert {answer.outcome for answer in answers} == {"sent"}
    assert office.taken == [(each, BODY % number) for number, each in enumerate(people, start=1)]
    assert office.connections == 1


@pytest.mark.parametrize(
    ("fault", "outcome", "is_bounce"),
    [
        ("451", "deferred", False),
        ("421", "deferred", False),
        ("550", "failed", True),
        ("554 policy", "deferred", False),
        ("552 after", "failed", False),
        ("lost before", "deferred", False),
        ("lost after", "doubtful", False),
    ],
)
@pytest.mark.parametrize("pipelining", [False, True])
def test_what_an_answer_means_for_its_letter_and_not_for_others(
    fault: Fault, outcome: str, is_bounce: bool, pipelining: bool
) -> None:
    def at_fault(recipient: str, attempt: int) -> Fault | None:
        return fault if recipient.startswith("bad") else None

    with post_office(at_fault, pipelining=pipelining) as office:
        answers = carried(carrier(office.port), letters("a@b.example", "bad@b.example", "c@b.example"))
    assert [(each.outcome, each.is_bounce) for each in answers] == [
        ("sent", False),
        (outcome, is_bounce),
        ("sent", False),
    ]
    assert [recipient for recipient, _ in office.taken] == ["a@b.example", "c@b.example"]


def test_a_server_that_hangs_keeps_nobody_waiting_for_long() -> None:
    with post_office(lambda recipient, attempt: "hang" if recipient.startswith("bad") else None) as office:
        by = carrier(office.port, timeout=0.3)
        answers = carried(by, letters("bad@b.example", "c@b.example"))
    assert [each.outcome for each in answers] == ["doubtful", "sent"]
    assert "timed out" in answers[0].said


@pytest.mark.parametrize("recipient", ["a@b.example>\r\nRCPT TO:<c@d.example", "a b@c.example", "<a@b.example>"])
@pytest.mark.parametrize("pipelining", [False, True])
def test_no_address_gives_commands(recipient: str, pipelining: bool) -> None:
    with post_office(pipelining=pipelining) as office:
        answers = carried(carrier(office.port), letters(recipient, "e@f.example"))
    assert [(each.outcome, each.is_bounce) for each in answers] == [("failed", False), ("sent", False)]
    assert [to for to, _ in office.taken] == ["e@f.example"]


@pytest.fixture
def dripping() -> Iterator[int]:
    """A server that says one letter of its greeting every tenth of a second, for ever."""
    import socket
    import threading

    done = threading.Event()

    def drip(listening: socket.socket) -> None:
        with listening.accept()[0] as connection:
            while not done.wait(0.1):
                try:
                    connection.sendall(b"2")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, args=[listening])
        thread.start()
        yield listening.getsockname()[1]
        done.set()
        thread.join()


def test_a_server_that_drips_is_cut_off(dripping: int) -> None:
    by = carrier(dripping, timeout=5, patience=0.5)
    answers = list(by.carry(letters("a@b.example", "c@b.example")))
    assert [each.outcome for _, each in answers] == ["deferred", "deferred"]
    assert by.trouble
    by.rest()


def test_who_cannot_be_reached_is_asked_once_a_run() -> None:
    with nobody() as port:
        by = carrier(port)
        answers = [answer for _, answer in by.carry(letters("a@b.example", "c@b.example"))]
        assert [each.outcome for each in answers] == ["deferred", "deferred"]
        assert "127.0.0.1" in by.trouble
        by.rest()
        assert by.trouble == ""


def test_one_who_always_hangs_up_is_left_alone_after_three_times() -> None:
    with post_office(lambda recipient, attempt: "lost after") as office:
        by = carrier(office.port)
        answers = [answer for _, answer in by.carry(letters(*(f"a{number}@b.example" for number in range(6))))]
        by.rest()
    assert [each.outcome for each in answers] == ["doubtful"] * 3 + ["deferred"] * 3


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_login_goes_through_a_channel_that_was_checked(tmp_path: Path, security: str) -> None:
    server, believing = certificate(tmp_path)
    how: dict[str, Any] = {"tls": server} if security == "starttls" else {"smtps": server}
    client: dict[str, Any] = {"security": security, "user": USER, "password": PASSWORD}
    with post_office(login=True, **how) as office:
        trusted = carried(carrier(office.port, context=believing, **client), letters("a@b.example"))
        wrong = carried(carrier(office.port, context=believing, **client | {"password": "x"}), letters("a@b.example"))
        doubted = carried(carrier(office.port, **client), letters("a@b.example"))
    assert [each.outcome for each in (*trusted, *wrong, *doubted)] == ["sent", "deferred", "deferred"]
    assert (wrong[0].said[:3], "CERTIFICATE_VERIFY_FAILED" in doubted[0].said) == ("535", True)
    assert len(office.taken) == 1


def test_a_certificate_of_another_host_is_not_believed(tmp_path: Path) -> None:
    server, believing = certificate(tmp_path, "127.0.0.2")
    with post_office(tls=server) as office:
        answers = carried(carrier(office.port, context=believing, security="starttls"), letters("a@b.example"))
    assert answers[0].outcome == "deferred"
    assert "CERTIFICATE_VERIFY_FAILED" in answers[0].said
    assert not office.taken


def test_a_server_without_encryption_gets_nothing_where_it_is_demanded() -> None:
    with post_office() as office:
        answers = carried(carrier(office.port, security="starttls"), letters("a@b.example"))
    assert answers[0].outcome == "deferred"
    assert not office.taken
