"""The templates with all that they may use; everything that comes from a page is cleaned by a filter or escaped."""

from datetime import UTC, date, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from feeds import phrases
from feeds.clean import safe_html, safe_link, title_text
from feeds.pages.assets import Assets
from feeds.pages.compiled import CompiledTemplates
from feeds.pages.head import FORMAT_WORDS, MEDIA_TYPES
from feeds.pages.lines import Lines
from feeds.permalinks import FEEDS, FORMATS, Permalinks
from feeds.settings import PublishSettings

# Also in each page, for the day it is served by a plain file server.
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
_TEMPLATES = Path(__file__).parents[1] / "templates"


def environment(settings: PublishSettings, absolute: Permalinks, links: Permalinks, assets: Assets) -> Environment:
    """The environment of one installation's pages. A name that is not there is an error, never an empty word."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        bytecode_cache=CompiledTemplates(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(
        clock=lambda moment: f"{moment.astimezone(UTC):%H:%M}",
        counted=phrases.counted,
        day_words=phrases.day_words,
        language_of=phrases.language_of,
        language_words=phrases.language_words,
        moment_words=phrases.moment_words,
        page_html=lambda html: Markup(safe_html(html)),  # noqa: S704 - cleaned to the allow-list in feeds.clean
        safe_link=safe_link,
        stated_words=phrases.stated_words,
        timestamp=phrases.timestamp,
        title_text=title_text,
        utc_day=_utc_day,
        weekday_words=phrases.weekday_words,
    )
    made.globals.update(
        absolute=absolute,
        by_mail=settings.by_mail,
        events=phrases.EVENTS,
        feed_names=FEEDS,
        field_words=phrases.FIELD_WORDS,
        format_words=FORMAT_WORDS,
        formats=FORMATS,
        # The chapters' own pages.
        fronts={absolute.home(), absolute.days(), absolute.feeds(), absolute.subscribe(), absolute.status()},
        icon=links.asset(assets.icon),
        label=lambda site: title_text(settings.label(site)),
        lines=Lines(made),
        links=links,
        media_types=MEDIA_TYPES,
        policy=POLICY,
        site_title=title_text(settings.title),
        stylesheet=links.asset(assets.style),
        verbs=phrases.VERBS,
    )
    return made


def _utc_day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
