"""How pages and feeds put facts into words. English, and the same in every locale and time zone."""

from datetime import UTC, date, datetime

from store.model import ChangeRecord, ChangeType, StatedDate

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
