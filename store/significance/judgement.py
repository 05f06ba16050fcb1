"""What an edit is called, how much it matters, and in which words a reader is told."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from store.model import Significance

if TYPE_CHECKING:
    from store.textdiff import PartName

ClassName = Literal[
    "sensitive term",
    "negation",
    "number",
    "date",
    "name or title",
    "quotation",
    "title",
    "paragraph removed",
    "paragraph added",
    "rewrite",
    "paragraph moved",
    "wording",
    "image or attachment",
    "image description",
    "punctuation",
    "typography",
]
"""The classes of an edit; the most significant first (docs/significance.md says why)."""

ORDER: tuple[ClassName, ...] = get_args(ClassName)

_FIRST_MEDIUM = ORDER.index("paragraph moved")
_FIRST_LOW = ORDER.index("image description")

MOST_TOKENS = 8
SHOWN_TOKENS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One class that an edit belongs to, with what put it there."""

    name: ClassName
    tokens: tuple[str, ...]
    """`80 → 84`, `not (added)`, `veto (2 → 1)`: at most 8 different ones of at most 80 characters, in reading order."""
    parts: "tuple[PartName, ...]"
    """Where it was found, in reading order."""

    @property
    def significance(self) -> Significance:
        """`high`: it says something else; `medium`: it says it in another way; `low`: it looks different."""
        rank = ORDER.index(self.name)
        if rank < _FIRST_MEDIUM:
            return "high"
        return "medium" if rank < _FIRST_LOW else "low"

    @property
    def reason(self) -> str:
        """The class and its first tokens as one line: `number: 80 → 84; 12 → 15; 3 → 4; …`."""
        shown = [*self.tokens[:SHOWN_TOKENS], *(["…"] if len(self.tokens) > SHOWN_TOKENS else [])]
        return f"{self.name}: {'; '.join(shown)}" if shown else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Everything found in an edit, the most significant class first, one finding a class."""

    classes: tuple[Finding, ...]

    @property
    def significance(self) -> Significance:
        """That of the first class; `low` where nothing differs."""
        return self.classes[0].significance if self.classes else "low"

    @property
    def moves_updated(self) -> bool:
        """Whether readers should see the statement as updated: not for looks, punctuation or an image's description."""
        return self.significance != "low"

    @property
    def reasons(self) -> tuple[str, ...]:
        """One plain line a class, the most significant first, free of characters that JSON, XML or a terminal minds."""
        return tuple(finding.reason for finding in self.classes)
