"""The stored real pages of the site, which are no part of the project, and what a reading of them comes to."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from crawler.extract import extract_listing, extract_statement
from crawler.profile import load_profile
from store.model import Capture

FOLDER = Path(
    os.environ.get("MISSIONWATCH_REAL_PAGES", Path(__file__).parents[2].parent / "shared" / "real-pages"),
)
ACCEPTED = Path(__file__).with_name("real_pages.json")


def captures() -> Iterator[tuple[str, Capture]]:
    """File name and capture of every stored page."""
    for entry in json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8")):
        yield (
            entry["file"],
            Capture(
                site="un",
                kind="listing" if entry["kind"] == "listing" else "statement",
                page=entry["url"],
                url=entry["url"],
                fetched=datetime(2026, 5, 16, tzinfo=UTC),
                status=200,
                headers=(("Content-Type", "text/html"),),
                body=(FOLDER / entry["file"]).read_bytes(),
            ),
        )


def reading(capture: Capture) -> dict[str, Any]:
    """What the extraction says, with the site's own words as their hashes only."""
    profile = load_profile("china-mission-un")
    if capture.kind == "listing":
        listing = extract_listing(profile, capture)
        return {
            "section": listing.section,
            "label": _hash(listing.label),
            "number": listing.number,
            "page_count": listing.page_count,
            "count": len(listing.items),
            "items": [
                {"id": item.doc_id, "date": str(item.date), "page": item.page, "title": _hash(item.title)}
                for item in listing.items
            ],
        }
    statement = extract_statement(profile, capture)
    return {
        "id": statement.doc_id,
        "template": statement.template,
        "title": _hash(statement.title),
        "subtitle": _hash(statement.subtitle),
        "crumbs": [_hash(crumb) for crumb in statement.crumbs],
        "date_text": _hash(statement.date.text),
        "date": str(statement.date.date),
        "time": statement.date.time,
        "date_source": statement.date.source,
        "count": len(statement.paragraphs),
        "paragraphs": [_hash(paragraph.text) for paragraph in statement.paragraphs],
        "images": [image.url.rpartition("/")[2] for image in statement.images],
        "attachments": [attachment.url.rpartition("/")[2] for attachment in statement.attachments],
    }


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest() if text else ""
