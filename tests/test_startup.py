"""What a command does not need is not imported: a second of waiting is the price of the framework."""

import subprocess
import sys

import pytest

from tests.mission import Mission

HEAVY = {
    "scrapy",
    "twisted",
    "sqlalchemy",
    "alembic",
    "starlette",
    "uvicorn",
    "rich",
    "jinja2",
    "feedgen",
    "lxml",
    "asyncio",
}


def _imported(program: str, mission: Mission, *arguments: str) -> set[str]:
    """Top-level names that a program has imported at its end."""
    wrapped = (
        "import atexit, sys\n"
        "atexit.register(lambda: print('\\n' + ' '.join({name.partition('.')[0] for name in sys.modules})))\n" + program
    )
    done = subprocess.run(
        [sys.executable, "-c", wrapped, *arguments],
        env=mission.environment(),
        cwd=mission.folder,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split(" "))


RUN = "import missionwatch\nfrom missionwatch.cli import main\nsys.exit(main(sys.argv[1:]))"


def test_the_command_line_imports_nothing_heavy(mission: Mission) -> None:
    assert _imported("import missionwatch.cli", mission) & HEAVY == set()
    assert _imported(RUN, mission, "--version") & (HEAVY | {"store", "crawler", "feeds"}) == set()


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_status_imports_no_framework(crawled: Mission, options: tuple[str, ...]) -> None:
    assert _imported(RUN, crawled, *crawled.line("status", *options)[3:]) & HEAVY == set()


@pytest.mark.parametrize("arguments", [("changes",), ("show", "un-1"), ("publish",)])
def test_reading_imports_no_crawler(crawled: Mission, arguments: tuple[str, ...], tmp_path: object) -> None:
    more = ("--out", str(tmp_path)) if arguments == ("publish",) else ()
    line = crawled.line(*arguments, *more)[3:]
    program = (
        f"try:\n    import missionwatch\n    from missionwatch.cli import main\n    main({line!r})\nfinally:\n    pass"
    )
    assert _imported(program, crawled) & {"scrapy", "twisted", "alembic", "uvicorn"} == set()
