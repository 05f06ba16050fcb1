"""What can be different on a site, planted in a replica one at a time, and what a probe is to say of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from missionwatch.replica import ReplicaSite

LISTING = "/eng/hyyfy/"


def site() -> ReplicaSite:
    return ReplicaSite(count=240, seed=3)


def first_statement(replica: ReplicaSite) -> str:
    doc_id = replica.listed("eng/hyyfy")[0]
    found = re.search(rf'href="\.(/\d+/t\d+_{doc_id}\.htm)"', replica.answer(LISTING).body.decode())
    assert found
    return f"/eng/hyyfy{found[1]}"


def swap(replica: ReplicaSite, path: str, *pairs: tuple[bytes, bytes]) -> None:
    given = replica.answer(path)
    body = given.body
    for old, new in pairs:
        assert old in body
        body = body.replace(old, new)
    replica.raw(path, body)


def statement(old: bytes, new: bytes) -> Callable[[ReplicaSite], None]:
    return lambda replica: swap(replica, first_statement(replica), (old, new))


def listing(old: bytes, new: bytes) -> Callable[[ReplicaSite], None]:
    return lambda replica: swap(replica, LISTING, (old, new))


def missing(body: str, status: int = 200) -> Callable[[ReplicaSite], None]:
    def plant(replica: ReplicaSite) -> None:
        path = re.sub(r"_\d+", lambda found: f"_{'0' * (len(found[0]) - 1)}", first_statement(replica))
        replica.raw(path, body.encode(), status=status)

    return plant


def without_pager(replica: ReplicaSite) -> None:
    body = re.sub(rb'<div id="pages".*?</div>', b"", replica.answer(LISTING).body, flags=re.DOTALL)
    replica.raw(LISTING, body)


def short_without_pager(replica: ReplicaSite) -> None:
    without_pager(replica)
    replica.raw("/eng/hyyfy/index_1.htm", b"<html><body>no</body></html>", status=404)


def with_wrapper(replica: ReplicaSite) -> None:
    opened = b'<div class="view-txt"><div class="TRS_Editor"><p>The inner block is a part only.</p></div>'
    swap(replica, first_statement(replica), (b'<div class="view-txt">', opened))


def all_listings(old: bytes, new: bytes) -> Callable[[ReplicaSite], None]:
    def plant(replica: ReplicaSite) -> None:
        for path in (LISTING, "/eng/chinaandun/gcwl/", "/eng/chinaandun/securitycouncil/"):
            swap(replica, path, (old, new))

    return plant


@dataclass(frozen=True, kw_only=True)
class Case:
    name: str
    plant: Callable[[ReplicaSite], object]
    check: str
    ok: bool | None
    key: str | None
    says: str
    """Words of what was found."""
    advises: str = ""


CASES = [
    Case(
        name="a listing without a pager",
        plant=without_pager,
        check="pager",
        ok=False,
        key="listings.page_count",
        says="no element is `#pages`; index_1.htm: 200 with ",
    ),
    Case(
        name="a short list without a pager",
        plant=short_without_pager,
        check="pager",
        ok=None,
        key="listings.page_count",
        says="index_1.htm: 404",
    ),
    Case(
        name="a pager that says its number of pages otherwise",
        plant=listing(b"countPage", b"sheets"),
        check="pager",
        ok=False,
        key="listings.page_count",
        says="`#pages` holds",
    ),
    Case(
        name="a pager of a sister site",
        plant=listing(b"var countPage = ", b"createPageHTML("),
        check="pager",
        ok=True,
        key="listings.page_count",
        says="createPageHTML(",
    ),
    Case(
        name="further pages under another name",
        plant=lambda replica: replica.raw("/eng/hyyfy/index_1.htm", b"<html><body>no</body></html>", status=404),
        check="pager-further",
        ok=False,
        key="listings.further",
        says="index_1.htm: 404",
    ),
    Case(
        name="the front page in place of the page behind the last",
        plant=lambda replica: replica.raw("/eng/hyyfy/index_2.htm", replica.answer(LISTING).body),
        check="pager-end",
        ok=True,
        key="listings.page_count",
        says="answered as page 0",
    ),
    Case(
        name="listings of another build",
        plant=all_listings(b"news-box", b"list-box"),
        check="listing-template",
        ok=False,
        key="listings.templates[view].fingerprint",
        says="stand in `ul ul.news_fgx li a`",
    ),
    Case(
        name="items without dates",
        plant=listing("）</a>".encode(), "］</a>".encode()),
        check="listing-dates",
        ok=False,
        key="listings.item_date",
        says="0 of 35 items dated",
    ),
    Case(
        name="a title of another class",
        plant=statement(b"view-title", b"view-heading"),
        check="title",
        ok=False,
        key="templates[view].title",
        says="`h3.view-heading`",
        advises="Add `h3.view-heading`",
    ),
    Case(
        name="a date of another class",
        plant=statement(b'"view-date"', b'"view-day"'),
        check="date",
        ok=False,
        key="templates[view].date",
        says="stands in `div.view-day`",
    ),
    Case(
        name="a body of another class",
        plant=statement(b"view-txt", b"view-text"),
        check="template",
        ok=False,
        key="templates[view].fingerprint",
        says="`div.view-content div.view-text`",
    ),
    Case(
        name="statements in the older template",
        plant=lambda replica: replica.set_template("classic"),
        check="template",
        ok=False,
        key="templates[classic]",
        says="`classic` on",
        advises="can be read",
    ),
    Case(
        name="an inner block that holds a part of the text",
        plant=with_wrapper,
        check="inner-block",
        ok=False,
        key="templates[view].body",
        says="`.TRS_Editor` holds the text but for",
    ),
    Case(
        name="a file that no selector finds",
        plant=statement(
            b'<div class="view-date">', b'<a href="./P020260331000000000000.pdf">x</a><div class="view-date">'
        ),
        check="attachments",
        ok=False,
        key="templates[view].attachments",
        says="`div.view-content a`",
    ),
    Case(
        name="an unknown error page with status 200",
        plant=missing("<html><head><title>Gone away</title></head><body><p>Nothing is here.</p></body></html>"),
        check="missing-page",
        ok=False,
        key="refusals.soft_404_titles",
        says='titled "Gone away"',
    ),
    Case(
        name="the profile's error page with status 200",
        plant=lambda replica: replica.soft_404("missing"),
        check="missing-page",
        ok=True,
        key="refusals.soft_404_titles",
        says="known as missing",
    ),
    Case(
        name="a redirect home for a missing page",
        plant=lambda replica: replica.soft_404("missing", "redirect"),
        check="soft-404-rules",
        ok=True,
        key="refusals.soft_404_phrases",
        says="a redirect (302) to https://un.china-mission.gov.cn/eng/",
    ),
    Case(
        name="a missing page that is refused as forbidden",
        plant=missing("<html><body>no</body></html>", status=403),
        check="missing-page",
        ok=False,
        key="refusals.soft_404_urls",
        says="403",
    ),
    Case(
        name="robots.txt redirects without end",
        plant=lambda replica: replica.robots("loop"),
        check="robots",
        ok=True,
        key=None,
        says="there are no rules: max redirections",
    ),
    Case(
        name="robots.txt is a page",
        plant=lambda replica: replica.robots("html"),
        check="robots",
        ok=True,
        key=None,
        says="HTML page",
    ),
    Case(
        name="no validators",
        plant=lambda replica: replica.validators(False),
        check="validators",
        ok=False,
        key="delay",
        says="ETag on 0 of 2 pages",
    ),
    Case(
        name="a Chinese section that is not there",
        plant=lambda replica: replica.raw("/hyyfy/", b"<html><title>404</title></html>", status=404),
        check="section[hyyfy]",
        ok=False,
        key="sections[hyyfy]",
        says="404",
    ),
    Case(
        name="a home that is not there",
        plant=lambda replica: replica.raw("/", b"<html><title>404</title></html>", status=404),
        check="home[zh-Hans]",
        ok=False,
        key="languages[zh-Hans].prefix",
        says="404",
    ),
    Case(
        name="broken characters",
        plant=statement(b"Print</a>", b"Pri\xffnt</a>"),
        check="encoding",
        ok=False,
        key=None,
        says="broken characters in",
    ),
]
