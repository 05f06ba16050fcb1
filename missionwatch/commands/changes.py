"""`missionwatch changes`: the log of changes, oldest first."""

from argparse import Namespace

from missionwatch import exits
from missionwatch.config_model import Settings
from missionwatch.output import emit, iso, moment, say, table, tell
from missionwatch.wiring import open_indexed, publish_settings


def run(args: Namespace, settings: Settings) -> int:
    """Prints the lines that the options let through."""
    with open_indexed(settings) as database:
        from feeds.permalinks import Permalinks
        from store.reader import ChangeFilter, Reader

        links = Permalinks.absolute(publish_settings(settings).base_url)
        reader = Reader(database)
        if args.speaker is not None and not reader.speakers(args.speaker):
            tell(f"missionwatch: No speaker called {args.speaker} is known.")
        found = reader.changes(
            ChangeFilter(
                since=args.since,
                type=args.type,
                section=args.section,
                speaker=args.speaker,
                include_baseline=args.include_baseline,
            )
        )
        if args.json:
            for each in found:
                emit(
                    {
                        "id": each.id,
                        "type": each.type,
                        "statement": each.statement,
                        "site": each.site,
                        "language": each.language,
                        "title": each.title,
                        "url": each.page,
                        "permalink": links.statement(each.statement),
                        "detected": iso(each.detected),
                        "from_version": each.from_version,
                        "to_version": each.to_version,
                        "significance": each.significance,
                        "reasons": list(each.reasons),
                        "baseline": each.baseline,
                        "hash": each.hash,
                    }
                )
            return exits.OK
        rows = [
            (str(each.id), moment(each.detected), each.type, each.statement, ", ".join(each.reasons), each.title)
            for each in found
        ]
    if not rows and not args.quiet:
        say("No changes.")
        return exits.OK
    table(("#", "detected", "type", "statement", "in", "title"), rows)
    return exits.OK
