"""A real database with many statements, each of them new and then edited: as crawls would have left it."""

import pickle
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from html import escape
from pathlib import Path
from random import Random

from benchmarks.pages import FETCHED, SITE, pages_of
from crawler.extract import extract_listing, extract_statement, extractor_id
from store import schema
from store.archive import Archive
from store.database import Database
from store.indexing import catch_up
from store.model import Capture, Paragraph, Statement
from store.observation import ListingSeen, Observation, StatementSeen
from store.rules import RULES
from store.runs import close_walk, start_run

BATCH = 64


def fill(path: Path, statements: int, later: int = 0) -> tuple[list[str], list[StatementSeen]]:
    """Makes a SQLite database with twice as many changes that are news as statements.

    Returns the statements' keys, and what is seen of further ones, at most so many, that are listed and not read yet.
    """
    pages = pages_of(statements + later)
    extractor = extractor_id(pages.profile)
    draw = Random(7)  # texts, no secrets
    with closing(Database(f"sqlite:///{path}")) as database:
        schema.ensure(database)
        archive = Archive(database, start_run(database, SITE, "full", FETCHED))
        listings = [
            ListingSeen(capture=each, listing=extract_listing(pages.profile, each, pages.urls))
            for each in pages.listings
        ]
        # The sections' baselines are over before anything is listed, so that everything is news.
        first = [replace(each, listing=replace(each.listing, items=each.listing.items[:1])) for each in listings]
        archive.record([each for each in first if each.listing.number == 0], FETCHED)
        known = {item.page for each in first for item in each.listing.items}  # of the baseline, so no news
        for section in {each.listing.section for each in listings}:
            close_walk(database, SITE, section, began=FETCHED, now=FETCHED)
        archive.record(listings, FETCHED)
        keys = []
        for batch in _batches(pages.statements[:statements]):
            read = [extract_statement(pages.profile, capture, pages.urls) for capture in batch]
            keys += [each.key for each in read]
            for days, texts in ((0, read), (1, [edited(each, draw) for each in read])):
                now = FETCHED + timedelta(days=days + len(keys) // 50)
                seen: list[Observation] = [
                    StatementSeen(
                        capture=replace(capture, fetched=now, body=capture.body + b" " * days),
                        statement=text,
                        extractor=extractor,
                        confirmed=True,
                    )
                    for capture, text in zip(batch, texts, strict=True)
                ]
                archive.record(seen, now)
        catch_up(database, RULES)
    waiting = [
        StatementSeen(
            capture=capture,
            statement=extract_statement(pages.profile, capture, pages.urls),
            extractor=extractor,
            confirmed=True,
        )
        for capture in pages.statements[statements:]
        if capture.page not in known
    ]
    return keys, waiting


def edited(statement: Statement, draw: Random) -> Statement:
    """The statement with a sentence more somewhere."""
    paragraphs = list(statement.paragraphs)
    at = draw.randrange(len(paragraphs))
    text = f"{paragraphs[at].text} The number of seats was {draw.randrange(10, 1000)}."
    paragraphs[at] = Paragraph(text=text, html=escape(text, quote=False))
    return replace(statement, paragraphs=tuple(paragraphs))


def _batches(captures: Sequence[Capture]) -> Iterator[Sequence[Capture]]:
    for at in range(0, len(captures), BATCH):
        yield captures[at : at + BATCH]


if __name__ == "__main__":
    path, statements, later = sys.argv[1:]
    Path(f"{path}.later").write_bytes(pickle.dumps(fill(Path(path), int(statements), int(later))))
