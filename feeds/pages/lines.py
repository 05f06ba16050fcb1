"""Lines of lists, set once and kept: the same ones stand on many pages, and on the next publication's pages again.

Two thirds of the time of a publication after one change went into setting lines that stood on another page already.
"""

from collections.abc import Callable, Hashable, Sequence
from functools import cached_property, lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, cast

from jinja2 import Environment
from markupsafe import Markup

from feeds.pages.calendar import Month
from feeds.pages.filters import Choice
from feeds.pages.listing import Listed
from feeds.pages.parts import Part

if TYPE_CHECKING:
    from feeds.pages.rows import ChangeFacts, StatementFacts

KEPT = 1024
"""Lines that are kept; one has about a kilobyte."""


class Lines:
    """Sets lines by the macros of `lines.html`. Equal values give the same line. May be asked by several threads."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._line: Callable[[str, Hashable], Markup] = lru_cache(KEPT)(self._set)

    def change(self, facts: "ChangeFacts") -> Markup:
        """A change with its reasons and a link to the comparison."""
        return self._line("change", facts)

    def statement(self, facts: "StatementFacts") -> Markup:
        """A statement with date and slices."""
        return self._line("statement", facts)

    def choices(self, choices: Sequence[Choice]) -> Markup:
        """Filters."""
        return self._lines("choice", choices)

    def listed(self, slices: Sequence[Listed]) -> Markup:
        """Slices on the page of feeds, with the addresses of their feeds."""
        return self._lines("listed", slices)

    def months(self, months: Sequence[Month]) -> Markup:
        """Months of the calendar, each a table."""
        return self._lines("month", months)

    def feeds_of(self, part: Part) -> Markup:
        """The feeds of a slice, in one line."""
        return self._line("feeds_of", part)

    def feeds_of_everything(self) -> Markup:
        """The feeds of everything, for the head of each page."""
        return self._line("feeds_of_everything", None)

    def chapters(self, chapter: str, is_front: bool) -> Markup:
        """The main navigation of a page in that chapter, or of the chapter's own page."""
        return self._line("chapters", (chapter, is_front))

    def _lines(self, macro: str, values: Sequence[Hashable]) -> Markup:
        # Not `Markup().join`, which looks at each line once more.
        return Markup("".join([self._line(macro, value) for value in values]))  # noqa: S704 - `_set` makes lines safe

    def _set(self, macro: str, value: Hashable) -> Markup:
        return Markup(getattr(self._macros, macro)(value))  # noqa: S704 - the macro has escaped what is in it

    @cached_property
    def _macros(self) -> ModuleType:
        # Late, since a template is bound to the globals that the environment has when it is first asked for.
        return cast("ModuleType", self._environment.get_template("lines.html").module)
