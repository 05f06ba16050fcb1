"""Reasons of changes taken apart for display."""

import pytest

from feeds.pages.reasons import Reason, Token, read_reasons


@pytest.mark.parametrize(
    ("reason", "read"),
    [
        ("from un-1", Reason(words="from un-1")),
        ("number: 80 → 84", Reason(words="number", tokens=(Token(old="80", new="84"),))),
        (
            "number: 80 → 84; 3 → 4; …",
            Reason(words="number", tokens=(Token(old="80", new="84"), Token(old="3", new="4"), Token(same="…"))),
        ),
        (
            "paragraph added: One; two. (added); Three (added)",
            Reason(
                words="paragraph added", tokens=(Token(new="One; two.", note="added"), Token(new="Three", note="added"))
            ),
        ),
        (
            "sensitive term: veto (2 → 1)",
            Reason(words="sensitive term", tokens=(Token(same="veto", note="2 → 1 times"),)),
        ),
        ("rewrite: no mark; at all", Reason(words="rewrite", tokens=(Token(same="no mark; at all"),))),
        ("weather: 8 → 9", Reason(words="weather: 8 → 9")),
    ],
)
def test_reasons_are_taken_apart(reason: str, read: Reason) -> None:
    assert read_reasons([reason]) == (read,)
