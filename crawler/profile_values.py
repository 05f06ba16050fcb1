"""The kinds of value that a profile holds and TOML lacks: patterns, selectors, locators, zones."""

import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo


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


def decode_value(wanted: type, value: object, *, tried: bool = False) -> Any:
    """The value of the wanted kind that a string of a profile stands for; ValueError says why it stands for none.

    With `tried` selectors are taken as they are: the parser that knows them is 2.5 MiB, and who only asks a profile for
    its sections and labels needs none.
    """
    if not isinstance(value, str):
        raise ValueError(f"Expected `str`, got `{type(value).__name__}`")
    decoder = _DECODERS[getattr(wanted, "__origin__", wanted)]
    found = decoder(value)
    if isinstance(found, Selector) and not tried:
        _try(found.css)
    return found


def _locator(text: str) -> Locator:
    css, _, attribute = text.partition("@")
    return Locator(css, attribute or None)


def _try(css: str) -> None:
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    try:
        LexborHTMLParser("<p></p>").css(css)
    except SelectolaxError:
        raise ValueError(f"`{css}` is no CSS selector that the parser knows") from None


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
    Selector: Selector,
    Locator: _locator,
    re.Pattern: _pattern,
    Zone: _zone,
}
