"""Bytes come back as they were put, once and small; damaged ones never pass for whole."""

import random

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select, update

from store import blobs
from store.blobs import EARLY_DEPTH, MAX_DEPTH, BlobCache, BlobShelf, DamagedBlobError
from store.database import Database, DatabaseError
from store.tables import blob
from tests.store.world import rows

FRAME = b"<nav>home</nav>" + bytes(range(256)) * 8


def shelf(connection: Connection) -> BlobShelf:
    """A shelf that remembers nothing, so that reading means reading the database."""
    return BlobShelf(connection, BlobCache())


def put_all(database: Database, *plain: bytes, chain: bool = False) -> list[int]:
    ids: list[int] = []
    with database.writing() as connection:
        here = shelf(connection)
        for each in plain:
            ids.append(here.put(each, base=ids[-1] if chain and ids else None))
        here.flush()
    return ids


def test_bytes_come_back(database: Database) -> None:
    noise = random.Random(1).randbytes(1_000_000)
    for chain in (False, True):
        plain = [f"{chain}".encode(), b"", noise + b"%d" % chain, noise[:-1], b"\x00", FRAME + b"%d" % chain]
        ids = put_all(database, *plain, chain=chain)
        with database.reading() as connection:
            assert [shelf(connection).get(each) for each in ids] == plain


def test_a_base_that_is_not_written_yet_may_be_large(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "CACHED_BYTES", len(FRAME))
    plain = [FRAME, random.Random(1).randbytes(len(FRAME)), FRAME + b"!", FRAME + b"?"]
    with database.writing() as connection:
        here = shelf(connection)
        first, other = here.put(plain[0]), here.put(plain[1])
        second = here.put(plain[2], base=first)
        here.put(b"nothing", base=other)
        ids = [first, other, second, here.put(plain[3], base=second)]
        here.flush()
        assert [shelf(connection).get(each) for each in ids] == plain
    assert [row["depth"] for row in rows(database, blob)] == [0, 0, 1, 1, 2]


def test_bytes_are_kept_once(database: Database) -> None:
    [first] = put_all(database, FRAME)
    with database.writing() as connection:
        here = shelf(connection)
        assert here.put(FRAME) == first
        second = here.put(FRAME + b"!", base=first)
        assert here.put(FRAME + b"!") == second
        here.flush()
        assert here.put(FRAME + b"!", base=first) == second
        here.flush()
    with database.writing() as connection:
        here = shelf(connection)
        here.load(row["sha256"].hex() for row in rows(database, blob))
        assert [here.put(FRAME), here.put(FRAME + b"!")] == [first, second]
        here.flush()
    assert len(rows(database, blob)) == 2


def test_chains_stay_short_and_small(database: Database) -> None:
    plain = [FRAME + b"%d" % number for number in range(2 * MAX_DEPTH + 3)]
    ids = put_all(database, *plain, chain=True)
    kept = {row["id"]: row for row in rows(database, blob)}
    whole, branch = range(MAX_DEPTH + 1), range(EARLY_DEPTH + 1, MAX_DEPTH + 1)
    assert [row["depth"] for row in kept.values()] == [*whole, *branch, *branch][: len(plain)]
    assert {kept[row["base"]]["depth"] for row in kept.values() if row["depth"] == EARLY_DEPTH + 1} == {EARLY_DEPTH}
    assert all((row["base"] is None) == (row["depth"] == 0) for row in kept.values())
    assert all(len(row["data"]) < 40 for row in kept.values() if row["depth"])
    with database.reading() as connection:
        assert [shelf(connection).get(each) for each in ids] == plain


def test_the_better_of_two_bases_is_taken(database: Database) -> None:
    one, other = (random.Random(seed).randbytes(2000) for seed in (1, 2))
    with database.writing() as connection:
        here = shelf(connection)
        first, second, empty = here.put(one), here.put(other), here.put(b"")
        made = [
            here.put(other + b"1", base=first, or_base=second),
            here.put(other + b"2", base=second, or_base=first),
            here.put(other + b"3", base=empty, or_base=second),
            here.put(other + b"4", base=second, or_base=empty),
        ]
        here.flush()
        assert [shelf(connection).get(each) for each in made] == [other + b"%d" % number for number in (1, 2, 3, 4)]
    kept = {row["id"]: row for row in rows(database, blob)}
    assert [(kept[each]["base"], kept[each]["depth"]) for each in made] == [(second, 1)] * 4


def test_what_is_worth_more_time_is_smaller(database: Database) -> None:
    rng = random.Random(3)
    words = [rng.randbytes(rng.randrange(4, 12)).hex() for _ in range(300)]
    [first] = put_all(database, " ".join(words).encode())
    sizes = {}
    for tight in (False, True):
        plain = " ".join([f"{tight}", *rng.sample(words, 300)]).encode()
        with database.writing() as connection:
            here = shelf(connection)
            made = here.put(plain, base=first, tight=tight)
            alone = here.put(plain + b"alone", tight=tight)
            same = here.put(plain + b".", base=made, tight=tight)
            here.flush()
            assert [shelf(connection).get(each) for each in (made, alone, same)] == [
                plain,
                plain + b"alone",
                plain + b".",
            ]
        sizes[tight] = [len(row["data"]) for row in rows(database, blob) if row["id"] == made]
    assert sizes[True] < sizes[False]


