"""Those who are told by letters while daemons are killed, and what has to hold of the letters they got."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy

from tests.mission import Mission

HOUR = 3_600_000_000
"""Microseconds, in which the database counts."""
STATEMENT = re.compile(r"/statements/(un-\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A subscriber."""

    cadence: str
    language: str = ""
    """Only statements in it; empty for all."""


READERS = {
    "ann@harbour.example": Reader(cadence="instant"),
    "ben@harbour.example": Reader(cadence="instant"),
    "cao@harbour.example": Reader(cadence="instant", language="en"),
    "dag@harbour.example": Reader(cadence="daily"),
    "eve@harbour.example": Reader(cadence="daily", language="zh"),
}


def by_smtp(port: int) -> str:
    """The table `[mail]` for a server on loopback."""
    return (
        f'[mail]\nbackend = "smtp"\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
        'sender = "Harbour Watch <watch@harbour.example>"\n'
    )


def enrol(mission: Mission) -> None:
    """Subscribes all of them, to everything that comes from now on."""
    for address, reader in READERS.items():
        language = ["--language", reader.language] if reader.language else []
        done = mission.run("subscribers", "add", address, "--cadence", reader.cadence, *language)
        assert done.code == 0, done


def let_time_pass(mission: Mission) -> None:
    """Makes of now an hour later, and for those who are told daily the next day, at their hour.

    What was done does not count as done for the schedule any more, so that the next start has work, and letters that
    were put off are due. No moment of the archive itself is altered.
    """
    minute = f"{datetime.now(UTC):%H:%M}"
    mission.write(f"UPDATE run SET started = started - {HOUR}, finished = finished - {HOUR}")
    mission.write(f"UPDATE letter SET due = due - {HOUR} WHERE state = 'pending'")
    mission.write(f"UPDATE subscriber SET told_until = told_until - {HOUR} WHERE cadence = 'instant'")
    mission.write("UPDATE digest SET key = 'daily:past-' || id WHERE key LIKE 'daily:20%'")
    mission.write(
        f"UPDATE subscriber SET told_until = told_until - {24 * HOUR}, send_at = '{minute}' WHERE cadence = 'daily'"
    )


def is_told(mission: Mission) -> bool:
    """Whether nothing waits any more, and all who are told at once were told everything."""
    waiting = mission.rows("SELECT 1 FROM letter WHERE state <> 'sent'")
    newest = "(SELECT COALESCE(MAX(id), 0) FROM change WHERE NOT baseline)"
    behind = mission.rows(f"SELECT 1 FROM subscriber WHERE cadence = 'instant' AND cursor < {newest}")
    return not waiting and not behind


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came out of `check_letters`."""

    letters: int
    """Different ones, each to one reader."""
    copies: int
    """Identical ones beyond the first."""


def check_letters(mission: Mission, taken: Sequence[tuple[str, bytes]]) -> Told:
    """Everybody was told each change that he wants, up to where he is, in one letter and in no other.

    `taken`: recipient and bytes of all that the server took. A letter came again at most as often as it was in doubt,
    byte for byte the same; what came is what the outbox says was sent; and it names what the archive says it told.
    """
    columns = "l.message_id, l.recipient, l.state, l.doubts, d.covered"
    noted = mission.rows(f"SELECT {columns} FROM digest d JOIN letter l ON l.id = d.letter_id")
    got: dict[str, list[tuple[str, bytes]]] = {}
    for recipient, body in taken:
        message_id = str(message_from_bytes(body, policy=policy.default)["Message-ID"])
        got.setdefault(message_id, []).append((recipient, body))
    assert set(got) == {message_id for message_id, *_ in noted}, "a letter was lost, or another one made for a period"
    told: dict[str, list[int]] = {address: [] for address in READERS}
    statements = dict(mission.rows("SELECT c.id, s.key FROM change c JOIN statement s ON s.id = c.statement_id"))
    for message_id, recipient, state, doubts, covered in noted:
        copies = got[message_id]
        assert state == "sent"
        assert len(copies) <= 1 + doubts, "a copy without a doubt"
        assert set(copies) == {(recipient, copies[0][1])}, "the same letter with other bytes"
        numbers = json.loads(covered)
        told[recipient] += numbers
        assert _names(copies[0][1]) == {statements[number] for number in numbers}
    for address, reader in READERS.items():
        ((cursor,),) = mission.rows(f"SELECT cursor FROM subscriber WHERE address = '{address}'")
        language = f"AND s.language = '{reader.language}'" if reader.language else ""
        wanted = mission.rows(
            "SELECT c.id FROM change c JOIN statement s ON s.id = c.statement_id "
            f"WHERE NOT c.baseline AND c.id <= {cursor} {language} ORDER BY c.id"
        )
        assert sorted(told[address]) == [number for (number,) in wanted], address
    return Told(letters=len(got), copies=len(taken) - len(got))


def _names(body: bytes) -> set[str]:
    part = message_from_bytes(body, policy=policy.default).get_body(("plain",))
    assert part is not None
    return set(STATEMENT.findall(part.get_content()))


def in_seconds(times: Sequence[float]) -> str:
    """The middle and the longest of some times, to be printed."""
    ordered = sorted(times)
    return f"{ordered[len(ordered) // 2]:.2f} s in the middle, {ordered[-1]:.2f} s at most"
