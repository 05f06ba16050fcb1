"""The server as its visitors meet it: a thread that serves an archive on loopback, and requests to it."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path

from feeds.publish import publish
from feeds.server import Server, listen
from feeds.settings import PublishSettings
from feeds.subscribing import Desk
from feeds.web import application
from store.attribution import Facets, Kind, Organ, Speaker
from store.database import DatabaseError
from store.glance import IncidentGlance, SectionGlance, SiteGlance
from store.model import ChangeRecord, StatementRecord
from store.selection import ALL, Selection, Slice
from tests.feeds.fakes import START, FakeArchive, a_statement, harbour

SETTINGS = PublishSettings(
    base_url="http://127.0.0.1:8000", site_labels={"un": "A mission"}, websub_hubs=("https://hub.example/?a=1",)
)
FACETS = Facets(
    speakers=(Speaker(name="Nora Quay", role="Harbour Master", slug="nora-quay"),),
    organ=Organ(slug="port-council", name_en="Port Council", name_zh="港口理事会"),
    kind=Kind(slug="remarks", name_en="Remarks", name_zh="发言"),
)
Answer = tuple[int, dict[str, str], bytes]


def a_site() -> SiteGlance:
    """A site as it stands, with one of everything."""
    incident = IncidentGlance(code="section-unreadable", scope="eng/harbour", opened=START, times=2, detail="No list.")
    section = SectionGlance(
        site="un",
        section="eng/harbour",
        label="Harbour\x1b[31m",
        statements=5,
        last_success=START,
        last_new=None,
        baselined=True,
        remarks=("no successful look for 9 h",),
    )
    return SiteGlance(
        site="un",
        statements=5,
        versions=8,
        changes=9,
        last_success=START,
        last_run=START,
        last_outcome="partial",
        last_problems=({"code": "http-500", "url": "javascript:alert(1)", "detail": "It\nbroke."},) * 30,
        incidents=(incident,),
        sections=(section,),
    )


@dataclass
class Breaking(FakeArchive):
    """An archive that fails for one statement, and altogether while it is `down`; it counts what it lists."""

    down: bool = False
    asked: list[Selection] = field(default_factory=list)

    def statement(self, key: str) -> StatementRecord | None:
        self._answer()
        if key == "un-666":
            raise RuntimeError("secret inside")
        return super().statement(key)

    def slices(self) -> Sequence[Slice]:
        self._answer()
        return super().slices()

    def latest_changes(self, limit: int, within: Selection = ALL) -> Sequence[ChangeRecord]:
        self._answer()
        self.asked.append(within)
        return super().latest_changes(limit, within)

    def status(self, now: datetime | None = None) -> Sequence[SiteGlance]:
        self._answer()
        return [replace(site, last_run=now or site.last_run) for site in super().status(now)]

    def _answer(self) -> None:
        if self.down:
            raise DatabaseError("The database secret.db cannot be opened.")


def harbour_town(out: Path) -> Breaking:
    """The world of the fakes with a speaker, published to a folder; one statement was found since."""
    archive = Breaking()
    vars(archive).update(vars(harbour()))
    archive.add(a_statement("1005", "Remarks on tides"), facets=FACETS)
    archive.sites = [a_site()]
    publish(archive, out, SETTINGS)
    archive.add(a_statement("2000", "Found after the publication"))
    return archive


@contextmanager
def serving(
    archive: FakeArchive,
    out: Path,
    *,
    state: Callable[[], str] | None = None,
    is_complete: Callable[[], bool] = lambda: True,
    desk: Desk | None = None,
) -> Iterator[int]:
    """Serves at a free port, which is given, for as long as the block runs."""

    def head() -> str:
        return archive.change_head() or ""

    made = application(
        archive, out, SETTINGS, state=state or head, now=lambda: START, is_complete=is_complete, desk=desk
    )
    server = Server(made)
    with listen("127.0.0.1", 0) as listening:
        thread = threading.Thread(target=server.run, args=[[listening]])
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive()
                time.sleep(0.01)
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


@dataclass(frozen=True)
class Visitor:
    """Asks one question a connection."""

    port: int
    out: Path
    archive: Breaking

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Status, header lines by their name in lower case, and body."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            response = connection.getresponse()
            return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
        finally:
            connection.close()
