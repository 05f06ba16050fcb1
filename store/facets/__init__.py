"""Who, where, what: speakers, organ, kind and documents of a statement, by rules that say nothing unless sure."""

from store.facets.reading import FACETS_VERSION, read_facets
from store.facets.records import Facets, Kind, Organ, Speaker, Symbol

__all__ = ["FACETS_VERSION", "Facets", "Kind", "Organ", "Speaker", "Symbol", "read_facets"]
