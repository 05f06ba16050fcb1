"""`missionwatch prune`: deletes what is kept for a time only. Nothing of the archive is (docs/size.md)."""

from argparse import Namespace
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from missionwatch import exits
from missionwatch.config_model import Settings
from missionwatch.leftovers import clear_leftovers
from missionwatch.output import emit, moment, say, table
from missionwatch.wiring import now, open_database, open_existing

if TYPE_CHECKING:
    from store.database import Database

OUT_OF_DOUBT = timedelta(days=30)
"""A newest run that is older, or of the future, may mean a clock that is wrong."""

WORDS = {
    "letters": "bodies and recipients of letters, sent or given up",
    "addresses": "addresses of who has left",
    "unconfirmed": "who never confirmed",
    "tokens": "links of letters that are good no more",
    "history": "what was told to whom, by numbers",
    "attempts": "how often forms were used",
    "unfinished-publications": "files of a publication that was killed",
    "unfinished-letters": "letters that were never delivered to the folder",
    "unfinished-backups": "backups that were killed",
    "previews": "previews of letters",
}


class PruneError(Exception):
    """Nothing was deleted; one sentence that says what to do."""


def run(args: Namespace, settings: Settings) -> int:
    """Says what was deleted, or would be; safe beside a daemon, a crawl, and another prune."""
    found = list(_prune(settings, dry_run=args.dry_run))
    if args.json:
        for what, count, size in found:
            emit({"what": what, "count": count, "bytes": size, "dry_run": args.dry_run})
    elif not args.quiet:
        shown = [(WORDS[what], str(count), "" if size is None else f"{size:,}") for what, count, size in found if count]
        table(("what", "number", "bytes"), shown)
        if not shown:
            say("There is nothing to delete.")
        else:
            say("Nothing was deleted: this was a dry run." if args.dry_run else "Deleted.")
    return exits.OK


def _prune(settings: Settings, *, dry_run: bool) -> Iterator[tuple[str, int, int | None]]:
    from store.mailing.retention import bytes_of_bodies, tidy

    at = now()
    with open_existing(settings) as database:
        if not dry_run:
            _check_clock(database)
        size = bytes_of_bodies(database, at)
        if dry_run:
            with open_database(settings, dry_run=True) as dry:
                done = tidy(dry, at)
        else:
            done = tidy(database, at)
    yield "letters", done.letters_emptied, size
    yield "addresses", done.addresses_forgotten, None
    yield "unconfirmed", done.never_confirmed, None
    yield "tokens", done.tokens, None
    yield "history", done.history, None
    yield "attempts", done.attempts, None
    for each in clear_leftovers(settings, at, dry_run=dry_run):
        yield each.kind, each.count, each.bytes


def _check_clock(database: "Database") -> None:
    """What is deleted does not come back, so a clock that is years ahead must not decide about it."""
    from store.runs import last_runs

    runs = last_runs(database)
    if runs and not -timedelta(minutes=10) <= now() - runs[-1].started < OUT_OF_DOUBT:
        raise PruneError(
            f"Nothing was deleted: it is {moment(now())} by the clock, and the newest run is of "
            f"{moment(runs[-1].started)}. Check the clock, let a crawl run, then prune again."
        )
