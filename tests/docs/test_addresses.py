"""The page about serving names every address of the web application, and each of them is answered."""

import ast
import re
from datetime import date
from typing import get_args

import pytest

from feeds.permalinks import FEEDS, FORMATS, Permalinks
from feeds.subscribing import PATHS
from feeds.views import LIVE
from missionwatch.daemon import health
from store.selection import FIELDS, Field, Selection
from tests.docs.documents import codes, document
from tests.feeds.visiting import Visitor, harbour_town, serving
from tests.needs import ROOT

ADDRESSES = {code for row in document("serving").rows("Addresses") for code in codes(row[0]) if code.startswith("/")}
WORDS = {
    "field": "|".join(get_args(Field)),
    "feed": "|".join(FEEDS),
    "format": "|".join(FORMATS),
    "type": "new|edited|reverted|removed|restored|moved",
    "year": "[0-9]{4}",
    "date": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    **dict.fromkeys(("n", "a", "b"), "[0-9]+"),
}


def _pattern(address: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", address)
    written = "".join(
        f"(?:{WORDS.get(part, '[^/]+')})" if number % 2 else re.escape(part) for number, part in enumerate(parts)
    )
    return re.compile(written)


def _first(address: str) -> str:
    return address.strip("/").partition("/")[0]


def test_every_first_step_is_told_and_no_other() -> None:
    """What the server, the pages about mail and the daemon answer before they look into the published folder."""
    routes = {
        str(node.args[0].value)
        for node in ast.walk(ast.parse((ROOT / "feeds" / "web.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Route"
        and isinstance(node.args[0], ast.Constant)
    }
    of_daemon = set(
        re.findall(r'"(/[a-z]+)"', (ROOT / "missionwatch" / "daemon" / "health.py").read_text(encoding="utf-8"))
    )
    assert (len(routes), len(of_daemon)) == (2, 3)
    assert health.JSON
    steps = {_first(each) for each in routes | of_daemon} - {"{path:path}"} | PATHS | LIVE
    steps |= {"statements", "feeds", "assets"}
    told = {first for address in ADDRESSES for first in (FIELDS if _first(address) == "{field}" else [_first(address)])}
    assert told == steps


def test_every_address_that_a_link_can_have_is_told() -> None:
    links = Permalinks("")
    part: tuple[Field, str] = ("speakers", "nora-quay")
    day = date(2026, 3, 31)
    made = [
        *(links.home(), links.feeds(), links.opml(), links.status(), links.subscribe(), links.manage(), links.days()),
        *(links.feed(name, kind, where) for name in FEEDS for kind in FORMATS for where in (None, part)),
        *(links.archive(name, 1, where) for name in FEEDS for where in (None, part)),
        *(links.timeline(each) for each in (Selection(), Selection(facets=(part,)), Selection(type="edited"))),
        *(links.timeline(Selection(since=day, until=day)), links.year(2026), links.asset("style.css")),
        *(links.statement("un-1"), links.version("un-1", 1), links.capture("un-1", 1), links.diff("un-1", 1, 2)),
    ]
    public = {name for name in vars(Permalinks) if not name.startswith("_")} - {"absolute", "from_root", "base"}
    assert len(public) == 16, "a kind of address is not asked for here"
    patterns = [_pattern(address) for address in ADDRESSES]
    assert [link for link in made if not any(pattern.fullmatch(link) for pattern in patterns)] == []


def test_every_address_is_answered(tmp_path_factory: pytest.TempPathFactory) -> None:
    """But for the daemon's own, and those of which the archive of the test has none."""
    out = tmp_path_factory.mktemp("site") / "public"
    archive = harbour_town(out)
    filled = {
        "field": "speakers",
        "slug": "nora-quay",
        "feed": "changes",
        "format": "atom",
        "type": "edited",
        "id": "un-1001",
        "n": "1",
        "a": "1",
        "b": "2",
    }
    asked = {}
    with serving(archive, out) as port:
        visitor = Visitor(port, out, archive)
        for address in ADDRESSES:
            wanted = set(re.findall(r"\{(\w+)\}", address))
            if (
                wanted <= filled.keys()
                and _first(address) not in PATHS | {"readyz", "metrics"}
                and "archive" not in address
            ):
                path = re.sub(r"\{(\w+)\}", lambda found: filled[found[1]], address)
                asked[path] = visitor.ask(path)[0]
    assert len(asked) >= 12
    assert {path: status for path, status in asked.items() if status != 200} == {}
