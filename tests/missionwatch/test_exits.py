"""Whatever goes wrong: the exit code of the contract, one sentence that says what to do, and nothing lost."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from missionwatch.replica import ReplicaServer
from tests.conftest import ReplicaFactory
from tests.mission import Done, Mission, counts, problem_codes

Known = tuple[Mission, ReplicaServer]


def _refused(done: Done, code: int, *words: str) -> None:
    """The command ended with this code and one sentence with these words in it, and said nothing else."""
    assert (done.code, done.stdout) == (code, ""), done
    (line,) = done.stderr.splitlines()
    assert line.startswith("missionwatch")
    assert line[-1] in ".?"
    assert all(word in line for word in words), line


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("crawl", "--url", "https://example.org/eng/hyyfy/202601/t20260102_1.htm"),
            ["`un`", "t20260102_12345678.htm"],
        ),
        (("crawl", "--url", "https://un.china-mission.gov.cn/eng/hyyfy/"), ["not the address of a statement"]),
        (("crawl", "--url", "http://["), ["not the address of a statement"]),
        (("crawl", "--base-url", "ftp://127.0.0.1"), ["--base-url ftp://127.0.0.1", "http://127.0.0.1:8080"]),
        (("crawl", "--base-url", "http://127.0.0.1/eng/"), ["--base-url"]),
        (("crawl", "unn"), ["no site `unn`", "did you mean `un`?"]),
        (("crawl", "--since", "tomorrow"), ["--since", "2026-01-31"]),
        (("crawl", "--limit", "0"), ["--limit", "above 0"]),
        (("crawl", "--delay", "-1"), ["--delay"]),
        (("crawl", "--colour"), ["--colour", "--help"]),
        (("crwal",), ["crwal", "crawl"]),
        ((), ["--help"]),
        (("changes", "--type", "gone"), ["--type"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_command_that_makes_no_sense_is_refused(
    mission: Mission, arguments: tuple[str, ...], words: list[str]
) -> None:
    _refused(mission.run(*arguments), 2, *words)


@pytest.mark.parametrize("arguments", [("show", "un-1"), ("diff", "un-1"), ("show", "un-1", "--version", "7")])
def test_a_statement_that_is_not_there_is_named(known: Known, arguments: tuple[str, ...]) -> None:
    _refused(known[0].run(*arguments), 2, "un-1")


@pytest.mark.parametrize("verb", ["changes", "publish", "status", "serve"])
def test_reading_before_the_first_crawl_says_what_to_run(mission: Mission, verb: str) -> None:
    _refused(mission.run(verb), 1, str(mission.database), "missionwatch crawl")
    assert not mission.database.exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[crawl]\ndelai = 2.0\n", ["crawl.delai", "did you mean `crawl.delay`?"]),
        ("[crawl]\ndelay = 'two'\n", ["crawl.delay"]),
        ("[crawl]\nconcurrency = 0\n", ["crawl.concurrency"]),
        ("[crwal]\ndelay = 2.0\n", ["crwal", "did you mean `crawl`?"]),
        ("[sites.un]\nprofil = 'china-mission-un'\n", ["sites.un.profil", "profile"]),
        ("[sites.un]\n", ["sites.un", "profile"]),
        ("[crawl\n", ["not valid TOML", "line 1"]),
        ("[sites.un]\nprofile = 'china-mission-uno'\n", ["china-mission-un"]),
    ],
    ids=repr,
)
def test_a_configuration_that_cannot_be_used_is_named(mission: Mission, text: str, words: list[str]) -> None:
    mission.config.write_text(text, encoding="utf-8")
    where = [] if "uno" in text else [str(mission.config)]
    _refused(mission.run("crawl", "un"), 78, *where, *words)
    assert mission.database.exists() is ("uno" in text)


def test_a_configuration_file_that_was_named_must_be_there(mission: Mission) -> None:
    _refused(mission.run_line([*mission.line()[:3], "--config", "nowhere.toml", "status"]), 78, "nowhere.toml")


def test_a_configuration_file_that_was_named_is_made(mission: Mission) -> None:
    made = mission.folder / "etc" / "watch.toml"
    line = [*mission.line()[:3], "--config", str(made), "--data-dir", str(mission.data)]
    assert mission.run_line([*line, "init"]).code == 0
    assert "[crawl]" in made.read_text(encoding="utf-8")
    assert mission.run_line([*line, "check"]).code in (0, 1)


@pytest.mark.parametrize("folder", ["taken", "/proc/missionwatch"])
def test_a_folder_that_cannot_be_written_is_named(mission: Mission, folder: str) -> None:
    (mission.folder / "taken").write_text("a file", encoding="utf-8")
    below = mission.folder / folder / "data"
    for arguments in (("crawl",), ("init",)):
        _refused_last(mission.run_line([*mission.line()[:3], "--data-dir", str(below), *arguments]), 1, str(below))


def test_an_output_folder_that_cannot_be_written_is_named(known: Known) -> None:
    mission, _ = known
    (mission.folder / "taken").write_text("a file", encoding="utf-8")
    _refused(
        mission.run("publish", "--out", str(mission.folder / "taken" / "public")), 1, "taken", "choose another path"
    )


def test_a_database_that_is_none_is_named(known: Known) -> None:
    mission, _ = known
    mission.database.write_bytes(b"no database at all, but more than a hundred bytes of text. " * 40)
    for verb in ("crawl", "changes", "status"):
        _refused(mission.run(verb), 1, str(mission.database))


def _refused_last(done: Done, code: int, *words: str) -> None:
    assert done.code == code, done
    assert "Traceback" not in done.stderr
    assert all(word in done.stderr.splitlines()[-1] for word in words), done


def _crawled(mission: Mission, code: int, *options: str, **env: str) -> dict[str, Any]:
    """A crawl with this exit code that says all in its object."""
    done = mission.run_line(mission.crawl_line(*options), env=env or None)
    assert (done.code, done.stderr) == (code, ""), done
    return done.objects[0]


@pytest.mark.parametrize(
    ("plant", "outcome", "codes"),
    [
        (lambda site: site.outage("refuse"), "unreachable", {"refused"}),
        (lambda site: site.outage("drop"), "unreachable", {"connection"}),
        (lambda site: site.outage("503"), "unreachable", {"http-5xx"}),
        (lambda site: site.raw("/robots.txt", b"", status=503), "unreachable", {"http-5xx"}),
        (lambda site: site.robots("disallow"), "blocked", {"robots"}),
        (lambda site: site.block_page("captcha"), "blocked", {"blocked"}),
        (lambda site: site.block_page("denied"), "blocked", {"http-403", "blocked"}),
    ],
    ids=["refused", "dropped", "503", "robots-503", "robots-disallow", "captcha", "denied"],
)
def test_a_site_that_cannot_be_read_is_no_news(
    mission: Mission, replica: ReplicaFactory, plant: Callable[[object], object], outcome: str, codes: set[str]
) -> None:
    server = replica(count=12, sections=["eng/hyyfy", "hyyfy"])
    plant(server.site)
    told = _crawled(mission.watch(server), 4)
    assert (told["outcome"], counts(told)) == (outcome, {})
    assert set(problem_codes(told)) <= codes
    assert told["problems"]
    text = mission.run_line([each for each in mission.crawl_line() if each != "--json"])
    assert (text.code, text.stdout.splitlines()[0].startswith(f"un: {outcome}: nothing new;")) == (4, True)
    server.site.lift()
    if codes != {"robots"}:  # rules are kept for a day
        assert counts(_crawled(mission, 0)) == {"baseline": 12}


def test_a_known_site_that_goes_away_loses_nothing(known: Known) -> None:
    mission, server = known
    before = mission.history()
    server.site.outage("refuse")
    assert _crawled(mission, 4, "--full")["outcome"] == "unreachable"
    server.site.outage(None)
    assert counts(_crawled(mission, 0, "--full", "--recheck")) == {"unchanged": 60}
    assert mission.history() == before


def test_a_name_that_does_not_resolve_is_unreachable(mission: Mission) -> None:
    line = mission.line("crawl", "--base-url", "http://missionwatch.invalid", "--delay", "0", "--json")
    # No resolver is asked for longer than that, should one be configured here.
    done = mission.run_line(line, env={"RES_OPTIONS": "timeout:1 attempts:1"})
    assert (done.code, done.stderr) == (4, "")
    assert set(problem_codes(done.objects[0])) == {"dns"}


@pytest.mark.parametrize("mode", ["loop", "html", "missing"])
def test_an_odd_robots_file_is_survived(mission: Mission, replica: ReplicaFactory, mode: str) -> None:
    server = replica(count=10)
    server.site.robots(mode)
    assert counts(_crawled(mission.watch(server), 0)) == {"baseline": 10}


def test_robots_rules_are_obeyed_page_by_page(mission: Mission, replica: ReplicaFactory) -> None:
    server = replica()
    server.site.robots("User-agent: missionwatch\nDisallow: /hyyfy/\n\nUser-agent: *\nDisallow: /\n")
    told = _crawled(mission.watch(server), 3)
    assert (told["outcome"], set(problem_codes(told))) == ("partial", {"robots"})
    assert not [path for path in server.requests.paths() if path.startswith("/hyyfy/")]


def test_of_a_long_robots_file_the_first_half_megabyte_is_read(mission: Mission, replica: ReplicaFactory) -> None:
    server = replica()
    first, half = "User-agent: *\nDisallow: /hyyfy/\n#", "\nDisallow: /eng"
    room = "-" * (512 * 1024 - len(first) - len(half))
    server.site.robots(f"{first}{room}{half}/nothing/\nDisallow: /eng/\n")
    told = _crawled(mission.watch(server), 3)
    assert {problem["url"].split("/")[3] for problem in told["problems"]} == {"hyyfy"}
    assert [path for path in server.requests.paths() if path.startswith("/eng/")]


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_reader_that_goes_away_is_no_error(crawled: Mission, options: tuple[str, ...]) -> None:
    process = crawled.start(crawled.line("changes", "--include-baseline", *options))
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    assert (process.wait(60), process.stderr.read()) == (0, "")
    process.stderr.close()


def test_a_traceback_comes_only_when_asked_for(mission: Mission) -> None:
    (mission.folder / "taken").write_text("a file", encoding="utf-8")
    line = [*mission.line()[:3], "--data-dir", str(Path("taken") / "data")]
    assert "Traceback" not in mission.run_line([*line, "crawl"]).stderr
    assert "Traceback" in mission.run_line([*line, "-v", "crawl"]).stderr
