"""What surrounds every page of the replica: head, menus, footer; and how it varies without any news.

Pages are static files: each keeps the menu of the day it was built on, and a rebuild of the site changes the bytes of
every page. `Build` is that day: a generation of the whole site, and the age group of the page.
"""

from dataclasses import dataclass
from functools import lru_cache
from html import escape
from random import Random

CANONICAL = "http://un.china-mission.gov.cn"
"""The menus of the real site hold absolute links with this scheme and host; so do these."""

SITE_NAMES = {
    "en": "Permanent Mission of the People's Republic of China to the UN",
    "zh-Hans": "中华人民共和国常驻联合国代表团",
}
HOME_LABELS = {"en": "Home", "zh-Hans": "首页"}
PRINT_LABELS = {"en": "Print", "zh-Hans": "打印"}
HOMES = {"en": "/eng/", "zh-Hans": "/"}
_NOTES = {
    "en": "A replica for tests and demonstrations: all statements and persons are invented",
    "zh-Hans": "用于测试和演示的仿制网站：所有发言和人物均为虚构",
}

_PERSONS = {
    "en": (
        (("czdbzjds", "Ambassador QIAO Wenlan, PR"), ("2020070710", "Ambassador BAI Shuoyan, DPR")),
        (("czdbzjds", "Ambassador LUO Yanqiu, PR"), ("2020070710", "Ambassador BAI Shuoyan, DPR")),
        (("czdbzjds", "Ambassador LUO Yanqiu, PR"), ("20250402en", "Ambassador SHI Yunfei, DPR")),
    ),
    "zh-Hans": (
        (("czdbzjds", "代表乔文澜大使"), ("2020070710", "副代表柏朔言大使")),
        (("czdbzjds", "代表罗砚秋大使"), ("2020070710", "副代表柏朔言大使")),
        (("czdbzjds", "代表罗砚秋大使"), ("20250402", "副代表石云霏大使")),
    ),
}
_MISSION = {
    "en": (
        "About the Mission",
        (("202404", "Welcoming Message"), ("jgsz", "Sections of the Mission"), ("lxwm", "Contact Us")),
    ),
    "zh-Hans": ("常驻团概况", (("202404", "欢迎辞"), ("jgsz", "机构设置"), ("lxwm", "联系我们"))),
}
_WORK = {
    "en": (
        "chinaandun",
        "China & UN",
        (
            ("gcwl", "High-level Exchanges"),
            ("securitycouncil", "Highlights of the Security Council"),
            ("economicdevelopment", "Economic Affairs and Development"),
            ("socialhr", "Social Development and Human Rights"),
            ("20191112", "Political Issues of the General Assembly"),
            ("disarmament_armscontrol", "Arms Control and Disarmament"),
            ("legalaffairs", "Legal Affairs and Treaties"),
            ("yshy", "Administrative and Budgetary Issues"),
        ),
    ),
    "zh-Hans": (
        "zgylhg",
        "中国与联合国",
        (("gcwl", "高层往来"), ("ahl", "安理会"), ("shfz", "社会发展"), ("flsw", "法律事务")),
    ),
}


@dataclass(frozen=True, slots=True)
class Build:
    """When a page was built: the generation of the site, and the age group (0 old, 2 recent) that picks the menu."""

    generation: int = 0
    age: int = 2


def head(language: str, root: str, title: str, build: Build, rng: Random, style: str) -> str:
    """Everything before `<div class="container">`; `root` is the relative way to the language's own root."""
    token = f'        <meta name="build-token" content="{rng.getrandbits(64):016x}" />\n' if build.generation else ""
    return f"""<!DOCTYPE html>
<html lang="{"en" if language == "en" else "zh-CN"}">
    <head>
        <meta charset="UTF-8" />
        <meta http-equiv="X-UA-Compatible" content="IE=edge" />
        <meta name="viewport" content="width=device-width, initial-scale=1.0" />
{token}        <title>{escape(title, quote=False)}_{SITE_NAMES[language]}</title>
        <link rel="stylesheet" href="{root}images/common.css" />
        <script src="{root}images/jquery1.42.min.js"></script>
        <style type="text/css">
{style}        </style>
    </head>
    <body>
"""


def _menu_item(build: Build, address: str, label: str, children: list[tuple[str, str]]) -> str:
    gap = "\n" + "                                \n" * (2 + build.generation % 2)
    inner = gap.join(
        f"""                                    <li class="subMenu-item">
                                        <a href="{CANONICAL}{address}{path}/">{name}</a>
                                    </li>"""
        for path, name in children
    )
    return f"""                        <li class="nav-item">
                            <a href="{CANONICAL}{address}">{label}</a>
                            <div class="subMenu">
                                <ul>
{gap}{inner}
                                </ul>
                            </div>
                        </li>
"""


