"""How pages and feeds put facts into words. English, and the same in every locale and time zone."""

import re
from datetime import UTC, date, datetime

from store.model import ChangeRecord, ChangeType, Outcome, StatedDate
from store.selection import Field

HAN = re.compile("[\u3400-\u9fff]")

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
VERBS: dict[ChangeType, str] = {
    "new": "New",
    "edited": "Edited",
    "reverted": "Reverted",
    "removed": "Removed",
    "restored": "Restored",
    "moved": "Moved",
}
LANGUAGES = {"en": "English", "zh-Hans": "Chinese"}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FIELD_WORDS: dict[Field, str] = {
    "sites": "Site",
    "sections": "Section",
    "speakers": "Speaker",
    "organs": "Organ",
    "kinds": "Kind",
    "languages": "Language",
}
OUTCOMES: dict[Outcome, str] = {
    "ok": "everything was read",
    "partial": "some pages could not be read",
    "unreachable": "the site could not be reached",
    "blocked": "the site refused to answer",
    "suspended": "too many differences at once: they wait for confirmation",
    "failed": "the crawl failed",
}
INCIDENTS = {
    "site-unreachable": "The site could not be reached",
    "site-blocked": "The site refused to answer",
    "run-failed": "The crawl failed",
    "crawl-died": "A crawl ended before it was complete",
    "section-unreadable": "A section could not be read",
    "statements-unreadable": "Listed statements could not be read",
    "layout-changed": "Pages no longer have a known layout",
    "mass-change": "Too many differences at once: they wait for confirmation",
}
EVENTS: dict[ChangeType, str] = {
    "new": "seen for the first time",
    "edited": "the page has another text",
    "reverted": "an earlier text is back",
    "removed": "no longer on the site",
    "restored": "on the site again",
    "moved": "at another address, the text the same",
}
"""What each type of change means."""


def day_words(day: date) -> str:
    """`12 May 2025`; names of months do not follow the locale, as those of `strftime` do."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def moment_words(moment: datetime) -> str:
    """`12 May 2025, 14:35 UTC`."""
    moment = moment.astimezone(UTC)
    return f"{day_words(moment.date())}, {moment:%H:%M} UTC"


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC with as many digits as the moment has: no two entries of a feed may share one."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def stated_words(stated: StatedDate) -> str:
    """The stated date in words with its zone, as printed where it could not be read, or empty."""
    if stated.date is None:
        return stated.text
    words = day_words(stated.date)
    return f"{words}, {stated.time} ({stated.zone})" if stated.time else words


def language_words(language: str) -> str:
    """English name of a language the sites use, else its tag."""
    return LANGUAGES.get(language, language)


def change_words(change: ChangeRecord) -> str:
    """One sentence: what happened and between which versions."""
    first, last = change.from_version, change.to_version
    match change.type:
        case "new":
            return "New statement."
        case "edited":
            return f"Edited: version {first} became version {last}."
        case "reverted":
            return f"Reverted to an earlier text: version {first} became version {last}."
        case "removed":
            kept = first if last is None else last
            return "Removed from the site." + (f" The last version kept is {kept}." if kept else "")
        case "restored":
            return "Back on the site" + (f", as version {last}." if last else ".")
        case "moved":
            return "Moved to another address; the text is the same."


def weekday_words(day: date) -> str:
    """`Monday, 12 May 2025`."""
    return f"{WEEKDAYS[day.weekday()]}, {day_words(day)}"


def counted(number: int, noun: str) -> str:
    """`1 change`, `1,200 changes`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def language_of(label: str) -> str | None:
    """Language to mark a name or label with inside English words: Chinese if it has a Han character."""
    return "zh-Hans" if HAN.search(label) else None
