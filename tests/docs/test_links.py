"""Every link within the project leads somewhere, and every page can be reached from the first one."""

import re
from pathlib import Path

import pytest

from tests.docs.documents import DOCUMENTS, Document
from tests.needs import ROOT

PAGES = {page.path: page for page in DOCUMENTS}


def _inner(page: Document) -> list[tuple[Path, str]]:
    """Path and anchor of the links that stay in the project."""
    found = []
    for target in page.links:
        if not re.match(r"[a-z]+:", target):
            name, _, anchor = target.partition("#")
            found.append(((page.path.parent / name).resolve() if name else page.path, anchor))
    return found


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Document) -> None:
    for path, anchor in _inner(page):
        assert path.exists(), f"{page.name}: {path}"
        assert path.is_relative_to(ROOT)
        assert not anchor or anchor in PAGES[path].anchors, f"{page.name}: {path.name}#{anchor}"


def test_every_page_can_be_reached_from_the_first_one() -> None:
    reached, ways = set(), [ROOT / "README.md"]
    while ways:
        path = ways.pop()
        if path in reached:
            continue
        reached.add(path)
        if path.is_dir():
            ways += path.glob("*.md")
        elif path in PAGES:
            ways += [target for target, _ in _inner(PAGES[path])]
    assert {page.name for page in DOCUMENTS if page.path not in reached} == set()


def test_anchors_are_those_that_pages_get() -> None:
    page = next(page for page in DOCUMENTS if page.name == "docs/decisions/0008-daemon.md")
    assert page.anchors == {"0008-the-daemon"}
