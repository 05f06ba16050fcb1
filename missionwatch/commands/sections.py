"""`missionwatch sections`: what the site's menus show, beside what its profile knows."""

import json
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from missionwatch import exits
from missionwatch.config_model import Settings
from missionwatch.output import emit, say, table, tell
from missionwatch.visits import Look, look

if TYPE_CHECKING:
    from crawler.sections import SectionState
    from crawler.visit import Reader, Route


def run(args: Namespace, settings: Settings) -> int:
    """Reads the menus; 0 whatever they show, 4 if no page of the site could be read."""
    from crawler.probe import closed_door
    from crawler.sections import section_states

    seen = look(args, settings, _route)
    if seen.ended is not None:
        return seen.ended
    closed = closed_door(seen.reader, seen.answers)
    if closed is not None:
        tell(f"missionwatch: {closed} Nothing is said about the sections.")
        return exits.UNREACHABLE
    states = section_states(seen.reader, seen.answers)
    if args.json:
        for state in states:
            emit(state.as_json())
    else:
        _describe(seen, states, quiet=args.quiet)
    return exits.OK


def _route(reader: "Reader", sections: Sequence[str], obey: bool) -> "Route":
    from crawler.sections import sections_route

    return sections_route(reader, obey_robots=obey)


def _describe(seen: Look, states: "Sequence[SectionState]", *, quiet: bool) -> None:
    if not quiet:
        counts = ", ".join(f"{sum(each.state == state for each in states)} {state}" for state in _ORDER)
        say(f"{seen.site}: {seen.reader.urls.fetch_base} beside the profile {seen.reader.profile.name}: {counts}.")
    table(
        ("state", "section", "label", "evidence"),
        [
            (each.state, each.section, each.label, each.evidence)
            for state in _ORDER
            for each in states
            if each.state == state
        ],
    )
    wanted = [each for each in states if each.state == "missing" and each.lists is not False]
    if wanted and not quiet:
        say("\n# For the profile: what is missing there and lists statements, or was not asked.")
        for each in wanted:
            say(f"\n{stanza(each)}")


_ORDER = ("gone", "missing", "known")


def stanza(state: "SectionState") -> str:
    """A section as a table of a profile; its one label stands for both languages until someone knows better."""
    # A JSON string without control characters is a TOML string.
    label = json.dumps("".join(filter(str.isprintable, state.label)), ensure_ascii=False)
    lines = ["[[sections]]", f'path = "{state.section}"', f"label = {{ en = {label}, zh = {label} }}"]
    if not state.lists:
        lines += ['evidence = "inferred"  # not seen to list statements', "crawl = false"]
    return "\n".join(lines)
