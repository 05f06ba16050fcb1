"""`python -m missionwatch.replica`: a replica in a process of its own, steered over standard input."""

import argparse
from datetime import date as Day
from typing import get_args

from missionwatch.replica.site import TODAY, Layout
from missionwatch.replica.steering import COMMANDS, serve


def main() -> None:
    """Reads the options and serves until standard input ends."""
    parser = argparse.ArgumentParser(
        prog="python -m missionwatch.replica",
        description='Serves a replica of the mission\'s site on loopback. The first line written is {"url": …}.',
        epilog=f'Commands are JSON lines, e.g. {{"do": "edit", "how": "number"}}. They are: {", ".join(COMMANDS)}.',
    )
    parser.add_argument("--count", type=int, default=300, help="statements (default: 300)")
    parser.add_argument("--seed", type=int, default=1, help="equal seeds give equal sites (default: 1)")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one (default)")
    parser.add_argument("--template", choices=get_args(Layout), default="view", help="of the statements' pages")
    parser.add_argument("--today", type=Day.fromisoformat, default=TODAY, help=f"newest day (default: {TODAY})")
    options = parser.parse_args()
    serve(count=options.count, seed=options.seed, port=options.port, template=options.template, today=options.today)


if __name__ == "__main__":
    main()
