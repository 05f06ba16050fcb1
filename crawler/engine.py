"""Scrapy's engine where nothing waits between an answer and its record.

For each answer Scrapy starts four tasks, with a queue and six layers of generators, so that callbacks and pipelines may
wait. Ours only compute: what a callback gives is handled at once, in the order it comes. Plain `scrapy crawl` goes
Scrapy's own way to the same record. docs/decisions/0004-scrapy.md has the measurements.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from scrapy import Request
from scrapy.core.engine import ExecutionEngine
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.pipeline import RecordPipeline


class DirectEngine(ExecutionEngine):
    """Scrapy's engine that handles answers itself, for callbacks that are plain generators and the one pipeline.

    Within the call that brings the answer: the request counts as under way until all is done, so neither idling nor
    closing can come between an answer and the requests it leads to.
    """

    @cached_property
    def _pipeline(self) -> RecordPipeline:
        found = self.crawler.get_item_pipeline(RecordPipeline)
        assert found is not None
        return found

    def _handle_downloader_output(self, result: Request | Response | Failure, request: Request) -> Any:
        if isinstance(result, Request):  # a redirect, or another try
            self.crawl(result)
            return
        try:
            for output in _outputs(result, request):
                if isinstance(output, Request):
                    self.crawl(output)
                else:
                    self._pipeline.take(output)
        except Exception:
            self.scraper.handle_spider_error(Failure(), request, result)  # type: ignore[no-untyped-call]


class SiteCrawler(Crawler):
    """A crawl with this engine."""

    def _create_engine(self) -> ExecutionEngine:
        return DirectEngine(self, lambda _: self.stop_async())


def _outputs(result: Response | Failure, request: Request) -> Iterable[Any]:
    """What the request's callback makes of an answer, or its errback of a failure."""
    if isinstance(result, Response):
        assert request.callback is not None
        answered: Iterable[Any] = request.callback(result, **request.cb_kwargs)
        return answered
    assert request.errback is not None
    result.request = request  # type: ignore[attr-defined]  # as Scrapy does; errbacks rely on it
    failed: Iterable[Any] = request.errback(result)
    return failed
