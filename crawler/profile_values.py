"""The kinds of value that a profile holds and TOML lacks: patterns, selectors, locators, zones."""

import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

_BLANK = LexborHTMLParser("<p></p>")


class Selector:
    """A CSS selector that the parser accepts."""

    __slots__ = ("css",)

    def __init__(self, css: str) -> None:
        self.css = css


class Locator(Selector):
    """Where a value stands: the text of an element, or with `selector@name` one of its attributes."""

    __slots__ = ("attribute",)

    def __init__(self, css: str, attribute: str | None = None) -> None:
        super().__init__(css)
        self.attribute = attribute


class Zone(str):
    """The name of a time zone that the zone database knows."""

    __slots__ = ()


def decode_value(wanted: type, value: object) -> Any:
    """The value of the wanted kind that a string of a profile stands for; ValueError says why it stands for none."""
    if not isinstance(value, str):
        raise ValueError(f"Expected `str`, got `{type(value).__name__}`")
    return _DECODERS[getattr(wanted, "__origin__", wanted)](value)


def _selector(text: str) -> Selector:
    return Selector(_css(text))


def _locator(text: str) -> Locator:
    css, _, attribute = text.partition("@")
    return Locator(_css(css), attribute or None)


def _css(text: str) -> str:
    try:
        _BLANK.css(text)
    except SelectolaxError:
        raise ValueError(f"`{text}` is no CSS selector that the parser knows") from None
    return text


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError(f"`{text}` is no regular expression: {error}") from None


def _zone(text: str) -> Zone:
    try:
        ZoneInfo(text)
    except (KeyError, OSError, ValueError):
        raise ValueError(f"`{text}` is no time zone") from None
    return Zone(text)


_DECODERS: dict[Any, Callable[[str], object]] = {
    Selector: _selector,
    Locator: _locator,
    re.Pattern: _pattern,
    Zone: _zone,
}
