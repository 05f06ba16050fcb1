"""The daemon's side of its children: orders go out, limits are watched, and what became of each is said truly."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from missionwatch.daemon.orders import Order, Word, line, read_word

Why = Literal["", "time", "memory", "silence", "clock", "end", "nursery"]
GRACE = 5.0
"""Seconds in which a child may end in good order before it is killed: the daemon itself has ten."""
LOOKS = 1.0
"""Seconds between two looks at a child's memory and time."""
SILENCE = 900.0
"""Seconds without a sign of life. A crawl's loop gives one every five; but re-reading a large archive with a new
extractor, before the loop turns, takes minutes."""
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a child may take: seconds, bytes of resident memory, seconds of silence."""

    seconds: float
    memory: int
    silence: float = SILENCE
    grace: float = GRACE


@dataclass(slots=True, kw_only=True)
class Ended:
    """What became of an order. `why` says for what it was ended from outside, and is empty if it ended by itself."""

    code: int | None = None
    """None if nobody can know it: the nursery died too."""
    why: Why = ""
    run: int | None = None
    outcome: str | None = None
    changes: int = 0
    sentence: str | None = None
    seconds: float = 0.0
    """Of the processor."""
    peak: int = 0
    """Bytes of memory at most."""


@dataclass(slots=True, kw_only=True)
class _Child:
    ended: Ended = field(default_factory=Ended)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    pid: int | None = None
    heard: float = field(default_factory=time.monotonic)


class Children:
    """Children of one nursery, which is started when it is needed and again when it died. For one event loop."""

    def __init__(self, command: tuple[str, ...] = (sys.executable, "-m", "missionwatch.daemon.nursery")) -> None:
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self._listening: asyncio.Task[None] | None = None
        self._children: dict[int, _Child] = {}
        self._starting = asyncio.Lock()
        self._ending = False

    @property
    def pids(self) -> list[int]:
        """The processes there are: the nursery, then the children."""
        nursery = [self._process.pid] if self._process is not None and self._process.returncode is None else []
        return nursery + [child.pid for child in self._children.values() if child.pid is not None]

    async def start(self) -> None:
        """Starts the nursery if it does not run."""
        async with self._starting:
            if self._process is not None and self._process.returncode is None:
                return
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                start_new_session=True,  # a Ctrl-C is for the daemon, which then ends them in its order
            )
            self._listening = asyncio.create_task(self._listen(self._process))

    async def do(self, order: Order, limits: Limits) -> Ended:
        """Has an order carried out within limits; returns when its child is gone."""
        if self._ending:
            return Ended(why="end")
        await self.start()
        assert self._process is not None
        assert self._process.stdin is not None
        child = self._children[order.number] = _Child()
        try:
            self._process.stdin.write(line(order))
            with contextlib.suppress(ConnectionError):  # then it is over, as `_listen` finds
                await self._process.stdin.drain()
            await self._watch(child, limits)
        finally:
            del self._children[order.number]
        return child.ended

    async def stop(self, number: int, why: Why) -> None:
        """Ends what carries out an order, if it still does, in good order or after `GRACE`."""
        child = self._children.get(number)
        if child is not None and not child.ended.why:
            await self._stop(child, why, GRACE)

    async def end(self) -> None:
        """Ends every child in good order or, after `GRACE`, at once; then the nursery."""
        self._ending = True
        await asyncio.gather(*(self._stop(child, "end", GRACE) for child in self._children.values()))
        if self._process is not None and self._listening is not None:
            if self._process.stdin is not None:
                self._process.stdin.close()
            try:
                await asyncio.wait_for(asyncio.shield(self._listening), 1)
            except TimeoutError:
                self._process.kill()
            await self._process.wait()

    async def _watch(self, child: _Child, limits: Limits) -> None:
        began = time.monotonic()
        while not child.over.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(child.over.wait(), LOOKS)
                return
            now = time.monotonic()
            if child.ended.why:  # somebody ends it already
                continue
            if now - began > limits.seconds:
                await self._stop(child, "time", limits.grace)
            elif now - child.heard > limits.silence:
                await self._stop(child, "silence", limits.grace)
            elif resident(child.pid) > limits.memory:
                await self._stop(child, "memory", limits.grace)

    async def _stop(self, child: _Child, why: Why, grace: float) -> None:
        child.ended.why = why
        _signal(child.pid, signal.SIGTERM)
        try:
            await asyncio.wait_for(child.over.wait(), grace)
        except TimeoutError:
            _signal(child.pid, signal.SIGKILL)
            await child.over.wait()

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for data in process.stdout:
            word = read_word(data)
            child = self._children.get(word.number)
            if child is not None:
                _hear(child, word)
        await process.wait()
        for child in list(self._children.values()):
            # It had this nursery: a new one is started by who comes next. On Linux they died with it.
            _signal(child.pid, signal.SIGKILL)
            child.ended.why = child.ended.why or "nursery"
            child.over.set()


def _hear(child: _Child, word: Word) -> None:
    child.heard = time.monotonic()
    if word.pid is not None:
        child.pid = word.pid
        if child.ended.why:  # its end was asked for before it was born
            _signal(child.pid, signal.SIGTERM)
    child.ended.run = word.run or child.ended.run
    child.ended.outcome = word.outcome or child.ended.outcome
    child.ended.changes = word.changes or child.ended.changes
    child.ended.sentence = word.sentence or child.ended.sentence
    if word.code is not None:
        child.ended.code = word.code
        child.ended.seconds, child.ended.peak = word.seconds or 0.0, word.peak or 0
        child.pid = None  # the number may be another process's from now on
        child.over.set()


def _signal(pid: int | None, number: signal.Signals) -> None:
    if pid is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, number)


def resident(pid: int | None) -> int:
    """Bytes of memory that a process has in use now; 0 where that cannot be known."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE
    except (OSError, IndexError, ValueError):
        return 0
