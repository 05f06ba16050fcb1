from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.profile import load_profile
from crawler.urls import SiteUrls
from tests.crawler.pages import ARTICLE, BASE, LIST

PROFILE = load_profile("china-mission-un")
URLS = SiteUrls(PROFILE)
REPLICA = SiteUrls(PROFILE, "http://127.0.0.1:1234")

EVIL = [
    "",
    "/eng/hyyfy/",
    "//evil.example/eng/hyyfy/",
    "///un.china-mission.gov.cn/eng/",
    "https:///un.china-mission.gov.cn/eng/",
    "https:/un.china-mission.gov.cn/eng/",
    "https:un.china-mission.gov.cn/eng/",
    "http://evil.example/un.china-mission.gov.cn/",
    "http://evil.example/?https://un.china-mission.gov.cn/",
    "http://un.china-mission.gov.cn.evil.example/",
    "http://un.china-mission.gov.cn@evil.example/",
    "http://evil.example#@un.china-mission.gov.cn/",
    "http://user@un.china-mission.gov.cn/",
    "http://user:word@un.china-mission.gov.cn/",
    "http://@un.china-mission.gov.cn/",
    "http://un.china-mission.gov.cn:8080/",
    "http://un.china-mission.gov.cn:443/",
    "https://un.china-mission.gov.cn:80/",
    "https://un.china-mission.gov.cn:0443x/",
    "https://un.china-mission.gov.cn:99999999/",
    "https://un.china-mission.gov.cn./eng/",
    "https://.un.china-mission.gov.cn/eng/",
    "https://www.un.china-mission.gov.cn/",
    "https://china-mission.gov.cn/",
    "https://un.china-mission.gov.cn\\@evil.example/",
    "https:\\\\un.china-mission.gov.cn\\eng",
    "https://un.china-mission.gov.cn\t.evil.example/",
    "https://un.china-mission.gov.cn/eng/\r\nHost: evil.example",
    "https://un.china-mission.gov.cn/eng/\x00x",
    "https://un。china-mission。gov。cn/",
    "https://ｕｎ.china-mission.gov.cn/",
    "https://un.ch%69na-mission.gov.cn/",
    "https://un.china-mission.gov.cn/eng/..%2f..%2fetc/passwd",
    "https://un.china-mission.gov.cn/eng/%5c..%5cboot.ini",
    "https://un.china-mission.gov.cn/eng/%00.htm",
    "https://un.china-mission.gov.cn/\ud800",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://127.0.0.1/",
    "http://127.0.0.1:1235/",
    "http://localhost:1234/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]:1234/",
    "http://[un.china-mission.gov.cn]/",
    "http://[/",
    "file:///etc/passwd",
    "file://un.china-mission.gov.cn/etc/passwd",
    "ftp://un.china-mission.gov.cn/eng/",
    "javascript:alert(1)//un.china-mission.gov.cn",
    "javascript://un.china-mission.gov.cn/%0aalert(1)",
    "data:text/html,https://un.china-mission.gov.cn/",
    "mailto:someone@un.china-mission.gov.cn",
    "http://copy-of-the-site.example/eng/hyyfy/t1706169.htm",
]


@pytest.mark.parametrize("url", EVIL)
def test_addresses_of_others_are_nobodys(url: str) -> None:
    for urls in (URLS, REPLICA):
        assert urls.canonical(url) is None
        assert urls.doc_id(url) is None
        with pytest.raises(ValueError, match="is no address of"):
            urls.fetch_url(url)


@pytest.mark.parametrize("url", [url for url in EVIL if not url.startswith(f"{BASE}/")])
def test_addresses_of_others_are_not_allowed(url: str) -> None:
    assert not URLS.allowed(url)
    assert not REPLICA.fetchable(url)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        (f"{LIST}index.htm", LIST),
        (f"{BASE}/eng/hyyfy", LIST),
        (f"{BASE}", f"{BASE}/"),
        (f"{BASE}/eng//hyyfy///", LIST),
        (f"{BASE}/eng/./x/../hyyfy/.", LIST),
        (f"{BASE}/eng/x/%2e%2E/hyyfy/", LIST),
        (f"{BASE}/../../../eng/hyyfy/", LIST),
        (f"{BASE}/%65ng/hyyf%79/", LIST),
        (f"{LIST}index.htm?page=2#top", LIST),
        (f"  {LIST}\n", LIST),
        ("HTTP://UN.China-Mission.GOV.cn:80/eng/hyyfy/index.htm", LIST),
        ("https://un.china-mission.gov.cn:443/eng/hyyfy/", LIST),
        (f"{BASE}/eng/a b/ü%c3%bc%7E.htm", f"{BASE}/eng/a%20b/%C3%BC%C3%BC~.htm"),
        (f"{BASE}/eng/%252e%252e/x.htm", f"{BASE}/eng/%252e%252e/x.htm"),
        (f"{BASE}/eng/what%3Fis%23this.htm", f"{BASE}/eng/what%3Fis%23this.htm"),
    ],
)
def test_one_page_has_one_address(url: str, canonical: str) -> None:
    assert URLS.canonical(url) == canonical
    assert URLS.canonical(canonical) == canonical


