"""From a path to an answer: which page, file or refusal stands there now, rendered once and kept until it changes."""

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import TYPE_CHECKING

from missionwatch.replica import files, refusals
from missionwatch.replica.answers import HTML, Answer, answer
from missionwatch.replica.articles import article
from missionwatch.replica.catalogue import PAGE_ITEMS, Entry
from missionwatch.replica.chrome import HOMES, STYLESHEET, Build
from missionwatch.replica.listings import Line, home, listing, page_count
from missionwatch.replica.sections import CATALOGUE, Section

if TYPE_CHECKING:
    from missionwatch.replica.site import ReplicaSite

_STATEMENT = re.compile(r"/(?P<section>.+)/(?P<month>\d{6})/t(?P<day>\d{8})_(?P<id>\d+)\.htm")
_LISTING = re.compile(r"/(?P<section>.+)/(?:index(?:_(?P<number>[1-9]\d*))?\.htm)?")
_FILE = re.compile(r"/(?P<section>.+)/\d{6}/[PW]0\d{8}(?P<id>\d{9})\d{3}\.(?P<suffix>jpg|png|pdf)")
_HEADLINES = 5
_HOMES = {"/": "zh-Hans", "/index.htm": "zh-Hans", "/eng/": "en", "/eng/index.htm": "en"}
_ASSETS = {"images/common.css": (STYLESHEET.encode(), "text/css"), "images/jquery1.42.min.js": (b"", "text/javascript")}
_KINDS: dict[str, tuple[Callable[[str], bytes], str]] = {
    "jpg": (files.jpeg, "image/jpeg"),
    "png": (files.png, "image/png"),
    "pdf": (files.pdf, "application/pdf"),
}


