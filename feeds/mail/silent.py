"""Incidents as subscribers are told of them: what could not be read, and since when. No advice for operators."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from feeds.clean import title_text
from feeds.mail.settings import MailSettings
from feeds.mail.wording import Wording
from store.mailing.model import Wishes
from store.selection import section_slug

if TYPE_CHECKING:  # it stands on the database
    from store.incidents import Incident

MOST = 10


def touching(wishes: Wishes, incidents: "Iterable[Incident]") -> "list[Incident]":
    """The incidents that last and may keep something from who has these wishes: of his sites and sections.

    One that is about a whole site touches everybody who has not chosen other sites, whatever else is chosen.
    """
    sites, sections = wishes.facets.get("sites"), wishes.facets.get("sections")
    return [
        each
        for each in incidents
        if each.resolved is None
        and (not sites or each.site in sites)
        and (not sections or not each.scope or section_slug(each.site, each.scope) in sections)
    ]


def sentences(incidents: "Sequence[Incident]", wording: Wording, settings: MailSettings) -> Iterator[str]:
    """One sentence an incident, oldest first; at most ten, then how many more there are."""
    ordered = sorted(incidents, key=lambda each: (each.opened, each.site, each.code, each.scope))
    for each in ordered[:MOST]:
        name = f"silent.{each.code}"
        yield wording.say(
            name if wording.has(name) else "silent.other",
            site=settings.label(each.site),
            section=title_text(each.scope, 200),
            since=wording.moment(each.opened),
            code=title_text(each.code, 100),
        )
    if more := len(ordered[MOST:]):
        yield wording.count("silent.more", more)
