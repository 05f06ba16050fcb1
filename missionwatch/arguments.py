"""The command line: every verb and option of the contract. Imports nothing heavy; verbs are loaded when they run."""

import argparse
from datetime import date
from typing import NoReturn

from missionwatch import __version__

EPILOG = "Exit codes: 0 fine, 1 failure, 2 usage, 3 partial, 4 unreachable or blocked, 5 suspended, 10 changed "
EPILOG += "(with --exit-code), 75 another instance holds the lease, 78 configuration error."


class Parser(argparse.ArgumentParser):
    """argparse, with errors in one sentence that names the command to ask for help."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message[:1].upper()}{message[1:]}. Try `{self.prog} --help`.\n")


def build_parser() -> Parser:
    """The parser of the whole command line; a parsed verb is in `verb`."""
    parser = Parser(
        prog="missionwatch",
        description="Keeps every version of what a mission publishes, and says what is new, edited or removed.",
        epilog=EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"missionwatch {__version__}", help="name the release")
    parser.add_argument("--config", metavar="FILE", help="configuration file (default: ./missionwatch.toml)")
    parser.add_argument("--data-dir", metavar="DIR", help="folder for database and published files")
    parser.add_argument("-q", "--quiet", action="store_true", help="say nothing but results and errors")
    parser.add_argument("-v", "--verbose", action="count", default=0, help="say more; twice: everything")
    verbs = parser.add_subparsers(dest="verb", metavar="COMMAND", required=True, parser_class=Parser)
    for add in (
        *(_setup_verbs, _crawl_verb, _site_verbs, _reading_verbs, _publishing_verbs),
        *(_mail_verbs, _proof_verbs),
    ):
        add(verbs)
    return parser


Verbs = argparse._SubParsersAction


def _verb(verbs: "Verbs[Parser]", name: str, what: str, *, json: bool = False) -> Parser:
    parser: Parser = verbs.add_parser(name, help=what, description=f"{what[:1].upper()}{what[1:]}.")
    if json:
        parser.add_argument("--json", action="store_true", help="one JSON object a line")
    return parser


def _setup_verbs(verbs: "Verbs[Parser]") -> None:
    init = _verb(verbs, "init", "write a commented missionwatch.toml and make the database")
    init.add_argument("--force", action="store_true", help="replace a configuration file that is there")
    demo = _verb(verbs, "demo", "show the whole way on a small replica of the site, without internet")
    demo.add_argument("--once", action="store_true", help="end after the tour instead of serving the pages")
    demo.add_argument("--port", type=int, default=0, help="port for the pages (default: any free one)")
    database = _verb(verbs, "db", "look after the database")
    actions = database.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=Parser)
    _verb(actions, "upgrade", "bring the tables to where this release needs them")


def _crawl_verb(verbs: "Verbs[Parser]") -> None:
    crawl = _verb(verbs, "crawl", "crawl once: find what is new, and with --recheck what was edited", json=True)
    crawl.add_argument("sites", nargs="*", metavar="SITE", help="configured sites (default: all)")
    crawl.add_argument("--section", action="append", default=[], metavar="PATH", help="this section only (repeatable)")
    crawl.add_argument("--full", action="store_true", help="read whole listings, not only their fronts")
    crawl.add_argument("--recheck", action="store_true", help="look at known statements again")
    crawl.add_argument("--url", metavar="URL", help="this one statement only")
    crawl.add_argument("--since", type=_date, metavar="DATE", help="nothing dated before this day (YYYY-MM-DD)")
    crawl.add_argument("--limit", type=_positive, metavar="N", help="at most N statement pages")
    crawl.add_argument("--dry-run", action="store_true", help="say what would be recorded, record nothing")
    crawl.add_argument("--base-url", metavar="URL", help="same profile on another host, such as a replica")
    crawl.add_argument("--delay", type=_seconds, metavar="SECONDS", help="pause between two requests")
    crawl.add_argument("--concurrency", type=_positive, metavar="N", help="requests under way at once")
    crawl.add_argument("--accept", action="store_true", help="release changes held back as too many at once")
    crawl.add_argument("--exit-code", action="store_true", help="exit 10 when something changed")


def _site_verbs(verbs: "Verbs[Parser]") -> None:
    for name, what in (
        ("probe", "first contact: a few polite requests, then what of the profile holds and what does not"),
        ("sections", "the sections that the site's menus show, beside the profile's"),
    ):
        verb = _verb(verbs, name, what, json=True)
        verb.add_argument("site", nargs="?", metavar="SITE", help="a configured site (default: the first)")
        verb.add_argument("--base-url", metavar="URL", help="same profile on another host, such as a replica")
        verb.add_argument("--delay", type=_seconds, metavar="SECONDS", help="pause between two requests")


def _reading_verbs(verbs: "Verbs[Parser]") -> None:
    changes = _verb(verbs, "changes", "the log of changes, oldest first", json=True)
    changes.add_argument("--since", type=_moment, metavar="WHEN", help="detected since this day or moment (UTC)")
    types = ("new", "edited", "reverted", "removed", "restored", "moved")
    changes.add_argument("--type", choices=types, help="only changes of this type")
    changes.add_argument("--section", metavar="PATH", help="of statements listed in this section or below it")
    changes.add_argument("--speaker", metavar="NAME", help="of a speaker: words of the name in any order, or fu-cong")
    changes.add_argument("--include-baseline", action="store_true", help="also what the first crawl recorded")
    show = _verb(verbs, "show", "one statement", json=True)
    show.add_argument("id", metavar="ID", help="of the statement, such as un-9126861")
    show.add_argument("--version", type=_positive, metavar="N", dest="number", help="as it was (default: latest)")
    show.add_argument("--format", choices=("text", "markdown", "html", "json"), default="text", help="how to print it")
    diff = _verb(verbs, "diff", "what was changed between two versions, word by word", json=True)
    diff.add_argument("id", metavar="ID", help="of the statement, such as un-9126861")
    diff.add_argument("a", nargs="?", type=_positive, metavar="A", help="older version (default: the last but one)")
    diff.add_argument("b", nargs="?", type=_positive, metavar="B", help="newer version (default: the last)")
    diff.add_argument("--format", choices=("text", "html", "json"), default="text", help="how to print it")
    _verb(verbs, "status", "last success, last new statement and problems, by site and section", json=True)


def _publishing_verbs(verbs: "Verbs[Parser]") -> None:
    publish = _verb(verbs, "publish", "write feeds and pages as static files", json=True)
    publish.add_argument("--out", metavar="DIR", help="folder (default: publish.directory in the data folder)")
    publish.add_argument("--full", action="store_true", help="make every file anew, to heal what somebody altered")
    serve = _verb(verbs, "serve", "serve pages and feeds")
    serve.add_argument("--host", metavar="HOST", help="address to listen on (default: server.host)")
    serve.add_argument("--port", type=int, metavar="PORT", help="port to listen on (default: server.port)")
    daemon = _verb(verbs, "daemon", "crawl by the schedule, publish, and serve, until a signal ends it")
    daemon.add_argument("--host", metavar="HOST", help="address to listen on (default: server.host)")
    daemon.add_argument("--port", type=int, metavar="PORT", help="port to listen on (default: server.port)")


def _mail_verbs(verbs: "Verbs[Parser]") -> None:
    digest = _verb(verbs, "digest", "letters about what changed")
    actions = digest.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=Parser)
    _verb(actions, "send", "send the digests that are due, and all that waits to be sent", json=True)
    preview = _verb(actions, "preview", "write what would be sent as .eml and .html, send nothing", json=True)
    preview.add_argument("--out", metavar="DIR", help="folder (default: preview in the data folder)")
    preview.add_argument("--at", type=_moment, metavar="WHEN", help="as if it were this day or moment (UTC)")
    bounces = _verb(actions, "bounces", "read reports of letters that came back", json=True)
    bounces.add_argument("path", metavar="PATH", help="a Maildir, a folder or a file of messages")
    people = _verb(verbs, "subscribers", "who gets letters")
    actions = people.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=Parser)
    shown = _verb(actions, "list", "everybody who gets letters", json=True)
    shown.add_argument("--all", action="store_true", help="also who has not confirmed, was suspended or has left")
    add = _verb(actions, "add", "subscribe an address at once, without asking it", json=True)
    add.add_argument("address", metavar="ADDRESS", help="mail address of whom to subscribe")
    add.add_argument("--frame", choices=("en", "zh"), help="language of all that is no statement (default: en)")
    add.add_argument("--cadence", choices=("instant", "daily", "weekly"), help="how often (default: daily)")
    add.add_argument("--zone", metavar="ZONE", help="time zone such as Europe/Berlin (default: UTC)")
    add.add_argument("--send-at", metavar="HH:MM", help="hour of the day in the zone (default: mail.send_at)")
    for name in ("site", "section", "speaker", "organ", "kind", "language"):
        what = f"of this {name}, as in addresses of pages (repeatable)"
        add.add_argument(f"--{name}", action="append", default=[], metavar="SLUG", dest=f"{name}s", help=what)
    what = "whose title or text holds this word (repeatable)"
    add.add_argument("--word", action="append", default=[], metavar="WORD", dest="words", help=what)
    types = ("new", "edited", "reverted", "removed", "restored", "moved")
    what = "changes of this type (repeatable)"
    add.add_argument("--type", action="append", default=[], choices=types, dest="types", help=what)
    add.add_argument("--least", choices=("low", "medium", "high"), help="least significance of edits (default: low)")
    remove = _verb(actions, "remove", "end the subscription of an address", json=True)
    remove.add_argument("address", metavar="ADDRESS", help="mail address of the subscriber")
    remove.add_argument("--forget", action="store_true", help="delete all that is known of it")
    bring = _verb(actions, "import", "add everybody of a file, or nobody if a line is wrong", json=True)
    bring.add_argument("file", metavar="FILE", help="CSV or JSON Lines, as `subscribers export` writes them")
    take = _verb(actions, "export", "all that is kept of people, to standard output")
    take.add_argument("--format", choices=("jsonl", "csv"), default="jsonl", help="how to print it")


def _proof_verbs(verbs: "Verbs[Parser]") -> None:
    check = _verb(verbs, "check", "whether configuration, database, disk, clock and mail are in order", json=True)
    check.add_argument("--online", action="store_true", help="also ask each watched site once, for its robots.txt")
    verify = _verb(verbs, "verify", "recompute every hash and the chain of the change log", json=True)
    verify.add_argument("--backup", metavar="FILE", help="verify this backup instead of the database")
    verify.add_argument("--head", action="store_true", help="then print the head of the log as JSON, for witnesses")
    verify.add_argument("--signing-key", metavar="FILE", help="with --head: sign it with this Ed25519 key")
    verify.add_argument("--witness", metavar="FILE", help="the log must still hold this head, kept from --head")
    verify.add_argument("--public-key", metavar="FILE", help="with --witness: it must be signed with this key")
    verify.add_argument("--new-key", metavar="FILE", help="only make a signing key, and its public key in FILE.pub")
    reextract = _verb(verbs, "reextract", "read the stored captures again with today's extractor, no news", json=True)
    reextract.add_argument("sites", nargs="*", metavar="SITE", help="configured sites (default: all)")
    reextract.add_argument("--all", action="store_true", help="also what today's extractor has read already")
    reextract.add_argument("--dry-run", action="store_true", help="say what would be written, write nothing")
    prune = _verb(verbs, "prune", "delete what is kept for a time only: sent mail, files left over", json=True)
    prune.add_argument("--dry-run", action="store_true", help="say what would be deleted, delete nothing")
    backup = _verb(verbs, "backup", "write the whole archive to one file, also while a crawl goes on", json=True)
    backup.add_argument("file", metavar="FILE", help="a backup that is there is replaced")
    restore = _verb(verbs, "restore", "verify a backup and put it in the place of the database", json=True)
    restore.add_argument("file", metavar="FILE", help="a file that `missionwatch backup` wrote")
    restore.add_argument("--force", action="store_true", help="even if the database holds something")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 86400:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")
    return value


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-01-31") from None


def _moment(text: str) -> object:
    from datetime import UTC, datetime

    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a moment such as 2026-01-31 or 2026-01-31T14:05Z") from None
    return value if value.tzinfo else value.replace(tzinfo=UTC)
