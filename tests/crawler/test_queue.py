"""Requests that wait come back as they were."""

from typing import Any

import pytest
from scrapy import Request

from crawler.queue import WaitingRequests


class _Spider:
    def parse(self, response: Any, page: str) -> None: ...

    def failed(self, failure: Any) -> None: ...


SPIDER = _Spider()


def a_request(number: int = 1, **more: Any) -> Request:
    page = f"https://mission.example/eng/t20260301_{number}.htm"
    plain: dict[str, Any] = {
        "callback": SPIDER.parse,
        "errback": SPIDER.failed,
        "cb_kwargs": {"page": page},
        "dont_filter": True,
    }
    return Request(page, **(plain | more))


def said(request: Request) -> dict[str, Any]:
    return {name: getattr(request, name) for name in request.attributes} | {"cookies": request.cookies}


@pytest.mark.parametrize(
    "request_",
    [
        a_request(),
        a_request(priority=5),
        a_request(headers={"If-None-Match": '"a"', "If-Modified-Since": "Mon, 02 Mar 2026 09:00:00 GMT"}),
        a_request(meta={"retry_times": 1}, priority=-1),
        a_request(flags=["seen"]),
        a_request(dont_filter=False),
        a_request(method="POST", body=b"form", cookies={"a": "b"}),
    ],
    ids=["plain", "priority", "validators", "retried", "flagged", "filtered", "form"],
)
def test_a_request_comes_back_as_it_was(request_: Request) -> None:
    queue = WaitingRequests()
    queue.push(request_)
    for found in (queue.peek(), queue.pop()):
        assert found is not None
        assert said(found) == said(request_)
    assert queue.pop() is None
    assert queue.peek() is None


def test_the_last_comes_first() -> None:
    queue = WaitingRequests()
    for number in range(5):
        queue.push(a_request(number, meta={"retry_times": 1} if number == 2 else {}))
    assert len(queue) == 5
    found = [queue.pop() for _ in range(4)]
    assert [each.url[-5] for each in found if each is not None] == list("4321")
    queue.close()
    assert len(queue) == 0
