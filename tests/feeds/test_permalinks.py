import pytest

from feeds.permalinks import Permalinks, change_id, feed_id, statement_id


def test_ids_are_as_first_published() -> None:
    # Readers know entries by these strings: one letter more and every entry is new to everybody.
    assert statement_id("un", "9126861") == "tag:missionwatch.invalid,2026:missionwatch:statement:un:9126861"
    assert change_id(7) == "tag:missionwatch.invalid,2026:missionwatch:change:7"
    assert feed_id("changes") == "tag:missionwatch.invalid,2026:missionwatch:feed:changes"


@pytest.mark.parametrize(
    ("base", "diff", "from_root"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/statements/un-1/diff/1..2", "/statements/un-1/diff/1..2"),
        ("https://w.example/a/", "https://w.example/a/statements/un-1/diff/1..2", "/a/statements/un-1/diff/1..2"),
    ],
)
def test_addresses_lie_below_the_base(base: str, diff: str, from_root: str) -> None:
    links = Permalinks.absolute(base)
    assert links.diff("un-1", 1, 2) == diff
    assert links.from_root().diff("un-1", 1, 2) == from_root
    assert links.statement("../x y") == f"{base.rstrip('/')}/statements/..%2Fx%20y"


@pytest.mark.parametrize("base", ["", "w.example", "/path", "ftp://w.example", "https://", "https://w.example/?q=1"])
def test_a_base_that_is_no_plain_address_is_refused(base: str) -> None:
    with pytest.raises(ValueError, match="base_url"):
        Permalinks.absolute(base)
