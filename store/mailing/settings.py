"""What a subscriber may choose besides the address: language, cadence, hour and wishes. No database."""

import re
from functools import lru_cache
from typing import Any, TypedDict, get_args
from zoneinfo import ZoneInfo, available_timezones

from store.mailing.model import Cadence, Frame, NotUsableError, Subscriber, Wishes
from store.mailing.wishes import checked, wishes_to_json

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_OF_A_MACHINE = frozenset({"localtime", "Factory"})
"""Names that are no place's."""


class Settings(TypedDict, total=False):
    """Choices by name, as `Subscriber` has them; what is left out stays, or is that of DEFAULTS."""

    frame: Frame
    cadence: Cadence
    zone: str
    send_at: str
    weekday: int
    wishes: Wishes


DEFAULTS: Settings = {
    "frame": "en",
    "cadence": "daily",
    "zone": "UTC",
    "send_at": "08:00",
    "weekday": 0,
    "wishes": Wishes(),
}
SCHEDULE = frozenset({"cadence", "zone", "send_at", "weekday"})
"""What says when a letter is due."""


def columns_of(settings: Settings) -> dict[str, Any]:
    """The columns that say the same, JSON-ready. Raises NotUsableError, whose message says what can be chosen."""
    if settings.keys() - DEFAULTS.keys():  # which are not repeated: in a file to import they may be addresses
        raise NotUsableError(f"There is no such choice: it is one of {', '.join(DEFAULTS)}.")
    if settings.get("frame", "en") not in get_args(Frame):
        raise NotUsableError("The language of the letters is one of en, zh.")
    if settings.get("cadence", "daily") not in get_args(Cadence):
        raise NotUsableError("Letters come instant, daily or weekly.")
    if str(settings.get("zone", "UTC")) not in zone_names():
        raise NotUsableError("There is no such time zone: it has to be one like Europe/Berlin.")
    if not _CLOCK.fullmatch(str(settings.get("send_at", "08:00"))):
        raise NotUsableError("The hour is none: it has to be one like 08:00.")
    weekday = settings.get("weekday", 0)
    if type(weekday) is not int or not 0 <= weekday <= 6:
        raise NotUsableError("The day of the week is a number from 0 for Monday to 6 for Sunday.")
    columns: dict[str, Any] = dict(settings)
    if "wishes" in settings:
        columns["wishes"] = wishes_to_json(checked(settings["wishes"]))
    return columns


def settings_of(subscriber: Subscriber) -> Settings:
    """What a subscriber has chosen."""
    return {
        "frame": subscriber.frame,
        "cadence": subscriber.cadence,
        "zone": subscriber.zone,
        "send_at": subscriber.send_at,
        "weekday": subscriber.weekday,
        "wishes": subscriber.wishes,
    }


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """The names of all time zones that may be chosen."""
    return frozenset(available_timezones() - _OF_A_MACHINE)


def zone_named(name: str) -> ZoneInfo:
    """A time zone; UTC where the data of this machine no longer know it, so that its letters go on."""
    return ZoneInfo(name if name in zone_names() else "UTC")
