"""Documents of the United Nations that a text names by their symbol: `S/2023/646`, `A/C.3/64/L. 36`, `A/RES/79/1`.

Only forms that the United Nations use, so that `24/7`, `and/or` and `A/B testing` are none. Series and their forms:
the research guides of the Dag Hammarskjöld Library.
"""

import re
from collections.abc import Iterator
from functools import cache

from store.attribution import Symbol
from store.facets.council_years import agrees, year_of

MAX_SYMBOL = 60

_YEAR = r"(?:19[4-9]\d|20\d\d)"
_SESSION = r"(?:2[5-9]|[3-9]\d|1[01]\d)"
_ROMAN = r"(?:E?S-)?[IVX]{1,6}"
_PART = r"(?:L\. ?|WP\.|CRP\.|NGO/|G/|PV\.|SR\.|INF/|Misc\.|DEC\.)"
_SERIES = (
    # Security Council
    rf"S/RES/(?P<council>\d{{1,4}})(?: ?[(（](?P<year>{_YEAR})[)）])?",
    rf"S/PRST/{_YEAR}/\d{{1,3}}",
    r"S/PV\.\d{1,5}(?: ?\(Resumption ?\d\))?",
    rf"S/{_YEAR}/\d{{1,4}}",
    rf"S/AC\.\d{{1,3}}/{_YEAR}/{_PART}?\d{{1,4}}",
    r"S/INF/\d{1,3}",
    r"S/\d{5}",
    # General Assembly and what reports to it
    rf"A/RES/{_SESSION}/\d{{1,3}}(?: ?[A-Z](?![\w.'’]))?",
    r"A/RES/(?:ES|S)-\d{1,2}/\d{1,3}",
    rf"A/RES/\d{{1,4}} ?[(（]{_ROMAN}[)）]",
    rf"A/DEC/{_SESSION}/\d{{3}}",
    rf"A/(?:C\.[1-6]|BUR|INF)/{_SESSION}/{_PART}?\d{{1,4}}",
    rf"A/{_SESSION}/{_PART}?\d{{1,4}}",
    rf"A/(?:ES|S)-\d{{1,2}}/{_PART}?\d{{1,4}}",
    r"A/HRC/(?:RES|DEC)/(?:S-)?\d{1,2}/\d{1,3}",
    rf"A/HRC/(?:S-)?\d{{1,2}}/{_PART}?\d{{1,4}}",
    rf"A/AC\.\d{{1,3}}/(?:{_YEAR}/)?{_PART}?\d{{1,4}}",
    rf"A/CN\.\d{{1,2}}/(?:{_YEAR}/)?{_PART}?\d{{1,4}}",
    rf"A/CONF\.\d{{1,3}}/(?:{_YEAR}/)?{_PART}?\d{{1,4}}",
    # Economic and Social Council and its commissions
    rf"E/RES/{_YEAR}/\d{{1,3}}",
    rf"E/{_YEAR}/{_PART}?\d{{1,4}}",
    rf"E/CN\.\d{{1,2}}/{_YEAR}/{_PART}?\d{{1,4}}",
    rf"E/(?:ICEF|HLPF)/{_YEAR}/{_PART}?\d{{1,4}}",
    rf"E/C\.\d{{1,2}}/{_YEAR}/{_PART}?\d{{1,4}}",
    # Secretariat, boards, treaty bodies
    rf"ST/(?:SGB|AI|IC|ADM)/{_YEAR}/\d{{1,3}}",
    rf"(?:DP|UNW)/{_YEAR}/{_PART}?\d{{1,4}}",
    rf"NPT/CONF\.{_YEAR}/{_PART}?\d{{1,4}}",
    r"(?:CCPR|CEDAW|CERD|CRC|CRPD|CAT|CMW|CED)/C/[A-Z]{3}/(?:CO/|Q/)?\d{1,2}(?:-\d{1,2})?",
)
_CHANGES = r"(?P<changes>(?:/(?:Add|Rev|Corr)\.\d{1,3}){0,3})"
# No letter, digit or slash beside it: part of an address or of a longer symbol that no form above covers.
_SYMBOL = rf"(?:{'|'.join(_SERIES)}){_CHANGES}(?![A-Za-z0-9/])(?!\.\d)"
_PREFIXES = ("S", "A", "E", "ST", "DP", "UNW", "NPT", "CCPR", "CEDAW", "CERD", "CRC", "CRPD", "CAT", "CMW", "CED")
_CANONICAL = r"[A-Z]{1,5}/[A-Za-z0-9./()-]{1,60}"
_PAGES = {"en": "https://docs.un.org/en/", "zh": "https://docs.un.org/zh/"}


def find_symbols(text: str) -> Iterator[tuple[int, str]]:
    """Every symbol printed in a text, canonical, with where it stands, in order. Time grows with the text's length."""
    # To look for slashes costs a hundredth of looking for the forms, and few texts have many.
    end = 0
    while (slash := text.find("/", end)) >= 0:
        end = slash + 1
        if not text[slash - 1 : slash].isupper():
            continue
        before = _prefix().search(text, max(0, slash - 7), slash)
        if before and (found := _symbol().match(text, before.start(1))):
            end = found.end()
            if symbol := _canonical(found):
                yield found.start(), symbol


def link(symbol: str, language: str) -> Symbol | None:
    """The symbol with its page, in Chinese for `zh…`, else in English; None if it has not the form of a symbol.

    docs.un.org is where the United Nations publish their documents by symbol; its older name undocs.org leads there.
    """
    if len(symbol) > MAX_SYMBOL or not _form().fullmatch(symbol):
        return None
    return Symbol(symbol=symbol, url=_PAGES["zh" if language.startswith("zh") else "en"] + symbol)


def _canonical(found: re.Match[str]) -> str | None:
    symbol = found[0].replace(" ", "").replace("（", "(").replace("）", ")")
    if found["council"] is None:
        return symbol
    number = int(found["council"])
    year = int(found["year"]) if found["year"] else year_of(number)
    if year is None or not agrees(number, year):
        return None
    return f"S/RES/{number}({year}){found['changes']}"


@cache
def _prefix() -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9/.\-_])({'|'.join(_PREFIXES)})$")


@cache
def _symbol() -> re.Pattern[str]:
    return re.compile(_SYMBOL, re.ASCII)


@cache
def _form() -> re.Pattern[str]:
    return re.compile(_CANONICAL, re.ASCII)
