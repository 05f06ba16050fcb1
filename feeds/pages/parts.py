"""Where a statement belongs, in words: its speaker, organ, kind, sections, language and site."""

from collections.abc import Iterator
from dataclasses import dataclass

from feeds import phrases
from feeds.clean import title_text
from feeds.settings import PublishSettings
from store.model import StatementRecord
from store.selection import FIELDS, Field, Selection, Slice, section_slug


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A slice that something is in, with its clean label."""

    field: Field
    slug: str
    label: str
    note: str = ""
    """Said beside the label, such as a speaker's role."""

    @property
    def key(self) -> tuple[Field, str]:
        return self.field, self.slug

    @property
    def selection(self) -> Selection:
        """This slice alone."""
        return Selection(facets=(self.key,))


def parts_of(record: StatementRecord, settings: PublishSettings) -> tuple[Part, ...]:
    """Every slice the statement is in, once, in the order of FIELDS."""
    found = {part.key: part for part in _parts(record, settings)}
    return tuple(sorted(found.values(), key=lambda part: FIELDS.index(part.field)))


def part_of(part: Slice, settings: PublishSettings) -> Part:
    """A slice as the archive names it."""
    return Part(field=part.field, slug=part.slug, label=_label(part.field, part.slug, part.label, settings))


def named(field: Field, slug: str, settings: PublishSettings) -> Part:
    """A slice of which only the slug is known."""
    return Part(field=field, slug=slug, label=_label(field, slug, slug, settings))


def _parts(record: StatementRecord, settings: PublishSettings) -> Iterator[Part]:
    facets = record.facets
    yield named("sites", record.site, settings)
    for place in record.places:
        yield Part(
            field="sections",
            slug=section_slug(record.site, place.section),
            label=title_text(place.label) or title_text(place.section),
        )
    for speaker in facets.speakers:
        yield Part(
            field="speakers",
            slug=speaker.slug,
            label=title_text(speaker.name) or speaker.slug,
            note=title_text(speaker.role),
        )
    if facets.organ:
        yield Part(field="organs", slug=facets.organ.slug, label=title_text(facets.organ.name_en))
    if facets.kind:
        yield Part(field="kinds", slug=facets.kind.slug, label=title_text(facets.kind.name_en))
    yield named("languages", record.language, settings)


def _label(field: Field, slug: str, label: str, settings: PublishSettings) -> str:
    match field:
        case "sites":
            return title_text(settings.label(slug))
        case "languages":
            return title_text(phrases.language_words(slug))
    return title_text(label) or title_text(slug)
