"""Where a statement belongs, in words: its speaker, organ, kind, sections, language and site."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from feeds import phrases
from feeds.clean import title_text
from feeds.permalinks import Permalinks
from feeds.settings import PublishSettings
from store.attribution import Facets
from store.model import ChangeRecord, Place, StatementRecord
from store.selection import FIELDS, Field, Selection, Slice, section_slug

KEPT = 8192
"""Parts that are kept ready: every list on every page names the same ones again and again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A slice that something is in, with its clean label."""

    field: Field
    slug: str
    label: str
    note: str
    """Said beside the label, such as a speaker's role."""
    address: str
    """Of its timeline."""
    link: Markup
    """To its timeline."""

    @property
    def key(self) -> tuple[Field, str]:
        return self.field, self.slug


class Parts:
    """Makes parts. May be asked by several threads."""

    def __init__(self, settings: PublishSettings, links: Permalinks) -> None:
        self._settings = settings
        self._links = links
        self.part = lru_cache(KEPT)(self._make)  # of what a part says it makes the same part again

    def of(self, record: StatementRecord) -> tuple[Part, ...]:
        """Every slice the statement is in, once, in the order of FIELDS."""
        return self._sorted(self._of(record.site, record.language, record.facets, record.places))

    def of_change(self, change: ChangeRecord, facets: Facets) -> tuple[Part, ...]:
        """The slices of a change's statement, but for its sections, by what was read of the statement."""
        return self._sorted(self._of(change.site, change.language, facets, ()))

    def of_slice(self, part: Slice) -> Part:
        """A slice as the archive names it."""
        return self.part(part.field, part.slug, part.label, "")

    def named(self, field: Field, slug: str) -> Part:
        """A slice of which only the slug is known."""
        return self.part(field, slug, slug, "")

    def _sorted(self, found: Iterable[Part]) -> tuple[Part, ...]:
        return tuple(sorted({part.key: part for part in found}.values(), key=lambda part: FIELDS.index(part.field)))

    def _of(self, site: str, language: str, facets: Facets, places: Iterable[Place]) -> Iterator[Part]:
        yield self.named("sites", site)
        for place in places:
            yield self.part("sections", section_slug(site, place.section), place.label or place.section, "")
        for speaker in facets.speakers:
            yield self.part("speakers", speaker.slug, speaker.name, speaker.role)
        if facets.organ:
            yield self.part("organs", facets.organ.slug, facets.organ.name_en, "")
        if facets.kind:
            yield self.part("kinds", facets.kind.slug, facets.kind.name_en, "")
        yield self.named("languages", language)

    def _make(self, field: Field, slug: str, label: str, note: str) -> Part:
        match field:
            case "sites":
                label = self._settings.label(slug)
            case "languages":
                label = phrases.language_words(slug)
        label = title_text(label) or title_text(slug)
        address = self._links.timeline(Selection(facets=((field, slug),)))
        return Part(
            field=field,
            slug=slug,
            label=label,
            note=title_text(note),
            address=address,
            link=Markup('<a href="{}">{}</a>').format(address, words(label)),
        )


def words(label: str) -> Markup:
    """A name or label inside English words, with its language or kept apart from the direction around it."""
    language = phrases.language_of(label)
    if language:
        return Markup('<span lang="{}">{}</span>').format(language, label)
    return Markup("<bdi>{}</bdi>").format(label)
