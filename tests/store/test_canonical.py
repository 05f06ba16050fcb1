"""The identity of a version: what is an edit, what is none, and hashes that stay what they are."""

import json
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.canonical import PARTS, canonical_bytes, canonical_parts, file_name, parts_changed, text_sha256
from store.model import Attachment, Image, Paragraph, StatedDate, Statement

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=6) | st.sampled_from(
    ("", "会议", "\ud83d", "\x00", '"', "\\", "\\ud83d", "\ud83d\ude00", "😀")
)
URLS = st.sampled_from(("https://mission.example/a/x.jpg", "https://mission.example/b/x.jpg", "//[", "")) | ANY_TEXT
DATES = st.builds(
    StatedDate,
    text=ANY_TEXT,
    date=st.none() | st.sampled_from((date(2026, 3, 1), date(2026, 3, 2))),
    time=st.none() | st.just("10:30"),
    source=st.sampled_from(("page", "listing", "url", "none")),
)
STATEMENTS = st.builds(
    Statement,
    site=st.just("un"),
    doc_id=st.just("1001"),
    language=st.just("en"),
    title=ANY_TEXT,
    subtitle=ANY_TEXT,
    date=DATES,
    paragraphs=st.lists(st.builds(Paragraph, text=ANY_TEXT, html=ANY_TEXT), max_size=3).map(tuple),
    images=st.lists(st.builds(Image, url=URLS, alt=ANY_TEXT), max_size=2).map(tuple),
    attachments=st.lists(st.builds(Attachment, url=URLS, label=ANY_TEXT), max_size=2).map(tuple),
)

BARE = Statement(site="un", doc_id="1", language="en", title="Remarks on the harbour")
WHOLE = Statement(
    site="un",
    doc_id="1001",
    language="en",
    title="Remarks on the harbour",
    subtitle="At the third meeting of boatmen",
    date=StatedDate(text="March 1, 2026", date=date(2026, 3, 1), time="10:30", zone="America/New_York"),
    paragraphs=(
        Paragraph(text="The harbour opens at eight.", html="The <b>harbour</b> opens at eight."),
        Paragraph(text="Tea & cake are served.", html="Tea &amp; cake are served."),
    ),
    images=(Image(url="https://mission.example/eng/harbour/W1.jpg", alt="A boat"),),
    attachments=(Attachment(url="https://mission.example/eng/harbour/P1.pdf", label="Timetable"),),
    section="eng/harbour",
    template="view",
)
CHINESE = Statement(
    site="un",
    doc_id="2002",
    language="zh-Hans",
    title="关于港口的发言",
    paragraphs=(Paragraph(text="港口八点开放。", html="港口八点开放。"),),
)
TORN = Statement(site="un", doc_id="3003", language="en", title="Half a \ud83d sign\x0b and \x00 nothing")


@pytest.mark.parametrize(
    ("statement", "digest"),
    [
        (BARE, "8d156c7763ad00d05f94389b020ece321a7b8ae98a1b6ef45ff1a45ec54dbb3e"),
        (WHOLE, "53a9c26cd2d4ed3fb631161a427d7ab88a049c7a69183d82eeb0ac56cd1c0590"),
        (CHINESE, "bb26ae9579754f78849d574859119a8cec47c88a0acd34a57cf68dfd57ec6818"),
        (TORN, "3ba49852dce2da4bc3bdd706f08d39436937adecaf07d95e6b2814a9f840b02d"),
    ],
    ids=["bare", "whole", "chinese", "torn"],
)
def test_published_hashes_stay(statement: Statement, digest: str) -> None:
    assert text_sha256(statement) == digest


def test_anyone_can_recompute_the_hash() -> None:
    form = (
        "missionwatch-text/1\n"
        '{"attachments":[["P1.pdf","Timetable"]],"date":"2026-03-01T10:30","images":[["W1.jpg","A boat"]],'
        '"subtitle":"At the third meeting of boatmen",'
        '"text":["The harbour opens at eight.","Tea & cake are served."],"title":"Remarks on the harbour"}'
    )
    assert canonical_bytes(WHOLE) == form.encode()
    assert text_sha256(WHOLE) == sha256(form.encode()).hexdigest()


