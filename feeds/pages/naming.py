"""How pages name what they show."""

from feeds.clean import title_text
from feeds.content import excerpt
from feeds.pages.timeline import Timeline
from feeds.phrases import day_words
from store.model import Statement, StatementRecord, VersionFacts
from store.selection import ALL

DESCRIPTION_LIMIT = 160
"""Characters of a text's beginning that search engines and chats may show."""


def about(view: Timeline) -> str:
    """The page in a sentence, for search engines."""
    if view.selection == ALL:
        return "What is new, edited, removed or restored on the watched sites, day by day."
    if view.is_day and view.day:
        return f"Changes detected and statements dated on {day_words(view.day)}."
    return f"Changes and statements: {view.heading}."


def title_of(content: Statement, key: str) -> str:
    """The title, or the key where the page has none."""
    return title_text(content.title) or f"Statement {title_text(key)}"


def description_of(content: Statement) -> str:
    """The beginning of the text, for search engines."""
    return excerpt(content.text, DESCRIPTION_LIMIT)


def facts_of(record: StatementRecord, number: int) -> VersionFacts:
    """The facts of one version. Raises KeyError if there is no such version."""
    for version in record.versions:
        if version.number == number:
            return version
    raise KeyError(number)
