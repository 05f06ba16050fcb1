"""Letters as files of a Maildir: the default, for trying out, for tests, and for another program to send from."""

import os
import socket
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from missionwatch.delivery.carrier import MAIL, SENT, Answer
from store.mailing.model import Letter

_FOLDERS = ("tmp", "new", "cur")


class MaildirCarrier:
    """Writes each letter whole or not at all, to `new/`, safe on the disk before it counts as sent.

    A file is named after the letter's Message-ID. So a letter that goes out once more makes no copy.
    """

    kinds = MAIL

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trouble = ""

    def carry(self, letters: Sequence[Letter]) -> Iterator[tuple[Letter, Answer]]:
        for letter in letters:
            if not self.trouble:
                try:
                    self._write(letter)
                except OSError as error:
                    self.trouble = f"{self.folder} cannot be written: {error.strerror}"
                else:
                    yield letter, SENT
                    continue
            yield letter, Answer(outcome="deferred", said=self.trouble)

    def rest(self) -> None:
        self.trouble = ""

    def path_of(self, letter: Letter) -> Path:
        """Where a letter is delivered, until a mail program moves it to `cur/`."""
        return self.folder / "new" / name_of(letter)

    def _write(self, letter: Letter) -> None:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        for each in ("", *_FOLDERS):
            (self.folder / each).mkdir(mode=0o700, exist_ok=True)
        name = name_of(letter)
        if letter.doubts and any((self.folder / "cur").glob(f"{name}:*")):
            return  # it was taken the first time, and somebody has read it
        partial = self.folder / "tmp" / f"{name}.{os.getpid()}"
        with partial.open("wb") as file:
            partial.chmod(0o600)
            # Mailboxes keep lines as the system does.
            file.write(letter.body.replace(b"\r\n", b"\n"))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self.path_of(letter))
        _sync(self.folder / "new")


def name_of(letter: Letter) -> str:
    """A file's name for a letter: the same for the same letter, and in the order of their making."""
    digest = sha256(letter.message_id.encode("utf-8", "replace")).hexdigest()[:32]
    return f"{int(letter.created.timestamp())}.{digest}.{_host()}"


def _host() -> str:
    # Dashes for what the format gives a meaning (https://cr.yp.to/proto/maildir.html).
    return socket.gethostname().replace("/", "-").replace(":", "-")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
