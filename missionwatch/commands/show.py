"""`missionwatch show`: one statement, whole, as text, Markdown, HTML or JSON."""

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from missionwatch import exits
from missionwatch.config_model import Settings
from missionwatch.output import emit, iso, moment, say
from missionwatch.wiring import open_indexed

if TYPE_CHECKING:
    from store.attribution import Facets
    from store.model import Statement, StatementRecord, VersionFacts


def run(args: Namespace, settings: Settings) -> int:
    """Prints the latest version, or the one asked for. Fails with a sentence for an id or number that is not there."""
    with open_indexed(settings) as database:
        from store.reader import Reader
        from store.rules import RULES

        reader = Reader(database)
        record = reader.statement(args.id)
        if record is None:
            raise exits.UsageError(f"No statement {args.id}: `missionwatch changes --include-baseline` lists them all.")
        number = args.number or record.version.number
        try:
            content = reader.version(args.id, number)
        except KeyError:
            raise exits.UsageError(
                f"{args.id} has versions 1 to {record.version.number}, no version {number}."
            ) from None
    facets = record.facets
    if number != record.version.number:
        facets = RULES.read(content, [place.section for place in record.places])
    if args.json or args.format == "json":
        emit(as_json(record, number, content, facets))
    elif args.format == "html":
        sys.stdout.write(as_html(content, facets))
    elif args.format == "markdown":
        say(as_markdown(content, record.page, facets))
    else:
        say(as_text(content, record, number, facets))
    return exits.OK


def as_json(record: "StatementRecord", number: int, content: "Statement", facets: "Facets") -> dict[str, object]:
    """The object of `show --json`, as the contract lists it."""
    return {
        "id": record.key,
        "site": record.site,
        "language": record.language,
        "url": record.page,
        "state": record.state,
        "title": content.title,
        "subtitle": content.subtitle,
        "date": {
            "text": content.date.text,
            "date": content.date.date.isoformat() if content.date.date else None,
            "time": content.date.time,
            "zone": content.date.zone,
        },
        "kind": facets.kind.slug if facets.kind else None,
        "speakers": [{"name": each.name, "role": each.role} for each in facets.speakers],
        "organ": facets.organ.slug if facets.organ else None,
        "symbols": [{"symbol": each.symbol, "url": each.url} for each in facets.symbols],
        "locations": [
            {
                "url": place.page,
                "section": place.section,
                "label": place.label,
                "first_seen": iso(place.first_seen),
                "last_seen": iso(place.last_seen),
            }
            for place in record.places
        ],
        "paragraphs": [paragraph.text for paragraph in content.paragraphs],
        "attachments": [
            # The files themselves are not fetched by this release, so their hash is not known.
            {"url": file.url, "label": file.label, "media_type": file.media_type, "sha256": None}
            for file in content.attachments
        ],
        "images": [{"url": image.url, "alt": image.alt} for image in content.images],
        "text_sha256": _version(record, number).text_sha256,
        "versions": [
            {
                "number": each.number,
                "kind": each.kind,
                "observed_first": iso(each.observed_first),
                "observed_last": iso(each.observed_last),
                "text_sha256": each.text_sha256,
                "capture_sha256": each.capture_sha256,
                "extractor": each.extractor,
            }
            for each in record.versions
        ],
        "coverage": [
            {"from": iso(each.since), "to": iso(each.until), "result": each.result, "looks": each.looks}
            for each in record.coverage
        ],
        "duplicate_of": record.duplicate_of,
    }


