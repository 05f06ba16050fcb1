"""`python -m missionwatch` and the console script."""

import sys

import missionwatch  # noqa: F401  # makes the bundled packages importable


def main() -> int:
    """Runs the command line; returns its exit code."""
    from missionwatch.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
