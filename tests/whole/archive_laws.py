"""What holds in every archive at every moment, whatever happened to the processes that wrote it."""

from missionwatch.replica import ReplicaSite
from store.database import Database
from store.reader import Reader
from tests.mission import Mission

HALF_WRITTEN = {
    "a version that was fetched, without the one change that tells it": """
        SELECT v.statement_id, v.number FROM version v LEFT JOIN change c
        ON c.statement_id = v.statement_id AND c.to_version = v.number
        AND (c.from_version IS NULL OR c.from_version < c.to_version)
        WHERE v.kind = 'observed' GROUP BY v.id HAVING COUNT(c.id) <> 1""",
    "a statement that does not stand at its last version": """
        SELECT s.key FROM statement s LEFT JOIN version v ON v.statement_id = s.id
        AND v.number = (SELECT MAX(number) FROM version WHERE statement_id = s.id)
        WHERE s.version IS DISTINCT FROM v.number OR s.text_sha256 IS DISTINCT FROM v.text_sha256""",
    "versions with a gap": """
        SELECT statement_id FROM version GROUP BY statement_id HAVING MIN(number) <> 1 OR MAX(number) <> COUNT(*)""",
    "a version that repeats the one before": """
        SELECT v.statement_id FROM version v JOIN version w
        ON w.statement_id = v.statement_id AND w.number = v.number + 1 AND w.text_sha256 = v.text_sha256""",
    "a removal that the statement does not know of, or a removed statement without one": """
        SELECT s.key FROM statement s LEFT JOIN change c
        ON c.id = (SELECT MAX(id) FROM change WHERE statement_id = s.id)
        WHERE (s.state = 'removed') <> COALESCE(c.to_version IS NULL, FALSE)
        AND (s.version IS NOT NULL OR s.state = 'removed')""",
    "a read statement of which no look is noted": """
        SELECT s.key FROM statement s LEFT JOIN coverage c ON c.statement_id = s.id
        WHERE s.version IS NOT NULL AND c.id IS NULL""",
    "an edit that waits to be asked for again, behind validators that would hide it": """
        SELECT p.url FROM page p JOIN statement s ON s.page_id = p.id
        JOIN version v ON v.statement_id = s.id AND v.number = s.version
        JOIN capture c ON c.id = p.capture_id
        WHERE p.kind = 'statement' AND p.etag IS NOT NULL AND c.status = 200
        AND v.kind = 'observed' AND v.observed_last < c.fetched""",
}


def check_archive(mission: Mission) -> None:
    """The database is sound, nothing is half written, change numbers have no gaps, and every hash holds."""
    if mission.database_url is None:
        assert mission.rows("PRAGMA integrity_check") == [("ok",)]
        assert mission.rows("PRAGMA foreign_key_check") == []
    assert {what: found for what, query in HALF_WRITTEN.items() if (found := mission.rows(query))} == {}
    numbers = [number for (number,) in mission.rows("SELECT id FROM change ORDER BY id")]
    assert numbers == list(range(1, len(numbers) + 1))
    moments = [moment for (moment,) in mission.rows("SELECT detected FROM change ORDER BY id")]
    assert moments == sorted(set(moments))
    verified = mission.run("verify", "--json")
    (told,) = verified.objects
    assert (verified.code, told["wrong"], told["changes"]) == (0, None, len(numbers)), verified


def check_texts(mission: Mission) -> None:
    """Every version's text and page can be read back, and have the hashes they were kept under."""
    database = Database(mission.database_url or f"sqlite:///{mission.database}")
    reader = Reader(database)
    for key, number, *_ in mission.versions():
        assert reader.version(key, number).key == key
        assert reader.capture(key, number).startswith(b"<!DOCTYPE html>")
    database.close()


def check_against(site: ReplicaSite, mission: Mission, *, looked_at_all: bool) -> None:
    """Every statement of the site is there once and live, as the site says it now if the last crawl looked at all."""
    truths = {f"un-{truth.doc_id}": truth for truth in site.truth()}
    assert sorted(key for (key,) in mission.rows("SELECT key FROM statement WHERE state = 'live'")) == sorted(truths)
    latest: dict[str, int] = {}
    for key, number, *_ in mission.versions():
        latest[key] = max(number, latest.get(key, 0))
    database = Database(mission.database_url or f"sqlite:///{mission.database}")
    reader = Reader(database)
    for key, truth in truths.items() if looked_at_all else ():
        said = reader.version(key, latest[key])
        assert (said.title, said.subtitle) == (truth.title, truth.subtitle)
        assert tuple(each.text for each in said.paragraphs) == truth.paragraphs
    database.close()
