"""An archive in which everything that a page can say is hostile."""

from dataclasses import replace

from feeds.settings import PublishSettings
from store.attribution import Facets, Kind, Organ, Speaker, Symbol
from store.glance import IncidentGlance, SectionGlance, SiteGlance
from store.model import Attachment, Image, Interval, Paragraph, StatedDate
from store.selection import Silence
from tests.feeds.fakes import FakeArchive, a_statement
from tests.feeds.payloads import ADDRESSES, PAYLOADS


def hostile_archive() -> FakeArchive:
    """One statement a payload, and one that was edited into all of them."""
    archive = FakeArchive()
    for number, payload in enumerate(PAYLOADS):
        _one(archive, number, payload, ADDRESSES[number % len(ADDRESSES)])
    plain = a_statement("9999", "Before", [f"Line {number} of many." for number in range(len(PAYLOADS))])
    key = archive.add(plain)
    archive.edit(
        key,
        replace(
            plain,
            title=PAYLOADS[0],
            subtitle=PAYLOADS[1],
            date=StatedDate(text=PAYLOADS[2]),
            paragraphs=tuple(Paragraph(text=payload, html=payload) for payload in PAYLOADS),
            images=tuple(Image(url=url, alt=PAYLOADS[3]) for url in ADDRESSES),
            attachments=tuple(Attachment(url=url, label=PAYLOADS[4], media_type=PAYLOADS[5]) for url in ADDRESSES),
        ),
    )
    return archive


def _one(archive: FakeArchive, number: int, payload: str, address: str) -> None:
    facets = Facets(
        speakers=(Speaker(name=payload, role=payload, slug=f"speaker-{number % 8}"),),
        organ=Organ(slug=f"organ-{number % 8}", name_en=payload, name_zh=payload),
        kind=Kind(slug=f"kind-{number % 7}", name_en=payload, name_zh=payload),
        symbols=(Symbol(symbol=payload, url=address),),
    )
    content = replace(
        a_statement(str(1000 + number), payload, [payload], html=[payload]),
        language=payload if number % 5 == 0 else "en",
        section=f"eng/{number % 9}",
    )
    key = archive.add(content, facets=facets)
    record = archive.records[key]
    looks = Interval(since=record.first_seen, until=record.first_seen, result=payload, looks=2)
    archive.records[key] = replace(
        record,
        page=address,
        places=tuple(replace(place, label=payload, page=address) for place in record.places),
        coverage=(looks,),
        duplicate_of=payload if number % 11 == 0 else None,
    )
    change = archive.changes[-1]
    archive.changes[-1] = replace(change, reasons=(payload, f"number: {payload} → 7", f"wording: {payload} (added)"))


def hostile_status(archive: FakeArchive) -> tuple[list[SiteGlance], list[Silence]]:
    """Sites and silences that say the payloads."""
    now = archive.now
    site = SiteGlance(
        site=PAYLOADS[0],
        statements=1,
        versions=1,
        changes=1,
        last_success=now,
        last_run=now,
        last_outcome=PAYLOADS[1],
        last_problems=tuple(
            {"code": payload, "url": ADDRESSES[number % len(ADDRESSES)], "detail": payload}
            for number, payload in enumerate(PAYLOADS[:20])
        ),
        incidents=tuple(
            IncidentGlance(code=payload, scope=payload, opened=now, times=1, detail=payload) for payload in PAYLOADS
        ),
        sections=tuple(
            SectionGlance(
                site=PAYLOADS[0],
                section=payload,
                label=payload,
                statements=1,
                last_success=now,
                last_new=now,
                baselined=True,
                remarks=(payload,),
            )
            for payload in PAYLOADS
        ),
    )
    silences = [
        Silence(id=number, site=PAYLOADS[0], section=payload, since=now, told=now, ended=None, detail=payload)
        for number, payload in enumerate(PAYLOADS)
    ]
    return [site], silences


HOSTILE_SETTINGS = PublishSettings(
    base_url="https://watch.example/desk", title=PAYLOADS[1], site_labels={"un": PAYLOADS[2]}
)
