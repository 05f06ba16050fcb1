"""A browser, and the pages of two worlds as any file server would serve them."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from feeds.pages import Pages
from tests.feeds.fakes import FakeArchive
from tests.feeds.hostile import HOSTILE_SETTINGS, hostile_archive, hostile_status
from tests.feeds.payloads import PAYLOADS
from tests.feeds.press import SETTINGS, press
from tests.feeds.world import world
from tests.needs import needs

if TYPE_CHECKING:  # playwright is not everywhere
    from playwright.sync_api import Browser, BrowserContext


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the pages: `/` the world, `/empty/` one without anything, `/hostile/` one that is up to no good."""
    folder = tmp_path_factory.mktemp("site")
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        base = f"http://127.0.0.1:{server.server_port}"
        _write(folder, press(world(), replace(SETTINGS, base_url=base)))
        _write(folder / "empty", press(FakeArchive(), replace(SETTINGS, base_url=f"{base}/empty")))
        settings = replace(HOSTILE_SETTINGS, base_url=f"{base}/hostile")
        archive = hostile_archive()
        hostile = press(archive, settings)
        hostile["status/index.html"] = Pages(settings).status(*hostile_status(archive), PAYLOADS[0])
        _write(folder / "hostile", hostile)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield base
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """A started Chromium. Not for the session: while it lasts an event loop runs in this thread, and others cannot."""
    chromium = needs("browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            # In a container there is often no room for its sandbox; what it shows here is all ours.
            executable_path=chromium,
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        yield started
        started.close()


@pytest.fixture
def asked(context: "BrowserContext") -> list[str]:
    """Every address that a page of the context has asked for."""
    found: list[str] = []
    context.on("request", lambda request: found.append(request.url))
    return found


@pytest.fixture
def context(browser: "Browser") -> "Iterator[BrowserContext]":
    with browser.new_context() as made:
        yield made


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
