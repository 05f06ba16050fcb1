"""What was made on request, kept for as long as the archive's state is the same."""

import threading
from collections import OrderedDict

from feeds.representation import Resource

KEPT_BYTES = 16 * 1024 * 1024
LARGEST = 1024 * 1024
"""Bytes of what is worth keeping: a large capture would drive everything else out."""


class Memory:
    """Resources by their address, of one state, the least recently used given up first. For several threads."""

    def __init__(self, kept_bytes: int = KEPT_BYTES) -> None:
        self._kept_bytes = kept_bytes
        self._lock = threading.Lock()
        self._state = ""
        self._bytes = 0
        self._kept: OrderedDict[str, Resource] = OrderedDict()

    def find(self, state: str, address: str) -> Resource | None:
        """What was kept for this state. Asking about another state than before forgets everything."""
        with self._lock:
            if state != self._state:
                self._state, self._bytes = state, 0
                self._kept.clear()
            found = self._kept.get(address)
            if found is not None:
                self._kept.move_to_end(address)
            return found

    def keep(self, state: str, address: str, resource: Resource) -> None:
        """Keeps what was made in this state, unless the state is another by now. `state` was asked for first."""
        size = len(resource.data)
        with self._lock:
            if state != self._state or size > LARGEST or address in self._kept:
                return
            self._kept[address] = resource
            self._bytes += size
            while self._bytes > self._kept_bytes:
                _, dropped = self._kept.popitem(last=False)
                self._bytes -= len(dropped.data)
