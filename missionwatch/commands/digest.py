"""`missionwatch digest`: letters that are due, what they would be, and what came back of them."""

from argparse import Namespace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from missionwatch import exits
from missionwatch.config_model import Settings
from missionwatch.output import clean, emit, iso, moment, say, tell
from missionwatch.wiring import now, open_existing, open_indexed

if TYPE_CHECKING:
    from missionwatch.digests import Due

HIDDEN = "0" * 43
"""In the place of tokens in what is only looked at."""


def run(args: Namespace, settings: Settings) -> int:
    """Does one of `send`, `preview` and `bounces`."""
    match args.action:
        case "send":
            return _send(args, settings)
        case "preview":
            return _preview(args, settings)
        case _:
            return _bounces(args, settings)


def _send(args: Namespace, settings: Settings) -> int:
    """Puts what is due into the outbox, and hands over all that waits there."""
    from missionwatch.mailer import Mailer
    from missionwatch.mailing import maildir

    with open_indexed(settings) as database:
        mailed = Mailer(settings, database).run()
    posted, notices, done, waiting = mailed.posted, mailed.notices, mailed.pumped, mailed.waiting
    if args.json:
        counts = {"due": posted.due, "letters": posted.letters, "empty": posted.empty, "notices": notices}
        told = {"sent": done.sent, "deferred": done.deferred, "failed": done.failed, "waiting": waiting}
        emit({**counts, **told, "trouble": list(done.trouble)})
    elif not args.quiet:
        say(f"{_counted(posted.due, 'digest')} due: {_counted(posted.letters, 'letter')}, {posted.empty} without news.")
        where = f" to {maildir(settings)}" if settings.config.mail.backend == "maildir" and done.sent else ""
        say(f"{done.sent} sent{where}, {done.deferred} put off, {done.failed} refused; {waiting} waiting.")
    for each in done.trouble:
        tell(f"missionwatch: Letters are waiting: {each}.")
    return exits.PARTIAL if done.trouble else exits.OK


def _preview(args: Namespace, settings: Settings) -> int:
    """Writes what would be sent; nothing is sent, and nobody counts as told."""
    from missionwatch.digests import Digests
    from missionwatch.letters import Letters, mail_settings

    at: datetime = args.at or now()
    out = Path(args.out).absolute() if args.out else settings.data_dir / "preview"
    with open_indexed(settings) as database:
        digests = Digests(database, Letters(mail_settings(settings), database))
        found = 0
        for due in digests.due(at):
            made = digests.letter(due, at, unsubscribe=HIDDEN, manage=HIDDEN)
            if made is None or due.draft is None:
                continue
            out.mkdir(mode=0o700, parents=True, exist_ok=True)  # there are addresses in it
            stem = f"{due.subscriber.id}-{due.period.key.replace(':', '-')}"
            letter, page = out / f"{stem}.eml", out / f"{stem}.html"
            letter.write_bytes(made[1])
            page.write_text(due.draft.html, encoding="utf-8")
            found += 1
            _tell_of(due, letter, page, json=args.json)
    if not found and not args.json:
        say(f"Nothing would be sent at {moment(at)}; --at asks for another moment.")
    return exits.OK


def _tell_of(due: "Due", letter: Path, page: Path, *, json: bool) -> None:
    assert due.draft is not None
    if json:
        period = {"key": due.period.key, "starts": iso(due.period.starts), "ends": iso(due.period.ends)}
        emit(
            {
                "subscriber": due.subscriber.id,
                "period": {**period, "missed": due.period.missed},
                "changes": due.covered,
                "older": due.older,
                "subject": due.draft.subject,
                "eml": str(letter),
                "html": str(page),
            }
        )
        return
    say(f"{due.period.key} for subscriber {due.subscriber.id}: {clean(due.draft.subject)}")
    say(f"  {letter}")
    say(f"  {page}")


def _bounces(args: Namespace, settings: Settings) -> int:
    """Reads reports of letters that came back."""
    from missionwatch.delivery.dsn import reports_in
    from store.mailing.outbox import Outbox
    from store.mailing.subscribers import Subscribers

    read = reports = bounces = 0
    with open_existing(settings) as database:
        outbox, people = Outbox(database), Subscribers(database)
        for _, report in reports_in(Path(args.path)):
            read += 1
            if report is None:
                continue
            reports += 1
            letter = outbox.of_message(report.message_id)
            if letter is not None and letter.subscriber is not None and report.is_permanent:
                people.bounced(letter.subscriber, True, now(), report.message_id)
                bounces += 1
    if args.json:
        emit({"messages": read, "reports": reports, "bounces": bounces})
    elif not args.quiet:
        told = f"{_counted(reports, 'report')}, {_counted(bounces, 'letter')} of ours came back for good"
        say(f"{_counted(read, 'message')} read: {told}.")
    return exits.OK


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
