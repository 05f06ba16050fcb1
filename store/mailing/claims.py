"""Whose letters are: a claim names the process that sends them, so that those of one that died are known as such."""

import os
import re
import secrets
import socket
from pathlib import Path

_CLAIM = re.compile(r"(?P<place>[^/]*)/(?P<pid>\d+)/(?P<life>[0-9a-f]+)/[0-9a-f]+")
_LIVES: dict[int, str] = {}
"""Number of this process → what tells it from an earlier one of the same number; a fork is another process."""


def new_claim() -> str:
    """A claim of this process, unlike every other one: `place/process/life/number`."""
    pid = os.getpid()
    life = _LIVES.setdefault(pid, secrets.token_hex(4))
    return f"{_place()}/{pid}/{life}/{secrets.token_hex(8)}"


def is_dead(claim: str) -> bool:
    """Whether the process of a claim is known to have ended; of one elsewhere that cannot be known."""
    read = _CLAIM.fullmatch(claim)
    if read is None or read["place"] != _place():
        return False
    pid = int(read["pid"])
    if pid == os.getpid():
        return _LIVES.get(pid) != read["life"]
    try:
        os.kill(pid, 0)  # asks only
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _place() -> str:
    """Where numbers of processes mean the same: the host, and on Linux the namespace."""
    try:
        space = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        space = ""
    return re.sub(r"[^\w.:\[\]-]", "-", f"{socket.gethostname()}:{space}")
