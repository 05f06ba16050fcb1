"""Runs a command under the system call filters of a unit, as systemd makes them: `python confine.py FILTER COMMAND…`.

FILTER is a JSON file: `calls` (names of what is allowed) and `families` (numbers of address families). Beside them the
filters of MemoryDenyWriteExecute, RestrictNamespaces, LockPersonality and RestrictSUIDSGID (systemd's seccomp-util.c).
What is refused fails with the error that it has there. Imports nothing of the program.
"""

import ctypes
import errno
import json
import mmap
import os
import stat
import sys
from pathlib import Path

ALLOW = 0x7FFF0000
NOT_EQUAL, EQUAL, GREATER_EQUAL, GREATER, MASKED_EQUAL = 1, 4, 5, 6, 7
SHM_EXEC = 0o100000
NEW_NAMESPACES = 0x7E020080
"""`CLONE_NEW…` of the kernel, all of them."""


class Comparison(ctypes.Structure):
    """`struct scmp_arg_cmp` of libseccomp."""

    _fields_ = (("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64))


class Filter:
    """One filter; what no rule names is answered with `otherwise`."""

    def __init__(self, otherwise: int) -> None:
        self._library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
        self._library.seccomp_init.restype = ctypes.c_void_p
        self._filter = ctypes.c_void_p(self._library.seccomp_init(ctypes.c_uint32(otherwise)))

    def rule(self, action: int, call: str, *comparisons: Comparison) -> None:
        """Answers a call so, if all comparisons hold. A name that this machine does not have is left out."""
        number = self._library.seccomp_syscall_resolve_name(call.encode())
        if number < 0:
            return
        array = (Comparison * len(comparisons))(*comparisons)
        add = self._library.seccomp_rule_add_array
        result = add(self._filter, ctypes.c_uint32(action), number, len(comparisons), array)
        if result < 0:
            raise OSError(-result, f"no rule for {call}")

    def load(self) -> None:
        """From here on it holds, for this process and all that come from it."""
        result = self._library.seccomp_load(self._filter)
        if result < 0:
            raise OSError(-result, "the filter cannot be loaded")


def refused(number: int) -> int:
    """The action that fails a call with an error number."""
    return 0x00050000 | number


def has(argument: int, bits: int) -> Comparison:
    """That all the bits are set in an argument."""
    return Comparison(argument, MASKED_EQUAL, bits, bits)


def restrictions(families: list[int]) -> Filter:
    """What is refused for its arguments."""
    made = Filter(ALLOW)
    denied = refused(errno.EPERM)
    made.rule(denied, "mmap", has(2, mmap.PROT_EXEC | mmap.PROT_WRITE))
    made.rule(denied, "mprotect", has(2, mmap.PROT_EXEC))
    made.rule(denied, "pkey_mprotect", has(2, mmap.PROT_EXEC))
    made.rule(denied, "shmat", has(2, SHM_EXEC))
    made.rule(refused(errno.ENOSYS), "clone3")
    made.rule(denied, "unshare")
    made.rule(denied, "setns")
    for bit in (1 << place for place in range(32) if NEW_NAMESPACES & 1 << place):
        made.rule(denied, "clone", has(0, bit))
    made.rule(denied, "personality", Comparison(0, NOT_EQUAL, 0, 0))
    for bits in (stat.S_ISUID, stat.S_ISGID):
        for call, argument in (("chmod", 1), ("fchmod", 1), ("fchmodat", 2), ("mkdir", 1), ("mkdirat", 2)):
            made.rule(denied, call, has(argument, bits))
    unknown = refused(errno.EAFNOSUPPORT)
    for family in set(range(max(families))) - set(families):
        made.rule(unknown, "socket", Comparison(0, EQUAL, family, 0))
    made.rule(unknown, "socket", Comparison(0, GREATER, max(families), 0))
    return made


def main(filter_file: str, *command: str) -> None:
    """Takes the filters upon this process and becomes the command."""
    wanted = json.loads(Path(filter_file).read_text(encoding="utf-8"))
    calls = Filter(refused(errno.EPERM))
    for name in wanted["calls"]:
        calls.rule(ALLOW, name)
    restrictions(wanted["families"]).load()
    calls.load()
    os.execv(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
