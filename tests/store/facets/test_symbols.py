"""Symbols as printed: which are documents of the United Nations, in what form, and under which address."""

import re

import pytest

from store.facets.council_years import LAST, agrees, year_of
from store.facets.symbols import find_symbols, link


def _found(text: str) -> list[str]:
    return [symbol for _, symbol in find_symbols(text)]


@pytest.mark.parametrize(
    ("printed", "canonical"),
    [
        ("S/2023/646", "S/2023/646"),
        ("S/2023/646/Add.1", "S/2023/646/Add.1"),
        ("S/RES/2231(2015)", "S/RES/2231(2015)"),
        ("S/RES/2231 (2015)", "S/RES/2231(2015)"),
        ("S/RES/2231（2015）", "S/RES/2231(2015)"),
        ("S/RES/2231", "S/RES/2231(2015)"),
        ("S/RES/242(1967)", "S/RES/242(1967)"),
        ("S/RES/2850(2026)", "S/RES/2850(2026)"),
        ("S/PRST/2021/11", "S/PRST/2021/11"),
        ("S/PV.9876", "S/PV.9876"),
        ("S/PV.9876 (Resumption 1)", "S/PV.9876(Resumption1)"),
        ("S/25274", "S/25274"),
        ("A/RES/79/1", "A/RES/79/1"),
        ("A/RES/ES-11/1", "A/RES/ES-11/1"),
        ("A/RES/S-32/1", "A/RES/S-32/1"),
        ("A/RES/2758(XXVI)", "A/RES/2758(XXVI)"),
        ("A/RES/2758 (XXVI)", "A/RES/2758(XXVI)"),
        ("A/59/525", "A/59/525"),
        ("A/70/L.48/Rev.1", "A/70/L.48/Rev.1"),
        ("A/C.3/64/L. 36", "A/C.3/64/L.36"),
        ("A/C.3/64/SR.12", "A/C.3/64/SR.12"),
        ("A/HRC/46/L.1/Rev.1", "A/HRC/46/L.1/Rev.1"),
        ("A/HRC/RES/46/1", "A/HRC/RES/46/1"),
        ("A/CONF.230/2022/1", "A/CONF.230/2022/1"),
        ("A/AC.105/1", "A/AC.105/1"),
        ("E/CN.4/2004/93", "E/CN.4/2004/93"),
        ("E/2023/L.20", "E/2023/L.20"),
        ("E/RES/1996/31", "E/RES/1996/31"),
        ("ST/SGB/2019/8", "ST/SGB/2019/8"),
        ("DP/2023/L.1", "DP/2023/L.1"),
        ("CERD/C/CHN/14-17", "CERD/C/CHN/14-17"),
        ("NPT/CONF.2020/WP.1", "NPT/CONF.2020/WP.1"),
    ],
)
def test_a_symbol_is_found_in_its_canonical_form(printed: str, canonical: str) -> None:
    for text in (printed, f"See {printed}.", f"({printed})", f"文件{printed}号", f"“{printed}”, and {printed};"):
        assert set(_found(text)) == {canonical}, text


@pytest.mark.parametrize(
    "text",
    [
        "24/7",
        "and/or",
        "A/B testing",
        "A/70",
        "A/3/4",
        "S/1999",
        "S/4 and A/C",
        "E/2",
        "CD/DVD",
        "HIV/AIDS",
        "a/59/525",
        "BA/59/525",
        "x.A/59/525",
        "http://www.example.org/A/59/525",
        "A/59/525/7",
        "A/59/525x",
        "S/2023/64612",
        "S/PV.9876.5",
        "A/RES/79",
        "S/RES/2231(1999)",
        "S/RES/2758(1971)",
        "S/RES/2850",
        "S/RES/0",
        "2023/646",
        "S / 2023 / 646",
        "km/h 3/64",
    ],
)
def test_what_only_looks_like_a_symbol_is_none(text: str) -> None:
    assert _found(text) == []


def test_the_page_of_a_symbol_is_in_the_readers_language() -> None:
    english, chinese = link("S/RES/2231(2015)", "en"), link("S/RES/2231(2015)", "zh-Hans")
    assert english is not None
    assert chinese is not None
    assert english.url == "https://docs.un.org/en/S/RES/2231(2015)"
    assert chinese.url == "https://docs.un.org/zh/S/RES/2231(2015)"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "S/",
        "S/2023/646?x=1",
        "S/2023/646#a",
        "../S/1",
        "S/2023/ 646",
        "S/２０２３/646",
        "javascript:S/1",
        "S/" + "1" * 70,
    ],
)
def test_no_link_is_made_of_anything_else(text: str) -> None:
    assert link(text, "en") is None


def test_the_number_of_a_resolution_of_the_council_tells_its_year() -> None:
    assert [year_of(number) for number in (678, 1325, 1540, 2231, 2334, 2721, 2722, LAST)] == [
        *(1990, 2000, 2004, 2015, 2016, 2023, 2024, 2025)
    ]
    assert [year_of(number) for number in (0, 1, 646, LAST + 1)] == [None, None, None, None]
    assert agrees(646, 1989)
    assert not agrees(647, 1989)
    assert agrees(LAST + 1, 2025)
    assert not agrees(LAST + 1, 2024)
    years = [year_of(number) or 0 for number in range(647, LAST + 1)]
    assert years == sorted(years)
    assert set(years) == set(range(1990, 2026))


def test_time_grows_with_the_text_alone() -> None:
    for unit in ("S/", "A/59/", "S/RES/", "A/C.3/64/L.", "/A", "CCPR/C/", "S/2023/6 "):
        text = unit * (100_000 // len(unit))
        assert all(re.fullmatch(r"[A-Z]+/[A-Za-z0-9./()-]+", symbol) for symbol in _found(text))
