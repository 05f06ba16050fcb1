"""Finding one new statement among many: requests as the replica's log counts them, bytes of the bodies, CPU."""

import http.client
from urllib.parse import urlsplit

from benchmarks.mission import SECTIONS, crawl, data_dir, replica
from benchmarks.report import Measurement, Report

BYTES = 60_000


def measure(statements: int) -> Report:
    """Records a site of `statements`, adds one, crawls again. Raises RuntimeError if that one is not found."""
    with replica(statements) as site, data_dir() as folder:
        crawl(folder, site.url)
        site.do("add")
        site.do("reset")
        used = crawl(folder, site.url)
        asked = [(path, status) for _, path, status in site.do("requests")]
        received = sum(_length(site.url, path) for path, status in asked if status == 200)
    if used.last["new"] != 1:
        raise RuntimeError(f"one statement was added, and the crawl told {used.last}")
    return Report(
        name="incremental",
        measurements=[
            Measurement(what="requests", value=len(asked), unit="", goal=len(SECTIONS) + 1),
            Measurement(what="of these, not modified", value=sum(status == 304 for _, status in asked), unit=""),
            Measurement(what="bodies received", value=received, unit="bytes", goal=BYTES),
            Measurement(what="CPU of the process, start included", value=used.cpu * 1000, unit="ms"),
            Measurement(what="peak memory", value=used.peak, unit="MiB"),
        ],
        details=[f"{statements} statements in {len(SECTIONS)} sections, one added"],
    )


def _length(url: str, path: str) -> int:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    try:
        connection.request("GET", path)
        return len(connection.getresponse().read())
    finally:
        connection.close()
