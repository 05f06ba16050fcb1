"""The engine that handles answers itself, and what it needs of Scrapy."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from scrapy import Request, Spider, signals
from scrapy.core.downloader import Downloader
from scrapy.core.engine import ExecutionEngine
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.test import get_crawler
from twisted.python.failure import Failure

from crawler.engine import DirectEngine, SiteCrawler
from crawler.guard import Redirects
from crawler.pipeline import RecordPipeline
from crawler.settings import SETTINGS

URL = "http://127.0.0.1/page"
NEXT = Request("http://127.0.0.1/next")


class _Pipeline(RecordPipeline):
    """Notes what it is given."""

    def __init__(self, noted: list[Any]) -> None:
        self._noted = noted

    def take(self, item: Any) -> None:
        self._noted.append(item)


class _Engine(DirectEngine):
    """Notes which requests it is to send."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler, lambda _: None)
        self.noted: list[Any] = []
        self._pipeline = _Pipeline(self.noted)

    def crawl(self, request: Request) -> None:
        self.noted.append(request)


def _handled(result: Any, request: Request) -> list[Any]:
    """What comes of an answer or a failure, in order; of a fault, its type and the address it is told with."""
    crawler = get_crawler(settings_dict={"DOWNLOAD_HANDLERS": SETTINGS["DOWNLOAD_HANDLERS_BASE"]})
    crawler.spider = Spider(name="test")
    engine = _Engine(crawler)

    def fault(failure: Any, response: Any) -> None:
        engine.noted.append((type(failure.value), response.request.url))

    crawler.signals.connect(fault, signals.spider_error)
    assert engine._handle_downloader_output(result, request) is None
    engine.downloader.close()
    return engine.noted


def _gives(*outputs: Any) -> Callable[..., Iterator[Any]]:
    def callback(answer: Any, **arguments: Any) -> Iterator[Any]:
        for output in outputs:
            if isinstance(output, Exception):
                raise output
            yield (type(answer).__name__, *arguments.values()) if output == "arguments" else output

    return callback


@pytest.mark.parametrize(
    ("outputs", "noted"),
    [
        (("item", NEXT, "other"), ["item", NEXT, "other"]),
        (("arguments",), [("Response", 7)]),
        ((), []),
        (("item", ValueError("no"), "never"), ["item", (ValueError, URL)]),
    ],
)
def test_an_answer_is_handled_within_the_call(outputs: tuple[Any, ...], noted: list[Any]) -> None:
    request = Request(URL, callback=_gives(*outputs), errback=_gives("errback"), cb_kwargs={"number": 7})
    assert _handled(Response(URL, request=request), request) == noted


@pytest.mark.parametrize(
    ("outputs", "noted"),
    [
        ((NEXT, "item"), [NEXT, "item"]),
        (("arguments",), [("Failure",)]),
        ((NEXT, ValueError("no")), [NEXT, (ValueError, URL)]),
    ],
)
def test_a_failure_goes_to_the_errback(outputs: tuple[Any, ...], noted: list[Any]) -> None:
    request = Request(URL, callback=_gives("callback"), errback=_gives(*outputs), cb_kwargs={"number": 7})
    failure = Failure(IgnoreRequest("no"))  # type: ignore[no-untyped-call]
    assert _handled(failure, request) == noted


def test_what_is_to_be_sent_instead_is_sent() -> None:
    assert _handled(NEXT, Request(URL, callback=_gives("callback"))) == [NEXT]


def test_the_settings_name_nothing_that_would_be_passed_over() -> None:
    """Spider middlewares and other pipelines are not called by this engine."""
    assert SETTINGS["SPIDER_MIDDLEWARES_BASE"] == {}
    assert set(SETTINGS["ITEM_PIPELINES"]) == {"crawler.pipeline.RecordPipeline"}
    assert "SPIDER_MIDDLEWARES" not in SETTINGS


@pytest.mark.parametrize(
    ("ours", "scrapys", "name"),
    [
        (DirectEngine, ExecutionEngine, "_handle_downloader_output"),
        (SiteCrawler, Crawler, "_create_engine"),
        (Redirects, RedirectMiddleware, "_engine_started"),
    ],
)
def test_what_is_overridden_of_scrapy_is_still_there(ours: type, scrapys: type, name: str) -> None:
    theirs = getattr(scrapys, name, None)
    assert theirs is not None, f"this Scrapy has no {scrapys.__name__}.{name}: see docs/decisions/0004-scrapy.md"
    assert list(inspect.signature(vars(ours)[name]).parameters) == list(inspect.signature(theirs).parameters)


def test_what_is_used_of_scrapy_without_being_documented_is_still_there() -> None:
    crawler = get_crawler(settings_dict={"DOWNLOAD_HANDLERS": SETTINGS["DOWNLOAD_HANDLERS_BASE"]})
    downloader = Downloader(crawler)
    try:
        assert (downloader.slots, downloader.per_slot_settings) == ({}, {})
        assert downloader.get_slot_key(Request(URL)) == "127.0.0.1"
        assert callable(Spider._set_crawler)
    finally:
        downloader.close()
