"""What a form about mail says: address and choices, from the bytes that a browser posts, and back into fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args
from urllib.parse import parse_qs

from feeds.clean import title_text
from feeds.queries import TYPES
from feeds.settings import PublishSettings
from store.mailing.model import Cadence, Frame, NotUsableError, Wishes
from store.mailing.settings import Settings, columns_of, zone_names
from store.selection import FIELDS, Field, Slice

MEDIA_TYPE = "application/x-www-form-urlencoded"
MAX_BYTES = 16_384
MAX_FIELDS = 1000
FRAMES: tuple[Frame, ...] = get_args(Frame)
CADENCES: tuple[Cadence, ...] = get_args(Cadence)
_OTHER_NAMES = ("Etc/", "SystemV/", "US/", "Brazil/", "Canada/", "Chile/", "Mexico/")
"""Zones that go by another name too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A form as it was filled in."""

    address: str
    settings: Settings
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One value of a field that can be chosen."""

    value: str
    label: str
    chosen: bool


def read_form(body: bytes) -> Posted:
    """What was posted. Raises NotUsableError for what no form of ours would say."""
    try:
        fields = parse_qs(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="replace"
        )
    except ValueError:
        raise NotUsableError("This is not what the form of this page sends.") from None
    settings: Any = {}
    for name in ("frame", "cadence", "zone", "send_at"):
        if value := _one(fields, name):
            settings[name] = value
    weekday = _one(fields, "weekday")
    if weekday:
        settings["weekday"] = int(weekday) if weekday in tuple("0123456") else -1
    words = [word.strip() for line in fields.get("words", ()) for word in line.replace("，", ",").split(",")]
    settings["wishes"] = Wishes(
        facets={field: frozenset(fields[field]) for field in FIELDS if fields.get(field)},
        words=tuple(word for word in words if word),
        types=frozenset(fields.get("types", ())),  # type: ignore[arg-type]
        least=_one(fields, "least") or "low",  # type: ignore[arg-type]
    )
    return Posted(address=_one(fields, "address"), settings=settings, action=_one(fields, "action"))


def filled(defaults: Settings, choices: Settings) -> Settings:
    """The choices, with defaults for what is not chosen, or cannot be shown as chosen."""
    sound: Any = dict(defaults)
    for name, value in choices.items():
        try:
            columns_of({name: value})  # type: ignore[misc]
        except NotUsableError:
            continue
        sound[name] = value
    return sound  # type: ignore[no-any-return]


def facet_options(
    slices: Sequence[Slice], wishes: Wishes, settings: PublishSettings, languages: Mapping[str, str]
) -> list[tuple[Field, list[Option]]]:
    """What can be chosen of each field that has at least two values, or a chosen one; labels are clean."""
    found: list[tuple[Field, list[Option]]] = []
    for field in FIELDS:
        chosen = wishes.facets.get(field, frozenset())
        labels = {each.slug: _label(each, settings, languages) for each in slices if each.field == field}
        labels |= {slug: title_text(slug, 80) for slug in chosen if slug not in labels}
        options = [Option(value=slug, label=label, chosen=slug in chosen) for slug, label in labels.items()]
        if len(options) > 1 or chosen:
            found.append((field, sorted(options, key=lambda option: (option.label.casefold(), option.value))))
    return found


def zones(chosen: str) -> list[str]:
    """The time zones to choose from, with the chosen one."""
    places = {each for each in zone_names() if "/" in each and not each.startswith(_OTHER_NAMES)}
    return ["UTC", *sorted((places | {chosen}) - {"UTC"})]


def type_options(wishes: Wishes, words: Mapping[str, str]) -> list[Option]:
    """The types of change."""
    return [Option(value=each, label=words[each], chosen=each in wishes.types) for each in TYPES]


def _one(fields: Mapping[str, Sequence[str]], name: str) -> str:
    return fields[name][-1].strip() if fields.get(name) else ""


def _label(part: Slice, settings: PublishSettings, languages: Mapping[str, str]) -> str:
    if part.field == "sites":
        return title_text(settings.label(part.slug), 80)
    if part.field == "languages":
        return languages.get(part.slug, title_text(part.label, 80))
    return title_text(part.label, 80) or title_text(part.slug, 80)
