"""Letters for tests: what is told of an invented archive, and letters taken apart again."""

import email.policy
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from functools import cache
from typing import Any

from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from feeds.mail import Composed, MailSettings, compose, message_id, personalise
from store.incidents import Incident
from store.mailing.model import Frame, Period, ToldChange
from tests.feeds.fakes import START, FakeArchive
from tests.feeds.world import world

SETTINGS = MailSettings(
    base_url="https://watch.example/desk",
    sender="Missionwatch <news@watch.example>",
    site_labels={"un": "Mission of the Harbour"},
)
DATE = datetime(2026, 3, 3, 8, 0, 1, tzinfo=UTC)
RECIPIENT = "reader@example.org"
UNSUBSCRIBE, MANAGE = "Uu-_5" * 8 + "xyz", "Mm-_7" * 8 + "abc"
_ODD = "\r\n\0\x0b\x0c\x1b\x85\u2028\u2029\u202e\u2066\ud800\udfff\u0301\U0001f1e6=?<>[]{}% .,:;\"'\\"
TITLES = st.lists(
    st.one_of(
        st.text(st.characters(), max_size=20),
        st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=30),
        st.sampled_from(_ODD),
        st.sampled_from(["=?utf-8?b?", "?=", "\r\nBcc: x@y.example\r\n\r\n", "=[recipient]=", "{title}", "{{ 7*7 }}"]),
    ),
    max_size=8,
).map("".join)
"""What a page may call itself."""


def daily(archive: FakeArchive, **more: Any) -> Period:
    """A day that ends just now."""
    return Period(
        key="daily:2026-03-03", cadence="daily", starts=archive.now - timedelta(days=1), ends=archive.now, **more
    )


def told_of(archive: FakeArchive, after: int = 0) -> list[ToldChange]:
    """Everything that is news after a change."""
    return [
        ToldChange(change=change, slices=frozenset(archive.parts_of(change.statement)), text="")
        for change in archive.changes
        if not change.baseline and change.id > after
    ]


def letter_of(
    archive: FakeArchive,
    told: Sequence[ToldChange] | None = None,
    *,
    frame: Frame = "en",
    zone: str = "UTC",
    older: int = 0,
    incidents: Sequence[Incident] = (),
    period: Period | None = None,
    settings: MailSettings = SETTINGS,
) -> Composed:
    """The letter about it."""
    return compose(
        period=period or daily(archive),
        frame=frame,
        zone=zone,
        told=told_of(archive) if told is None else told,
        older=older,
        reader=archive,
        incidents=incidents,
        settings=settings,
    )


def finished(composed: Composed, recipient: str = RECIPIENT) -> bytes:
    """The bytes for one receiver."""
    return personalise(
        composed,
        recipient=recipient,
        message_id=message_id(SETTINGS, "digest", recipient),
        unsubscribe=UNSUBSCRIBE,
        manage=MANAGE,
        date=DATE,
    )


def read(data: bytes) -> EmailMessage:
    """A message as the standard library reads it; fails if any part of it has a defect."""
    found = message_from_bytes(data, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    for part in found.walk():
        assert part.defects == []
        for value in part.values():
            assert getattr(value, "defects", ()) == (), value
    return found


def content_of(data: bytes, kind: str) -> str:
    """The text of the `plain` or `html` part."""
    part = read(data).get_body((kind,))
    assert part is not None
    said = part.get_content()
    assert isinstance(said, str)
    return said.replace("\r\n", "\n")


def words_of_text(text: str) -> list[str]:
    """Every word and address, in order, in lower case."""
    return re.findall(r"\w+", text.casefold())


def words_of_html(html: str) -> list[str]:
    """The same for what an HTML document shows, each link's address behind its words."""
    body = LexborHTMLParser(html).body
    assert body is not None
    return words_of_text(" ".join(_shown(body)))


def _shown(node: LexborNode) -> Iterator[str]:
    for child in node.iter(include_text=True):
        if child.tag == "-text":
            yield child.text_content or ""
        elif child.tag == "br":
            yield "\n"
        else:
            glued = child.tag in ("ins", "del", "span", "strong")
            pieces = list(_shown(child))
            yield "".join(pieces) if glued else " ".join(pieces)
            if child.tag == "a":
                yield f" {child.attributes['href']}"


def an_incident(code: str = "section-unreadable", scope: str = "eng/culture", **more: Any) -> Incident:
    values: dict[str, Any] = {
        "site": "un",
        "opened": START,
        "last_seen": START + timedelta(hours=5),
        "times": 4,
        "resolved": None,
        "detail": "Run `missionwatch crawl --accept`.",
    }
    return Incident(code=code, scope=scope, **(values | more))


@cache
def the_world() -> FakeArchive:
    """`world`, made once; not to be altered."""
    return world()
