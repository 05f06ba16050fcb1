"""Who, where, what: speakers, organ, kind and documents of a statement, by rules that say nothing unless sure."""

from store.attribution import Facets, Kind, Organ, Speaker, Symbol
from store.facets.reading import FACETS_VERSION, read_facets

__all__ = ["FACETS_VERSION", "Facets", "Kind", "Organ", "Speaker", "Symbol", "read_facets"]
