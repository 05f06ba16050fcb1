"""Requests that wait, kept small: the first crawl of a large site finds ten thousand before it asks for the first."""

from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler


class WaitingRequests:
    """Scrapy's queue of one priority: last in, first out, as its own is.

    Of a plain request, as the spider makes them, only that is kept by which it differs from others: a third of the
    memory. One that Scrapy has touched is kept as it is.
    """

    def __init__(self) -> None:
        self._waiting: list[Request | tuple[Any, ...]] = []
        self._callbacks: dict[Any, Any] = {}  # a method is another object each time it is named

    @classmethod
    def from_crawler(cls, _crawler: Crawler, _key: str) -> Self:
        return cls()

    def push(self, request: Request) -> None:
        """Takes in a request."""
        if request.meta or request.flags or request.body or request.cookies or not request.dont_filter:
            self._waiting.append(request)
            return
        callback, errback = (self._callbacks.setdefault(each, each) for each in (request.callback, request.errback))
        headers = dict(request.headers) or None
        arguments = tuple(request.cb_kwargs.items())
        self._waiting.append((request.url, callback, errback, headers, arguments, request.priority))

    def pop(self) -> Request | None:
        """The request that came last, which is then gone from here; None if there is none."""
        last = self._waiting.pop() if self._waiting else None
        return _whole(last) if isinstance(last, tuple) else last

    def peek(self) -> Request | None:
        """The same, and it stays."""
        last = self._waiting[-1] if self._waiting else None
        return _whole(last) if isinstance(last, tuple) else last

    def close(self) -> None:
        """Forgets all of them."""
        self._waiting.clear()

    def __len__(self) -> int:
        return len(self._waiting)


def _whole(waiting: tuple[Any, ...]) -> Request:
    url, callback, errback, headers, arguments, priority = waiting
    return Request(
        url,
        callback=callback,
        errback=errback,
        headers=headers,
        cb_kwargs=dict(arguments),
        priority=priority,
        dont_filter=True,
    )
