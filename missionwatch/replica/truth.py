"""The truth about a statement: what a right extraction of its page must give."""

from dataclasses import dataclass
from datetime import date as Day  # `date` is a field name below and would hide the type

from missionwatch.replica.catalogue import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a right extraction of a live statement gives; see `Content` for the texts."""

    doc_id: str
    urls: tuple[str, ...]
    """Paths on this server, one for each section in `sections`."""
    sections: tuple[str, ...]
    language: str
    title: str
    subtitle: str
    date: Day
    time: str | None
    """None where the page prints `00:00`."""
    date_text: str
    """As printed: `2009-11-19 16:00`."""
    paragraphs: tuple[str, ...]
    images: tuple[tuple[str, str], ...]
    """File name (relative to the page) and alternative text, in order."""
    attachments: tuple[tuple[str, str], ...]
    """File name (relative to the page) and label, in order."""


def truth_of(entry: Entry, seed: int) -> Truth:
    """What is right to say of a statement as it is now, or was when it was removed."""
    content = entry.content(seed)
    return Truth(
        doc_id=entry.doc_id,
        urls=tuple(entry.addresses()),
        sections=tuple(entry.sections),
        language=content.language,
        title=content.title,
        subtitle=content.subtitle,
        date=content.date,
        time=None if content.time == "00:00" else content.time,
        date_text=f"{content.date} {content.time}",
        paragraphs=content.paragraphs,
        images=tuple((image.name, image.alt) for image in sorted(content.images, key=lambda image: image.before)),
        attachments=tuple((document.name, document.label) for document in content.attachments),
    )
