"""Small rules by which the invented site's texts say who spoke, where, and in what form."""

import re
from collections.abc import Sequence

from store.attribution import Facets, Kind, Organ, Speaker, Symbol
from store.model import Statement
from store.rules import Rules
from tests.store.world import FERRIES

ANN = Speaker(name="Ann Harbour", role="Keeper", slug="ann-harbour")
AN = Speaker(name="安港", role="", slug="ann-harbour")
BOB = Speaker(name="Bob Harbour", role="Deputy Keeper", slug="bob-harbour")
COUNCIL = Organ(slug="harbour-council", name_en="Harbour Council", name_zh="港口理事会")
FLEET = Organ(slug="fleet", name_en="Fleet", name_zh="船队")
REMARKS = Kind(slug="remarks", name_en="Remarks", name_zh="发言")


def read(statement: Statement, sections: Sequence[str]) -> Facets:
    """Who is named in title or text; the organ by the section; the kind by the title; `S/…` as they stand there."""
    said = f"{statement.title} {statement.text}"
    named = {"Ann": ANN, "安": AN, "Bob": BOB, "at nine": BOB}
    council = COUNCIL if "council" in said.lower() else None
    return Facets(
        speakers=tuple(dict.fromkeys(speaker for name, speaker in named.items() if name in said)),
        organ=FLEET if FERRIES in sections else council,
        kind=REMARKS if statement.title.startswith("Remarks") else None,
        symbols=tuple(Symbol(symbol=each, url=f"https://un.example/{each}") for each in re.findall(r"S/\d+", said)),
    )


WORDING = Rules(version="1", read=read)
