"""Requests that nobody means well: no error of ours, nothing from elsewhere, nothing altered."""

from http.client import HTTPConnection
from random import Random
from urllib.parse import quote

import pytest

from tests.daemons import wait_until
from tests.mission import Mission
from tests.served import serve
from tests.truth.scale import scaled

pytestmark = pytest.mark.slow

CANARY = b"canary of a file outside"
BEGINNINGS = (
    *("/", "/statements/", "/statements/un-", "/speakers/", "/sections/", "/organs/", "/kinds/", "/languages/"),
    *("/types/", "/sites/", "/days/", "/feeds/", "/feeds/archive/", "/feeds/speakers/", "/assets/", "/status"),
    *("/confirm/", "/manage/", "/unsubscribe/", "/api/v1/", "/timegate/", "/search", "/.missionwatch/", "/subscribe"),
    *("//elsewhere.example/", "/\\elsewhere.example/", "/manage//elsewhere.example/", "http://elsewhere.example/"),
)
NAMES = ("speaker", "section", "site", "organ", "kind", "language", "type", "since", "until", "q", "page", "format", "")
BITS = (
    *("'", '"', "' OR '1'='1", '" OR *', "NEAR(", "AND NOT", "); DROP TABLE change; --", "UNION SELECT 1", "/*", "\\"),
    *("../", "..\\", "..", ".", "//", "%2e%2e/", "%2f", "%", "%%", "%00", "\0", "\r\nSet-Cookie: a=b", "~", "CON"),
    *("canary.txt", "missionwatch.db", "missionwatch.toml", "etc/passwd", "file:///etc/passwd", "http://127.0.0.1/"),
    *("new", "edited", "2026-02-30", "9999-12-31", "0000-00-00", "-1", "1e309", "9" * 20, "versions/1", "diff"),
    *("1..2", "capture", "index.html", "changes.atom", "{{7*7}}", "${7*7}", "{0}", "%s", "<script>", "\u202e", "甲"),
    *("\u2028", "\U0001f600", "x" * 300, "x" * 3000, "(a+)+$", "[" * 50, "a" * 50 + "!"),
)


def _target(random: Random) -> str:
    """A path and perhaps a query, encoded once, twice or only where it has to be."""

    def bits() -> str:
        found = "".join(random.choice(BITS) for _ in range(random.randint(0, 4)))
        return quote(found, safe=random.choice(("", "/%.", "/%.'()*=&;:@")), errors="surrogatepass")

    path = random.choice(BEGINNINGS) + bits() + random.choice(("", "/", "/" + bits()))
    if random.random() < 0.4:  # what is wrong is in the query alone
        path = random.choice(("/", "/types/edited/", "/languages/en/", "/feeds/changes.atom"))
    asked = [f"{random.choice(NAMES)}={bits()}" for _ in range(random.randint(0, 3))]
    return path + (f"?{'&'.join(asked)}" if asked else "")


@scaled("requests", 300, 10_000)
def test_no_request_finds_a_fault_or_a_way_out(crawled: Mission, mission: Mission, requests: int) -> None:
    mission.start_from(crawled).publish()
    before = mission.dump()
    random, answers = Random(41), dict[int, int]()
    with serve(mission) as served:
        for place in (mission.data, mission.folder, mission.data / "public" / ".missionwatch"):
            (place / "canary.txt").write_bytes(CANARY)
        # Before it has looked at what is published it says of no feed that there is none.
        wait_until(lambda: served.ask("/feeds/nothing.atom")[0] == 404)
        connection = HTTPConnection(served.host, served.port, timeout=30)
        for _ in range(requests):
            target = _target(random)
            connection.request("GET", target)
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status < 500, target
            assert CANARY not in body, target
            assert b"SQLite format 3" not in body, target
            assert answer.getheader("Set-Cookie") is None, target
            assert (answer.getheader("Location") or f"{served.url}/").startswith(f"{served.url}/"), target
            answers[answer.status] = answers.get(answer.status, 0) + 1
        connection.close()
    assert mission.dump() == before
    assert {200, 400, 404} <= set(answers)
    print(f"{requests} requests, answers by status: {dict(sorted(answers.items()))}")
