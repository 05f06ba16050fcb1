"""Pages in a real browser: every kind, light and dark, narrow to wide, by keyboard, on paper, without scripts."""

from urllib.parse import urlsplit

import pytest

from tests.needs import needs

needs("browser")

from axe_playwright_python.sync_playwright import Axe  # noqa: E402 - not everywhere
from playwright.sync_api import Browser, BrowserContext, Dialog, Page  # noqa: E402

KINDS = {
    "timeline": "/",
    "empty timeline": "/empty/",
    "speaker": "/speakers/qiao-wenlan/",
    "type": "/types/edited/",
    "day": "/days/2026-02-27/",
    "combination": "/combined/",
    "calendar": "/days/",
    "year": "/days/2025/",
    "feeds": "/feeds/",
    "status": "/status/",
    "empty status": "/empty/status/",
    "statement": "/statements/un-3001/",
    "Chinese statement": "/statements/un-3002/",
    "removed statement": "/statements/un-3101/",
    "version": "/statements/un-3001/versions/2/",
    "difference": "/statements/un-3001/diff/1..2/",
    "Chinese difference": "/statements/un-3002/diff/1..2/",
    "message": "/message/",
}
WIDTHS = (360, 768, 1440)
SCHEMES = {"light": 1440, "dark": 360}
"""Colour scheme → width at which axe looks: each is judged once, since colours do not depend on the width."""
DIFFERENCE = KINDS["difference"]
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.slow
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("kind", KINDS)
def test_each_page_fits_every_width_and_axe_finds_nothing(browser: Browser, site: str, kind: str, scheme: str) -> None:
    with coloured(browser, scheme) as context:
        page = context.new_page()
        page.goto(site + KINDS[kind])
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(OVERFLOW) == 0, width
        page.set_viewport_size({"width": SCHEMES[scheme], "height": 900})
        assert judged(page) == []


@pytest.mark.slow
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("kind", ["timeline", "statement", "difference"])
def test_what_is_unfolded_or_switched_fits_too(browser: Browser, site: str, kind: str, scheme: str) -> None:
    with coloured(browser, scheme) as context:
        page = context.new_page()
        page.goto(site + KINDS[kind])
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        if kind == "difference":
            page.get_by_label("Side by side").check()
            page.get_by_label("Everything").check()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(OVERFLOW) == 0, width
        page.set_viewport_size({"width": SCHEMES[scheme], "height": 900})
        assert judged(page) == []


@pytest.mark.slow
def test_nothing_is_asked_of_another_host(context: BrowserContext, asked: list[str], site: str) -> None:
    page = context.new_page()
    failed: list[str] = []
    page.on("console", lambda message: failed.append(message.text))
    for path in KINDS.values():
        page.goto(site + path)
    assert len(asked) > len(KINDS)
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(site).netloc}
    assert {urlsplit(url).path.rpartition(".")[2] for url in asked if "/assets/" in url} == {"css", "svg"}
    assert failed == []


@pytest.mark.slow
def test_a_difference_switches_without_scripts(browser: Browser, site: str) -> None:
    with browser.new_context(java_script_enabled=False, viewport={"width": 1200, "height": 900}) as context:
        page = context.new_page()
        page.goto(site + DIFFERENCE)
        changed = page.locator(".row.changed").first
        left, right, folded = changed.locator(".old"), changed.locator(".new"), page.locator(".folded .row").first
        assert not right.is_visible()
        assert left.locator("ins").first.is_visible()
        assert left.locator("del").first.is_visible()
        assert not folded.is_visible()
        page.locator("#view-sides").check()
        assert right.is_visible()
        assert not left.locator("ins").first.is_visible()
        assert not right.locator("del").first.is_visible()
        beside = left.bounding_box(), right.bounding_box()
        assert beside[0] is not None
        assert beside[1] is not None
        assert beside[0]["y"] == beside[1]["y"]
        assert beside[0]["x"] + beside[0]["width"] < beside[1]["x"]
        page.locator("#show-all").check()
        assert folded.is_visible()
        assert not page.locator(".elision").first.is_visible()
        page.locator("#view-inline").check()
        assert not right.is_visible()


