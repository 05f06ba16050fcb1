"""How every site stands, for programs: the document `status.json` (its fields: docs/serving.md)."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from feeds.clean import safe_link, title_text
from feeds.phrases import timestamp
from store.glance import IncidentGlance, SectionGlance, SiteGlance
from store.selection import Silence

PROBLEMS = 20
"""Problems of a site's last run that are told; a run that goes badly has hundreds, of the same kind."""


def status_json(sites: Sequence[SiteGlance], silences: Sequence[Silence], head: str | None) -> bytes:
    """The document, in UTF-8: sites with their sections and open incidents, silences, the head of the change log.

    All moments are RFC 3339 in UTC, or null; all text is one clean line. The same facts give the same bytes.
    """
    document = {
        "change_head": head,
        "sites": [_site(site) for site in sites],
        "silences": [_silence(silence) for silence in silences],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def _site(site: SiteGlance) -> dict[str, object]:
    return {
        "site": site.site,
        "statements": site.statements,
        "versions": site.versions,
        "changes": site.changes,
        "last_success": _moment(site.last_success),
        "last_run": _moment(site.last_run),
        "last_outcome": site.last_outcome,
        "problem_count": len(site.last_problems),
        "problems": [
            {"code": title_text(each["code"]), "url": safe_link(each["url"]), "detail": title_text(each["detail"])}
            for each in site.last_problems[:PROBLEMS]
        ],
        "incidents": [_incident(incident) for incident in site.incidents],
        "sections": [_section(section) for section in site.sections],
    }


def _section(section: SectionGlance) -> dict[str, object]:
    return {
        "section": title_text(section.section),
        "label": title_text(section.label),
        "statements": section.statements,
        "last_success": _moment(section.last_success),
        "last_new": _moment(section.last_new),
        "baseline": "complete" if section.baselined else "incomplete",
        "remarks": [title_text(remark) for remark in section.remarks],
    }


def _incident(incident: IncidentGlance) -> dict[str, object]:
    return {
        "code": incident.code,
        "scope": title_text(incident.scope),
        "opened": _moment(incident.opened),
        "times": incident.times,
        "detail": title_text(incident.detail),
    }


def _silence(silence: Silence) -> dict[str, object]:
    return {
        "id": silence.id,
        "site": silence.site,
        "section": title_text(silence.section),
        "since": _moment(silence.since),
        "told": _moment(silence.told),
        "ended": _moment(silence.ended),
        "detail": title_text(silence.detail),
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else timestamp(moment)
