"""The real titles of the references, which are no part of the project, as statements to be read.

`real-titles.tsv` beside the folder of the stored pages has one line an address. The pages themselves have more titles
in their lists, and some have the text.
"""

import re
from hashlib import sha256
from pathlib import Path

from crawler.extract import extract_listing, extract_statement
from crawler.profile import load_profile
from store.model import Statement
from tests.crawler.real_pages import captures

LIST = Path("reference", "real-titles.tsv")


def real_statements(pages: Path) -> dict[str, Statement]:
    """Every statement that is known by its title at least, by address without scheme."""
    found: dict[str, Statement] = {}
    profile = load_profile("china-mission-un")
    for _, capture in captures():
        if capture.kind == "statement":
            found[_address(capture.page)] = extract_statement(profile, capture)
        else:
            for item in extract_listing(profile, capture).items:
                found.setdefault(_address(item.page), _titled(_address(item.page), item.title))
    if (pages.parent / LIST).is_file():
        for line in (pages.parent / LIST).read_text(encoding="utf-8").splitlines()[1:]:
            address, title = line.split("\t")[:2]
            found.setdefault(_address(address), _titled(_address(address), title))
    return found


def mark(title: str) -> str:
    """By which a golden line knows its title."""
    return sha256(" ".join(title.split()).encode()).hexdigest()[:16]


def _titled(address: str, title: str) -> Statement:
    section = re.sub(r"(?:/\d{6})?/t[\d_]+\.html?$", "", address.partition("/")[2])
    return Statement(site="un", doc_id="1", language="en", title=title, section=section)


def _address(url: str) -> str:
    return url.partition("://")[2]
