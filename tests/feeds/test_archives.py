from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feeds import archives
from feeds.archives import BYTES, Archived, close, take
from feeds.publish import PublishSettings, publish
from store.attribution import Facets, Speaker
from tests.feeds.fakes import FakeArchive, a_statement
from tests.feeds.test_publish import snapshot

SETTINGS = PublishSettings(base_url="https://watch.example", feed_entries=4)
ATOM = "{http://www.w3.org/2005/Atom}"
HISTORY = "{http://purl.org/syndication/history/1.0}"


@given(
    sizes=st.lists(st.integers(1, BYTES + 1000), max_size=30),
    cuts=st.sets(st.integers(0, 30)),
    most=st.integers(1, 7),
)
def test_where_a_document_ends_follows_from_the_entries_alone(sizes: list[int], cuts: set[int], most: int) -> None:
    def size(numbers: Sequence[int]) -> Sequence[int]:
        return [sizes[number - 1] for number in numbers]

    at_once, stepwise = Archived(), Archived()
    numbers = range(1, len(sizes) + 1)
    take(at_once, numbers, ())
    fresh = close(at_once, size, most)
    assert fresh == list(range(1, len(at_once.closed) + 1))
    closed: list[str] = []
    for number in numbers:
        take(stepwise, [number], ())
        if number in cuts:
            close(stepwise, size, most)
            assert stepwise.closed[: len(closed)] == closed
            closed = list(stepwise.closed)
    close(stepwise, size, most)
    assert stepwise == at_once
    documents = [*map(at_once.document, fresh), at_once.open]
    assert [number for document in documents for number in document] == list(numbers)
    for document in documents:
        assert len(document) <= most
        assert len(document) <= 1 or sum(size(document)) <= BYTES


def test_what_joins_late_is_opened_and_what_leaves_goes_unless_it_is_closed() -> None:
    archived = Archived(["3 4"], [7, 9])
    take(archived, [1, 4, 7, 10], [3, 9])
    assert archived == Archived(["3 4"], [1, 7, 10])


def read(out: Path, name: str) -> tuple[list[int], dict[str, str], bool]:
    """The numbers of the changes in a document, its links by relation, and whether it is an archive."""
    root = etree.parse(out / name).getroot()
    ids = [str(entry.findtext(f"{ATOM}id")) for entry in root.iter(f"{ATOM}entry")]
    links = {str(link.get("rel")): str(link.get("href")) for link in root.findall(f"{ATOM}link")}
    return [int(each.rpartition(":")[2]) for each in ids], links, root.find(f"{HISTORY}archive") is not None


def test_closed_documents_keep_their_entries_and_the_feed_has_the_rest(tmp_path: Path) -> None:
    archive = FakeArchive()
    before: dict[str, bytes] = {}
    for number in range(15):
        archive.add(a_statement(str(number), f"Statement {number}"))
        publish(archive, tmp_path, SETTINGS)
        now = {name: data for name, data in snapshot(tmp_path).items() if name.startswith("feeds/archive/changes/")}
        # Only the last of them may get the address of its successor.
        altered = {name for name in before if now[name] != before[name]}
        assert altered <= {f"feeds/archive/changes/{len(before)}.atom"}
        for name in altered:
            assert now[name].replace(f"{len(before) + 1}.atom".encode(), b"").count(b"<entry") == before[name].count(
                b"<entry"
            )
        before = now
        numbers, links, archived = read(tmp_path, "feeds/changes.atom")
        assert not archived
        seen = set(numbers)
        while "prev-archive" in links:
            name = links["prev-archive"].removeprefix("https://watch.example/")
            numbers, links, archived = read(tmp_path, name)
            assert archived
            assert links["current"] == "https://watch.example/feeds/changes.atom"
            seen |= set(numbers)
        assert seen == set(range(1, number + 2))
    numbers, links, _ = read(tmp_path, "feeds/archive/changes/2.atom")
    assert numbers == [8, 7, 6, 5]
    assert links["next-archive"] == "https://watch.example/feeds/archive/changes/3.atom"
    assert "next-archive" not in read(tmp_path, "feeds/archive/changes/3.atom")[1]
    assert read(tmp_path, "feeds/changes.atom")[0] == [15, 14, 13, 12]


def test_a_statement_that_joins_a_slice_late_is_told_after_what_is_closed(tmp_path: Path) -> None:
    ann = Facets(speakers=(Speaker(name="Ann Quay", role="", slug="ann-quay"),))
    archive = FakeArchive()
    late = archive.add(a_statement("1", "Found first"))
    for number in range(2, 8):
        archive.add(a_statement(str(number), f"Statement {number}"), facets=ann)
    publish(archive, tmp_path, SETTINGS)
    closed = (tmp_path / "feeds/archive/speakers/ann-quay/changes/1.atom").read_bytes()
    archive.read_as(late, ann)
    publish(archive, tmp_path, SETTINGS)
    assert (tmp_path / "feeds/archive/speakers/ann-quay/changes/1.atom").read_bytes() == closed
    assert set(read(tmp_path, "feeds/speakers/ann-quay/changes.atom")[0]) >= {1, 6, 7}
    assert publish(archive, tmp_path, SETTINGS, full=True).written == 0


@pytest.mark.slow
def test_five_hundred_changes_at_once_are_all_reachable(tmp_path: Path) -> None:
    archive = FakeArchive()
    for number in range(500):
        archive.add(a_statement(str(number), f"Statement {number}"))
    settings = PublishSettings(base_url="https://watch.example")
    publish(archive, tmp_path, settings)
    numbers, links, _ = read(tmp_path, "feeds/changes.atom")
    seen, documents = set(numbers), 1
    while "prev-archive" in links:
        numbers, links, _ = read(tmp_path, links["prev-archive"].removeprefix("https://watch.example/"))
        assert len(numbers) <= archives.ENTRIES
        seen |= set(numbers)
        documents += 1
    assert seen == set(range(1, 501))
    assert documents == 10
