"""What holds of every text whatever: no error, the same answer each time, and nothing unclean comes out."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.attribution import MAX_NAME, MAX_ROLE
from store.facets import Facets, read_facets
from store.facets.kinds import KINDS
from store.facets.lines import plain
from store.facets.names import slug_of
from store.facets.organs import ORGANS
from store.model import Paragraph, Statement
from tests.store.facets.golden import rows

_WORDS = sorted({word for row in rows("golden_synthetic.tsv") for word in f"{row['title']} {row['text']}".split()})
_SCRAPS = st.one_of(
    st.sampled_from(_WORDS),
    st.sampled_from(
        ["\u202e", "\u200b", "\x00", "\x1b[31m", "\ud800", "<b>", "&amp;", "“", "'s", ":", "在", "大使", "号决议", "（"]
    ),
    st.text(max_size=8),
)
_TEXTS = st.one_of(
    st.text(max_size=300), st.lists(_SCRAPS, max_size=40).map(" ".join), st.lists(_SCRAPS, max_size=40).map("".join)
)
_PATHS = st.lists(
    st.sampled_from(["eng/chinaandun/securitycouncil", "eng/chinaandun/socialhr/3rdcommittee", "", "//", "x/\x00"])
)


def _read(
    title: str, text: str = "", subtitle: str = "", language: str = "en", sections: tuple[str, ...] = ()
) -> Facets:
    paragraphs = tuple(Paragraph(text=part, html="") for part in text.split("\n"))
    statement = Statement(
        site="un", doc_id="1", language=language, title=title, subtitle=subtitle, paragraphs=paragraphs
    )
    return read_facets(statement, sections)


def _assert_clean(facets: Facets) -> None:
    for speaker in facets.speakers:
        assert re.fullmatch("[a-z0-9-]{1,200}", speaker.slug)
        assert 1 <= len(speaker.name) <= MAX_NAME
        assert len(speaker.role) <= MAX_ROLE
        for text in (speaker.name, speaker.role):
            assert not any(unicodedata.category(character)[0] == "C" for character in text)
            assert text == " ".join(text.split())
            assert not set(text) & set('<>&"')
    assert facets.organ is None or ORGANS[facets.organ.slug] is facets.organ
    assert facets.kind is None or KINDS[facets.kind.slug] is facets.kind
    for symbol in facets.symbols:
        assert re.fullmatch(r"[A-Z]{1,5}/[A-Za-z0-9./()-]{1,60}", symbol.symbol)
        assert re.fullmatch(r"https://docs\.un\.org/(?:en|zh)/" + re.escape(symbol.symbol), symbol.url)
    assert len({symbol.symbol for symbol in facets.symbols}) == len(facets.symbols)


@settings(max_examples=400, deadline=None)
@given(_TEXTS, _TEXTS, _TEXTS, st.sampled_from(["en", "zh-Hans"]), _PATHS)
def test_every_text_is_read_without_error_cleanly_and_always_alike(
    title: str, text: str, subtitle: str, language: str, sections: list[str]
) -> None:
    facets = _read(title, text, subtitle, language, tuple(sections))
    _assert_clean(facets)
    assert facets == _read(title, text, subtitle, language, tuple(sections))


@settings(max_examples=200, deadline=None)
@given(_TEXTS)
def test_a_plain_line_stays_as_it_is(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@settings(deadline=None)
@given(st.sampled_from([row["speakers"].partition("=")[0] for row in rows("golden_synthetic.tsv") if row["speakers"]]))
def test_the_slug_of_a_slug_is_itself(name: str) -> None:
    assert slug_of(slug_of(name)) == slug_of(name)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([row["title"] for row in rows("golden_synthetic.tsv")]), st.data())
def test_typography_changes_nothing(title: str, data: st.DataObject) -> None:
    """Kinds of blanks and quotation marks, and characters that are not seen, say nothing."""
    at = data.draw(st.integers(0, len(title)))
    disguised = title[:at] + "\u200b" + title[at:]
    disguised = disguised.replace(" ", "\u00a0 ").replace("'", "’")
    assert _read(disguised) == _read(title)


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "a",
            " ",
            "A",
            "'",
            '"',
            "(",
            "《",
            "在",
            "第",
            "Statement by ",
            "Ambassador ",
            "H.E. ",
            "of the ",
            "and ",
            "the ",
        ),
        *(
            "by ",
            "at the ",
            "at the Third Committee ",
            "executive board of undp ",
            "Mr. Li Wei, ",
            "Li Wei and Mr. ",
            "Yin ",
        ),
        *(
            "Statement on ",
            "Explanation of ",
            "行使答辩权",
            "安理会",
            "常驻联合国代表",
            "resolution 1, ",
            "S/2023/",
            "第1号、",
            "在第9届",
        ),
    ],
)
def test_long_and_hostile_texts_are_read(unit: str) -> None:
    """A hundred thousand characters in every place; a rule that backtracks without bound would not come to an end."""
    long = unit * (100_000 // len(unit))
    for title, text in (
        (long, ""),
        ("", long),
        (f"Statement by Ambassador Qiao Wenlan {long}", f"{long}\n{long}"),
        (long[:250], long),
    ):
        _assert_clean(_read(title, text, long))
        _assert_clean(_read(title, text, long[:250], "zh-Hans", (long,)))
