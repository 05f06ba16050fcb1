"""What letters say in words of their own, in English and Chinese. Both tables have the same sentences.

Facts only: what was seen, when, and where it can be read. No word of it depends on a locale.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Day
from datetime import datetime
from zoneinfo import ZoneInfo

from feeds import phrases
from feeds.mail.chinese import CHINESE
from feeds.mail.english import ENGLISH
from feeds.phrases import WEEKDAYS, day_words
from store.mailing.model import Frame
from store.model import ChangeType, StatedDate

_ZH_WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
_ZH_LANGUAGES = {"en": "英文", "zh-Hans": "中文"}


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a frame, with moments in a zone."""

    frame: Frame
    zone: str = "UTC"
    """IANA name."""
    _place: ZoneInfo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_place", ZoneInfo(self.zone))

    @property
    def language(self) -> str:
        """BCP 47."""
        return "en" if self.frame == "en" else "zh-Hans"

    @property
    def _sentences(self) -> Mapping[str, str]:
        return ENGLISH if self.frame == "en" else CHINESE

    def say(self, name: str, **values: object) -> str:
        """A sentence with these values in it."""
        return self._sentences[name].format(**values)

    def count(self, name: str, number: int, **values: object) -> str:
        """A sentence about so many: that of `name.one` for one, else of `name.many`."""
        return self.say(f"{name}.{'one' if number == 1 else 'many'}", number=f"{number:,}", **values)

    def verb(self, kind: ChangeType) -> str:
        """`Edited`."""
        return self.say(f"verb.{kind}")

    def day(self, day: Day) -> str:
        """`2 March 2026`."""
        return day_words(day) if self.frame == "en" else f"{day.year}年{day.month}月{day.day}日"

    def moment(self, moment: datetime) -> str:
        """`2 March 2026, 09:37`, in the zone."""
        there = moment.astimezone(self._place)
        return f"{self.day(there.date())}{', ' if self.frame == 'en' else ' '}{there:%H:%M}"

    def span(self, starts: datetime, ends: datetime) -> str:
        """Two moments, the date of the second only if it is another."""
        first, last = starts.astimezone(self._place), ends.astimezone(self._place)
        end = f"{last:%H:%M}" if first.date() == last.date() else self.moment(ends)
        return f"{self.moment(starts)} – {end}"

    def weekday(self, number: int) -> str:
        """`Monday` for 0."""
        return WEEKDAYS[number] if self.frame == "en" else _ZH_WEEKDAYS[number]

    def stated(self, stated: StatedDate) -> str:
        """The stated day in words, as printed where it could not be read, or empty."""
        return stated.text if stated.date is None else self.day(stated.date)

    def language_of(self, tag: str) -> str:
        """The name of a language that the sites use, else its tag."""
        return phrases.language_words(tag) if self.frame == "en" else _ZH_LANGUAGES.get(tag, tag)

    def reason(self, name: str) -> str:
        """The name of a class of edits (docs/significance.md)."""
        return self._sentences.get(f"class.{name}", name)

    def has(self, name: str) -> bool:
        """Whether there is such a sentence."""
        return name in self._sentences
