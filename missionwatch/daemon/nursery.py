"""The process that gives birth to the daemon's children: `python -m missionwatch.daemon.nursery`.

It has imported once what a crawl and a publication need, and forks for each order that it reads. A child has a process
group of its own and dies with the nursery; the nursery ends, and with it every child, when the daemon is gone.
"""

import gc
import os
import resource
import selectors
import signal
import sys
import time
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

import missionwatch  # noqa: F401  # makes the bundled packages importable
from crawler.profile import available_profiles, load_profile
from missionwatch.daemon.logs import last_words
from missionwatch.daemon.orders import Order, Word, line, read_order
from store import rules

PRELOADED = (
    *("missionwatch.crawling", "missionwatch.recording", "missionwatch.repair", "missionwatch.daemon.work"),
    *("crawler.process", "crawler.guard", "crawler.robots", "crawler.pipeline", "crawler.recorder", "crawler.queue"),
    *("crawler.connection", "crawler.download", "crawler.resolver", "crawler.spiders.statements", "uvloop", "nh3"),
    *("store.archive", "store.gate", "store.incidents", "store.lease", "store.reextraction", "store.runs"),
    *("store.schema", "store.survey", "store.indexing", "store.rules", "store.reader"),
    *("sqlalchemy.dialects.sqlite", "feeds.publish", "feeds.websub", "rapidfuzz.distance"),
    # What Scrapy imports by the names in its settings.
    *("scrapy.downloadermiddlewares.retry", "scrapy.dupefilters", "scrapy.logformatter", "scrapy.pqueues"),
    *("scrapy.squeues", "scrapy.statscollectors", "queuelib.rrqueue"),
)
DIE_WITH_PARENT = 1
"""`PR_SET_PDEATHSIG` of Linux."""
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Nursery:
    """Reads orders from one descriptor and writes words to another, until there are no more orders."""

    def __init__(self, orders: int, words: int) -> None:
        self._orders = orders
        self._words = words
        self._children: dict[int, int] = {}
        self._rest = b""

    def serve(self) -> None:
        """Returns when the daemon has closed its end; then no child is left."""
        os.set_blocking(self._words, False)
        wakened, waking = os.pipe()
        for end in (wakened, waking):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        with selectors.DefaultSelector() as selector:
            for descriptor in (self._orders, wakened):
                selector.register(descriptor, selectors.EVENT_READ)
            while True:
                ready = {key.fd for key, _ in selector.select()}
                if wakened in ready:
                    os.read(wakened, 4096)
                    self._bury()
                if self._orders in ready and not self._take():
                    break
        for pid in self._children:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)

    def _take(self) -> bool:
        data = os.read(self._orders, 65536)
        *whole, self._rest = (self._rest + data).split(b"\n")
        for each in whole:
            order = read_order(each)
            # A signal to a child that is not ready for it yet waits, instead of being passed over as by this process.
            signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
            pid = os.fork()
            if not pid:
                self._become(order)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
            with suppress(ProcessLookupError, PermissionError):
                os.setpgid(pid, pid)  # the child does so too: whoever is first
            self._children[pid] = order.number
            self._say(Word(number=order.number, pid=pid))
        return bool(data)

    def _bury(self) -> None:
        for pid in list(self._children):
            found, status, usage = os.wait4(pid, os.WNOHANG)
            if found:
                number = self._children.pop(pid)
                code, seconds = os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime
                self._say(Word(number=number, code=code, seconds=seconds, peak=usage.ru_maxrss * _RSS_UNIT))

    def _say(self, word: Word) -> None:
        data = line(word)
        while True:
            try:
                os.write(self._words, data)  # shorter than what a pipe takes as a whole
                return
            except BlockingIOError:
                time.sleep(0.05)
            except BrokenPipeError:
                return

    def _become(self, order: Order) -> NoReturn:
        code = 1
        try:
            with suppress(PermissionError):
                os.setpgid(0, 0)
            _die_with_parent()
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, *ENDING):
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            if order.address_space:
                _limit(order.address_space)
            work = import_module("missionwatch.daemon.work")
            code = work.do(order, self._words)
        finally:
            last_words()
            os._exit(code)


_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


def _die_with_parent() -> None:
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)


def _limit(more: int) -> None:
    """Bounds the address space: the backstop for what takes memory faster than the daemon looks."""
    with suppress(OSError, ValueError), open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123  # no pathlib
        born_with = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (born_with + more, born_with + more))


def main() -> int:
    """Serves the daemon that started it, over standard input and output."""
    words = os.dup(1)
    os.dup2(2, 1)  # whatever is printed by mistake is no word
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)  # the daemon says when it is over, and waits for its children first
    for name in PRELOADED:
        import_module(name)
    for profile in available_profiles():
        load_profile(profile)  # patterns and selectors are compiled once
    rules.prepare()
    gc.collect()
    gc.freeze()
    Nursery(0, words).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
