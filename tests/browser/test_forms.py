"""The pages about mail in a real browser: from the form to the end of a subscription, narrow and wide, by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.needs import needs

needs("browser")

from playwright.sync_api import Browser, Page  # noqa: E402 - not everywhere

from store.database import Database  # noqa: E402
from tests.browser.test_pages import OVERFLOW, SCHEMES, WIDTHS, coloured, judged  # noqa: E402
from tests.feeds.subscribing.counter import EVE, Place, place  # noqa: E402
from tests.missionwatch.delivery.post_office import Clock  # noqa: E402
from tests.store.databases import with_tables  # noqa: E402


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Place]:
    url = f"sqlite:///{tmp_path / 'archive.db'}"
    with_tables(url)
    database = Database(url)
    with place(tmp_path, database, Clock()) as made:
        yield made
    database.close()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("frame", ["en", "zh"])
def test_a_reader_subscribes_alters_and_leaves(browser: Browser, counter: Place, scheme: str, frame: str) -> None:
    base = f"http://127.0.0.1:{counter.port}"
    with coloured(browser, scheme) as context:
        page = context.new_page()
        page.goto(f"{base}/subscribe?frame={frame}")
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        _fits(page, scheme)
        page.locator("#address").fill(EVE)
        page.locator("#zone").select_option("Asia/Kathmandu")
        page.locator("[name=types][value=edited]").check()
        page.locator("[name=action]").click()
        _fits(page, scheme)
        page.goto(base + counter.link("confirm"))
        _fits(page, scheme)
        page.locator("main button").click()
        _fits(page, scheme)
        found = counter.subscriber()
        assert (found.state, found.frame, found.zone) == ("active", frame, "Asia/Kathmandu")
        assert found.wishes.types == {"edited"}
        counter.clock.pass_time(hours=2)
        page.goto(f"{base}/manage")
        page.locator("#known").fill(EVE)
        page.locator(".aside button").click()
        page.goto(base + counter.link("manage"))
        _fits(page, scheme)
        page.locator("[value=weekly]").check()
        page.locator("#send_at").fill("23:05")
        page.locator("button[value=save]").click()
        assert page.locator("[role=status]").is_visible()
        found = counter.subscriber()
        assert (found.cadence, found.send_at, set(found.wishes.types)) == ("weekly", "23:05", {"edited"})
        page.locator("button[value=leave]").click()
        _fits(page, scheme)
        assert counter.subscriber().state == "ended"


def _fits(page: Page, scheme: str) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(OVERFLOW) == 0, width
    page.set_viewport_size({"width": SCHEMES[scheme], "height": 900})
    assert judged(page) == []
