"""`missionwatch status`: who is at work, what was found lately and what is wrong, by site and section. Fast: no ORM."""

import sys
from argparse import Namespace
from datetime import datetime

from missionwatch import exits
from missionwatch.advice import advice_on
from missionwatch.config_model import Settings
from missionwatch.exits import ConfigError
from missionwatch.output import ago, emit, iso, megabytes, moment, say, table
from missionwatch.wiring import now
from store.contents import Contents, contents_of
from store.freshness import LOOK_PROMISE
from store.glance import NoDatabaseError, SectionGlance, SiteGlance, glance
from store.leaders import Leader
from store.mailing.glance import MailGlance


def run(args: Namespace, settings: Settings) -> int:
    """Prints the state of every site; fails with a sentence where there is no database."""
    at = now()
    sites = glance(settings.database_url, at)
    contents = _contents(settings.database_url, at)
    known = {each.site for each in sites}
    sites += [_never(name) for name in settings.config.sites if name not in known]
    leader = contents.leaders.get("daemon") if contents is not None else None
    upcoming = _next_runs(settings, at) if leader is not None and leader.leads else {}
    if args.json:
        for site in sites:
            emit(_as_json(site, upcoming.get(site.site)) | _general_json(contents))
        return exits.OK
    if contents is not None:
        _describe_contents(contents, at)
    for site in sites:
        _describe(site, upcoming.get(site.site), at, is_configured=site.site in settings.config.sites)
    return exits.OK


def _contents(url: str, at: datetime) -> Contents | None:
    """What is beside the sites, or None where an older release has made the tables."""
    try:
        return contents_of(url, at)
    except NoDatabaseError:
        return None


def _never(name: str) -> SiteGlance:
    return SiteGlance(
        site=name,
        statements=0,
        versions=0,
        changes=0,
        last_success=None,
        last_run=None,
        last_outcome=None,
        last_problems=(),
        incidents=(),
        sections=(),
    )


def _next_runs(settings: Settings, at: datetime) -> dict[str, dict[str, datetime]]:
    """Site → job → when it is due next by the configuration as it is now."""
    from missionwatch.daemon.cron import due_after, triggers

    try:
        every = triggers(settings)
    except ConfigError:  # for `check` to say
        return {}
    found = {site: {job: due_after(trigger, at) for job, trigger in jobs.items()} for site, jobs in every.items()}
    return {site: {job: when for job, when in jobs.items() if when is not None} for site, jobs in found.items()}


def _general_json(contents: Contents | None) -> dict[str, object]:
    if contents is None:
        return {"mail": None, "daemon": None, "database": None}
    mail, size, leader = contents.mail, contents.size, contents.leaders.get("daemon")
    counts = {"pending": mail.pending, "sending": mail.sending, "sent": mail.sent, "failed": mail.failed}
    daily = round(size.daily) if size.daily is not None else None
    return {
        "mail": {**counts, "oldest": iso(mail.oldest)},
        "daemon": leader
        and {"leads": leader.leads, "holder": leader.holder, "since": iso(leader.since), "heard": iso(leader.heard)},
        "database": {"bytes": size.bytes, "daily_bytes": daily},
    }


def _as_json(site: SiteGlance, upcoming: dict[str, datetime] | None) -> dict[str, object]:
    return {
        "site": site.site,
        "statements": site.statements,
        "versions": site.versions,
        "changes": site.changes,
        "last_success": iso(site.last_success),
        "last_run": iso(site.last_run),
        "last_outcome": site.last_outcome,
        "next_runs": upcoming and {job: iso(when) for job, when in upcoming.items()},
        "problems": list(site.last_problems),
        "incidents": [
            {
                "code": each.code,
                "scope": each.scope,
                "opened": iso(each.opened),
                "times": each.times,
                "detail": each.detail,
                "advice": advice_on(each.code),
            }
            for each in site.incidents
        ],
        "sections": [
            {
                "section": each.section,
                "label": each.label,
                "statements": each.statements,
                "last_success": iso(each.last_success),
                "last_new": iso(each.last_new),
                "promised": iso(_promised(each)),
                "baseline": "complete" if each.baselined else "incomplete",
                "remarks": list(each.remarks),
            }
            for each in site.sections
        ],
    }


