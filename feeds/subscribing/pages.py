"""The pages about mail as bytes."""

from typing import Any, Literal

from feeds.pages import Pages
from feeds.settings import PublishSettings
from feeds.subscribing.form import CADENCES, FRAMES, facet_options, type_options, zones
from feeds.subscribing.words import WORDS
from store.mailing.model import Frame
from store.mailing.settings import Settings
from store.selection import Slice

POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'"
LANGUAGES: dict[Frame, dict[str, str]] = {
    "en": {"en": "English", "zh-Hans": "Chinese"},
    "zh": {"en": "英文", "zh-Hans": "中文"},
}
Step = Literal["sent", "confirm", "confirmed", "unsubscribe", "ended", "invalid"]


class MailPages:
    """Renders them in the dress of the others."""

    def __init__(self, pages: Pages, settings: PublishSettings) -> None:
        self._pages = pages
        self._settings = settings

    def form(
        self,
        frame: Frame,
        choices: Settings,
        slices: "list[Slice]",
        *,
        action: str,
        manages: bool,
        wrong: str = "",
        address: str = "",
        saved: bool = False,
    ) -> bytes:
        """The form: of the page for subscribing, or of one to alter a subscription. `action` is a path."""
        words = WORDS[frame]
        wishes = choices["wishes"]
        return self._page(
            "subscribe.html",
            frame,
            words["manage" if manages else "subscribe"],
            action=action,
            manages=manages,
            wrong=wrong,
            saved=saved,
            address=address,
            choices=choices,
            cadences=CADENCES,
            frames=FRAMES,
            zones=zones(choices["zone"]),
            facets=facet_options(slices, wishes, self._settings, LANGUAGES[frame]),
            types=type_options(wishes, words),
            typed=", ".join(wishes.words),
        )

    def step(self, step: Step, frame: Frame, *, action: str = "", facts: tuple[tuple[str, str], ...] = ()) -> bytes:
        """A page that says one thing, and may have one button, which posts to `action`."""
        return self._page("subscribing.html", frame, WORDS[frame][step], step=step, action=action, facts=facts)

    def _page(self, template: str, frame: Frame, title: str, **values: Any) -> bytes:
        return self._pages.about_mail(template, title, POLICY, words=WORDS[frame], frame=frame, **values)
