"""The command line as plain records, for what describes it: the manual and the completions."""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

from missionwatch.arguments import build_parser


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """An option, or an argument that has no name of its own."""

    names: tuple[str, ...]
    """Of an option, such as `-q` and `--quiet`; empty for others."""
    value: str
    """What stands for its value, such as `FILE`; empty for an option without."""
    choices: tuple[str, ...]
    repeats: str
    """Of what is no option: `?`, `*` or empty."""
    what: str
    """One line, of plain text."""

    @property
    def is_file(self) -> bool:
        """Whether its value is the path of a file here. The PATH of an option is one on the watched site."""
        return self.value == "FILE" or (self.value == "PATH" and not self.names)

    @property
    def is_folder(self) -> bool:
        """Whether its value is the path of a folder here."""
        return self.value == "DIR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """The program, one of its commands, or an action of one."""

    path: tuple[str, ...]
    """Empty for the program itself."""
    what: str
    options: tuple[Argument, ...]
    arguments: tuple[Argument, ...]
    verbs: tuple["Verb", ...]

    @property
    def name(self) -> str:
        """As it is typed: `digest send`."""
        return " ".join(self.path)

    def walk(self) -> Iterator["Verb"]:
        """Itself and all below it."""
        yield self
        for verb in self.verbs:
            yield from verb.walk()


def grammar() -> Verb:
    """The whole command line."""
    return _verb(build_parser(), ())


def _verb(parser: argparse.ArgumentParser, path: tuple[str, ...]) -> Verb:
    plain = [each for each in parser._actions if not isinstance(each, argparse._SubParsersAction)]
    inner = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
    return Verb(
        path=path,
        what=_plain(parser.description),
        options=tuple(_argument(each) for each in plain if each.option_strings),
        arguments=tuple(_argument(each) for each in plain if not each.option_strings),
        verbs=tuple(_verb(verb, (*path, name)) for each in inner for name, verb in each.choices.items()),
    )


def _argument(action: argparse.Action) -> Argument:
    choices = tuple(map(str, action.choices or ()))
    default = f" (default: {action.default})" if choices and isinstance(action.default, str) else ""
    return Argument(
        names=tuple(action.option_strings),
        value="" if action.nargs == 0 else str(action.metavar or "|".join(choices) or action.dest.upper()),
        choices=choices,
        repeats=str(action.nargs) if action.nargs in ("?", "*") else "",
        what=_plain(action.help) + default,
    )


def _plain(text: str | None) -> str:
    return " ".join((text or "").replace("%%", "%").split())
