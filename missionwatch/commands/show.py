"""`missionwatch show`: one statement, whole, as text, Markdown, HTML or JSON."""

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from missionwatch import exits
from missionwatch.config_model import Settings
from missionwatch.output import emit, iso, moment, say
from missionwatch.wiring import open_existing

if TYPE_CHECKING:
    from store.model import Statement, StatementRecord, VersionFacts


def run(args: Namespace, settings: Settings) -> int:
    """Prints the latest version, or the one asked for. Fails with a sentence for an id or number that is not there."""
    with open_existing(settings) as database:
        from store.reader import Reader

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
    if args.json or args.format == "json":
        emit(as_json(record, number, content))
    elif args.format == "html":
        sys.stdout.write(as_html(content))
    elif args.format == "markdown":
        say(as_markdown(content, record.page))
    else:
        say(as_text(content, record, number))
    return exits.OK


def as_json(record: "StatementRecord", number: int, content: "Statement") -> dict[str, object]:
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
        # Who, where and what kind are not worked out by this release; an empty value says "not known".
        "kind": None,
        "speakers": [],
        "organ": None,
        "symbols": [],
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


def as_text(content: "Statement", record: "StatementRecord", number: int) -> str:
    """The statement as a person reads it, with where it stands and how it can be checked."""
    facts = _version(record, number)
    lines = [content.title]
    lines += [content.subtitle] if content.subtitle else []
    lines += [f"{content.date.text or 'no date'} ({content.date.zone})", ""]
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


def as_markdown(content: "Statement", url: str) -> str:
    """The statement as Markdown: title, date, paragraphs, source."""
    blocks = [f"# {_escape(content.title)}"]
    blocks += [f"*{_escape(content.subtitle)}*"] if content.subtitle else []
    blocks += [_escape(content.date.text)] if content.date.text else []
    blocks += [_escape(paragraph.text) for paragraph in content.paragraphs]
    blocks += [f"![{_escape(image.alt)}](<{image.url}>)" for image in content.images]
    blocks += [f"[{_escape(file.label)}](<{file.url}>)" for file in content.attachments]
    return "\n\n".join([*blocks, f"Source: <{url}>"])


def as_html(content: "Statement") -> str:
    """The statement as an HTML fragment in its language, cleaned again at this exit."""
    from html import escape

    from feeds.clean import safe_html

    paragraphs = "".join(f"<p>{safe_html(paragraph.html)}</p>\n" for paragraph in content.paragraphs)
    subtitle = f"<p>{escape(content.subtitle)}</p>\n" if content.subtitle else ""
    heading = f"<h1>{escape(content.title)}</h1>\n{subtitle}<p>{escape(content.date.text)}</p>\n"
    return f'<article lang="{escape(content.language)}">\n{heading}{paragraphs}</article>\n'


def _version(record: "StatementRecord", number: int) -> "VersionFacts":
    return next(each for each in record.versions if each.number == number)


def _escape(text: str) -> str:
    """Text that Markdown leaves alone: its marks are escaped, and it cannot begin a block."""
    marked = "".join(f"\\{each}" if each in "\\`*_{}[]<>#|~" else each for each in text)
    return f"\\{marked}" if marked[:1] in "-+=" else marked
