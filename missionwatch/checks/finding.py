"""What one check found."""

from dataclasses import dataclass
from typing import Literal

Result = Literal["ok", "warning", "wrong", "unchecked"]
"""`warning`: works, and should be looked at. `unchecked`: could not be found out, or was not asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The result of one check and one sentence, which says what to do where something is to be done."""

    name: str
    result: Result
    sentence: str
    is_configuration: bool = False
    """Whether what is wrong is a configuration that cannot be used."""


def ok(name: str, sentence: str) -> Finding:
    return Finding(name=name, result="ok", sentence=sentence)


def warning(name: str, sentence: str) -> Finding:
    return Finding(name=name, result="warning", sentence=sentence)


def wrong(name: str, sentence: str, *, is_configuration: bool = False) -> Finding:
    return Finding(name=name, result="wrong", sentence=sentence, is_configuration=is_configuration)


def unchecked(name: str, sentence: str) -> Finding:
    return Finding(name=name, result="unchecked", sentence=sentence)
