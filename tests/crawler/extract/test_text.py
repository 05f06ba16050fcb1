import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.text import normalise_text

TEXTS = st.text(
    st.one_of(st.characters(), st.sampled_from(" \t\r\n\f\u00a0\u2003\u3000\u200b\u2060\ufeff中国，。Ａa1"))
)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  Mr.\u00a0President,\r\n\tthank   you ", "Mr. President, thank you"),
        ("\u3000\u3000主席先生，\n我感谢", "主席先生，我感谢"),
        ("主席先生， \r\n  \t我感谢", "主席先生，我感谢"),
        ("主席 先生", "主席 先生"),
        ("主席\u3000先生", "主席 先生"),
        ("Ａ\n主席", "Ａ主席"),
        ("resolution\n2758号", "resolution 2758号"),
        ("第\n2758号", "第 2758号"),
        ("한국\n말", "한국 말"),
        ("“引文”\n主席", "“引文” 主席"),
        ("a\u200bb\u2060c\ufeff", "abc"),
        ("\u200b \u00a0\ufeff", ""),
        ("Mr．President ＆ co", "Mr．President ＆ co"),
        ("ﬁ½", "ﬁ½"),
        ("می\u200cخواهم 👩\u200d🔬", "می\u200cخواهم 👩\u200d🔬"),
        ("\ud800 x\x0b\x85y", "\ud800 x y"),
    ],
)
def test_normalise(text: str, clean: str) -> None:
    assert normalise_text(text) == clean


@given(TEXTS)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise_text(text)
    assert normalise_text(once) == once
    assert once == once.strip()
    assert "  " not in once
    assert not any(character.isspace() and character != " " for character in once)


@given(TEXTS)
def test_only_white_and_invisible_characters_are_lost(text: str) -> None:
    kept = [character for character in text if not character.isspace() and character not in "\u200b\u2060\ufeff"]
    assert [character for character in normalise_text(text) if character != " "] == kept
