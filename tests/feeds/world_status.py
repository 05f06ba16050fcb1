"""How the site of `world` stands: an open incident, a problem, remarks, and two silences."""

from datetime import UTC, datetime, timedelta

from store.glance import IncidentGlance, SectionGlance, SiteGlance
from store.selection import Silence
from tests.feeds.fakes import FakeArchive

BEGIN = datetime(2026, 2, 20, 6, 0, tzinfo=UTC)


def glance_of(archive: FakeArchive) -> SiteGlance:
    """The site with the sections of the archive."""
    sections = [part for part in archive.slices() if part.field == "sections"]
    return SiteGlance(
        site="un",
        statements=len(archive.records),
        versions=sum(len(record.versions) for record in archive.records.values()),
        changes=len(archive.news()),
        last_success=archive.now,
        last_run=archive.now,
        last_outcome="partial",
        last_problems=(
            {"code": "http-503", "url": "https://mission.example/eng/culture/", "detail": "The page answered 503."},
        ),
        incidents=(
            IncidentGlance(
                code="section-unreadable",
                scope="eng/culture",
                opened=BEGIN + timedelta(days=9),
                times=14,
                detail="A listing page could not be read.",
            ),
        ),
        sections=tuple(
            SectionGlance(
                site="un",
                section=part.slug.removeprefix("un-").replace("-", "/"),
                label=part.label,
                statements=part.statements,
                last_success=archive.now - timedelta(hours=number),
                last_new=archive.now - timedelta(days=number) if number % 2 else None,
                baselined=number != 3,
                remarks=("nothing new for 40 days, though usually every 3",) if number == 5 else (),
            )
            for number, part in enumerate(sections)
        ),
    )


def silences() -> list[Silence]:
    """One that is over, of the whole site, and one that lasts."""
    return [
        Silence(
            id=3,
            site="un",
            section="",
            since=BEGIN + timedelta(days=1),
            told=BEGIN + timedelta(days=1, hours=6),
            ended=BEGIN + timedelta(days=1, hours=9),
            detail="The site could not be reached.",
        ),
        Silence(
            id=5,
            site="un",
            section="eng/culture",
            since=BEGIN + timedelta(days=9),
            told=BEGIN + timedelta(days=9, hours=6),
            ended=None,
            detail="A listing page could not be read.",
        ),
    ]
