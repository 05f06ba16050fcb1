"""Pages that nobody writes: refused by name, in bounded time, before a parser sees them. Whole crawls are in soak."""

from datetime import UTC, datetime

import pytest

from crawler.extract import ExtractionError, extract_statement
from crawler.extract.bounds import MAX_CHARACTERS
from crawler.profile import load_profile
from store.model import Capture

PAGE = "https://un.china-mission.gov.cn/eng/hyyfy/202401/t20240103_11200000.htm"
HEAD = (
    '<html><head><title>Title_Mission</title></head><body><div class="view-content"><h3 class="view-title">Title</h3>'
    '<div class="view-date">2024-01-02 10:00</div><div class="view-txt">'
)
TAIL = "</div></div></body></html>"


def capture(body: str) -> Capture:
    return Capture(
        site="un",
        kind="statement",
        page=PAGE,
        url=PAGE,
        fetched=datetime(2026, 4, 1, tzinfo=UTC),
        status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        body=(HEAD + body + TAIL).encode(),
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<p>word </p>" * (MAX_CHARACTERS // 12), "too-large"),
        ('<a href="/a">b</a>' * 1_000_000, "too-large"),
        ("<div>" * 100_000 + "x" + "</div>" * 100_000, "layout-changed"),
        (f"<div {' '.join(f'a{number}=1' for number in range(100_000))}>x</div>", "layout-changed"),
    ],
    ids=["long", "a million links", "nested 100,000 deep", "100,000 attributes"],
)
def test_a_monstrous_page_is_refused_by_name(body: str, code: str) -> None:
    with pytest.raises(ExtractionError) as refused:
        extract_statement(load_profile("china-mission-un"), capture(body))
    assert refused.value.code == code


def test_a_page_of_too_many_bytes_is_not_even_decoded() -> None:
    with pytest.raises(ExtractionError, match=r"the page has 8000\d\d\d bytes") as refused:
        extract_statement(load_profile("china-mission-un"), capture("😀" * MAX_CHARACTERS))
    assert refused.value.code == "too-large"


def test_one_word_ten_thousand_times_is_a_statement() -> None:
    statement = extract_statement(load_profile("china-mission-un"), capture(f"<p>{'word ' * 10_000}</p>"))
    assert [len(paragraph.text) for paragraph in statement.paragraphs] == [49_999]