@pytest.mark.parametrize(
    "other",
    [
        replace(WHOLE, section="eng/ferries", crumbs=("Home", "Ferries"), template="classic"),
        replace(WHOLE, site="geneva", doc_id="7", language="fr"),
        replace(WHOLE, paragraphs=tuple(replace(each, html=f"<i>{each.html}</i>") for each in WHOLE.paragraphs)),
        replace(WHOLE, images=(replace(WHOLE.images[0], url="https://mission.example/eng/ferries/W1.jpg?v=2"),)),
        replace(WHOLE, attachments=(replace(WHOLE.attachments[0], url="/P1.pdf", media_type="application/pdf"),)),
        replace(WHOLE, date=replace(WHOLE.date, text="2026-03-01 10:30", zone="Asia/Shanghai", source="listing")),
    ],
    ids=["frame", "identity", "markup", "image-path", "attachment-path", "printed-date"],
)
def test_what_is_no_edit(other: Statement) -> None:
    assert parts_changed(WHOLE, other) == ()
    assert text_sha256(other) == text_sha256(WHOLE)


@pytest.mark.parametrize(
    ("other", "part"),
    [
        (replace(WHOLE, title="Remarks on the harbor"), "title"),
        (replace(WHOLE, subtitle=""), "subtitle"),
        (replace(WHOLE, date=replace(WHOLE.date, date=date(2026, 3, 2))), "date"),
        (replace(WHOLE, date=replace(WHOLE.date, time=None)), "date"),
        (replace(WHOLE, paragraphs=WHOLE.paragraphs[::-1]), "text"),
        (replace(WHOLE, paragraphs=(Paragraph(text=WHOLE.text, html=""),)), "text"),
        (replace(WHOLE, images=(replace(WHOLE.images[0], alt="Two boats"),)), "images"),
        (replace(WHOLE, attachments=()), "attachments"),
    ],
)
def test_what_is_an_edit(other: Statement, part: str) -> None:
    assert parts_changed(WHOLE, other) == (part,)
    assert text_sha256(other) != text_sha256(WHOLE)


def test_a_day_of_upload_is_not_said_by_the_page() -> None:
    guessed = replace(WHOLE, date=StatedDate(text="", date=date(2026, 3, 2), source="url"))
    assert parts_changed(replace(WHOLE, date=StatedDate(text="", source="none")), guessed) == ()


def test_empty_parts_are_left_out() -> None:
    assert canonical_parts(BARE) == {"title": "Remarks on the harbour"}


@given(STATEMENTS, STATEMENTS)
def test_changed_parts_and_hashes_agree(old: Statement, new: Statement) -> None:
    parts = parts_changed(old, new)
    assert (parts == ()) == (text_sha256(old) == text_sha256(new))
    assert parts == parts_changed(new, old)
    assert parts == tuple(name for name in PARTS if name in parts)


@given(STATEMENTS)
def test_form_is_json_whatever_is_said(statement: Statement) -> None:
    first, _, body = canonical_bytes(statement).decode("utf-8").partition("\n")
    assert first == "missionwatch-text/1"
    # JSON writes an astral character as two halves, so a page's two lone halves read back as one character.
    assert json.dumps(json.loads(body)) == json.dumps(dict(sorted(canonical_parts(statement).items())))


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://mission.example/eng/W1.jpg", "W1.jpg"),
        ("https://mission.example/eng/W1.jpg?x=1#y", "W1.jpg"),
        ("./W1.jpg", "W1.jpg"),
        ("https://mission.example/", "https://mission.example/"),
        ("http://[broken/W1.jpg", "http://[broken/W1.jpg"),
        ("", ""),
    ],
)
def test_files_go_by_their_name(url: str, name: str) -> None:
    assert file_name(url) == name
