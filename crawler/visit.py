"""Looking at a site without a crawl: which page to ask for, and what came of it. No Scrapy, no network."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field

from crawler.extract import ExtractionError, extract_listing, extract_statement, recognise
from crawler.profile import SiteProfile
from crawler.urls import SiteUrls
from store.model import Capture, CaptureKind, Listing, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One page to ask for."""

    role: str
    """What the page is asked for, by a name that the asker knows it by."""
    page: str
    """Its canonical address."""
    kind: CaptureKind
    address: str | None = None
    """Where to ask instead of the host that is crawled; the guard lets only the site's own addresses through."""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a visit: a capture, or the code and the sentence of a failure (see `crawler.failures`)."""

    visit: Visit
    capture: Capture | None = None
    code: str = ""
    detail: str = ""
    redirects: tuple[int, ...] = ()
    """Status of each redirect on the way to the capture."""

    @property
    def status(self) -> int | None:
        """The status of the answer, or None if there was none."""
        return self.capture.status if self.capture else None

    @property
    def came(self) -> str:
        """What came, in a few words: `200`, `404 after a redirect (302) to …`, or the sentence of the failure."""
        if self.capture is None:
            return self.detail
        if not self.redirects:
            return str(self.capture.status)
        return f"{self.capture.status} after a redirect ({self.redirects[-1]}) to {self.capture.url}"

    @property
    def tells_nothing(self) -> bool:
        """Whether nothing about the page follows: it was not asked for, or the network or the server failed."""
        if self.capture is None:
            return self.code not in ("redirects", "off-site")
        return self.capture.status >= 500


Route = Generator[Visit, Answer, None]
"""Yields a visit, is sent its answer, and so may let the next visit depend on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads answers as the crawl would, with refusals as values instead of errors."""

    profile: SiteProfile
    urls: SiteUrls

    def refusal(self, answer: Answer) -> str:
        """Why a crawl would not take the answer as a page of its kind; empty if it may be one.

        The code of the failure, `http-404` and the like, or a code of `crawler.extract.recognise`.
        """
        if answer.capture is None:
            return answer.code
        code = recognise(self.profile, answer.capture, self.urls) or ""
        return f"http-{answer.capture.status}" if code == "http-error" else code

    def reason(self, answer: Answer) -> str:
        """What came, with what the page gave away if it was refused: `200, the page says 'captcha'`."""
        if answer.capture is None or answer.capture.status != 200:
            return answer.came.rstrip(".")
        read = self.statement(answer) if answer.visit.kind == "statement" else self.listing(answer)
        return f"{answer.came}, {read.detail}" if isinstance(read, ExtractionError) else answer.came

    def listing(self, answer: Answer) -> Listing | ExtractionError | None:
        """The listing, the reason why there is none, or None if nothing was answered."""
        if answer.capture is None:
            return None
        try:
            return extract_listing(self.profile, answer.capture, self.urls)
        except ExtractionError as error:
            return error

    def statement(self, answer: Answer) -> Statement | ExtractionError | None:
        """The statement, the reason why there is none, or None if nothing was answered."""
        if answer.capture is None:
            return None
        try:
            return extract_statement(self.profile, answer.capture, self.urls)
        except ExtractionError as error:
            return error