@pytest.mark.parametrize("cached", [True, False])
def test_a_full_chain_is_followed_whoever_wrote_it(database: Database, cached: bool) -> None:
    ids = put_all(database, *(FRAME + b"%d" % number for number in range(MAX_DEPTH + 1)), chain=True)
    cache = BlobCache()
    with database.writing() as connection:
        if cached:
            assert BlobShelf(connection, cache).get(ids[-1]) == FRAME + b"%d" % MAX_DEPTH
        here = BlobShelf(connection, cache)
        last = here.put(FRAME + b"last", base=ids[-1])
        here.flush()
    assert [row["base"] for row in rows(database, blob) if row["id"] == last] == [ids[EARLY_DEPTH]]


def test_a_full_chain_without_its_beginning_is_named(sqlite: Database) -> None:
    ids = put_all(sqlite, *(b"torn" + FRAME + b"%d" % number for number in range(MAX_DEPTH + 1)), chain=True)
    cache = BlobCache()
    with sqlite.writing() as connection:
        here = BlobShelf(connection, cache)
        here.get(ids[-1])
        connection.execute(update(blob).where(blob.c.id == ids[-2]).values(base=None))
        with pytest.raises(DamagedBlobError, match=rf"\bblob {ids[-2]}: it names no base"):
            here.put(FRAME + b"last", base=ids[-1])


def test_empty_bytes_are_no_base(database: Database) -> None:
    put_all(database, b"", FRAME, chain=True)
    assert [(row["base"], row["depth"], row["size"]) for row in rows(database, blob)] == [
        (None, 0, 0),
        (None, 0, len(FRAME)),
    ]


def test_cache_gives_way_and_nothing_is_lost(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "CACHED_BYTES", 2 * len(FRAME) + 100)
    plain = [FRAME + b"%d" % number for number in range(MAX_DEPTH)]
    ids = put_all(database, *plain, chain=True)
    cache = BlobCache()
    with database.reading() as connection:
        here = BlobShelf(connection, cache)
        for number in (*range(MAX_DEPTH), *reversed(range(MAX_DEPTH))):
            assert here.get(ids[number]) == plain[number]
            assert sum(cache.get(each) is not None for each in ids) <= 2
        cache.forget()
        assert not any(cache.get(each) for each in ids)
        assert here.get(ids[-1]) == plain[-1]


def test_cached_twice_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "CACHED_BYTES", 10)
    cache = BlobCache()
    for _ in range(3):
        cache.add(1, b"12345", 0)
    cache.add(2, b"12345", 0)
    assert cache.get(1) is not None
    cache.add(3, b"1", 0)
    assert [cache.get(each) is not None for each in (1, 2, 3)] == [True, False, True]


@pytest.mark.parametrize("depth", [0, 2])
def test_no_flipped_bit_goes_unnoticed(database: Database, depth: int) -> None:
    plain = [FRAME[:60] + b"%d" % number for number in range(3)]
    ids = put_all(database, *plain, chain=True)
    data = rows(database, blob)[depth]["data"]
    refused: list[str] = []
    with database.writing() as connection:
        for place in range(len(data)):
            for bit in (0x01, 0x80):
                bad = data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]
                connection.execute(update(blob).where(blob.c.id == ids[depth]).values(data=bad))
                try:
                    # Some bits of a frame mean nothing; then the bytes are the right ones.
                    assert shelf(connection).get(ids[-1]) == plain[-1]
                except DamagedBlobError as error:
                    refused.append(str(error))
    assert len(refused) > len(data)
    assert all(f"blob {ids[depth]}:" in each for each in refused)


def test_other_bytes_than_the_kept_ones_are_refused(database: Database) -> None:
    [blob_id] = put_all(database, FRAME)
    huge = bytes.fromhex("28b52ffdc0") + b"\x00" + (1 << 62).to_bytes(8, "little") + bytes.fromhex("010000")
    other = zstandard.compress(FRAME[::-1])
    with database.writing() as connection:
        for bad in (huge, other, zstandard.compress(FRAME + b"!"), other[:-4], b"", b"<html>"):
            connection.execute(update(blob).where(blob.c.id == blob_id).values(data=bad))
            with pytest.raises(DamagedBlobError, match=rf"\b{blob_id}\b"):
                shelf(connection).get(blob_id)


def test_what_is_not_there_is_named(database: Database) -> None:
    with database.reading() as connection, pytest.raises(DamagedBlobError, match=r"\b77\b"):
        shelf(connection).get(77)


def test_bases_in_a_circle_end(database: Database) -> None:
    first, second = put_all(database, FRAME, FRAME + b"!", chain=True)
    with database.writing() as connection:
        connection.execute(update(blob).where(blob.c.id == first).values(base=second, depth=2))
        with pytest.raises(DatabaseError, match=rf"\bblob {second}: .* circle.* restore it from a backup\.$"):
            shelf(connection).get(second)


@settings(max_examples=30, deadline=None)
@given(plans=st.lists(st.tuples(st.binary(max_size=30), st.integers(0, 3)), min_size=1, max_size=30))
def test_any_bytes_over_any_base_come_back(sqlite: Database, plans: list[tuple[bytes, int]]) -> None:
    with sqlite.writing() as connection:
        here, ids = shelf(connection), list[int]()
        for plain, back in plans:
            ids.append(here.put(plain * 3, base=ids[-back] if 0 < back <= len(ids) else None))
        here.flush()
        assert [shelf(connection).get(each) for each in ids] == [plain * 3 for plain, _ in plans]
        assert connection.execute(select(func.max(blob.c.depth))).scalar_one() <= MAX_DEPTH
