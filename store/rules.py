"""The rules by which it is read who spoke, where and in what form, with the version that tells when they got better."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from store.attribution import Facets
from store.facets import FACETS_VERSION, read_facets
from store.model import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """One state of the rules."""

    version: str
    """Differs from that of any rules that read a statement otherwise."""
    read: Callable[[Statement, Sequence[str]], Facets]
    """What a statement says, by its latest version and the paths of the sections that list it."""


RULES = Rules(version=FACETS_VERSION, read=read_facets)
"""Those of this release."""