def _promised(section: SectionGlance) -> datetime | None:
    """By when it has to be read again."""
    return section.last_success + LOOK_PROMISE if section.last_success is not None else None


def _describe_contents(contents: Contents, at: datetime) -> None:
    say(_leading(contents.leaders.get("daemon"), at))
    crawl = contents.leaders.get("crawl")
    if crawl is not None and crawl.leads:
        say(f"crawl: {crawl.holder} crawls since {moment(crawl.since)}.")
    size = contents.size
    daily = "" if size.daily is None else f", grows by about {megabytes(size.daily)} a day"
    say(f"database: {megabytes(size.bytes)}{daily}.")
    say(_waiting(contents.mail, at))


def _leading(leader: Leader | None, at: datetime) -> str:
    if leader is None:
        return "daemon: none has looked after this database yet; start `missionwatch daemon`, or crawl by hand."
    if leader.leads is None:
        return f"daemon: this system does not say whether {leader.holder} leads; it began {moment(leader.since)}."
    if not leader.leads:
        return f"daemon: none leads now; the last one was {leader.holder}, since {moment(leader.since)}."
    heard = f"; last heard of {ago(leader.heard, at)}" if leader.heard is not None else ""
    return f"daemon: {leader.holder} leads since {moment(leader.since)}{heard}."


def _waiting(mail: MailGlance, at: datetime) -> str:
    done = f"{mail.sent} sent, {mail.failed} failed"
    if mail.oldest is None:
        return f"mail: nothing waits; {done}."
    since = f"{moment(mail.oldest)} ({ago(mail.oldest, at)})"
    return f"mail: {mail.pending} waiting since {since}, {mail.sending} under way, {done}."


def _describe(site: SiteGlance, upcoming: dict[str, datetime] | None, at: datetime, *, is_configured: bool) -> None:
    say()
    if site.last_run is None and not site.sections:
        say(f"{site.site}: never crawled; run `missionwatch crawl`, or start `missionwatch daemon`.")
        return
    success = f" ({ago(site.last_success, at)})" if site.last_success is not None else ""
    say(
        f"{site.site}: {site.statements} statements, {site.versions} versions, {site.changes} changes. "
        f"Last success {moment(site.last_success)}{success}; last run {moment(site.last_run)}: "
        f"{site.last_outcome or 'still running, or killed'}."
    )
    if not is_configured:
        say("  It is not in the configuration any more, so nothing is asked of it.")
    if upcoming:
        say(f"  next: {', '.join(f'{job} {moment(when)}' for job, when in upcoming.items())}")
    for each in site.incidents:
        scope = f" {each.scope}" if each.scope else ""
        say(f"  incident since {moment(each.opened)} ({each.times}×) {each.code}{scope}: {each.detail}")
        say(f"    {advice_on(each.code)}")
    for problem in site.last_problems[:5]:
        say(f"  last run: {problem['code']}: {problem['detail']} {problem['url']}".rstrip())
    if len(site.last_problems) > 5:
        say(f"  … and {len(site.last_problems) - 5} more problems (see --json)")

    def when(value: datetime | None, *, missing: str) -> str:
        # For a person's eyes how long ago; a program gets the moment.
        return ago(value, at) if value is not None and sys.stdout.isatty() else moment(value, missing=missing)

    table(
        ("section", "label", "statements", "last success", "last new", "promised by", "remarks"),
        [
            (
                each.section,
                each.label,
                str(each.statements) + ("" if each.baselined else " (first walk not finished)"),
                when(each.last_success, missing="never"),
                when(each.last_new, missing="none yet"),
                when(_promised(each), missing="now"),
                "; ".join(each.remarks),
            )
            for each in site.sections
        ],
    )
