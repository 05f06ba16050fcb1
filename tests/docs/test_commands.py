"""The documents name every command, option and exit code, and every command line that they show can be typed."""

import argparse
import ast
import re
import shlex
from collections.abc import Iterator, Sequence

import pytest

from generate.commands import verbs_of
from missionwatch import exits
from missionwatch.arguments import build_parser
from tests.docs.documents import DOCUMENTS, Document, document
from tests.needs import ROOT

OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
VERBS = dict(verbs_of(build_parser()))
BEFORE = r"(?:do |sudo -u missionwatch |[A-Z_]+=\S+ |(?:[\d*/,-]+ +){5})?"
"""What may stand in a shell, or in a table of cron, before a command."""
COMMAND = re.compile(rf"\s*{BEFORE}(?P<name>missionwatch|\./run) (?=\S)(?P<rest>.*)")
WRAPPER = {"test", "lint", "bench", "soak", "generate"}
"""What `./run` itself knows."""
ELSEWHERE = {"CHANGELOG.md", "docs/cli.md"}
"""What was, and what is made of the parser itself."""


def _options(parser: argparse.ArgumentParser) -> set[str]:
    return {name for action in parser._actions for name in action.option_strings if name.startswith("--")} - {"--help"}


@pytest.mark.parametrize("verb", VERBS)
def test_every_option_of_a_command_is_in_the_reference(verb: str) -> None:
    told = document("cli").section(verb)
    assert set(OPTION.findall(told)) >= _options(VERBS[verb])
    for action in VERBS[verb]._actions:
        if not action.option_strings:
            assert str(action.metavar) in told
        assert action.help, f"{verb} {action.dest} has no help"


@pytest.mark.parametrize("verb", VERBS)
def test_what_a_command_does_is_told_with_options_that_it_has(verb: str) -> None:
    page = document("commands")
    if verb == "crawl":
        told = page.section("Crawling")
        assert _options(VERBS[verb]) - set(OPTION.findall(told)) == set()
    else:
        rows = [line for line in page.text.splitlines() if line.startswith("| `")]
        (told,) = (row for row in rows if re.search(rf"`{verb}[ `]", row.split("|")[1]))
    assert set(OPTION.findall(told)) - _options(VERBS[verb]) - _options(build_parser()) == set()


def test_options_before_the_command_are_in_the_reference() -> None:
    told = document("cli").section("Before the command")
    assert _options(build_parser()) - set(OPTION.findall(told)) == set()


@pytest.mark.parametrize("name", ["cli", "troubleshooting"])
def test_every_exit_code_is_told(name: str) -> None:
    rows = document(name).rows("Exit codes")
    told = {int(code) for row in rows for code in re.findall(r"\d+", row[0])}
    codes = {value for name, value in vars(exits).items() if name.isupper() and isinstance(value, int)}
    assert told == codes | {130, 143}


def _written(page: Document) -> Iterator[tuple[bool, str]]:
    """Every piece of a page that may show command lines, and whether it stands within a sentence."""
    for language, code in page.blocks:
        if language in ("", "sh", "console"):
            yield from ((False, line) for line in code.replace("\\\n", " ").splitlines())
    yield from ((True, span) for span in page.spans if span.startswith(("missionwatch ", "./run ")))


def _lines(page: Document) -> Iterator[tuple[bool, tuple[str, ...]]]:
    """The command lines of ours, as the words after the program's name."""
    for is_inline, written in _written(page):
        for part in re.split(r"[;|(]|&&", written):
            found = COMMAND.match(part)
            if found is None or "…" in part:
                continue
            words = tuple(shlex.split(re.split("[>)]", found["rest"])[0], comments=True))
            if words and not (found["name"] == "./run" and words[0] in WRAPPER):
                yield is_inline, words


SHOWN = [(page.name, *line) for page in DOCUMENTS if page.name not in ELSEWHERE for line in _lines(page)]
STAND_INS = {
    "COMMAND": "status",
    "ID": "un-1",
    "N": "1",
    "SECONDS": "1",
    "WHEN": "2026-01-31",
    "DATE": "2026-01-31",
}


def _refusal(words: Sequence[str], capsys: pytest.CaptureFixture[str]) -> str:
    try:
        build_parser().parse_args(words)
    except SystemExit as end:
        return capsys.readouterr().err if end.code else ""
    return ""


@pytest.mark.parametrize(
    ("page", "is_inline", "words"), SHOWN, ids=[f"{page}: {' '.join(words)}" for page, _, words in SHOWN]
)
def test_every_command_line_that_is_shown_can_be_typed(
    page: str, is_inline: bool, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    said = _refusal([STAND_INS.get(word.strip("[]"), word.strip("[]")) for word in words], capsys)
    # In a sentence, what else it needs may be left out.
    assert not said or (is_inline and "are required" in said), f"{page}: {said}"


def test_command_lines_are_found_and_wrong_ones_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(SHOWN) > 30
    assert ("README.md", False, ("crawl", "--recheck")) in SHOWN
    assert "--nonsense" in _refusal(["crawl", "--nonsense"], capsys)


def _advised() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every command line that the program itself advises in a sentence."""
    for folder in ("missionwatch", "store", "crawler", "feeds"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    for line in re.findall(r"`missionwatch ([^`…]+)`", node.value):
                        yield f"{path.relative_to(ROOT)}", tuple(line.split())


@pytest.mark.parametrize(
    ("path", "words"), sorted(set(_advised())), ids=lambda each: each if isinstance(each, str) else " ".join(each)
)
def test_every_command_line_that_a_sentence_advises_can_be_typed(
    path: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    said = _refusal(words, capsys)
    assert not said or "are required" in said, f"{path}: {said}"