@lru_cache(maxsize=256)
def header(language: str, root: str, build: Build, *, search: bool = False) -> str:
    """The banner with the language switch and the two-level menu; only listings have the search box."""
    home = HOMES[language]
    other = '<a href="/">中文</a>' if language == "en" else '<a href="/eng/">English</a>'
    about, fixed = _MISSION[language]
    people = list(_PERSONS[language][(build.age + build.generation) % 3])
    work, label, children = _WORK[language]
    extra = [(f"zt{build.generation:03}", f"Highlights {build.generation}")] if build.generation else []
    menu = _menu_item(build, f"{home}dbtxx_141670/", about, [*people, *fixed])
    menu += _menu_item(build, f"{home}{work}/", label, [*children, *extra])
    box = """<div class="search_h">
<form action="https://www.fmprc.gov.cn/irs-c-web/search2.shtml" method="get" style="margin-bottom:0">
<input type="hidden" name="code" value="0" />
<input type="text" name="searchWord" class="search_txt" />
<input type="submit" name="Submit" class="searc_btn" value="&nbsp;" />
</form>
</div>
"""
    return f"""        <div class="container">
        <style>
.subMenu{{width:400px;}}
.nav-item{{padding:0 23px}}
.header{{background:url({root}images/banner0205.png) no-repeat 0 0;height:231px;position:relative;}}
.search_h{{width:200px;position:absolute;right:20px;top:20px;background:#fff;height:32px;border-radius:8px;}}
.search_txt{{width:170px;float:left;height:28px;line-height:30px;border:none;outline:none;margin-left:5px;}}
.searc_btn{{width:20px;float:left;border:none;height:20px;margin-top:5px;}}
.lang{{position:absolute;right:24px;top:64px;font-size:14px;}}
{_HEADER_STYLE}</style>
<div class="header">
{box if search else ""}                <div class="lang">{other}</div>
                <div class="menu">
                    <ul class="nav clearfix">
                        <li class="nav-item">
                            <a href="{home}">{HOME_LABELS[language]}</a>
                        </li>
{menu}                    </ul>
                </div>
            </div>
"""


def footer(language: str, build: Build, rng: Random) -> str:
    """Everything from the footer to `</html>`."""
    counter = ""
    if build.generation:
        counter = (
            f'            <p class="counter">{rng.randrange(10**7)}</p>\n        <!-- {rng.getrandbits(48):012x} -->\n'
        )
    return f"""        <div class="footer">
            <p>Address: 1 Example Plaza, New York, NY 00000, USA</p>
            <p>{CANONICAL}/</p>
            <p>Email: mission@example.org</p>
            <p>
                {SITE_NAMES[language]} ALL RIGHTS RESERVED
            </p>
            <p>{_NOTES[language]}</p>
{counter}        </div>
        </div>
{_MENU_SCRIPT}{_PRINT_SCRIPT}    </body>
</html>
"""


_HEADER_STYLE = """.menu{position:absolute;left:0;bottom:0;width:100%;height:50px;background:rgba(10,80,161,.86);}
.menu .nav{margin:0;padding:0;list-style:none;height:50px;}
.menu .nav .nav-item{position:relative;float:left;height:50px;line-height:50px;font-size:16px;}
.menu .nav .nav-item>a{display:block;color:#fff;text-decoration:none;white-space:nowrap;}
.menu .nav .nav-item:hover>a{color:#ffe08a;}
.menu .nav .subMenu{display:none;position:absolute;left:0;top:50px;z-index:99;background:#fff;border:1px solid #ddd;}
.menu .nav .nav-item:hover .subMenu{display:block;}
.menu .nav .subMenu ul{margin:0;padding:6px 0;list-style:none;}
.menu .nav .subMenu ul li{height:auto;line-height:26px;padding:4px 16px;}
.menu .nav .subMenu ul li a{display:block;color:#333;font-size:14px;text-decoration:none;}
.menu .nav .subMenu ul li a:hover{background:#f2f2f2;color:#0a50a1;}
@media screen and (max-width:768px){.header{height:160px;background-size:cover;}.menu .nav .nav-item{padding:0 10px;}}
"""

_MENU_SCRIPT = """<script>
(function () {
    var items = document.querySelectorAll(".nav-item");
    function close(except) {
        for (var i = 0; i < items.length; i++) {
            var menu = items[i].querySelector(".subMenu");
            if (menu && items[i] !== except) { menu.style.display = ""; }
        }
    }
    function open(event) {
        var item = event.currentTarget, menu = item.querySelector(".subMenu");
        if (!menu) { return; }
        close(item);
        menu.style.display = menu.style.display === "block" ? "" : "block";
    }
    for (var i = 0; i < items.length; i++) { items[i].addEventListener("touchstart", open, { passive: true }); }
    document.addEventListener("keydown", function (event) { if (event.key === "Escape") { close(null); } });
})();
</script>
"""

_PRINT_SCRIPT = """<script>
(function () {
    var hidden = document.querySelectorAll(".header,.crumbs,.aside-left");
    var container = document.querySelector(".container");
    function show(visible, width) {
        for (var i = 0; i < hidden.length; i++) { hidden[i].style.display = visible ? "" : "none"; }
        if (container) { container.style.width = width; }
    }
    window.addEventListener("beforeprint", function () { show(false, "900px"); });
    window.addEventListener("afterprint", function () { show(true, "1238px"); });
})();
</script>
"""

STYLESHEET = """* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.6 Arial, "Microsoft YaHei", sans-serif; color: #333; }
.container { width: 1238px; max-width: 100%; margin: 0 auto; }
.nav { display: flex; list-style: none; padding: 150px 0 0; margin: 0; }
.subMenu { display: none; position: absolute; background: #fff; border: 1px solid #ddd; z-index: 9; }
.nav-item:hover .subMenu { display: block; }
.flex { display: flex; gap: 24px; }
.aside-left { width: 242px; background: #f2f2f2; }
.news-box { flex: 1; }
.view-title, .view-date { text-align: center; }
.footer { margin-top: 60px; padding: 20px; background: #0a50a1; color: #fff; text-align: center; }
"""
