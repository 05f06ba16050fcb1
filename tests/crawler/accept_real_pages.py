"""Prints what the extraction makes of the stored real pages, to be read against them; `--write` accepts it.

    python -m tests.crawler.accept_real_pages [--html] [--titles FILE] [--write]

`--titles` compares the lists with a table of address, title and date, tab-separated with a header line.
"""

import argparse
import csv
import json
import sys
from pathlib import Path

from crawler.extract import extract_listing, extract_statement
from crawler.profile import load_profile
from crawler.urls import SiteUrls
from store.model import Capture, Listing
from tests.crawler.real_pages import ACCEPTED, captures, reading


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--html", action="store_true", help="print the clean HTML too")
    parser.add_argument("--titles", type=Path, help="table to compare the lists with")
    parser.add_argument("--write", action="store_true", help="accept what was printed")
    options = parser.parse_args(arguments)
    profile = load_profile("china-mission-un")
    pages = list(captures())
    for file, capture in pages:
        print(f"\n===== {file}\n{capture.page}")
        if capture.kind == "listing":
            _print_listing(extract_listing(profile, capture))
        else:
            _print_statement(capture, html=options.html)
    differences = 0
    if options.titles:
        listings = [extract_listing(profile, capture) for _, capture in pages if capture.kind == "listing"]
        differences = _compare(listings, options.titles)
    if options.write:
        accepted = {file: reading(capture) for file, capture in pages}
        ACCEPTED.write_text(json.dumps(accepted, indent=1, ensure_ascii=True) + "\n", encoding="utf-8")
    return 1 if differences else 0


def _print_listing(listing: Listing) -> None:
    print(f"{listing.section} [{listing.label}] page {listing.number} of {listing.page_count}")
    for item in listing.items:
        print(f"  {item.date} {item.doc_id:>9} {item.title}")


def _print_statement(capture: Capture, *, html: bool) -> None:
    statement = extract_statement(load_profile("china-mission-un"), capture)
    print(f"title     {statement.title}\nsubtitle  {statement.subtitle}\ndate      {statement.date}")
    print(f"crumbs    {' > '.join(statement.crumbs)}\nimages    {statement.images}\nfiles     {statement.attachments}")
    for number, paragraph in enumerate(statement.paragraphs, 1):
        print(f"[{number}] {paragraph.text}")
        if html and paragraph.html != paragraph.text:
            print(f"     {paragraph.html}")


def _compare(listings: list[Listing], titles: Path) -> int:
    """Prints each difference between the lists and the table, and how many items were found in it."""
    urls = SiteUrls(load_profile("china-mission-un"))
    with titles.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    known = {urls.canonical(row["url"]): (" ".join(row["title"].split()), row["date"][:10]) for row in rows}
    compared = differences = 0
    for item in (item for listing in listings for item in listing.items):
        if item.page not in known:
            continue
        compared += 1
        if known[item.page] != (item.title, str(item.date)):
            differences += 1
            print(f"differs: {item.page}\n  list  {item.title!r} {item.date}\n  table {known[item.page]}")
    print(f"{compared} items compared with {titles.name}, {differences} differ")
    return differences


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
