"""Whatever a page of the watched site says is shown as words."""

import re
from collections.abc import Iterator

import pytest
from selectolax.lexbor import LexborHTMLParser

from feeds.pages import Pages
from tests.feeds.hostile import HOSTILE_SETTINGS, hostile_archive, hostile_status
from tests.feeds.payloads import PAYLOADS
from tests.feeds.press import press
from tests.feeds.reading import first, parsed

ACTIVE = "script, style, img, iframe, svg, math, object, embed, form, button, base, textarea, template, meta, link"
LINK = re.compile(r"(#|/desk/|https?://[^\s\"'<>]|mailto:.)")


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    archive = hostile_archive()
    made = press(archive, HOSTILE_SETTINGS)
    made["status/index.html"] = Pages(HOSTILE_SETTINGS).status(*hostile_status(archive), PAYLOADS[0])
    made["message/index.html"] = Pages(HOSTILE_SETTINGS).message(PAYLOADS[0], PAYLOADS[1])
    return made


def attributes(tree: LexborHTMLParser) -> Iterator[tuple[str, str, str]]:
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            yield str(node.tag), name, value or ""


def test_nothing_of_it_becomes_markup_that_acts(files: dict[str, bytes]) -> None:
    pages = {name: data for name, data in files.items() if name.endswith(".html")}
    assert len(pages) > 2 * len(PAYLOADS)
    for name, data in pages.items():
        # Parsing is slow, so what all pages of a kind share is looked at in every seventh.
        if name.startswith("statements/un-1") and int(name.split("-")[1].split("/")[0]) % 7:
            continue
        tree = parsed(data)
        assert not first(tree, "body").css(ACTIVE), name
        for tag, attribute, value in attributes(tree):
            assert not attribute.startswith("on"), (name, tag, attribute)
            assert attribute not in ("style", "srcdoc", "formaction", "action", "src", "data"), (name, tag, attribute)
            if attribute == "href":
                assert LINK.match(value), (name, value)
        assert len(tree.css("head meta")) <= 7, name
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", data.decode()), name


def test_it_is_all_still_there_to_be_read(files: dict[str, bytes]) -> None:
    diff = LexborHTMLParser(files["statements/un-9999/diff/1..2/index.html"].decode())
    shown = first(diff, ".diff").text(deep=True)
    for payload in PAYLOADS:
        plain = re.sub("[\x00-\x1f\u2028\u2066\u202e\ufffe]|\\[U\\+[0-9A-F]{4}\\]", "", payload)
        assert plain in re.sub("[\t]|\\[U\\+[0-9A-F]{4}\\]", "", shown), payload


def test_templates_in_it_are_not_worked_out(files: dict[str, bytes]) -> None:
    page = files[f"statements/un-{1000 + 18}/index.html"].decode()
    assert "{{ 7*7 }}{% raw %}" in page
