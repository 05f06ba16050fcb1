"""`./run bench [NAME…]`: the benchmarks, with their goals and whether these are met."""

import argparse
import json
import sys
from collections.abc import Callable

from benchmarks.report import Report, as_objects, as_table


def main() -> int:
    """Runs the named benchmarks, or all; 0 if every goal is met, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="./run bench", description="Measures what docs/benchmarks.md promises.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(BENCHMARKS)} (default: all)")
    parser.add_argument("--json", action="store_true", help="one object a measurement, one a line")
    parser.add_argument("--pairs", type=int, default=3, help="pairs of runs for `crawl` and `serve` (default: 3)")
    parser.add_argument("--statements", type=int, default=2_000, help="for all others but versions (default: 2000)")
    parser.add_argument(
        "--many", type=int, default=10_000, help="for incremental, recheck, publish and serve (default: 10000)"
    )
    parser.add_argument("--versions", type=int, default=5_000, help="statements for `versions` (default: 5000)")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark `{unknown[0]}`; there are {', '.join(BENCHMARKS)}")
    missed = False
    for name in options.names or BENCHMARKS:
        report = BENCHMARKS[name](options)
        missed = missed or not report.met
        if options.json:
            for each in as_objects(report):
                print(json.dumps(each, ensure_ascii=False))
        else:
            print(as_table(report), end="\n\n")
        sys.stdout.flush()
    return 1 if missed else 0


def _crawl(options: argparse.Namespace) -> Report:
    from benchmarks import crawl

    return crawl.measure(options.statements, options.pairs)


def _incremental(options: argparse.Namespace) -> Report:
    from benchmarks import incremental

    return incremental.measure(options.many)


def _recheck(options: argparse.Namespace) -> Report:
    from benchmarks import recheck

    return recheck.measure(options.many, options.statements)


def _stages(options: argparse.Namespace) -> Report:
    from benchmarks import stages

    return stages.measure(options.statements)


def _disk(options: argparse.Namespace) -> Report:
    from benchmarks import disk

    return disk.measure(options.statements)


def _versions(options: argparse.Namespace) -> Report:
    from benchmarks import versions

    return versions.measure(options.versions)


def _start(options: argparse.Namespace) -> Report:
    from benchmarks import start

    return start.measure()


def _diff(options: argparse.Namespace) -> Report:
    from benchmarks import diff

    return diff.report()


def _publish(options: argparse.Namespace) -> Report:
    from benchmarks import publish

    return publish.measure(options.many)


def _serve(options: argparse.Namespace) -> Report:
    from benchmarks import serve

    return serve.measure(options.many, options.pairs)


def _mail(options: argparse.Namespace) -> Report:
    from benchmarks import mail

    return mail.measure()


def _mailing(options: argparse.Namespace) -> Report:
    from benchmarks import mailing

    return mailing.measure()


def _daemon(options: argparse.Namespace) -> Report:
    from benchmarks import daemon

    return daemon.measure(options.statements)


BENCHMARKS: dict[str, Callable[[argparse.Namespace], Report]] = {
    "crawl": _crawl,
    "incremental": _incremental,
    "recheck": _recheck,
    "stages": _stages,
    "versions": _versions,
    "disk": _disk,
    "start": _start,
    "diff": _diff,
    "publish": _publish,
    "serve": _serve,
    "mail": _mail,
    "mailing": _mailing,
    "daemon": _daemon,
}
"""Each imports what it needs when it runs: the starts and crawls measured are those of other processes."""

if __name__ == "__main__":
    sys.exit(main())
