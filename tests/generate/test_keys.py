"""Tables of every shape that a model can have, told as an operator writes them."""

import sys
from typing import Annotated

from msgspec import NODEFAULT, Meta, Struct, field

from generate.keys import tables


class Hours(Struct):
    """When it is open."""

    summer: Annotated[str, Meta(title="time of day")] | None = None
    """Unset: as in winter."""
    own: dict[str, str] = field(default_factory=dict)
    """Days with hours of their own."""


class Pier(Struct):
    """Where ships lie."""

    name: str
    """As on the map."""
    depth: Annotated[int, Meta(ge=2, examples=[5])] | None = None
    """In metres."""
    hours: Hours = field(default_factory=Hours)


class Light(Struct):
    """What shines."""

    colour: Annotated[str, Meta(extra={"secret": True})] = "red"
    """Of the lamp."""


class Harbour(Struct):
    piers: dict[str, Pier] = field(default_factory=dict)
    port: Light = field(default_factory=Light)


def test_tables_within_tables_and_every_kind_of_key() -> None:
    found = {table.path: table for table in tables(Harbour, sys.modules[__name__])}
    assert list(found) == ["piers.NAME", "piers.NAME.hours", "port"]
    assert [key.name for key in found["piers.NAME"].keys] == ["name", "depth"]
    name, depth = found["piers.NAME"].keys
    assert (name.default, name.meaning) == (NODEFAULT, "As on the map.")
    assert (depth.kind, depth.default, depth.example) == ("whole number, at least 2", None, 5)
    summer, own = found["piers.NAME.hours"].keys
    assert (summer.kind, own.kind, own.default) == ("time of day", "table of: text", {})
    assert (found["port"].meaning, found["port"].keys[0].is_secret) == ("What shines.", True)
