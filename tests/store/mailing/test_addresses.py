"""Addresses: what may be one, when two are one, and texts without any."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.mailing.addresses import MAX_ERROR, cleaned, folded, household, without_addresses
from store.mailing.model import NotUsableError


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" ann@harbour.example ", "ann@harbour.example"),
        ("Ann.Pier+news@Harbour.EXAMPLE", "Ann.Pier+news@harbour.example"),
        ("o'neil_{x}@harbour.example", "o'neil_{x}@harbour.example"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@localhost", "ann@localhost"),
    ],
)
def test_addresses_as_they_are_kept(typed: str, kept: str) -> None:
    assert cleaned(typed) == kept
    assert cleaned(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("", "@", "ann", "ann@", "@harbour.example", "ann@.", "ann@harbour..example", "ann@-harbour.example"),
        *("ann@harbour.example\r\nBcc: bob@harbour.example", "ann\n@harbour.example", "a b@harbour.example"),
        *('"ann"@harbour.example', "ann@[127.0.0.1]", ".ann@harbour.example", "ann..pier@harbour.example"),
        *("änn@harbour.example", "ann@harbour.example>", "<ann@harbour.example", "ann,bob@harbour.example"),
        *("a" * 65 + "@harbour.example", "ann@" + "harbour." * 40 + "example", "ann@" + "h" * 64 + ".example"),
        *("ann@harbour.example\x00", "ann@har\ud800bour.example", "ann@harbour.example,bob@harbour.example"),
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(typed: str) -> None:
    with pytest.raises(NotUsableError) as caught:
        cleaned(typed)
    said = str(caught.value)
    assert said.endswith(".")
    assert "harbour" not in said


@given(st.text())
def test_whatever_is_kept_fits_into_a_header(typed: str) -> None:
    try:
        kept = cleaned(f"{typed}@harbour.example")
    except NotUsableError:
        return
    assert kept.isascii()
    assert kept.isprintable()
    assert not set(kept) & set(' "(),:;<>[]\\')
    assert kept.count("@") == 1


def test_two_spellings_of_one_address() -> None:
    assert folded("Ann@harbour.example") == folded("ann@harbour.example")
    assert folded("ann.pier@harbour.example") != folded("annpier@harbour.example")
    for each in ("Ann.Pier@harbour.example", "annpier+1@harbour.example", "a.n.n.pier+x+y@harbour.example"):
        assert household(each) == "annpier@harbour.example"


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("550 5.1.1 <ann.pier@harbour.example> User unknown", "550 5.1.1 <…> User unknown"),
        ("452 ANN.PIER@HARBOUR.EXAMPLE: mailbox full", "452 …: mailbox full"),
        ("550 no such user 'ann.pier' here", "550 no such user '…' here"),
        ("550 for bob@pier.example\r\n550 too", "550 for … 550 too"),
        ("550 annapier is not meant", "550 annapier is not meant"),
    ],
)
def test_errors_without_addresses(said: str, left: str) -> None:
    assert without_addresses(said, "ann.pier@harbour.example") == left


@given(st.text(), st.text(), st.sampled_from(["ann@harbour.example", "ANN@harbour.example", "bob@pier.example"]))
def test_no_error_holds_an_address(before: str, behind: str, named: str) -> None:
    left = without_addresses(f"{before}{named}{behind}", "ann@harbour.example")
    assert "@" not in left
    assert len(left) <= MAX_ERROR
    assert "\n" not in left
