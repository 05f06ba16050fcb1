from datetime import date

import pytest

from crawler.extract import ExtractionError, extract_listing
from crawler.profile import load_profile
from store.model import ListedItem, Listing
from tests.crawler.pages import ARTICLE, BASE, LIST, capture, item, listing

PROFILE = load_profile("china-mission-un")


def extract(body: str, page: str = LIST) -> Listing:
    return extract_listing(PROFILE, capture(body, page=page, kind="listing"))


def test_all_of_a_listing() -> None:
    page = listing(
        item("./202405/t20240521_11303456.htm", "On Rain  &amp; Hail (Item 104)（2024-05-20）")
        + "</ul><ul class='news_fgx'>"
        + item("http://un.china-mission.gov.cn/eng/other/202405/t20240502_11303400.htm", "Twice<br>broken (2024-05-01)")
        + item("./202404/t20240403_11303399.htm", "（2024-04-02）on a day of its own")
        + item("../hyyfy/t1878269.htm", "Old scheme（2009/11/13）")
        + item("https://elsewhere.example/202404/t20240403_1.htm", "Elsewhere（2024-04-02）")
        + item("../", "A section")
        + item("./202404/t20240431_11303390.htm", "No such day（2024-04-31）"),
        current=1,
    )
    assert extract(page, f"{LIST}index_1.htm") == Listing(
        site="un",
        section="eng/hyyfy",
        language="en",
        label="Seas & Weather",
        number=1,
        page_count=3,
        items=(
            ListedItem(doc_id="11303456", page=ARTICLE, title="On Rain & Hail (Item 104)", date=date(2024, 5, 20)),
            ListedItem(
                doc_id="11303400",
                page=f"{BASE}/eng/other/202405/t20240502_11303400.htm",
                title="Twice broken",
                date=date(2024, 5, 1),
            ),
            ListedItem(
                doc_id="11303399",
                page=f"{LIST}202404/t20240403_11303399.htm",
                title="（2024-04-02）on a day of its own",
            ),
            ListedItem(doc_id="1878269", page=f"{LIST}t1878269.htm", title="Old scheme", date=date(2009, 11, 13)),
            ListedItem(doc_id="11303390", page=f"{LIST}202404/t20240431_11303390.htm", title="No such day"),
        ),
    )


def test_the_older_template_prints_the_date_behind_the_link() -> None:
    found = extract(
        "<html><body><div class='Top_Index_A'><a href='/eng/'>Home</a> &gt; <a href='./'>Seas</a></div>"
        "<div class='Text_Center'><ul><li><a href='./202405/t20240521_11303456.htm'>On Rain</a>&nbsp;(2024-05-20)</li>"
        "</ul></div></body></html>"
    )
    assert found.items == (ListedItem(doc_id="11303456", page=ARTICLE, title="On Rain", date=date(2024, 5, 20)),)
    assert (found.label, found.page_count) == ("Seas", 1)


def test_a_valid_frame_without_links_is_an_empty_listing() -> None:
    assert extract(listing("", count=1)).items == ()
    assert extract(listing("", count=None)).page_count == 1


@pytest.mark.parametrize(
    ("count", "pages"),
    [(0, 1), (1, 1), (7, 7), (999_999, PROFILE.listings.max_pages)],
)
def test_page_counts_stay_within_bounds(count: int, pages: int) -> None:
    assert extract(listing("", count=count)).page_count == pages


def test_the_other_pager_of_the_family() -> None:
    page = listing("", count=None).replace('<div id="pages">', "<script>createPageHTML(5, 0, 'index', 'htm')</script>")
    assert extract(page).page_count == 5


@pytest.mark.parametrize(
    ("body", "page", "code"),
    [
        (listing("").replace("news-box", "list"), LIST, "listing-layout-changed"),
        (listing(item("./new/1.html", "Other addresses")), LIST, "listing-layout-changed"),
        (listing("").replace("countPage", "pages"), LIST, "listing-layout-changed"),
        (listing(""), ARTICLE, "listing-layout-changed"),
        (listing("", current=0), f"{LIST}index_7.htm", "soft-404"),
        (listing("")[:-20], LIST, "truncated"),
    ],
)
def test_what_is_no_listing(body: str, page: str, code: str) -> None:
    with pytest.raises(ExtractionError) as caught:
        extract(body, page)
    assert caught.value.code == code
