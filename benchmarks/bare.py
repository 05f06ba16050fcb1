"""The unit U: a bare Scrapy spider at default settings that only downloads. `python -m benchmarks.bare ADDRESSES`

`ADDRESSES` is a file with one address a line. Prints one JSON object: pages, bytes, and the seconds after all imports.
"""

import argparse
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

SETTINGS: dict[str, Any] = {"LOG_LEVEL": "ERROR"}
"""Scrapy's defaults in all but the log: at its default level Scrapy writes a line a page, which would slow U down."""


class BareSpider(Spider):
    """Downloads a list of addresses and looks at nothing but their length."""

    name = "bare"

    def __init__(self, addresses: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.addresses = addresses
        self.pages = 0
        self.bytes = 0

    async def start(self) -> AsyncIterator[Request]:
        for address in self.addresses:
            yield Request(address)

    def parse(self, response: Response) -> None:
        self.pages += response.status == 200
        self.bytes += len(response.body)


def main() -> None:
    """Downloads every address of a file and prints what came."""
    parser = argparse.ArgumentParser(description="Download-only Scrapy at default settings.")
    parser.add_argument("addresses", type=Path)
    addresses = parser.parse_args().addresses.read_text(encoding="utf-8").split()
    started = time.perf_counter()
    process = AsyncCrawlerProcess(SETTINGS)
    crawler = process.create_crawler(BareSpider)
    process.crawl(crawler, addresses=addresses)
    process.start()
    seconds = time.perf_counter() - started
    spider = crawler.spider
    assert isinstance(spider, BareSpider)
    print(json.dumps({"pages": spider.pages, "bytes": spider.bytes, "seconds": round(seconds, 3)}))


if __name__ == "__main__":
    main()
