"""The facets of a statement, from its title, its headings, its text and the sections that list it: docs/facets.md."""

from collections.abc import Iterator, Sequence

from store.attribution import Facets, Kind, Organ, Speaker, Symbol
from store.facets.kinds import read_kind, read_kind_han
from store.facets.lines import headings, is_chinese, plain, without_quotations
from store.facets.organs import organ_of_sections, read_organ, read_organ_han
from store.facets.resolutions import find_resolutions
from store.facets.speakers import read_subject
from store.facets.speakers_han import read_speakers_han
from store.facets.symbols import find_symbols, link
from store.model import Statement

FACETS_VERSION = "1"
"""Another string whenever the rules or their data may give another answer, so that what was derived is derived anew.

Feeds, addresses and ids never depend on it. A test holds it to the sources of this package.
"""

MAX_SYMBOLS = 200


def read_facets(statement: Statement, sections: Sequence[str] = ()) -> Facets:
    """Who speaks, where, what kind of text it is and which documents it names; nothing where no rule is sure.

    Each of the first three is taken from the first line that says it: title, subtitle, headings in the text. `sections`
    are further paths under which it is listed, beside the statement's own; they are the weakest evidence, and only for
    the organ. A pure function that raises on no text, in time that grows with the length of the text.
    """
    title = plain(statement.title)
    speakers, organ, kind = _read(title)
    if not (speakers and organ and kind):
        for line in headings(statement):
            if not line:
                continue
            more = _read(line)
            speakers, organ, kind = speakers or more[0], organ or more[1], kind or more[2]
    named_in_council = organ is not None and organ.slug == "security-council"
    if organ is None:
        organ = organ_of_sections((statement.section, *sections), title, kind.slug if kind else "")
    return Facets(
        speakers=speakers,
        organ=organ,
        kind=kind,
        symbols=tuple(_symbols(statement, title, in_council=named_in_council)),
    )


def _read(line: str) -> tuple[tuple[Speaker, ...], Organ | None, Kind | None]:
    bare = without_quotations(line)
    if is_chinese(line):
        kind = read_kind_han(bare)
        return read_speakers_han(bare), read_organ_han(bare, kind.slug if kind else ""), kind
    subject = read_subject(bare)
    kind = read_kind(bare, subject.predicate)
    return subject.speakers, read_organ(bare, kind.slug if kind else ""), kind


def _symbols(statement: Statement, title: str, *, in_council: bool) -> Iterator[Symbol]:
    stated = statement.date.date.year if statement.date.date else None
    seen: set[str] = set()
    for text in (title, statement.subtitle, *(paragraph.text for paragraph in statement.paragraphs)):
        found = [*find_symbols(text), *find_resolutions(text, in_council=in_council, stated=stated)]
        for _, symbol in sorted(found, key=lambda place: place[0]):
            if symbol not in seen and (named := link(symbol, statement.language)):
                seen.add(symbol)
                yield named
                if len(seen) == MAX_SYMBOLS:
                    return
