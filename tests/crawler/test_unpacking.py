"""Answers that came compressed."""

import gzip

import pytest
from scrapy import Request
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from crawler.failures import describe
from crawler.unpacking import UnpackedTooLargeError, Unpacking

URL = "https://un.china-mission.gov.cn/eng/hyyfy/"


@pytest.fixture
def unpacking() -> Unpacking:
    return Unpacking.from_crawler(get_crawler(settings_dict={"DOWNLOAD_MAXSIZE": 1000, "DOWNLOAD_WARNSIZE": 0}))


def _packed(size: int) -> Response:
    return Response(URL, headers={"Content-Encoding": "gzip"}, body=gzip.compress(bytes(size)))


def test_an_answer_is_unpacked(unpacking: Unpacking) -> None:
    given = unpacking.process_response(Request(URL), _packed(1000))
    assert isinstance(given, Response)
    assert given.body == bytes(1000)


def test_a_bomb_is_named_and_nothing_of_it_is_held(unpacking: Unpacking) -> None:
    with pytest.raises(UnpackedTooLargeError) as refused:
        unpacking.process_response(Request(URL), _packed(1_000_000))
    assert (refused.value.__cause__, refused.value.__context__) == (None, None)
    assert describe(refused.value)[0] == "too-large"
