"""The feeds there are: of everything and of each slice, statements and changes; and what each says of itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from feeds.clean import title_text
from feeds.feed import Feed, Relation
from feeds.permalinks import FORMATS, FeedName, Permalinks, feed_id
from feeds.phrases import language_words
from feeds.settings import PublishSettings
from store.selection import ALL, Field, Selection

SUBTITLES: dict[FeedName, str] = {
    "statements": "Every statement with its latest text, newest first",
    "changes": "What is new, edited, reverted, removed, restored or moved; one entry for each change",
}
FIELD_WORDS: dict[Field, str] = {
    "sites": "Sites",
    "sections": "Sections",
    "speakers": "Speakers",
    "organs": "Organs",
    "kinds": "Kinds",
    "languages": "Languages",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A feed, whatever it holds."""

    name: FeedName
    part: tuple[Field, str] | None = None
    label: str = ""
    """Of the slice, clean; empty for the feed of everything."""

    @property
    def path(self) -> str:
        """`changes`, or `speakers/fu-cong/changes`: as files are named; addresses have it quoted."""
        return self.name if self.part is None else f"{self.part[0]}/{self.part[1]}/{self.name}"

    @property
    def selection(self) -> Selection:
        return ALL if self.part is None else Selection(facets=(self.part,))

    @property
    def title(self) -> str:
        """Without the publisher's name."""
        return f"{self.label}: {self.name}" if self.label else self.name

    def feed(self, links: Permalinks, settings: PublishSettings, relations: Sequence[Relation] = ()) -> Feed:
        """The document that readers subscribe to."""
        subtitle = SUBTITLES[self.name]
        return Feed(
            id=feed_id(self.path),
            title=f"{title_text(settings.title)}: {self.title}",
            subtitle=f"{subtitle}. Only: {self.label}." if self.label else f"{subtitle}.",
            home=links.timeline(self.selection),
            selves={kind: links.feed(self.name, kind, self.part) for kind in FORMATS},
            relations=tuple(relations),
            hubs=settings.websub_hubs,
        )

    def archive(
        self,
        number: int,
        links: Permalinks,
        settings: PublishSettings,
        relations: Sequence[Relation] = (),
        *,
        archived: bool,
    ) -> Feed:
        """A further document of it, in Atom alone."""
        return Feed(
            id=feed_id(self.path),
            # Not the label of the slice, which may get better: an archive stays as it is.
            title=f"{title_text(settings.title)}: {title_text(self.path)}",
            subtitle=f"{SUBTITLES[self.name]}. Part {number} of all.",
            home=links.timeline(self.selection),
            selves={"atom": links.archive(self.name, number, self.part)},
            relations=tuple(relations),
            archived=archived,
        )


def label_of(part: tuple[Field, str], label: str, settings: PublishSettings) -> str:
    """The name of a slice for readers."""
    field, slug = part
    match field:
        case "sites":
            words = settings.label(slug)
        case "languages":
            words = language_words(slug)
        case _:
            words = label
    return title_text(words) or title_text(slug)


def channels(labels: Mapping[tuple[Field, str], str], settings: PublishSettings) -> Iterator[Channel]:
    """Every feed, that of everything first, changes before statements. `labels`: slices in their order."""
    everything: list[tuple[Field, str] | None] = [None, *labels]
    for part in everything:
        label = "" if part is None else label_of(part, labels[part], settings)
        yield Channel(name="changes", part=part, label=label)
        yield Channel(name="statements", part=part, label=label)
