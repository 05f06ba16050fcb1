"""Letters in the hands of programs that people use: a filter for unwanted mail, and a mail program in a terminal."""

import os
import pty
import re
import subprocess
from contextlib import suppress
from pathlib import Path
from select import select

import pytest

from feeds.mail import confirmation, manage_link, message_id, notice
from store.mailing.model import Wishes
from tests.feeds.hostile import hostile_archive
from tests.feeds.mail.letters import (
    DATE,
    MANAGE,
    RECIPIENT,
    SETTINGS,
    UNSUBSCRIBE,
    an_incident,
    content_of,
    finished,
    letter_of,
    the_world,
    told_of,
)
from tests.needs import needs

MOST = 2.0
TIMEOUT = 20
ID = message_id(SETTINGS, "letter", "a key")
LETTERS = {
    "digest": finished(letter_of(the_world(), incidents=[an_incident()])),
    "digest in Chinese": finished(letter_of(the_world(), frame="zh", zone="Asia/Shanghai")),
    "hostile digest": finished(letter_of(hostile_archive(), told_of(hostile_archive(), 150))),
    "confirmation": confirmation(
        frame="en",
        recipient=RECIPIENT,
        message_id=ID,
        token=MANAGE,
        date=DATE,
        settings=SETTINGS,
        wishes=Wishes(),
        cadence="daily",
        zone="UTC",
    ),
    "link": manage_link(frame="zh", recipient=RECIPIENT, message_id=ID, token=MANAGE, date=DATE, settings=SETTINGS),
    "notice": notice(
        recipient=RECIPIENT, message_id=ID, date=DATE, kind="opened", incident=an_incident(), settings=SETTINGS
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", LETTERS)
def test_a_filter_for_unwanted_mail_lets_it_through(kind: str, tmp_path: Path) -> None:
    program = needs("spamassassin")
    judged = subprocess.run(
        [program, "--local", "--test-mode", "--prefspath", tmp_path / "prefs"],
        input=LETTERS[kind],
        capture_output=True,
        check=True,
        timeout=120,
        env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]},
    )
    found = re.search(rb"^X-Spam-Status: .*?score=(-?[0-9.]+)", judged.stdout, re.MULTILINE)
    assert found, judged.stdout[:500]
    assert float(found[1]) < MOST, judged.stdout.decode(errors="replace")


@pytest.mark.slow
@pytest.mark.parametrize("kind", LETTERS)
def test_a_mail_program_shows_the_subject_and_the_whole_text(kind: str, tmp_path: Path) -> None:
    shown = read_with_mutt(needs("mutt"), LETTERS[kind], tmp_path)
    head, _, body = shown.partition("\n\n")
    assert "=?" not in head
    assert f"To: {RECIPIENT}" in head
    assert body.strip() == content_of(LETTERS[kind], "plain").strip()
    if "digest" in kind:
        assert f"List-Unsubscribe: <https://watch.example/desk/unsubscribe/{UNSUBSCRIBE}>" in head


def read_with_mutt(program: Path, data: bytes, folder: Path) -> str:
    """The letter as the program shows it, delivered into a folder of its own."""
    for name in ("cur", "new", "tmp"):
        (folder / "in" / name).mkdir(parents=True)
    (folder / "in" / "new" / "1.letter").write_bytes(data)
    settings = f'folder={folder} charset=utf-8 pipe_decode=yes wait_key=no mbox_type=maildir quit=yes header_cache=""'
    (folder / "rc").write_text(f"set {settings}\n", encoding="utf-8")
    (folder / "show").write_text(f"#!/bin/sh\ncat > '{folder}/out'\n", encoding="utf-8")
    (folder / "show").chmod(0o755)
    keys = 'push "<pipe-message>./show<enter><quit>"'
    line = [str(program), "-n", "-R", "-F", str(folder / "rc"), "-f", str(folder / "in"), "-e", keys]
    master, slave = pty.openpty()
    environment = {"HOME": str(folder), "PATH": os.environ["PATH"], "TERM": "xterm", "LC_ALL": "C.UTF-8"}
    with subprocess.Popen(
        line, stdin=slave, stdout=slave, stderr=slave, env=environment, cwd=folder, start_new_session=True
    ) as running:
        os.close(slave)
        screen = b""
        with suppress(OSError):  # the terminal goes with the program
            while select([master], [], [], TIMEOUT)[0]:
                screen += os.read(master, 65536)
        if running.poll() is None and not (folder / "out").exists():
            running.kill()
        os.close(master)
        assert running.wait(timeout=TIMEOUT) == 0, screen.decode(errors="replace")
    return (folder / "out").read_text(encoding="utf-8")
