"""The smallest letters that can be told apart, and a database with people and changes to write about."""

import shutil
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from missionwatch.composer import Draft, Stage
from store.database import Database
from store.incidents import Incident
from store.mailing.model import Frame, Period, ToldChange, Wishes


class SmallComposer:
    """Letters of a few lines: which period, which changes, whose."""

    def digest(
        self, *, period: Period, frame: Frame, zone: str, wishes: Wishes, told: Sequence[ToldChange], older: int
    ) -> Draft:
        said = f"{period.key} missed={period.missed} older={older} told={[each.change.id for each in told]}"
        return Draft(subject=period.key, html="", template=said.encode())

    def personalise(
        self, draft: Draft, *, recipient: str, message_id: str, unsubscribe: str, manage: str, date: datetime
    ) -> bytes:
        head = f"To: {recipient}\r\nSubject: {draft.subject}\r\nMessage-ID: {message_id}\r\nDate: {date.isoformat()}"
        return f"{head}\r\n\r\n{draft.template.decode()}\r\n{unsubscribe} {manage}\r\n".encode()

    def notice(self, *, recipient: str, message_id: str, date: datetime, stage: Stage, incident: Incident) -> bytes:
        head = f"To: {recipient}\r\nSubject: {stage} {incident.code}\r\nMessage-ID: {message_id}"
        return f"{head}\r\n\r\n{incident.detail}\r\n".encode()

    def message_id(self, kind: str, *key: object) -> str:
        return f"<{kind}.{sha256(repr(key).encode()).hexdigest()[:32]}@watch.example>"


def told_in(body: bytes) -> str:
    """What a small letter says was told."""
    return body.partition(b"\r\n\r\n")[2].partition(b"\r\n")[0].decode()


def database_at(folder: Path, pattern: Path, name: str = "archive") -> Database:
    """A new database with tables."""
    path = folder / f"{name}.db"
    shutil.copyfile(pattern, path)
    return Database(f"sqlite:///{path}")