def as_text(content: "Statement", record: "StatementRecord", number: int, facets: "Facets") -> str:
    """The statement as a person reads it, with where it stands and how it can be checked."""
    facts = _version(record, number)
    lines = [content.title]
    lines += [content.subtitle] if content.subtitle else []
    lines += [f"{content.date.text or 'no date'} ({content.date.zone})"]
    lines += [*(f"{name}: {value} {url}".rstrip() for name, value, url in _told(content, facets)), ""]
    lines += [content.text, ""]
    lines += [f"Image: {image.url}" for image in content.images]
    lines += [f"Attachment: {file.label} {file.url}" for file in content.attachments]
    lines += [f"Listed in: {place.section} ({place.label}) {place.page}" for place in record.places]
    lines += [f"Says the same as {record.duplicate_of}, which was there first."] if record.duplicate_of else []
    lines += [
        f"{each.result.replace('_', ' ')}: {moment(each.since)}"
        + (f" to {moment(each.until)}, {each.looks} looks" if each.looks > 1 else "")
        for each in record.coverage
    ]
    lines += [
        f"{record.key}, version {number} of {record.version.number}, {record.state}; "
        f"seen from {moment(facts.observed_first)} to {moment(facts.observed_last)}.",
        f"SHA-256 of the text {facts.text_sha256}, of the page as fetched {facts.capture_sha256}",
    ]
    return "\n".join(lines)


def as_markdown(content: "Statement", url: str, facets: "Facets") -> str:
    """The statement as Markdown: title, date, who and where, paragraphs, source."""
    blocks = [f"# {_escape(content.title)}"]
    blocks += [f"*{_escape(content.subtitle)}*"] if content.subtitle else []
    blocks += [_escape(content.date.text)] if content.date.text else []
    told = [f"- {name}: " + _linked(value, url) for name, value, url in _told(content, facets)]
    blocks += ["\n".join(told)] if told else []
    blocks += [_escape(paragraph.text) for paragraph in content.paragraphs]
    blocks += [f"![{_escape(image.alt)}](<{image.url}>)" for image in content.images]
    blocks += [f"[{_escape(file.label)}](<{file.url}>)" for file in content.attachments]
    return "\n\n".join([*blocks, f"Source: <{url}>"])


def as_html(content: "Statement", facets: "Facets") -> str:
    """The statement as an HTML fragment in its language, cleaned again at this exit."""
    from html import escape

    from feeds.clean import safe_html

    paragraphs = "".join(f"<p>{safe_html(paragraph.html)}</p>\n" for paragraph in content.paragraphs)
    subtitle = f"<p>{escape(content.subtitle)}</p>\n" if content.subtitle else ""
    told = "".join(
        f'<dt lang="en">{name}</dt><dd>'
        + (f'<a href="{escape(url)}">{escape(value)}</a>' if url else escape(value))
        + "</dd>\n"
        for name, value, url in _told(content, facets)
    )
    heading = f"<h1>{escape(content.title)}</h1>\n{subtitle}<p>{escape(content.date.text)}</p>\n"
    heading += f"<dl>\n{told}</dl>\n" if told else ""
    return f'<article lang="{escape(content.language)}">\n{heading}{paragraphs}</article>\n'


def _told(content: "Statement", facets: "Facets") -> list[tuple[str, str, str]]:
    """Who, where and what kind, for people: what it is, its name in the text's language, an address or nothing."""
    is_chinese = content.language.startswith("zh")
    told = [("Speaker", f"{each.name}, {each.role}" if each.role else each.name, "") for each in facets.speakers]
    for name, each in (("Organ", facets.organ), ("Kind", facets.kind)):
        told += [(name, each.name_zh if is_chinese else each.name_en, "")] if each else []
    return told + [("Document", each.symbol, each.url) for each in facets.symbols]


def _linked(text: str, url: str) -> str:
    return f"[{_escape(text)}](<{url}>)" if url else _escape(text)


def _version(record: "StatementRecord", number: int) -> "VersionFacts":
    return next(each for each in record.versions if each.number == number)


def _escape(text: str) -> str:
    """Text that Markdown leaves alone: its marks are escaped, and it cannot begin a block."""
    marked = "".join(f"\\{each}" if each in "\\`*_{}[]<>#|~" else each for each in text)
    return f"\\{marked}" if marked[:1] in "-+=" else marked
