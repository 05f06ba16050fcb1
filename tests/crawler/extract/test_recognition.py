import pickle

import pytest

from crawler.extract import ExtractionError, extract_listing, extract_statement, recognise
from crawler.profile import load_profile
from crawler.urls import SiteUrls
from store.model import Capture
from tests.crawler.pages import ARTICLE, BASE, LINES, LIST, capture, item, listing, view

PROFILE = load_profile("china-mission-un")
GOOD = view("".join(f"<p>{line}</p>" for line in LINES))
HTML = ("Content-Type", "text/html; charset=utf-8")


def plain(title: str, text: str, head: str = "") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body><p>{text}</p></body></html>"


CASES = [
    (capture(GOOD), None),
    (capture(GOOD, url=ARTICLE.replace("https", "http")), None),
    (capture(GOOD, url=ARTICLE.replace(BASE, "http://127.0.0.1:9999")), None),
    (capture(GOOD, url=f"{BASE}/eng/other/202405/t20240521_11303456.htm"), None),
    (capture(GOOD + "<script>appended()</script>" + " " * 4000), None),
    (capture(GOOD, headers=[HTML, ("Content-Length", str(len(GOOD.encode())))]), None),
    (capture(GOOD, headers=[HTML, ("Content-Length", "99999"), ("Content-Encoding", "gzip")]), None),
    (capture(plain("A new design", "Words of a page that nobody has seen yet.")), None),
    # Words of a wall inside a statement are the statement's.
    (capture(view("<p>Captcha, access denied, enable JavaScript: page not found.</p>" * 20)), None),
    (capture(view("<p>Access denied.</p>")), None),
    (capture(GOOD, url="https://evil.example/eng/hyyfy/202405/t20240521_11303456.htm"), "wrong-host"),
    (capture(GOOD, url=f"{ARTICLE.replace('https://', 'https://user@')}"), "wrong-host"),
    (capture(GOOD, url=""), "wrong-host"),
    (capture(GOOD, url="http://[/"), "wrong-host"),
    (capture(GOOD, status=403), "blocked"),
    (capture(GOOD, status=412), "blocked"),
    (capture(GOOD, status=404), "http-error"),
    (capture(GOOD, status=502), "http-error"),
    (capture(b"", status=304), "http-error"),
    (capture(plain("One moment", "Checking your browser before you go on."), status=503), "blocked"),
    (capture(plain("404", "Page not found. Captcha."), status=404), "http-error"),
    (capture(GOOD, url=f"{BASE}/"), "soft-404"),
    (capture(GOOD, url=LIST), "soft-404"),
    (capture(GOOD, url=f"{BASE}/eng/hyyfy/202405/t20240521_99.htm"), "soft-404"),
    (capture(GOOD, url=f"{BASE}/web/system/index_17321.shtml"), "soft-404"),
    (capture(plain("404 Not Found", "nginx")), "soft-404"),
    (capture(plain("Page not found", "Sorry.")), "soft-404"),
    (capture(plain("Notice", "The page you are visiting does not exist or has been deleted.")), "soft-404"),
    (capture(plain("提示", "您访问的页面不存在或已删除").encode("gb18030")), "soft-404"),
    (capture(view("<p>The page you are visiting does not exist or has been deleted.</p>", title="Notice")), "soft-404"),
    (capture(view("<p>Sorry.</p>", title="Page not found")), "soft-404"),
    (capture(plain("Just a moment", "Please complete the CAPTCHA to go on.")), "blocked"),
    (capture(plain("Access Denied", "Reference 18.5")), "blocked"),
    (capture(plain("x", "<noscript>Please enable JavaScript and reload.</noscript>")), "blocked"),
    (capture(plain("安全验证", "请输入验证码")), "blocked"),
    (capture(plain("", "", "<script>document.cookie='a=1';location.reload()</script>")), "blocked"),
    (capture(plain("x", "Hold on, this is long enough.<form id='challenge-form'></form>")), "blocked"),
    (capture(GOOD[: len(GOOD) // 2]), "truncated"),
    (capture(GOOD.replace("</html>", "")), "truncated"),
    (capture(GOOD, headers=[HTML, ("content-length", "99999")]), "truncated"),
    (capture(b"%PDF-1.7", headers=[("Content-Type", "application/pdf")]), "not-html"),
    (capture(b""), "not-html"),
    (capture(listing(""), page=LIST, kind="listing"), None),
    (capture(listing(""), page=LIST, url=f"{LIST}index.htm", kind="listing"), None),
    (capture(listing(""), page=f"{LIST}index_1.htm", url=LIST, kind="listing"), "soft-404"),
    (capture(listing(item("./x", "Access denied"))[:200], page=LIST, kind="listing"), "truncated"),
    (capture(GOOD, page=LIST, url=f"{BASE}/eng/", kind="listing"), "soft-404"),
]


@pytest.mark.parametrize(("answer", "reason"), CASES)
def test_what_an_answer_is(answer: Capture, reason: str | None) -> None:
    assert recognise(PROFILE, answer) == reason


@pytest.mark.parametrize(("answer", "reason"), [case for case in CASES if case[1]])
def test_the_extraction_refuses_it_for_the_same_reason(answer: Capture, reason: str) -> None:
    extract = extract_listing if answer.kind == "listing" else extract_statement
    with pytest.raises(ExtractionError) as caught:
        extract(PROFILE, answer)
    assert caught.value.code == reason
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_replica_elsewhere_is_the_site_only_by_agreement() -> None:
    answer = capture(GOOD, url=ARTICLE.replace(BASE, "http://mirror.example:8080"))
    assert recognise(PROFILE, answer) == "wrong-host"
    assert recognise(PROFILE, answer, SiteUrls(PROFILE, "http://mirror.example:8080")) is None
