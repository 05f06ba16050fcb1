"""A statement's page, in the site's present template (`view`) and in the one before it (`classic`)."""

from html import escape
from random import Random
from typing import Literal

from missionwatch.replica.chrome import HOME_LABELS, HOMES, PRINT_LABELS, Build, footer, head, header
from missionwatch.replica.markup import classic_body, view_body
from missionwatch.replica.sections import Section, ancestry
from missionwatch.replica.statements import Content

Template = Literal["view", "classic"]

_VIEW_STYLE = """        .view-content img{margin-bottom: 0;margin-top:0;}
        .view-txt p{margin-top:20px;}
        .subtitle,.docsource{ text-align: center;font-size:16px;}
        .print{padding-left:24px; color:#666;}
        .view-content hr{margin-top:20px;}
        .au-body{margin:0 auto;}
        .view-txt * {font-size:18px !important;line-height:30px !important;}
"""
_CLASSIC_STYLE = """        td{font-family:Arial, Verdana;font-size:14px;}
        .Top_Index_A{font-size:12px;color:#666;}
        .Top_Index_A a{color:#666;text-decoration:none;}
        #News_Body_Title{font-size:20px;font-weight:bold;text-align:center;}
        #News_Body_subitle,#News_Body_Time{text-align:center;}
        #News_Body_Txt_A{line-height:26px;text-align:left;}
"""
_APPENDIX = {"en": "Appendix:", "zh-Hans": "附件："}
_CLASSIC_MENU = {
    "en": ("Home", "Meetings & Statements", "Events & Activities", "China & UN", "Documents", "About China", "中文"),
    "zh-Hans": ("首页", "会议与发言", "常驻团活动", "中国与联合国", "文件", "English"),
}
_FRIEND = {"en": "Suggest to a friend", "zh-Hans": "推荐给朋友"}


def article(template: Template, content: Content, section: Section, build: Build, seed: int, style: float) -> bytes:
    """The page of a statement below that section. Equal arguments give equal bytes.

    `style` (0 to 1) picks the editor whose habits the body shows; it stays with the statement.
    """
    # Not for secrets: the draws must repeat from run to run.
    rng = Random(f"{seed}/{content.doc_id}/{template}/{build.generation}")  # noqa: S311
    page = _view if template == "view" else _classic
    return page(content, section, build, rng, style).encode()


def _root(section: Section) -> str:
    """The relative way from a month folder below the section to the language's root."""
    return "../" * (section.path.count("/") + 3 - HOMES[section.language].count("/"))


def _crumbs(section: Section, attributes: str) -> list[str]:
    root = _root(section)
    home = HOME_LABELS[section.language]
    links = [f'<a href="{root}" title="{home}"{attributes}>{home}</a>']
    folders = section.path.count("/") + 2
    for above in ancestry(section):
        way = "../" * (folders - above.path.count("/") - 1)
        # Raw `&` in the text beside an escaped one in the attribute: as on the site.
        links.append(f'<a href="{way}" title="{escape(above.label)}"{attributes}>{above.label}</a>')
    return links


def _appendix(content: Content) -> str:
    items = "\n".join(
        f'                            <li><a href="./{document.name}">{escape(document.label)}</a></li>'
        for document in content.attachments
    )
    return f"""                    <div id="appendix" style="display:none;text-align: left;">
                        <h3>{_APPENDIX[content.language]}</h3>
                        <ul class="news-list" style="margin-top:10px;">
{items}
                        </ul>
                    </div>
                    <script>
                        if (document.querySelectorAll("#appendix li").length > 0)
                            document.getElementById("appendix").style.display = "block";
                    </script>
"""


def _view(content: Content, section: Section, build: Build, rng: Random, style: float) -> str:
    language = section.language
    root = _root(section)
    title = escape(content.title, quote=False)
    if language == "en" and rng.random() < 0.1:
        title = title.replace(" on ", "  on ", 1)
    # A rebuild may write the same attributes in another order.
    swapped = build.generation % 2 == 1
    printing = (
        'class="print" href="javascript:window.print();"'
        if swapped
        else 'href="javascript:window.print();"  class="print"'
    )
    subtitle = (
        f'                    <div class="subtitle">{escape(content.subtitle)}</div>\n' if content.subtitle else ""
    )
    date = f"{content.date} {content.time}"
    crumbs = "&nbsp;>&nbsp;".join(_crumbs(section, ' class="CurrChnlCls"'))
    top = head(language, root, content.title, build, rng, _VIEW_STYLE) + header(language, root, build)
    return f"""{top}            <div class="au-body">
                <div class="crumbs">
                    {crumbs}
                </div>
                <div class="view-content">
                    <h3 class="view-title">
                        {title}
                    </h3>
{subtitle}
                    <div class="view-date">{date}&emsp;&emsp;<a {printing}>{PRINT_LABELS[language]}</a></div>
                    <hr />
                    <div class="view-txt">
                        {view_body(content, style, rng)}
                    </div>
{_appendix(content)}                </div>
            </div>
{footer(language, build, rng)}"""


def _classic(content: Content, section: Section, build: Build, rng: Random, style: float) -> str:
    language = section.language
    root = _root(section)
    menu = "\n".join(
        f'    <td align="center" height="28"><a href="{HOMES[language]}">{label}</a></td>'
        for label in _CLASSIC_MENU[language]
    )
    subtitle = ""
    if content.subtitle:
        subtitle = f'  <tr><td><div id="News_Body_subitle">{escape(content.subtitle)}</div></td></tr>\n'
    return f"""{head(language, root, content.title, build, rng, _CLASSIC_STYLE)}<div class="container">
<table width="1000" border="0" align="center" cellpadding="0" cellspacing="0">
  <tr>
{menu}
  </tr>
</table>
<table width="1000" border="0" align="center" cellpadding="0" cellspacing="0">
  <tr><td class="Top_Index_A">&nbsp;&nbsp;{" &gt; ".join(_crumbs(section, ""))}</td></tr>
</table>
<table width="920" border="0" align="center" cellpadding="0" cellspacing="0">
  <tr><td height="60"><div id="News_Body_Title">{escape(content.title, quote=False)}</div></td></tr>
{subtitle}  <tr><td align="center"><div id="News_Body_Time">{content.date} {content.time}</div></td></tr>
  <tr><td valign="top"><div id="News_Body_Txt_A">
{classic_body(content, style, rng)}
</div></td></tr>
  <tr><td>
{_appendix(content)}</td></tr>
  <tr><td align="right"><a href="mailto:?subject=statement">{_FRIEND[language]}</a>
 &nbsp;&nbsp;<a href="javascript:window.print();">{PRINT_LABELS[language]}</a></td></tr>
</table>
{footer(language, build, rng)}"""
