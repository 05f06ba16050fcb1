"""Handing letters over beside other work: at once when one is waited for, and every so often what was put off."""

import logging
import threading
from collections.abc import Callable

from missionwatch.delivery.pump import Pumped

EVERY = 30.0
"""Seconds between two looks at the outbox; a look costs a few milliseconds."""

log = logging.getLogger(__name__)


class Postman:
    """Runs a pump in a thread of its own: at the start, whenever `wake` is called, and every half minute.

    What fails is said in the log, once for each reason, and tried again; nobody else is disturbed by it.
    """

    def __init__(self, pump: Callable[[threading.Event], Pumped], *, every: float = EVERY) -> None:
        """`pump` runs once; the event it is given is set when no further letter is to be begun."""
        self._pump = pump
        self._every = every
        self._ending = threading.Event()
        self._wanted = threading.Event()
        self._thread = threading.Thread(target=self._run, name="postman", daemon=True)

    def start(self) -> None:
        """Begins to hand over."""
        self._thread.start()

    def wake(self) -> None:
        """There is a letter that somebody waits for. May be called from any thread."""
        self._wanted.set()

    def end(self, patience: float) -> None:
        """Ends after the letter that is under way, or leaves the thread to its fate after so many seconds."""
        self._ending.set()
        self._wanted.set()
        self._thread.join(patience)

    def _run(self) -> None:
        said = ""
        while not self._ending.is_set():
            self._wanted.clear()
            try:
                trouble = "; ".join(self._pump(self._ending).trouble)
            except Exception as error:  # whatever it was, the next attempt may go well
                if self._ending.is_set():
                    return
                trouble = str(error) or type(error).__name__
                log.debug("traceback", exc_info=error)
            if trouble and trouble != said:
                log.error("letters are waiting, will be tried again: %s", trouble)
            said = trouble
            self._wanted.wait(self._every)
