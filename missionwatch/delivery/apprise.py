"""Short messages to chats and telephones through Apprise (extra `apprise`), which knows over a hundred ways."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import msgspec

from missionwatch.delivery.carrier import SENT, Answer
from store.mailing.model import Letter, LetterKind


class AppriseMissingError(Exception):
    """The configuration names addresses for Apprise, and it is not installed."""


class AppriseCarrier:
    """Sends each letter (JSON with `title` and `body`) to the address that is its recipient."""

    kinds: frozenset[LetterKind] = frozenset({"apprise"})
    trouble = ""

    def __init__(self, urls: Collection[str]) -> None:
        """Raises AppriseMissingError."""
        try:
            import apprise
        except ImportError:
            raise AppriseMissingError(
                "`notify.apprise` needs the package apprise: install the extra `apprise`, or empty the key."
            ) from None
        self._apprise: Any = apprise
        self._urls = frozenset(urls)
        self._failing: set[str] = set()

    def carry(self, letters: Sequence[Letter]) -> Iterator[tuple[Letter, Answer]]:
        for letter in letters:
            url = letter.recipient
            if url not in self._urls:
                yield letter, Answer(outcome="failed", said="it is in the configuration no more")
            elif url in self._failing:
                yield letter, Answer(outcome="deferred", said="not tried after another one")
            else:
                answer = self._notify(url, letter)
                if answer.outcome == "deferred":
                    self._failing.add(url)
                yield letter, answer

    def rest(self) -> None:
        self._failing.clear()

    def _notify(self, url: str, letter: Letter) -> Answer:
        said = msgspec.json.decode(letter.body, type=dict[str, str])
        made = self._apprise.Apprise()
        if not made.add(url):
            return Answer(outcome="failed", said="Apprise does not know this kind of address")
        try:
            done = made.notify(title=said["title"], body=said["body"], body_format=self._apprise.NotifyFormat.TEXT)
        except Exception as error:  # over a hundred ways to fail, none of which may keep the others waiting
            return Answer(outcome="deferred", said=type(error).__name__)
        return SENT if done else Answer(outcome="deferred", said="Apprise could not hand it over")
