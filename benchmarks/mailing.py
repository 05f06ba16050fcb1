"""Handing mails over: the outbox with all its notes against smtplib alone, to a sink on loopback."""

import smtplib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from benchmarks.report import Measurement, Report
from missionwatch.delivery.pump import Pump
from missionwatch.delivery.smtp import SmtpCarrier, SmtpServer
from store import schema
from store.database import Database
from store.mailing.outbox import Outbox

MAILS, ROUNDS = 1000, 3
GOAL = 0.7
"""Of what smtplib hands over of ready bytes, with nothing noted anywhere."""
SENDER = "watch@harbour.example"
TEXT = "The harbour opens at eight, and the ferries leave at nine. What is in the annex has its tables there. " * 44


def measure() -> Report:
    """Rounds of each in turn; the median counts."""
    rates: dict[str, list[float]] = {"ready": [], "objects": [], "outbox": []}
    with tempfile.TemporaryDirectory(prefix="missionwatch-bench-") as folder, sink() as port:
        for number in range(ROUNDS):
            mails = [(f"reader{each}@harbour.example", _message(each, number)) for each in range(MAILS)]
            rates["ready"].append(_rate(lambda mails=mails: _ready(port, mails)))  # type: ignore[misc]
            rates["objects"].append(_rate(lambda mails=mails: _objects(port, len(mails))))  # type: ignore[misc]
            database = Database(f"sqlite:///{Path(folder) / f'{number}.db'}")
            schema.ensure(database)
            outbox, now = Outbox(database), datetime(2026, 3, 2, tzinfo=UTC)
            for recipient, body in mails:
                outbox.put("digest", recipient, body, f"<{recipient}.{number}>", now)
            server = SmtpServer(host="127.0.0.1", port=port, security="none", sender=SENDER)
            pump = Pump(database, [SmtpCarrier(server)], lambda: now)  # noqa: B023 - run at once
            rates["outbox"].append(_rate(lambda pump=pump: pump.run()))  # type: ignore[misc]
            assert outbox.counts()["sent"] == MAILS
            database.close()
    ready, objects, ours = (statistics.median(rates[each]) for each in ("ready", "objects", "outbox"))
    return Report(
        name="mailing",
        measurements=[
            Measurement(what="from the outbox, every answer noted", value=ours, unit="mails/s"),
            Measurement(what="smtplib, ready bytes, one connection", value=ready, unit="mails/s"),
            Measurement(what="smtplib, a message object each", value=objects, unit="mails/s"),
            Measurement(what="outbox to ready bytes", value=ours / ready, unit="times", goal=GOAL, at_least=True),
            Measurement(what="outbox to message objects", value=ours / objects, unit="times"),
        ],
        details=[
            f"{MAILS} mails of {len(mails[0][1]) / 1000:.1f} KB in two parts, {ROUNDS} rounds",
            *(f"{name}: {', '.join(f'{each:.0f}' for each in found)}" for name, found in rates.items()),
        ],
    )


@contextmanager
def sink() -> Iterator[int]:
    """The port of a sink that runs as a process of its own."""
    with subprocess.Popen([sys.executable, "-m", "benchmarks.sink"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def _rate(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return MAILS / (time.perf_counter() - began)


def _ready(port: int, mails: Sequence[tuple[str, bytes]]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for recipient, body in mails:
            smtp.sendmail(SENDER, [recipient], body)


def _objects(port: int, count: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for number in range(count):
            smtp.send_message(_object(number, 0), SENDER, [f"reader{number}@harbour.example"])


def _message(number: int, round: int) -> bytes:
    return _object(number, round).as_bytes().replace(b"\n", b"\r\n")


def _object(number: int, round: int) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = SENDER, f"reader{number}@harbour.example", "1 edited: Remarks on tides"
    made["Message-ID"] = f"<{number}.{round}@harbour.example>"
    made.set_content(TEXT)
    made.add_alternative(f"<p>{TEXT}</p>", subtype="html")
    return made
