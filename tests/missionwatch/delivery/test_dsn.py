"""What comes back: reports are read, whoever wrote them, and nothing else counts."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from missionwatch.delivery.dsn import report_of, reports_in

REPORT = """\
From: MAILER-DAEMON@relay.example
To: watch@watch.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; a@harbour.example
Action: {action}
Status: {status}

--b
Content-Type: {returned}

Message-ID: <digest.1@watch.example>
Subject: Harbour

--b--
"""


def a_report(action: str = "failed", status: str = "5.1.1", returned: str = "text/rfc822-headers") -> bytes:
    return REPORT.format(action=action, status=status, returned=returned).encode()


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_report_names_its_letter(returned: str, end: bytes) -> None:
    report = report_of(a_report(returned=returned).replace(b"\n", end))
    assert report is not None
    assert (report.message_id, report.is_permanent, report.status) == ("<digest.1@watch.example>", True, "5.1.1")


@pytest.mark.parametrize(
    ("action", "status", "is_permanent"),
    [("Failed", "5.2.2", True), ("delayed", "4.4.1", False), ("failed", "4.4.7", False), ("delivered", "2.0.0", False)],
)
def test_what_is_late_or_arrived_has_not_come_back(action: str, status: str, is_permanent: bool) -> None:
    report = report_of(a_report(action, status))
    assert report is not None
    assert report.is_permanent is is_permanent


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Subject: Out of office\n\nI am away. <digest.1@watch.example>\n",
        a_report().replace(b"multipart/report", b"multipart/mixed"),
        a_report().replace(b"Message-ID", b"X-Other"),
        a_report().replace(b"Action: failed\n", b""),
        a_report()[:300],
        a_report().replace(b'boundary="b"', b'boundary="c"'),
    ],
)
def test_anything_else_is_no_report(data: bytes) -> None:
    assert report_of(data) is None


@given(st.binary(max_size=200), st.integers(0, 600))
def test_no_bytes_do_harm(junk: bytes, place: int) -> None:
    data = a_report()
    report_of(data[:place] + junk + data[place:])


def test_a_maildir_is_read_whole_but_for_what_is_being_written(tmp_path: Path) -> None:
    for name in ("new/1", "cur/2:2,S", "tmp/3"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(a_report())
    found = list(reports_in(tmp_path))
    assert [(path.name, report is not None) for path, report in found] == [("2:2,S", True), ("1", True)]
    assert len(list(reports_in(tmp_path / "new" / "1"))) == 1
