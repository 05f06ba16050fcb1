import pytest

from crawler.extract import ExtractionError
from crawler.extract.bounds import check_bounds


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 100_000,
        "<b>" * 5_000 + "x",
        "<font><div></font>" * 5_000,
        "<ul><li>" * 5_000,
        "<p " + " ".join(f"a{number}=1" for number in range(20_000)) + ">",
        "<p " + "/".join(f"attribute{number}" for number in range(20_000)) + ">",
        "<p x='\"' y='>' " + " ".join(f"attribute{number}" for number in range(20_000)) + ">",
        '<p x="<" ' + " ".join(f"attribute{number}" for number in range(20_000)),
    ],
)
def test_what_would_hold_up_the_parser(source: str) -> None:
    with pytest.raises(ExtractionError) as caught:
        check_bounds(source)
    assert caught.value.code == "layout-changed"


@pytest.mark.parametrize(
    "source",
    [
        "<p>Some words of text.</p>" * 50_000,
        "<p>Unclosed" * 50_000,
        "<div>" * 1_500 + "</div>" * 1_500,
        "<div><p>text</div>" * 50_000,
        "<p>" + "word " * 100_000 + "</p>",
        '<img src="data:image/png;base64,' + "abc/+" * 100_000 + '">',
    ],
)
def test_long_pages_are_fine(source: str) -> None:
    check_bounds(source)
