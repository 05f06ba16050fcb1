"""Citations that LaTeX, reference managers and people can read, and that never alter."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.citation import Citation, cite, latex
from feeds.permalinks import Permalinks
from store.model import StatedDate
from tests.feeds.fakes import FakeArchive, a_statement
from tests.feeds.payloads import ADDRESSES, PAYLOADS
from tests.feeds.world import SPEAKERS, world

ABSOLUTE = Permalinks.absolute("https://watch.example/desk")
CSL_NAMES = {
    *("id", "type", "title", "author", "container-title", "publisher", "genre", "issued", "accessed", "URL"),
    *("version", "language", "note"),
}


def citation_of(archive: FakeArchive, key: str, number: int, publisher: str = "Mission of the Harbour") -> Citation:
    record = archive.records[key]
    facts = record.versions[number - 1]
    return cite(record, facts, archive.version(key, number), publisher=publisher, absolute=ABSOLUTE)


def fields_of(entry: str) -> dict[str, str]:
    """Reads a BibTeX entry by counting braces, as BibTeX does: a backslash protects none."""
    opening = re.fullmatch(r"@misc\{([A-Za-z0-9:._-]+),\n(.*)\}", entry, re.DOTALL)
    assert opening is not None, entry
    rest, found = opening[2], {"": opening[1]}
    while rest:
        name, _, rest = rest.partition(" = ")
        if not rest.startswith("{"):
            value, _, rest = rest.partition(",\n")
        else:
            depths = accumulate({"{": 1, "}": -1}.get(letter, 0) for letter in rest)
            at = next(at for at, depth in enumerate(depths) if depth == 0)
            assert rest[at : at + 3] == "},\n", entry
            value, rest = rest[1:at], rest[at + 3 :]
        found[name.strip()] = value
    return found


def test_plain_words_name_speaker_title_date_version_address_and_hash() -> None:
    archive = world()
    facts = archive.records["un-3001"].versions[1]
    assert citation_of(archive, "un-3001", 2).plain == (
        "Qiao Wenlan, “Remarks by Ambassador Qiao Wenlan at the Security Council Open Debate on Maritime Weather "
        "Services, Coastal Lights and the Safety of Those Who Work at Sea”, Mission of the Harbour, 22 February 2026. "
        "Version 2, first read 25 February 2026, 13:06 UTC. "
        "https://watch.example/desk/statements/un-3001/versions/2 "
        f"(original: https://mission.example/3001.htm; SHA-256 of the text: {facts.text_sha256})."
    )


def test_bibtex() -> None:
    archive = world()
    fields = fields_of(citation_of(archive, "un-3002", 1, publisher="Müller & Søn {a}").bibtex)
    assert fields[""] == "un-3002-v1"
    assert fields["author"] == "{鹿清和}"
    assert fields["title"] == "{鹿清和大使在安理会海上气象服务问题公开辩论会上的发言}"
    assert fields["howpublished"] == r"M{\"{u}}ller \& S{\o}n \textbraceleft{}a\textbraceright{}"
    assert (fields["year"], fields["month"], fields["day"]) == ("2026", "feb", "25")
    assert fields["url"] == "https://watch.example/desk/statements/un-3002/versions/1"
    assert fields["language"] == "chinese"
    assert archive.records["un-3002"].versions[0].text_sha256 in fields["note"]


def test_csl_json() -> None:
    archive = world()
    (item,) = json.loads(citation_of(archive, "un-3100", 1).csl_json)
    assert set(item) == CSL_NAMES
    assert item["author"] == [{"literal": SPEAKERS[slug].name} for slug in ("bai-shuoyan", "luo-yanqiu")]
    assert item["issued"] == {"date-parts": [[2026, 2, 26]]}
    assert item["URL"] == "https://watch.example/desk/statements/un-3100/versions/1"
    assert (item["type"], item["version"], item["genre"]) == ("webpage", "1", "Joint statement")


def test_a_citation_never_alters_once_the_version_is_there() -> None:
    archive = world()
    before = citation_of(archive, "un-3001", 1)
    record = archive.records["un-3001"]
    seen = tuple(replace(facts, observed_last=facts.observed_last + timedelta(days=90)) for facts in record.versions)
    archive.records["un-3001"] = replace(record, versions=seen, state="removed")
    archive.edit("un-3001", a_statement("3001", "Another title"))
    assert citation_of(archive, "un-3001", 1) == before


def test_without_speaker_and_date_the_site_is_the_author_and_nothing_is_invented() -> None:
    archive = FakeArchive()
    uploaded = StatedDate(text="", date=date(2026, 3, 1), source="url")
    key = archive.add(a_statement(stated=uploaded))
    citation = citation_of(archive, key, 1)
    assert citation.plain.startswith("“Remarks on the harbour”, Mission of the Harbour. Version 1")
    assert fields_of(citation.bibtex)["author"] == "{Mission of the Harbour}"
    assert "year" not in fields_of(citation.bibtex)
    (item,) = json.loads(citation.csl_json)
    assert "issued" not in item
    assert item["author"] == [{"literal": "Mission of the Harbour"}]


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("50 % & more_#1 $5", r"50 \% \& more\_\#1 \$5"),
        ("a\\b^c~d", r"a\textbackslash{}b\textasciicircum{}c\textasciitilde{}d"),
        ("} {", r"\textbraceright{} \textbraceleft{}"),
        ("“Déjà” – Łódź", r"``D{\'{e}}j{\`{a}}'' -- {\L}{\'{o}}d{\'{z}}"),
        ("e\u0301", r"{\'{e}}"),
        ("联合国", "联合国"),
    ],
)
def test_latex(text: str, escaped: str) -> None:
    assert latex(text) == escaped


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_no_title_breaks_an_entry_or_becomes_a_command(title: str) -> None:
    archive = FakeArchive()
    key = archive.add(a_statement(title=title))
    citation = citation_of(archive, key, 1, publisher=title)
    fields = fields_of(citation.bibtex)
    assert {"author", "title", "version", "url", "note"} <= set(fields)
    for name in ("title", "howpublished"):
        commands = re.sub(r"\\(text[a-z]+|[a-zA-Z]+|[&%$#_'`^~=.\"])(\{\})?", "", fields.get(name, ""))
        assert not re.search(r"[\\%$#&_^]", commands), fields[name]
    assert json.loads(citation.csl_json)[0]["id"] == citation.key
    assert "\n" not in citation.plain
    for text in (citation.plain, citation.bibtex, citation.csl_json):
        text.encode()


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_address_breaks_an_entry(address: str) -> None:
    archive = FakeArchive()
    key = archive.add(a_statement())
    archive.records[key] = replace(archive.records[key], page=f"{address}{{}}}}\\ %")
    fields = fields_of(citation_of(archive, key, 1).bibtex)
    assert "%7B%7D%7D%5C" in fields["note"].replace("\\%", "%")


@pytest.mark.parametrize("payload", PAYLOADS[::9])
def test_no_payload_breaks_an_entry(payload: str) -> None:
    archive = FakeArchive()
    key = archive.add(a_statement(title=payload))
    citation = citation_of(archive, key, 1, publisher=payload)
    assert set(fields_of(citation.bibtex)) >= {"title", "note"}
    json.loads(citation.csl_json)
