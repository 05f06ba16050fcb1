"""The listing pages of a section, and the two home pages."""

from collections.abc import Sequence
from datetime import date as Day
from html import escape
from random import Random
from typing import NamedTuple

from missionwatch.replica.articles import Template
from missionwatch.replica.catalogue import PAGE_ITEMS
from missionwatch.replica.chrome import HOMES, Build, footer, head, header
from missionwatch.replica.sections import Section, ancestry, siblings

_GROUP = 7
_STYLE = """            .title-bar{margin-top:0!important;}
            .footer{margin-top:100px;}
            a.active{color:#f00;}
            .news_fgx{border-bottom:1px dashed #ccc;margin-bottom:20px;margin-left:20px;padding-bottom:20px;}
            .section ul li a{display:block;line-height:24px;font-size:16px;padding:10px 10px 10px 20px;}
            .dot::before{display:none;}
            .aside-title{text-align:center;}
"""
_PAGER_WORDS = {
    "en": ("Page(s) &nbsp;&nbsp;", "First", "Prev", "Next", "Final"),
    "zh-Hans": ("页 &nbsp;&nbsp;", "首页", "上一页", "下一页", "尾页"),
}


class Line(NamedTuple):
    """One item of a list: the relative link, the title, the document date."""

    link: str
    title: str
    date: Day


def page_count(items: int) -> int:
    """How many pages a list of so many items has; an empty list has one."""
    return max(1, -(-items // PAGE_ITEMS))


def listing(
    template: Template, section: Section, lines: Sequence[Line], number: int, pages: int, build: Build, seed: int
) -> bytes:
    """Page `number` (0 is the front page) of `pages`; `lines` are this page's. Equal arguments give equal bytes."""
    # Not for secrets: the draws must repeat from run to run.
    rng = Random(f"{seed}/{section.path}/{number}/{build.generation}")  # noqa: S311
    language = section.language
    root = "../" * (section.path.count("/") + 2 - HOMES[language].count("/"))
    inner = _view_list(section, lines, build) if template == "view" else _classic_list(section, lines)
    top = head(language, root, section.label, build, rng, _STYLE)
    page = f"""{top}{header(language, root, build, search=True)}{inner}
                <div id="pages" style="text-align: center;font-size:16px;padding-top:20px;">
{_pager(language, number, pages)}
                </div>
            </div>
        </div>

{footer(language, build, rng)}"""
    return page.encode()


def _view_list(section: Section, lines: Sequence[Line], build: Build) -> str:
    above = ancestry(section)
    beside = "\n".join(_aside(other, here=other == section) for other in siblings(section))
    groups = "\n".join(
        f"""<ul class="news_fgx">

{_items(lines[start : start + _GROUP], build)}
                    </ul>
                    """
        for start in range(0, len(lines), _GROUP)
    )
    return f"""        <div class="content flex">
            <div class="aside-left">
                <div class="section">
                    <div class="aside-title">{above[-2].label if len(above) > 1 else section.label}</div>
                    <div>
                        <ul>

{beside}
                        </ul>
                    </div>
                </div>
            </div>
            <div class="news-box">
                <div class="title-bar">
                    <div class="title">{section.label}</div>
                </div>
                <div>
                    <ul>
{groups}
                    </ul>
                </div>"""


def _aside(section: Section, *, here: bool) -> str:
    mark, way = (" on", "./") if here else ("", f"../{section.path.rpartition('/')[2]}/")
    return f'                                <li class="dot{mark}"><a href="{way}">{section.label}</a></li>\n'


def _items(lines: Sequence[Line], build: Build) -> str:
    # A rebuild may write the same attributes in another order.
    form = '<a target="_blank" href="{}">' if build.generation % 2 else '<a href="{}" target="_blank">'
    return "\n".join(
        f"""                            <li>
                                {form.format(line.link)}{escape(line.title, quote=False)}（{line.date}）</a>
                            </li>
"""
        for line in lines
    )


def _classic_list(section: Section, lines: Sequence[Line]) -> str:
    items = "\n".join(
        f'<li><a href="{line.link}" target="_blank">{escape(line.title, quote=False)}</a>({line.date})</li>'
        for line in lines
    )
    return f"""        <div class="content">
            <div class="list">
                <div class="Top_Index_A">{section.label}</div>
                <div class="Text_Center">
<ul>
{items}
</ul>
                </div>"""


def _pager(language: str, number: int, pages: int) -> str:
    total, first, before, after, last = _PAGER_WORDS[language]
    return f"""                <script type="text/javascript">
                var currentPage = {number};//所在页从0开始
                var prevPage = currentPage-1//上一页
                var nextPage = currentPage+1//下一页
                var countPage = {pages}//共多少页
                function pageLink(page, label)
                {{
                    var file = page == 0 ? "index.htm" : "index" + "_" + page + "." + "htm";
                    document.write("<a href=\\"" + file + "\\" class='fy'>" + label + "</a>&nbsp;");
                }}
                if(countPage>1)
                {{
                    document.write(countPage+"{total}");
                    if(currentPage>0) {{ pageLink(0, "{first}"); pageLink(prevPage, "{before}"); }}
                    else document.write("{first}&nbsp;{before}&nbsp;");
                    var start = currentPage - currentPage % 5;
                    for(var i=start; i<start+5&&i<countPage; i++)
                    {{
                        if(i==currentPage) document.write("<span style=\\"color:#FF0000;\\">"+(i+1)+"</span>&nbsp;");
                        else pageLink(i, i+1);
                    }}
                    if(currentPage<countPage-1) {{ pageLink(nextPage, "{after}"); pageLink(countPage-1, "{last}"); }}
                    else document.write("{after}&nbsp;{last}&nbsp;");
                }}
                </script>"""


def home(language: str, lists: Sequence[tuple[Section, Sequence[Line]]], build: Build, seed: int) -> bytes:
    """The home page of a language: the first lines of each section; links are absolute paths."""
    rng = Random(f"{seed}/home/{language}/{build.generation}")  # noqa: S311
    boxes = "\n".join(
        f"""                <div class="index-box">
                    <h2><a href="/{section.path}/">{section.label}</a></h2>
                    <ul>
{_items(lines, build)}                    </ul>
                </div>"""
        for section, lines in lists
    )
    label = "Home" if language == "en" else "首页"
    top = head(language, "", label, build, rng, _STYLE) + header(language, "", build)
    page = f"""{top}            <div class="index">
{boxes}
            </div>
{footer(language, build, rng)}"""
    return page.encode()
