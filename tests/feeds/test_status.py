import json

from feeds.status import PROBLEMS, status_json
from store.selection import Silence
from tests.feeds.fakes import START
from tests.feeds.visiting import a_site

SILENCE = Silence(
    id=7, site="un", section="", since=START, told=START, ended=None, detail="It could not\nbe \u202eread."
)


def test_everything_is_told_in_clean_text_and_utc() -> None:
    told = json.loads(status_json([a_site()], [SILENCE], "ab12"))
    assert told["change_head"] == "ab12"
    (site,) = told["sites"]
    assert (site["site"], site["statements"], site["last_outcome"]) == ("un", 5, "partial")
    assert site["last_success"] == "2026-03-02T09:30:00Z"
    assert (site["problem_count"], len(site["problems"])) == (30, PROBLEMS)
    assert site["problems"][0] == {"code": "http-500", "url": None, "detail": "It broke."}
    assert site["incidents"][0]["opened"] == "2026-03-02T09:30:00Z"
    assert site["sections"][0]["label"] == "Harbour[31m"
    assert site["sections"][0]["last_new"] is None
    assert told["silences"] == [
        {
            "id": 7,
            "site": "un",
            "section": "",
            "since": "2026-03-02T09:30:00Z",
            "told": "2026-03-02T09:30:00Z",
            "ended": None,
            "detail": "It could not be read.",
        }
    ]


def test_an_empty_archive_has_a_status() -> None:
    assert json.loads(status_json([], [], None)) == {"change_head": None, "sites": [], "silences": []}
