"""How the daemon stands: what is not as it should be, and the numbers of `/metrics`."""

import resource
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from missionwatch import __version__
from missionwatch.daemon.children import Children, resident
from missionwatch.daemon.clock import Clock
from missionwatch.daemon.crawls import Crawls
from missionwatch.daemon.health import STANDBY
from missionwatch.daemon.metrics import Metric, one, render
from missionwatch.daemon.orders import Job
from store.database import HEAD, Database, DatabaseError
from store.glance import NoDatabaseError, SiteGlance, glance
from store.lease import LIFETIME, Held
from store.mailing.outbox import Outbox

QUIET = 3 * 3600.0
"""Seconds without any crawl after which the daemon does not do its work; with the shipped schedule four come each
hour. A long one counts while it goes on."""
REMEMBERED = 5.0
"""Seconds for which what the database said is said again: whoever asks often must not slow anybody down."""


@dataclass(slots=True, kw_only=True)
class Parts:
    """The parts of a daemon that leads, for who wants to know how they are; None and empty while it stands by."""

    held: Held | None = None
    crawls: Crawls | None = None
    children: Children | None = None
    next_times: Callable[[], Mapping[tuple[str, Job], datetime]] = dict
    publications: dict[str, int] = field(default_factory=dict)
    """How publications ended: `ok` or `failed` → number."""
    pings: dict[str, int] = field(default_factory=dict)
    mail_runs: dict[str, int] = field(default_factory=dict)
    reloads: dict[str, int] = field(default_factory=dict)
    clock: str = ""
    """Why nothing begins: what is wrong with the time; empty while it is known."""


