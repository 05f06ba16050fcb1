"""Publishing beside other work: at once, and again whenever the archive holds something else."""

import logging
import threading
import time
from collections.abc import Callable

EVERY = 3.0
"""Seconds between two looks at the archive's state; a look costs a fraction of a millisecond."""
LATEST = 60.0
"""Seconds after which a state is published that never stops moving, as during the first crawl of a large site."""
AGAIN = 30.0
"""Seconds until a publication that failed is tried again."""

log = logging.getLogger(__name__)


class Publisher:
    """Calls `publish` in a thread of its own: first of all, then each time that `state` has moved and come to rest.

    What fails is said in the log, once for each reason, and tried again; nobody else is disturbed by it.
    """

    def __init__(
        self,
        publish: Callable[[], object],
        state: Callable[[], str],
        *,
        holds: Callable[[], bool] = lambda: False,
        every: float = EVERY,
        latest: float = LATEST,
        again: float = AGAIN,
    ) -> None:
        """While `holds` says so, nothing but the state at the start is published. It is asked in the thread, and may
        raise DatabaseError, as `publish` may."""
        self._publish = publish
        self._holds = holds
        self._state = state
        self._every = every
        self._latest = latest
        self._again = again
        self._complete = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)

    @property
    def is_complete(self) -> bool:
        """Whether everything has been published since the start."""
        return self._complete.is_set()

    def start(self) -> None:
        """Begins to publish."""
        self._thread.start()

    def end(self, patience: float) -> None:
        """Ends after the file that is being written, or leaves the thread to its fate after so many seconds."""
        self._ending.set()
        self._thread.join(patience)

    def _run(self) -> None:
        published: str | None = None
        failure = ""
        while not self._ending.is_set():
            wait = self._every
            try:
                state = published if published is not None and self._holds() else self._rest(published)
                if state != published and not self._ending.is_set():
                    self._publish()
                    published = state
                    self._complete.set()
                failure = ""
            except Exception as error:  # whatever it was, the next attempt may go well
                if self._ending.is_set():
                    return
                if str(error) != failure:
                    log.error("not published, will be tried again: %s", error)
                    log.debug("traceback", exc_info=error)
                failure, wait = str(error), self._again
            self._ending.wait(wait)

    def _rest(self, published: str | None) -> str:
        """The state when it has stopped moving, or has moved for too long; at the start the state as it is."""
        state = self._state()
        if published is None or state == published:
            return state
        began = time.monotonic()
        while time.monotonic() - began < self._latest and not self._ending.wait(min(1.0, self._every)):
            before, state = state, self._state()
            if state == before:
                break
        return state