class Routes:
    """Answers paths for a site, under the site's lock; rendered pages take at most `cache_bytes`."""

    def __init__(self, site: "ReplicaSite", cache_bytes: int) -> None:
        self._site = site
        self._bound = cache_bytes
        self._held = 0
        self._cache: OrderedDict[str, tuple[Hashable, Answer]] = OrderedDict()

    def answer(self, path: str) -> Answer:
        """The answer to a GET of this path; faults first, in the order in which real ones would hide each other."""
        given = self._answer(path)
        if path not in self._site.flows:
            return given
        return answer(given.status, given.body, flow=self._site.flows[path])

    def _answer(self, path: str) -> Answer:
        site = self._site
        if site.planted and path in site.planted:
            return site.planted[path]
        if site.outage_kind == "503":
            return answer(503, refusals.UNAVAILABLE, headers=[("Retry-After", "120")])
        if path == "/robots.txt":
            return self._robots()
        if site.blocked:
            status, body = refusals.BLOCKS[site.blocked]
            return answer(status, body)
        if site.fails(path):
            return answer(500, refusals.ERROR)
        if site.down and any(path.startswith(f"/{section}/") for section in site.down):
            return answer(503, refusals.UNAVAILABLE)
        return self._page(path) or self._missing(path)

    def _page(self, path: str) -> Answer | None:
        if path in _HOMES:
            return self._home(path, _HOMES[path])
        if match := _STATEMENT.fullmatch(path):
            return self._statement(path, match)
        if match := _FILE.fullmatch(path):
            return self._file(match)
        if match := _LISTING.fullmatch(path):
            return self._listing(path, match["section"], int(match["number"] or 0))
        name = path.removeprefix("/eng").removeprefix("/")
        if name in _ASSETS:
            return answer(200, *_ASSETS[name], modified=self._validated(self._site.rebuilt))
        if path == "/eng" or self._section(path.strip("/")):
            return answer(301, b"", headers=[("Location", f"{path}/")])
        return None

    def _statement(self, path: str, match: re.Match[str]) -> Answer | None:
        site = self._site
        entry = site.catalogue.entries.get(match["id"])
        if entry is None:
            return None
        if kind := site.soft.get(entry.doc_id) or site.soft.get("all"):
            return self._disguised(path, kind)
        section = match["section"]
        if not entry.live or section not in entry.sections or path != entry.address(section):
            return None
        template = site.template_of(entry)
        return self._rendered(
            path,
            (entry.revision, site.generation, template, site.with_validators),
            max(entry.modified, site.rebuilt),
            lambda: article(
                template,
                entry.content(site.seed),
                site.catalogue.sections[section],
                self._build(entry),
                site.seed,
                entry.style,
            ),
        )

    def _listing(self, path: str, name: str, number: int) -> Answer | None:
        site = self._site
        section = self._section(name)
        if section is None:
            return None
        entries = site.catalogue.listed.get(name, [])
        if name in site.truncated:
            entries = entries[: site.truncated[name]]
        pages = page_count(len(entries))
        if number >= pages:
            return None
        touched = max(site.touched.get(name, site.rebuilt), site.rebuilt)
        stamp = (touched, len(entries), site.generation, site.listing_template, site.with_validators)

        def render() -> bytes:
            shown = entries[number * PAGE_ITEMS : (number + 1) * PAGE_ITEMS]
            lines = [Line(f".{e.address(name).removeprefix(f'/{name}')}", e.title, e.date) for e in shown]
            build = Build(site.generation)
            return listing(site.listing_template, section, lines, number, pages, build, site.seed)

        return self._rendered(path, stamp, touched, render)

    def _home(self, path: str, language: str) -> Answer:
        site = self._site

        def render() -> bytes:
            lists = [
                (section, [Line(e.address(name), e.title, e.date) for e in site.catalogue.listed[name][:_HEADLINES]])
                for name, section in site.catalogue.sections.items()
                if section.language == language
            ]
            return home(language, lists, Build(site.generation), site.seed)

        return self._rendered(path, (site.revision, site.with_validators), site.changed, render)

    def _file(self, match: re.Match[str]) -> Answer | None:
        site = self._site
        entry = site.catalogue.entries.get(match["id"].lstrip("0"))
        if entry is None or not entry.live or match["section"] not in entry.sections:
            return None
        name = match.string.rpartition("/")[2]
        content = entry.content(site.seed)
        names = {image.name for image in content.images} | {document.name for document in content.attachments}
        if name not in names:
            return None
        make, media_type = _KINDS[match["suffix"]]
        return answer(200, make(name), media_type, modified=self._validated(entry.modified))

    def _missing(self, path: str) -> Answer:
        soft = self._site.soft
        if kind := soft.get("missing") or soft.get("all"):
            return self._disguised(path, kind)
        return answer(404, refusals.NOT_FOUND)

    def _disguised(self, path: str, kind: str) -> Answer:
        language = "en" if path.startswith("/eng/") else "zh-Hans"
        if kind == "redirect":
            return answer(302, b"", headers=[("Location", HOMES[language])])
        return answer(200, refusals.soft_404(language, HOMES[language]))

    def _robots(self) -> Answer:
        mode = self._site.robots_mode
        if mode == "missing":
            return answer(404, refusals.NOT_FOUND)
        if mode == "loop":
            return answer(302, b"", headers=[("Location", "/robots.txt")])
        if mode == "html":
            return answer(200, refusals.ROBOTS_HTML, HTML)
        texts = {"allow": "User-agent: *\nDisallow:\n", "disallow": "User-agent: *\nDisallow: /\n"}
        return answer(200, texts.get(mode, mode).encode(), "text/plain; charset=UTF-8")

    def _rendered(self, path: str, stamp: Hashable, modified: datetime, render: Callable[[], bytes]) -> Answer:
        held = self._cache.get(path)
        if held is not None and held[0] == stamp:
            self._cache.move_to_end(path)
            return held[1]
        if held is not None:
            self._held -= len(held[1].body)
        made = answer(200, render(), modified=self._validated(modified))
        self._cache[path] = (stamp, made)
        self._cache.move_to_end(path)
        self._held += len(made.body)
        while self._held > self._bound and len(self._cache) > 1:
            _, (_, dropped) = self._cache.popitem(last=False)
            self._held -= len(dropped.body)
        return made

    def _validated(self, modified: datetime) -> datetime | None:
        return modified if self._site.with_validators else None

    def _build(self, entry: Entry) -> Build:
        site = self._site
        return Build(site.generation, 2 if site.generation else min(2, int(entry.age * 3)))

    def _section(self, name: str) -> Section | None:
        return self._site.catalogue.sections.get(name) or CATALOGUE.get(name)