@pytest.mark.slow
def test_every_page_can_be_read_and_left_without_scripts(browser: Browser, site: str) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        for path in KINDS.values():
            page.goto(site + path)
            assert page.locator("h1").is_visible(), path
        page.goto(site)
        page.get_by_role("link", name="What changed", exact=False).first.click()
        assert page.locator(".controls").is_visible()
        page.locator(".top").get_by_role("link", name="Days").click()
        page.locator(".month a").first.click()
        assert page.get_by_role("heading", name="Changes", exact=True).is_visible()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["timeline", "combination", "calendar", "feeds", "statement", "difference"])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(context: BrowserContext, site: str, kind: str) -> None:
    page = context.new_page()
    page.goto(site + KINDS[kind])
    # One stop for each group of radio buttons; what is folded away cannot be reached before it is unfolded.
    wanted = page.evaluate(
        """() => [...document.querySelectorAll('a[href], summary, input')].filter(
            each => each.checkVisibility() && !(each.type === 'radio' && !each.checked)
        ).map((each, at) => { each.dataset.stop = at; return at })"""
    )
    reached: list[int] = []
    for _ in wanted:
        page.keyboard.press("Tab")
        stop, shown = page.evaluate(
            """() => { const style = getComputedStyle(document.activeElement); return [
                Number(document.activeElement.dataset.stop ?? -1),
                style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2] }"""
        )
        assert shown, stop
        reached.append(stop)
    assert reached == wanted


@pytest.mark.slow
def test_the_skip_link_leads_past_the_menu(context: BrowserContext, site: str) -> None:
    page = context.new_page()
    page.goto(site)
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    box = skip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.slow
def test_arrow_keys_switch_a_difference(context: BrowserContext, site: str) -> None:
    page = context.new_page()
    page.goto(site + DIFFERENCE)
    page.locator("#view-inline").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#view-sides").is_checked()
    assert page.locator(".row.changed .new").first.is_visible()


@pytest.mark.slow
def test_paper_has_the_citation_and_not_the_menu(context: BrowserContext, site: str) -> None:
    page = context.new_page()
    page.goto(site + KINDS["version"])
    page.emulate_media(media="print")
    assert page.locator(".cite .plain").is_visible()
    for gone in (".top nav", ".skip", ".pager", ".cite details"):
        assert not page.locator(gone).first.is_visible(), gone
    page.goto(site + DIFFERENCE)
    assert "line-through" in page.locator(".row del").first.evaluate(
        "each => getComputedStyle(each).textDecorationLine"
    )
    assert "underline" in page.locator(".row ins").first.evaluate("each => getComputedStyle(each).textDecorationLine")


@pytest.mark.slow
def test_targets_are_large_enough(context: BrowserContext, site: str) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 360, "height": 900})
    for kind in ("timeline", "calendar", "feeds", "difference", "statement", "version", "status"):
        page.goto(site + KINDS[kind])
        low = page.evaluate(
            """() => [...document.querySelectorAll('main a, .top nav a, summary, label')]
                .filter(each => each.checkVisibility() && getComputedStyle(each).display !== 'inline')
                .map(each => [each.textContent, each.getBoundingClientRect().height]).filter(each => each[1] < 24)"""
        )
        assert low == [], kind


@pytest.mark.slow
def test_hostile_words_do_nothing(browser: Browser, site: str) -> None:
    with browser.new_context() as context:
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        boxes: list[str] = []

        def close(dialog: Dialog) -> None:
            boxes.append(dialog.message)
            dialog.dismiss()

        page = context.new_page()
        page.on("dialog", close)
        paths = ["", "speakers/speaker-3/", "feeds/", "status/", "days/", "types/edited/"]
        paths += [f"statements/un-9999/{name}" for name in ("", "versions/2/", "diff/1..2/")]
        paths += [f"statements/un-{1000 + number}/" for number in range(0, 200, 9)]
        for path in paths:
            page.goto(f"{site}/hostile/{path}")
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            page.mouse.move(300, 300)
            assert page.url == f"{site}/hostile/{path}"
            assert page.evaluate("window.obeyed") is None, path
        page.goto(f"{site}/hostile/statements/un-9999/diff/1..2/")
        page.get_by_label("Side by side").check()
        page.get_by_label("Everything").check()
        assert page.evaluate("window.obeyed") is None
        assert page.evaluate(OVERFLOW) == 0
        assert boxes == []
        assert {urlsplit(url).netloc for url in asked} == {urlsplit(site).netloc}


def coloured(browser: Browser, scheme: str) -> BrowserContext:
    return browser.new_context(color_scheme="dark" if scheme == "dark" else "light")


def judged(page: Page) -> list[tuple[str, str, list[str]]]:
    """What axe finds: rule, impact, where."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(each["id"], each["impact"], [str(node["target"]) for node in each["nodes"][:5]]) for each in found]
