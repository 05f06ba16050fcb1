"""Requests without an answer, by name: what the run record says instead of an exception."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from crawler.guard import OffSiteError
from crawler.unpacking import UnpackedTooLargeError


def describe(error: BaseException) -> tuple[str, str]:
    """The code and one sentence for a failed request."""
    said = str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
    match error:
        case OffSiteError():
            return "off-site", said
        case CannotResolveHostError():
            return "dns", f"The host's name could not be resolved: {said}"
        case DownloadConnectionRefusedError():
            return "refused", "The site refused the connection."
        case DownloadTimeoutError():
            return "timeout", "The site did not answer in time."
        case ResponseDataLossError():
            return "truncated", "The answer ended before it was complete."
        case DownloadCancelledError():
            return "too-large", "The answer is larger than `crawl.max_bytes` allows."
        case UnpackedTooLargeError():
            return "too-large", "The answer is larger than `crawl.max_bytes` allows once it is unpacked."
        case IgnoreRequest():
            return "redirects", said or "The page redirects without end."
        case DownloadFailedError() if "certificate" in said.lower() or "ssl" in said.lower():
            return "tls", f"The site's certificate could not be verified: {said}"
        case DownloadFailedError():
            return "connection", f"The connection failed: {said}"
        case _:
            return "request-failed", f"The request failed: {type(error).__name__}: {said}"
