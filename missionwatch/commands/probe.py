"""`missionwatch probe`: first contact with a site, then what of its profile holds and what does not."""

from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from missionwatch import exits
from missionwatch.config_model import Settings
from missionwatch.output import emit, say, tell
from missionwatch.visits import Look, look

if TYPE_CHECKING:
    from crawler.probe import Finding
    from crawler.visit import Reader, Route


def run(args: Namespace, settings: Settings) -> int:
    """Probes; 0 if all holds, 1 if something does not, 4 if no page of the site could be read."""
    from crawler.probe import closed_door, judge

    seen = look(args, settings, _route)
    if seen.ended is not None:
        return seen.ended
    findings = judge(seen.reader, seen.answers)
    closed = closed_door(seen.reader, seen.answers)
    if args.json:
        for finding in findings:
            emit(finding.as_json())
    elif closed is None:
        _describe(seen, findings, quiet=args.quiet)
    if closed is not None:
        tell(f"missionwatch: {closed} Nothing is said about the profile.")
        return exits.UNREACHABLE
    return exits.FAILURE if any(finding.ok is False for finding in findings) else exits.OK


def _route(reader: "Reader", sections: Sequence[str], obey: bool) -> "Route":
    from crawler.probe import probe_route

    return probe_route(reader, sections, obey_robots=obey)


def _describe(seen: Look, findings: "Sequence[Finding]", *, quiet: bool) -> None:
    """What does not hold first, each with the line to change; then what holds, then what could not be seen."""
    wrong = [each for each in findings if each.ok is False]
    right = [each for each in findings if each.ok]
    open_ = [each for each in findings if each.ok is None]
    reader = seen.reader
    say(
        f"{seen.site}: {reader.urls.fetch_base} beside the profile {reader.profile.name}, {seen.requests} requests: "
        f"{len(right)} checks hold, {len(wrong)} do not, {len(open_)} could not be made."
    )
    if wrong:
        say("\nDoes not hold:")
    for each in wrong:
        say(f"  {each.check}: {each.found}")
        say(f"    expected: {each.expected}")
        say(f"    {f'change {each.profile_key}: ' if each.profile_key else ''}{each.advice}")
    if quiet:
        return
    for heading, group in (("Holds:", right), ("Could not be seen:", open_)):
        if group:
            say(f"\n{heading}")
        for each in group:
            key = f" [{each.profile_key}]" if each.profile_key else ""
            now_known = " (inferred till now)" if each.inferred and each.ok else ""
            say(f"  {each.check}: {each.found}{now_known}{key}")
