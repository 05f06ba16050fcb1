"""`missionwatch status`: last success, last new and problems, by site and section; the queue of mails. Fast: no ORM."""

from argparse import Namespace

from missionwatch import exits
from missionwatch.config_model import Settings
from missionwatch.output import emit, iso, moment, say, table
from missionwatch.wiring import now
from store.glance import NoDatabaseError, SiteGlance, glance
from store.mailing.glance import MailGlance, mail_glance


def run(args: Namespace, settings: Settings) -> int:
    """Prints the state of every site; fails with a sentence where nothing was recorded yet."""
    sites = glance(settings.database_url, now())
    mail = _mail(settings.database_url)
    for site in sites:
        if args.json:
            emit(_as_json(site) | {"mail": mail and _mail_json(mail)})
        else:
            _describe(site)
    if mail is not None and not args.json:
        say(
            f"mail: {mail.pending} waiting since {moment(mail.oldest)}, {mail.sending} under way, "
            f"{mail.sent} sent, {mail.failed} failed."
            if mail.oldest
            else f"mail: nothing waits; {mail.sent} sent, {mail.failed} failed."
        )
    return exits.OK


def _mail(url: str) -> MailGlance | None:
    """The queue of letters, or None where an older release has made the tables."""
    try:
        return mail_glance(url)
    except NoDatabaseError:
        return None


def _mail_json(mail: MailGlance) -> dict[str, object]:
    counts = {"pending": mail.pending, "sending": mail.sending, "sent": mail.sent, "failed": mail.failed}
    return {**counts, "oldest": iso(mail.oldest)}


def _as_json(site: SiteGlance) -> dict[str, object]:
    return {
        "site": site.site,
        "statements": site.statements,
        "versions": site.versions,
        "changes": site.changes,
        "last_success": iso(site.last_success),
        "last_run": iso(site.last_run),
        "last_outcome": site.last_outcome,
        "problems": list(site.last_problems),
        "incidents": [
            {
                "code": each.code,
                "scope": each.scope,
                "opened": iso(each.opened),
                "times": each.times,
                "detail": each.detail,
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
                "baseline": "complete" if each.baselined else "incomplete",
                "remarks": list(each.remarks),
            }
            for each in site.sections
        ],
    }


def _describe(site: SiteGlance) -> None:
    say(
        f"{site.site}: {site.statements} statements, {site.versions} versions, {site.changes} changes. "
        f"Last success {moment(site.last_success)}; last run {moment(site.last_run)}: "
        f"{site.last_outcome or 'still running, or killed'}."
    )
    for each in site.incidents:
        scope = f" {each.scope}" if each.scope else ""
        say(f"  incident since {moment(each.opened)} ({each.times}×) {each.code}{scope}: {each.detail}")
    for problem in site.last_problems[:5]:
        say(f"  last run: {problem['code']}: {problem['detail']} {problem['url']}".rstrip())
    if len(site.last_problems) > 5:
        say(f"  … and {len(site.last_problems) - 5} more problems (see --json)")
    table(
        ("section", "label", "statements", "last success", "last new", "remarks"),
        [
            (
                each.section,
                each.label,
                str(each.statements) + ("" if each.baselined else " (first walk not finished)"),
                moment(each.last_success),
                moment(each.last_new, missing="none yet"),
                "; ".join(each.remarks),
            )
            for each in site.sections
        ],
    )