class Standing:
    """Looks at the parts and at the database. May be asked from several threads."""

    def __init__(self, database: Database, parts: Parts, clock: Clock) -> None:
        self._database = database
        self._parts = parts
        self._clock = clock
        self._now = clock.now
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._seen: tuple[float, list[SiteGlance], str] | None = None

    def wrong(self) -> dict[str, str]:
        """What is not as it should be: name → one sentence. Empty when the daemon does its work."""
        found = self.stuck()
        held = self._parts.held
        if held is None:
            found[STANDBY] = "Another daemon leads; this one stands by."
        if self._parts.clock:
            found["clock"] = f"Nothing begins until the clock is right: {self._parts.clock}."
        _, trouble = self._sites()
        if trouble:
            found["database"] = trouble
        return found

    def stuck(self) -> dict[str, str]:
        """What only a new start could heal, found without asking anybody: the watchdog goes by it."""
        found = {}
        held, crawls = self._parts.held, self._parts.crawls
        if held is not None and (held.lost.is_set() or held.age > LIFETIME + 60):
            found["lease"] = "The lease has not been seen to be ours for too long."
        if crawls is not None and crawls.under_way is None:
            quiet = time.monotonic() - (crawls.last_ended or self._began)
            if quiet > QUIET and self._is_overdue():
                found["crawls"] = f"Nothing was crawled for {quiet / 3600:.0f} hours, although something was due."
        return found

    def metrics(self) -> bytes:
        """The numbers for Prometheus."""
        sites, trouble = self._sites()
        parts, crawls = self._parts, self._parts.crawls
        usage = resource.getrusage(resource.RUSAGE_SELF)
        own = resident("self") or usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)  # type: ignore[arg-type]
        tree = own + sum(resident(pid) for pid in (parts.children.pids if parts.children is not None else ()))
        incidents = {(site.site, each.code): 0.0 for site in sites for each in site.incidents}
        for site in sites:
            for each in site.incidents:
                incidents[site.site, each.code] += 1
        success = {(site.site,): site.last_success.timestamp() for site in sites if site.last_success}
        due = {key: when.timestamp() for key, when in parts.next_times().items()}
        return render(
            [
                Metric("info", "gauge", "The release that runs.", ("version",), {(__version__,): 1}),
                one("uptime_seconds", "gauge", "Since the start of the daemon.", time.monotonic() - self._began),
                one("leading", "gauge", "1 while this daemon leads, 0 while it stands by.", parts.held is not None),
                one("ready", "gauge", "1 while /readyz says ready.", not self.wrong()),
                one("database_up", "gauge", "1 while the database answers.", not trouble),
                Metric("last_success_timestamp_seconds", "gauge", "End of the last good crawl.", ("site",), success),
                _of_sites("statements", "gauge", "Statements read so far.", sites, "statements"),
                _of_sites("versions", "gauge", "Versions kept.", sites, "versions"),
                _of_sites("changes_total", "counter", "Changes that were news.", sites, "changes"),
                Metric("open_incidents", "gauge", "Incidents that last.", ("site", "code"), incidents),
                Metric("next_run_timestamp_seconds", "gauge", "When a job is due next.", ("site", "job"), due),
                _counts("crawls_total", "Crawls of this daemon.", "outcome", crawls.done if crawls else {}),
                one("crawls_waiting", "gauge", "Crawls that wait.", crawls.waiting if crawls else 0),
                one("crawl_under_way", "gauge", "1 while a crawl goes on.", bool(crawls and crawls.under_way)),
                one("crawl_cpu_seconds_total", "counter", "Processor time of crawls.", crawls.seconds if crawls else 0),
                _counts("publications_total", "Publications of this daemon.", "result", parts.publications),
                _counts("mail_runs_total", "Looks after mail of this daemon.", "result", parts.mail_runs),
                _counts("deadman_pings_total", "Pings of the dead-man's switch.", "result", parts.pings),
                _counts("reloads_total", "Times the configuration was read anew.", "result", parts.reloads),
                _counts("letters", "Letters in the outbox.", "state", self._letters(), kind="gauge"),
                one("clock_ahead_seconds", "gauge", "Of the time gone by.", self._clock.ahead.total_seconds()),
                one("clock_jumps_total", "counter", "Jumps of the wall clock.", self._clock.jumps),
                one("sleeps_total", "counter", "Times the machine slept.", self._clock.sleeps),
                one("resident_memory_bytes", "gauge", "Memory of the daemon's own process.", own),
                one("tree_memory_bytes", "gauge", "With its children, pages they share counted twice.", tree),
                one("cpu_seconds_total", "counter", "Of the daemon's own process.", usage.ru_utime + usage.ru_stime),
            ]
        )

    def _is_overdue(self) -> bool:
        times = self._parts.next_times().values()
        return not times or min(times) < self._now() or bool(self._parts.crawls and self._parts.crawls.waiting)

    def _letters(self) -> Mapping[str, int]:
        try:
            return {str(state): count for state, count in Outbox(self._database).counts().items()}
        except DatabaseError:
            return {}

    def _sites(self) -> tuple[list[SiteGlance], str]:
        """The sites, and what is wrong with the database, of a few seconds ago at most."""
        with self._lock:
            if self._seen is None or time.monotonic() - self._seen[0] > REMEMBERED:
                sites, trouble = [], ""
                try:
                    revision = self._database.revision()
                    if revision == HEAD:
                        sites = glance(self._database.url, self._now())
                    else:
                        trouble = f"The database is at schema {revision}, this release needs {HEAD}."
                except (DatabaseError, NoDatabaseError) as error:
                    trouble = str(error)
                self._seen = (time.monotonic(), sites, trouble)
            return self._seen[1], self._seen[2]


def _counts(name: str, what: str, label: str, counts: Mapping[str, int], *, kind: str = "counter") -> Metric:
    samples = {(key,): float(value) for key, value in counts.items()}
    return Metric(name, "gauge" if kind == "gauge" else "counter", what, (label,), samples)


def _of_sites(name: str, kind: str, what: str, sites: list[SiteGlance], attribute: str) -> Metric:
    samples = {(site.site,): float(getattr(site, attribute)) for site in sites}
    return Metric(name, "gauge" if kind == "gauge" else "counter", what, ("site",), samples)
