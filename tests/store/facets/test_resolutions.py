"""Resolutions that are named and not cited: whose they are must be certain."""

import pytest

from store.facets.resolutions import find_resolutions


def _found(text: str, *, in_council: bool = False, stated: int | None = None) -> list[str]:
    return [symbol for _, symbol in find_resolutions(text, in_council=in_council, stated=stated)]


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("Security Council resolution 2334", ["S/RES/2334(2016)"]),
        ("UN Security Council Resolution 2231 (2015)", ["S/RES/2231(2015)"]),
        ("the Security Council's resolution 2254 of 2015", ["S/RES/2254(2015)"]),
        (
            "relevant Security Council resolutions 2334, 2712 and 2720",
            ["S/RES/2334(2016)", "S/RES/2712(2023)", "S/RES/2720(2023)"],
        ),
        ("UNSC Resolution 1540", ["S/RES/1540(2004)"]),
        ("resolution 1701 (2006)", ["S/RES/1701(2006)"]),
        ("resolution 2254 of the Security Council", ["S/RES/2254(2015)"]),
        ("General Assembly resolution 2758", ["A/RES/2758(XXVI)"]),
        ("UNGA Resolution 2758", ["A/RES/2758(XXVI)"]),
        ("Resolution 2758, adopted by the UN General Assembly in 1971", ["A/RES/2758(XXVI)"]),
        ("resolution 2758 (1971)", ["A/RES/2758(XXVI)"]),
        ("resolution 2758 (XXVI)", ["A/RES/2758(XXVI)"]),
        ("General Assembly resolution 181 (II)", ["A/RES/181(II)"]),
        ("resolution 217 A (III)", ["A/RES/217(III)"]),
        ("General Assembly resolution 79/1", ["A/RES/79/1"]),
        ("GA Resolution 67/226", ["A/RES/67/226"]),
        ("Human Rights Council resolution 46/1", ["A/HRC/RES/46/1"]),
        ("ECOSOC resolution 1996/31", ["E/RES/1996/31"]),
        ("安理会第2231号决议", ["S/RES/2231(2015)"]),
        ("安理会第2334、2712和2720号决议", ["S/RES/2334(2016)", "S/RES/2712(2023)", "S/RES/2720(2023)"]),
        ("安理会有关第2334号、第2720号决议", ["S/RES/2334(2016)", "S/RES/2720(2023)"]),
        ("第2231（2015）号决议", ["S/RES/2231(2015)"]),
        ("联大第2758号决议", ["A/RES/2758(XXVI)"]),
        ("联合国大会第60/251号决议", ["A/RES/60/251"]),
    ],
)
def test_a_named_resolution_is_found(text: str, symbols: list[str]) -> None:
    assert _found(text) == symbols
    assert _found(f"We recall {text}, and go on.") == symbols


@pytest.mark.parametrize(
    "text",
    [
        "resolution 2334",
        "Resolution 2758",
        "resolution 79/1",
        "draft resolution 2334",
        "Security Council draft resolution 2334",
        "Security Council resolution 2850",
        "Security Council resolution 3",
        "Security Council resolution 2231 (1999)",
        "General Assembly resolution 2334",
        "General Assembly resolution 12/1",
        "General Assembly resolution 999",
        "megaresolution 2334",
        "resolutions adopted in 2015",
        "resolution 2231.5",
        "resolution 12345",
        "the resolution of 1971",
        "a New Year's resolution 2024",
        "第2334号决议",
        "第2758号决议",
        "安理会第2850号决议",
        "安理会第2334号决议草案",
        "某委员会第12号决议",
    ],
)
def test_what_is_not_certain_is_not_said(text: str) -> None:
    assert _found(text) == []


def test_in_the_security_council_a_number_alone_is_its_own() -> None:
    assert _found("resolutions 2334 and 2758; 第2720号决议", in_council=True) == [
        "S/RES/2334(2016)",
        "S/RES/2720(2023)",
    ]


def test_nothing_later_than_the_statement_is_named() -> None:
    assert _found("Security Council resolution 2720", stated=2022) == []
    assert _found("Security Council resolution 2720", stated=2023) == ["S/RES/2720(2023)"]


def test_time_grows_with_the_text_alone() -> None:
    for unit in ("esolution ", "resolution 1, ", "号决议", "第1号、", "1号决议", "resolutions 1 and ", "0"):
        text = unit * (100_000 // len(unit))
        assert _found(text, in_council=True) == []
