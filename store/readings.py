"""What was read of a statement's facets as kept text and back: JSON, empty where nothing could be said."""

import msgspec

from store.attribution import NOTHING_SAID, Facets


def dump_facets(facets: Facets) -> str:
    """Text that `load_facets` turns back into equal facets. Raises ValueError for what UTF-8 cannot hold."""
    return "" if facets == NOTHING_SAID else msgspec.json.encode(facets).decode()


def load_facets(kept: str | None) -> Facets:
    """The facets that `dump_facets` was given; nothing for a statement that was not read yet."""
    return _DECODER.decode(kept) if kept else NOTHING_SAID


_DECODER = msgspec.json.Decoder(Facets)
