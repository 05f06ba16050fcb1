"""The rules against all real titles of the references, each judged once by a person from title and section.

`golden_real.tsv` holds facts and a mark of each title, not the titles, which are the site's own words.
"""

import os

import pytest

from store.facets import read_facets
from tests.needs import needs
from tests.store.facets.golden import FIELDS, Score, rows
from tests.store.facets.titles import LIST, mark, real_statements

PAGES = needs("real-pages")
STATEMENTS = real_statements(PAGES)
JUDGED = {row["address"]: row for row in rows("golden_real.tsv")}

# What was reached; what is said less often is not wrong, but it must be meant.
RECALL = {"speakers": 0.99, "roles": 0.99, "organ": 0.98, "kind": 0.99, "symbols": 0.99}


def test_every_real_title_is_judged_and_every_judged_title_is_here() -> None:
    assert set(STATEMENTS) <= set(JUDGED)
    if not (PAGES.parent / LIST).is_file() and "real-pages" not in os.environ.get("MISSIONWATCH_TEST_REQUIRE", ""):
        pytest.skip(f"there is no {PAGES.parent / LIST}, so that only the titles on the stored pages are read")
    assert set(JUDGED) == set(STATEMENTS)


def test_the_titles_are_those_that_were_judged() -> None:
    assert {address: mark(each.title) for address, each in STATEMENTS.items()} == {
        address: JUDGED[address]["title"] for address in STATEMENTS
    }


@pytest.fixture(scope="module")
def score(scores: dict[str, Score]) -> Score:
    scores["real titles"] = counted = Score()
    for address, statement in STATEMENTS.items():
        counted.add(address, JUDGED[address], read_facets(statement))
    return counted


@pytest.mark.parametrize("field", FIELDS)
def test_what_is_said_of_real_titles_is_so(score: Score, field: str) -> None:
    assert score.tallies[field].right
    assert score.tallies[field].precision >= 0.98, score.disagreements


@pytest.mark.parametrize("field", FIELDS)
def test_little_that_is_so_of_real_titles_goes_unsaid(score: Score, field: str) -> None:
    assert score.tallies[field].recall >= RECALL[field], score.disagreements
