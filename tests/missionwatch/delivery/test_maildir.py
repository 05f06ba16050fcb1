"""Letters as files: whole, private, and no copy of one that goes out once more."""

import mailbox
from dataclasses import replace
from pathlib import Path

from missionwatch.delivery.maildir import MaildirCarrier
from tests.missionwatch.delivery.test_smtp import letters


def test_letters_are_what_mail_programs_find(tmp_path: Path) -> None:
    by = MaildirCarrier(tmp_path / "mail")
    given = letters("a@b.example", "c@b.example")
    assert [answer.outcome for _, answer in by.carry(given)] == ["sent", "sent"]
    box = mailbox.Maildir(tmp_path / "mail", create=False)
    assert sorted(str(each["Message-ID"]) for each in box) == ["<1@watch.example>", "<2@watch.example>"]
    assert by.path_of(given[0]).read_bytes() == given[0].body.replace(b"\r\n", b"\n")
    assert (by.path_of(given[0]).stat().st_mode & 0o777, by.folder.stat().st_mode & 0o777) == (0o600, 0o700)
    assert not list((tmp_path / "mail" / "tmp").iterdir())


def test_a_letter_that_goes_out_once_more_makes_no_copy_read_or_unread(tmp_path: Path) -> None:
    by = MaildirCarrier(tmp_path / "mail")
    (given,) = letters("a@b.example")
    again = replace(given, doubts=1, attempts=1)
    list(by.carry([given]))
    list(by.carry([again]))
    (file,) = (tmp_path / "mail" / "new").iterdir()
    file.rename(tmp_path / "mail" / "cur" / f"{file.name}:2,S")
    assert [answer.outcome for _, answer in by.carry([again])] == ["sent"]
    assert len(mailbox.Maildir(tmp_path / "mail", create=False)) == 1
