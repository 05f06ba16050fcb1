"""Small synthetic pages in the shapes that the site has, and captures of them."""

from collections.abc import Sequence
from datetime import UTC, datetime

from store.model import Capture, CaptureKind

BASE = "https://un.china-mission.gov.cn"
ARTICLE = f"{BASE}/eng/hyyfy/202405/t20240521_11303456.htm"
LIST = f"{BASE}/eng/hyyfy/"

TITLE = "Remarks by Ambassador Lin Example at the Briefing on Weather & Seas"
LINES = ("Mr. President,", "We thank the two briefers.", "First, tides matter. “Ebb” and flow．", "Thank you.")


def capture(
    body: str | bytes,
    *,
    page: str = ARTICLE,
    url: str | None = None,
    kind: CaptureKind = "statement",
    status: int = 200,
    headers: Sequence[tuple[str, str]] = (("Content-Type", "text/html"),),
) -> Capture:
    return Capture(
        site="un",
        kind=kind,
        page=page,
        url=page if url is None else url,
        fetched=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        status=status,
        headers=tuple(headers),
        body=body if isinstance(body, bytes) else body.encode(),
    )


def view(
    body: str,
    *,
    title: str = TITLE.replace("&", "&amp;"),
    date: str = "2024-05-20 16:30",
    subtitle: str = "",
    appendix: str = "",
    head: str = "",
) -> str:
    """A statement in the present template."""
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="UTF-8" />{head}<title>{title}_Name of the Site</title></head>
<body><ul class="nav"><li><a href="/eng/">Home</a></li></ul>
<div class="au-body"><div class="crumbs"><a href="../../../" class="CurrChnlCls">Home</a>&nbsp;>&nbsp;<a
 href="../" class="CurrChnlCls">Seas & Weather</a></div>
<div class="view-content"><h3 class="view-title">
    {title}
</h3>{subtitle and f'<div class="subtitle">{subtitle}</div>'}
<div class="view-date">{date}&emsp;&emsp;<a href="javascript:window.print();" class="print">Print</a></div><hr />
<div class="view-txt">{body}</div>
<div id="appendix" style="display:none"><h3>Appendix:</h3><ul class="news-list">{appendix}</ul></div>
</div></div><div class="footer"><p>Address</p></div></body></html>
"""


def classic(body: str, *, title: str = TITLE, date: str = "2024-05-20 16:30", subtitle: str = "") -> str:
    """A statement in the older template: a table."""
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<title>{title}</title></head><body><table><tr><td class="Top_Index_A"><a href="/eng/">Home</a> &gt;
<a href="../">Seas & Weather</a></td></tr>
<tr><td id="News_Body_Title">{title}</td></tr><tr><td id="News_Body_subitle">{subtitle}</td></tr>
<tr><td id="News_Body_Time">{date}</td></tr><tr><td><div id="News_Body_Txt_A">{body}</div></td></tr>
<tr><td><a href="#">Suggest to a friend</a> <a href="#">Print</a></td></tr></table></body></html>
"""


def listing(items: str, *, count: int | None = 3, current: int = 0, label: str = "Seas &amp; Weather") -> str:
    """A page of a list in the present template, with the pager that a script writes."""
    script = f"var currentPage = {current};//from 0\nvar countPage = {count}//pages" if count is not None else ""
    return f"""<html lang="en"><head><title>{label}_Name of the Site</title></head><body>
<div class="aside-left"><li class="dot"><a href="../other/">Other</a></li></div>
<div class="news-box"><div class="title-bar"><div class="title">{label}</div></div><div><ul>
<ul class="news_fgx">{items}</ul></ul></div>
<div id="pages">{script and f"<script>{script}</script>"}</div></div></body></html>
"""


def item(address: str, text: str) -> str:
    return f'<li>\n  <a href="{address}" target="_blank">{text}</a></li>'