@pytest.mark.parametrize(
    ("href", "page", "canonical"),
    [
        ("./202405/t20240521_11303456.htm", LIST, ARTICLE),
        ("202405/t20240521_11303456.htm", f"{LIST}index_2.htm", ARTICLE),
        ("./202405/t20240521_11303456.htm?a", LIST, ARTICLE),
        ("../../", ARTICLE, f"{BASE}/eng/"),
        ("../", ARTICLE, LIST),
        ("./", ARTICLE, f"{LIST}202405/"),
        ("/eng/hyyfy/", ARTICLE, LIST),
        ("//un.china-mission.gov.cn/eng/hyyfy/", ARTICLE, LIST),
        ("//evil.example/", ARTICLE, None),
        ("./javascript:x", LIST, f"{LIST}javascript:x/"),
        ("javascript:x", LIST, None),
    ],
)
def test_relative_links_are_resolved_on_their_page(href: str, page: str, canonical: str | None) -> None:
    assert URLS.canonical(href, page) == canonical


@pytest.mark.parametrize(
    ("url", "doc_id", "day", "section", "language"),
    [
        (ARTICLE, "11303456", date(2024, 5, 21), "eng/hyyfy", "en"),
        (f"{BASE}/hyyfy/202405/t20240521_11303456.html", "11303456", date(2024, 5, 21), "hyyfy", "zh-Hans"),
        (f"{BASE}/eng/a/b/c/200102/t20010228_8417937.htm", "8417937", date(2001, 2, 28), "eng/a/b/c", "en"),
        (f"{BASE}/eng/hyyfy/t1878269.htm", "1878269", None, "eng/hyyfy", "en"),
        (f"{BASE}/eng/hyyfy/202406/t20240521_11303456.htm", None, date(2024, 5, 21), "eng/hyyfy", "en"),
        (f"{BASE}/eng/hyyfy/202413/t20241399_11303456.htm", "11303456", None, "eng/hyyfy", "en"),
        (LIST, None, None, "eng/hyyfy", "en"),
        (f"{LIST}index_1.htm", None, None, "eng/hyyfy", "en"),
        (f"{BASE}/english/x.htm", None, None, "english", "zh-Hans"),
    ],
)
def test_what_an_address_says(url: str, doc_id: str | None, day: date | None, section: str, language: str) -> None:
    assert URLS.doc_id(url) == doc_id
    assert URLS.upload_day(url) == day
    assert URLS.section(url) == section
    assert URLS.language(url) == language


def test_pages_of_a_list() -> None:
    assert [URLS.listing("eng/hyyfy", n) for n in (0, 1, 12)] == [LIST, f"{LIST}index_1.htm", f"{LIST}index_12.htm"]
    for number in (0, 1, 12):
        assert URLS.listing_number(URLS.listing("/eng/hyyfy/", number)) == number
    for other in (ARTICLE, f"{LIST}index_0.htm", f"{LIST}index_01.htm", f"{LIST}xindex_1.htm", "https://evil.example/"):
        assert not URLS.is_listing(other)


def test_a_replica_stands_for_the_site_and_only_it_is_fetched() -> None:
    there = "http://127.0.0.1:1234/eng/hyyfy/202405/t20240521_11303456.htm"
    assert REPLICA.canonical(there) == ARTICLE
    assert REPLICA.fetch_url(ARTICLE) == REPLICA.fetch_url(there) == there
    assert REPLICA.doc_id(there) == "11303456"
    assert REPLICA.allowed(ARTICLE)
    assert REPLICA.fetchable(there)
    assert not REPLICA.fetchable(ARTICLE)
    assert not REPLICA.fetchable("https://127.0.0.1:1234/")
    assert not URLS.allowed(there)
    assert URLS.fetchable(ARTICLE.replace("https", "http"))


@given(st.text(max_size=60), st.sampled_from([BASE, f"{BASE}/eng/", "", "http://un.china-mission.gov.cn"]))
def test_canonical_addresses_are_fixed_points_inside_the_site(text: str, before: str) -> None:
    canonical = URLS.canonical(before + text)
    if canonical is not None:
        assert URLS.canonical(canonical) == canonical
        assert canonical.startswith(f"{BASE}/")
        path = canonical[len(BASE) :]
        assert canonical.isascii()
        assert not {"..", "."} & set(path.split("/"))
        assert "//" not in path
        assert not set("?#\\ ") & set(path)
        assert URLS.allowed(canonical)


@given(st.text(max_size=40))
def test_no_text_is_taken_for_the_site_without_its_host(text: str) -> None:
    assert URLS.canonical(text) is None or "un.china-mission.gov.cn" in text.lower()
