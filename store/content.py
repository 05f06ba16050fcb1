"""A statement's content as stored bytes and back: JSON in UTF-8, close to the page's own bytes so that it compresses
against them to almost nothing. Lone surrogates survive (`surrogatepass`), since a page may say anything."""

import json
from datetime import date
from typing import Any

from store.model import Attachment, Image, Paragraph, StatedDate, Statement


def dump(statement: Statement) -> bytes:
    """Bytes that `load` turns back into an equal statement."""
    stated = statement.date
    body: dict[str, Any] = {
        "site": statement.site,
        "doc_id": statement.doc_id,
        "language": statement.language,
        "title": statement.title,
        "subtitle": statement.subtitle,
        "date": [
            stated.text,
            stated.date.isoformat() if stated.date else None,
            stated.time,
            stated.zone,
            stated.source,
        ],
        # HTML equals escaped text for most paragraphs; then it is not written twice.
        "paragraphs": [[p.text] if p.html == _plain_html(p.text) else [p.text, p.html] for p in statement.paragraphs],
        "images": [[image.url, image.alt] for image in statement.images],
        "attachments": [[file.url, file.label, file.media_type] for file in statement.attachments],
        "section": statement.section,
        "crumbs": list(statement.crumbs),
        "template": statement.template,
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def load(data: bytes) -> Statement:
    """The statement that `dump` was given."""
    body = json.loads(data.decode("utf-8", "surrogatepass"))
    text, day, time, zone, source = body["date"]
    return Statement(
        site=body["site"],
        doc_id=body["doc_id"],
        language=body["language"],
        title=body["title"],
        subtitle=body["subtitle"],
        date=StatedDate(text=text, date=date.fromisoformat(day) if day else None, time=time, zone=zone, source=source),
        paragraphs=tuple(
            Paragraph(text=each[0], html=each[-1] if len(each) > 1 else _plain_html(each[0]))
            for each in body["paragraphs"]
        ),
        images=tuple(Image(url=url, alt=alt) for url, alt in body["images"]),
        attachments=tuple(
            Attachment(url=url, label=label, media_type=kind) for url, label, kind in body["attachments"]
        ),
        section=body["section"],
        crumbs=tuple(body["crumbs"]),
        template=body["template"],
    )


def _plain_html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
