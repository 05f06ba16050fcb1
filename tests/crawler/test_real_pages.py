"""The extraction against real pages of the site, as a person has read them.

The pages are not part of the project; `tests/crawler/real_pages.json` holds hashes of their texts.
"""

import json

import pytest

from tests.crawler.real_pages import ACCEPTED, captures, reading
from tests.needs import needs

EXPECTED = json.loads(ACCEPTED.read_text(encoding="utf-8"))

needs("real-pages")


def test_every_accepted_page_is_there() -> None:
    assert {file for file, _ in captures()} == set(EXPECTED)


@pytest.mark.parametrize("file", sorted(EXPECTED))
def test_a_real_page_reads_as_accepted(file: str) -> None:
    assert reading(dict(captures())[file]) == EXPECTED[file]
