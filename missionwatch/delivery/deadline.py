"""A limit of time for a whole exchange on a connection: the timeout of a socket is for each read alone.

Whoever drips one byte after the other would else keep the queue waiting for ever.
"""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Self

_LOOK = 0.25
"""Seconds between two looks at the clock."""


class Deadline:
    """Cuts a connection when its time is over. One thread for as long as the connection lasts."""

    def __init__(self, find: Callable[[], socket.socket | None]) -> None:
        self._find = find
        self._until: float | None = None
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="deadline", daemon=True)
        self._thread.start()

    def set(self, seconds: float) -> Self:
        """From now on the connection has so many seconds, until this is called again or `clear` is."""
        self._until = time.monotonic() + seconds
        return self

    def clear(self) -> None:
        """Nothing is waited for."""
        self._until = None

    def end(self) -> None:
        """No connection is left to be watched."""
        self._done.set()

    def _watch(self) -> None:
        while not self._done.wait(_LOOK):
            until = self._until
            if until is not None and time.monotonic() > until:
                self._until = None
                found = self._find()
                if found is not None:
                    with suppress(OSError):
                        found.shutdown(socket.SHUT_RDWR)
