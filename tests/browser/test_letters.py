"""Letters in a real browser, as on a phone: narrow and wide, light and dark, asking for nothing."""

from pathlib import Path

import pytest

from tests.needs import needs

needs("browser")

from playwright.sync_api import Browser  # noqa: E402 - not everywhere

from feeds.mail import confirmation, message_id, notice  # noqa: E402
from store.mailing.model import Wishes  # noqa: E402
from tests.browser.test_pages import OVERFLOW, SCHEMES, WIDTHS, coloured, judged  # noqa: E402
from tests.feeds.hostile import hostile_archive  # noqa: E402
from tests.feeds.mail.letters import (  # noqa: E402
    DATE,
    MANAGE,
    RECIPIENT,
    SETTINGS,
    an_incident,
    content_of,
    daily,
    finished,
    letter_of,
    the_world,
    told_of,
)


def edits() -> bytes:
    told = [each for each in told_of(the_world()) if each.change.type != "new"]
    return finished(
        letter_of(the_world(), told, older=3, incidents=[an_incident()], period=daily(the_world(), missed=2))
    )


def everything_in_chinese() -> bytes:
    return finished(letter_of(the_world(), frame="zh", zone="Asia/Shanghai", incidents=[an_incident()]))


def hostile() -> bytes:
    return finished(letter_of(hostile_archive(), told_of(hostile_archive(), 130)))


def the_confirmation() -> bytes:
    return confirmation(
        frame="en",
        recipient=RECIPIENT,
        message_id=message_id(SETTINGS, "x"),
        token=MANAGE,
        date=DATE,
        settings=SETTINGS,
        wishes=Wishes(least="high"),
        cadence="daily",
        zone="Asia/Shanghai",
    )


def the_notice() -> bytes:
    return notice(
        recipient=RECIPIENT,
        message_id=message_id(SETTINGS, "x"),
        date=DATE,
        kind="opened",
        incident=an_incident(),
        settings=SETTINGS,
    )


LETTERS = {
    "edits": edits,
    "everything in Chinese": everything_in_chinese,
    "hostile": hostile,
    "confirmation": the_confirmation,
    "notice": the_notice,
}


@pytest.mark.slow
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("kind", LETTERS)
def test_each_letter_fits_every_width_and_axe_finds_nothing(
    browser: Browser, tmp_path: Path, kind: str, scheme: str
) -> None:
    file = tmp_path / "letter.html"
    file.write_text(content_of(LETTERS[kind](), "html"), encoding="utf-8")
    with coloured(browser, scheme) as context:
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        page.goto(file.as_uri())
        for width in (*WIDTHS, 320):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(OVERFLOW) == 0, width
        page.set_viewport_size({"width": SCHEMES[scheme], "height": 900})
        assert judged(page) == []
        assert page.evaluate("window.obeyed") is None
        assert asked == [file.as_uri()]
        assert page.evaluate("document.querySelector('[role=main]').getBoundingClientRect().width") <= 632


@pytest.mark.slow
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_difference_is_readable_without_its_style_element_and_without_colour(
    browser: Browser, tmp_path: Path, scheme: str
) -> None:
    html = content_of(edits(), "html")
    bare = html[: html.index("<style>")] + html[html.index("</style>") + 8 :]
    file = tmp_path / "letter.html"
    file.write_text(bare, encoding="utf-8")
    with coloured(browser, scheme) as context:
        page = context.new_page()
        page.goto(file.as_uri())
        for tag, line in (("del", "line-through"), ("ins", "underline")):
            shown = page.locator(tag).first.evaluate("each => getComputedStyle(each).textDecorationLine")
            assert shown == line
        assert page.locator("body").evaluate("each => getComputedStyle(each).backgroundColor") == "rgb(252, 251, 248)"
