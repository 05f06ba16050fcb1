"""Texts to compare, and differences made legible."""

from collections.abc import Iterable

from hypothesis import strategies as st

from store.textdiff import Op, Span

RIVER = "The river rises in the hills above the town and turns two mills before it reaches the sea."
LAMPS = "Street lamps are lit at dusk by a crew of four who walk the whole length of the harbour wall."
BREAD = "Bread is sold on the square from six in the morning until the last loaf has gone."

# Few different pieces, so that the sides share much; with what breaks careless code.
PIECES = st.sampled_from(
    ("the ", "plan ", "of ", "2758", "1,234.5", "S/2023/646", ". ", ",", " ", "\n", "\u3000", "会", "议", "。", "は")
) | st.sampled_from(
    ("e\u0301", "👩\u200d💻", "🇫🇷", "\ud83d", "\udc00", "\x00", "\x1b", "\u202e", "<b>", "-]", "ﬁ", "ß", "हि")
)
TEXT = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(st.characters(exclude_categories=()), max_size=40))
PARAGRAPHS = st.lists(TEXT, max_size=8)


def marked(spans: Iterable[Span]) -> str:
    signs: dict[Op, str] = {"equal": "{}", "delete": "[-{}-]", "insert": "{{+{}+}}"}
    return "".join(signs[span.op].format(span.text) for span in spans)


def side(spans: Iterable[Span], without: Op) -> str:
    return "".join(span.text for span in spans if span.op != without)
