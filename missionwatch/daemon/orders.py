"""What the daemon tells its children to do, and what it hears of them: one JSON object a line."""

from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from missionwatch.clock import SteadyTime
from missionwatch.config_model import Config, Settings

Work = Literal["crawl", "publish"]
Job = str
"""A job of the schedule: `news`, `sections` or `deep`, from the narrowest to the broadest, or `section:PATH` for a
section with times of its own, which only `deep` covers."""
OWN = "section:"


class Order(Struct, frozen=True, kw_only=True):
    """One piece of work. The configuration travels with it: the file may have been altered since it was read."""

    number: int
    work: Work
    config: Config
    data_dir: str
    fence: int
    """The number of the daemon's lease: when it is no longer the latest, nothing is written."""
    site: str = ""
    job: Job | None = None
    verbosity: int = 0
    address_space: int = 0
    """Bytes that the child may map beyond what it was born with; 0: any number."""
    time: tuple[datetime, float] | None = None
    """The daemon's time, and what the steady clock showed then; None: the wall clock's."""

    @property
    def clock(self) -> SteadyTime | None:
        """What the child's moments are by."""
        return SteadyTime(*self.time) if self.time is not None else None

    @property
    def settings(self) -> Settings:
        """The configuration as the rest of the program takes it."""
        return Settings(config=self.config, data_dir=Path(self.data_dir), source=None)


class Word(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is heard of an order: that its child was born, lives, has begun a run, has ended."""

    number: int
    pid: int | None = None
    run: int | None = None
    outcome: str | None = None
    changes: int | None = None
    sentence: str | None = None
    """What it could not do, for people."""
    code: int | None = None
    """Its exit code; negative after a signal. The last word."""
    seconds: float | None = None
    """Of the processor, with `code`."""
    peak: int | None = None
    """Bytes of memory at most, with `code`."""


def line(message: Order | Word) -> bytes:
    """A message as a line."""
    return msgspec.json.encode(message) + b"\n"


def read_order(data: bytes) -> Order:
    """An order from its line."""
    return msgspec.json.decode(data, type=Order)


def read_word(data: bytes) -> Word:
    """A word from its line."""
    return msgspec.json.decode(data, type=Word)
