"""`missionwatch diff`: what was changed between two versions, word by word."""

import sys
from argparse import Namespace

from missionwatch import exits
from missionwatch.config_model import Settings
from missionwatch.output import emit, is_rich, moment, say
from missionwatch.wiring import open_existing


def run(args: Namespace, settings: Settings) -> int:
    """Prints the difference of the last two versions, of A and the last, or of A and B."""
    with open_existing(settings) as database:
        from store.reader import Reader

        reader = Reader(database)
        record = reader.statement(args.id)
        if record is None:
            raise exits.UsageError(f"No statement {args.id}: `missionwatch changes --include-baseline` lists them all.")
        last = record.version.number
        newer = args.b or last
        older = args.a or newer - 1
        if args.a is None and last == 1:
            say(f"{args.id} has one version only; nothing was changed since {moment(record.version.observed_first)}.")
            return exits.OK
        try:
            before, after = reader.version(args.id, older), reader.version(args.id, newer)
        except KeyError:
            raise exits.UsageError(f"{args.id} has versions 1 to {last}, not {older} and {newer}.") from None
    from feeds.diffview import diff_html, diff_json, diff_terminal, diff_text
    from store.textdiff import compare_statements

    diff = compare_statements(before, after)
    if args.json or args.format == "json":
        emit({"statement": args.id, "from_version": older, "to_version": newer, "parts": diff_json(diff)})
    elif args.format == "html":
        sys.stdout.write(diff_html(diff, base_language=after.language) + "\n")
    elif not diff.parts:
        say(f"Versions {older} and {newer} of {args.id} say the same.")
    elif is_rich(sys.stdout):
        sys.stdout.write(diff_terminal(diff) + "\n")  # marks and cleans what it prints itself
    else:
        sys.stdout.write(diff_text(diff) + "\n")
    return exits.OK
