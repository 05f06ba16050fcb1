"""How each site stands, in words: last success, last news, what is wrong, and when nobody could look."""

from collections.abc import Sequence
from dataclasses import dataclass

from feeds import phrases
from feeds.clean import title_text
from store.glance import IncidentGlance, SiteGlance
from store.selection import Silence


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A site with what is to be said of it."""

    site: SiteGlance
    verdict: str
    """One sentence for the whole site."""
    sound: bool
    """Whether nothing is open."""
    silences: tuple[Silence, ...]
    """Newest first."""


def standings(sites: Sequence[SiteGlance], silences: Sequence[Silence]) -> tuple[Standing, ...]:
    """One a site, in the order given."""
    return tuple(_standing(site, [each for each in silences if each.site == site.site]) for site in sites)


def incident_words(incident: IncidentGlance) -> str:
    """What an incident is, in words; its code where there are none for it."""
    return phrases.INCIDENTS.get(incident.code, title_text(incident.code))


def outcome_words(outcome: str | None) -> str:
    """What a run came to, in words."""
    if outcome is None:
        return "still going on"
    return {str(key): words for key, words in phrases.OUTCOMES.items()}.get(outcome, title_text(outcome))


def _standing(site: SiteGlance, silences: Sequence[Silence]) -> Standing:
    overdue = [section for section in site.sections if section.remarks]
    lasting = [each for each in silences if each.ended is None]
    if site.last_run is None:
        verdict = "It has not been looked at yet."
    elif site.incidents or lasting:
        verdict = f"{phrases.counted(max(len(site.incidents), len(lasting)), 'incident')} open."
    elif overdue:
        verdict = f"No incident is open; {phrases.counted(len(overdue), 'section')} with a remark."
    else:
        verdict = "All is well: no incident is open, and every section was read in time."
    return Standing(
        site=site,
        verdict=verdict,
        sound=not site.incidents and not lasting and not overdue and site.last_run is not None,
        silences=tuple(sorted(silences, key=lambda each: each.id, reverse=True)),
    )
