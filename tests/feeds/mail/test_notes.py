"""Letters that say one thing: to confirm, to alter choices, to warn the operator; and whom incidents touch."""

from datetime import timedelta

import pytest

from feeds.mail import confirmation, manage_link, message_id, notice, touching
from feeds.mail.alerts import NoticeKind
from feeds.mail.invitation import LASTS
from store.mailing import tokens
from store.mailing.model import Frame, Wishes
from tests.feeds.fakes import START
from tests.feeds.mail.letters import (
    DATE,
    MANAGE,
    RECIPIENT,
    SETTINGS,
    an_incident,
    content_of,
    read,
    words_of_html,
    words_of_text,
)
from tests.feeds.payloads import PAYLOADS

ID = message_id(SETTINGS, "note", "a key")
WISHES = Wishes(
    facets={
        "sites": frozenset({"un"}),
        "speakers": frozenset({"qiao-wenlan", "visit-evil-example"}),
        "languages": frozenset({"en", "xx"}),
    },
    words=("buy now at evil.example",),
    types=frozenset({"removed", "edited"}),
    least="medium",
)


def asked(frame: Frame = "en", wishes: Wishes = WISHES) -> bytes:
    return confirmation(
        frame=frame,
        recipient=RECIPIENT,
        message_id=ID,
        token=MANAGE,
        date=DATE,
        settings=SETTINGS,
        wishes=wishes,
        cadence="weekly",
        zone="Asia/Kathmandu",
        send_at="07:30",
        weekday=2,
        labels={("speakers", "qiao-wenlan"): "Qiao Wenlan"},
    )


def whole(data: bytes) -> str:
    """The plain text; both parts have to say the same."""
    found = read(data)
    assert (found["To"], found["Message-ID"], found["Auto-Submitted"]) == (RECIPIENT, ID, "auto-generated")
    assert "List-Unsubscribe" not in found
    text = content_of(data, "plain")
    assert words_of_html(content_of(data, "html")) == words_of_text(text)
    return text


def test_a_confirmation_says_why_it_came_and_has_one_link() -> None:
    text = whole(asked())
    assert read(asked())["Subject"] == "Please confirm: letters from Missionwatch"
    assert "If you did not ask for this, ignore this mail: nothing follows." in text
    assert f"Confirm: https://watch.example/desk/confirm/{MANAGE}" in text
    assert text.count("/confirm/") == 1
    assert "How often: Weekly on Wednesday at 07:30 (Asia/Kathmandu)" in text
    assert "Sites: Mission of the Harbour" in text
    assert "Changes: Edited, Removed" in text
    assert "It is good until 10 March 2026, 08:00 (UTC)." in text
    assert tokens.LASTS["confirm"] == tokens.LASTS["manage"] == LASTS


def test_a_confirmation_carries_nobodys_words_to_a_stranger() -> None:
    data = asked()
    assert "evil" not in content_of(data, "plain")
    assert "evil" not in content_of(data, "html")
    assert "Speakers: Qiao Wenlan, ?" in whole(data)
    assert "Words: one of your own" in whole(data)


def test_a_confirmation_in_chinese() -> None:
    text = whole(asked("zh"))
    assert read(asked("zh"))["Subject"] == "请确认：订阅 Missionwatch 的邮件"
    assert "频率：每周星期三 07:30（Asia/Kathmandu）" in text
    assert "内容：全部" in whole(asked("zh", Wishes()))


@pytest.mark.parametrize(("frame", "words"), [("en", "Open your choices"), ("zh", "打开设置")])
def test_a_link_to_the_choices(frame: Frame, words: str) -> None:
    data = manage_link(frame=frame, recipient=RECIPIENT, message_id=ID, token=MANAGE, date=DATE, settings=SETTINGS)
    assert f"{words}: https://watch.example/desk/manage/{MANAGE}" in whole(data)


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("opened", "[un] A section could not be read"),
        ("reminder", "[un] Still: A section could not be read"),
        ("resolved", "[un] Resolved: A section could not be read"),
    ],
)
def test_a_notice_says_what_is_wrong_where_and_since_when(kind: NoticeKind, subject: str) -> None:
    incident = an_incident(resolved=START + timedelta(hours=6) if kind == "resolved" else None)
    data = notice(recipient=RECIPIENT, message_id=ID, date=DATE, kind=kind, incident=incident, settings=SETTINGS)
    text = whole(data)
    assert read(data)["Subject"] == subject
    assert "2 March 2026, 09:30" in text
    assert "Section: eng/culture" in text
    assert "How often: 4 times" in text
    assert "What was seen: Run `missionwatch crawl --accept`." in text
    assert ("and is over" in text) == (kind == "resolved")
    assert ("2 March 2026, 15:30" in text) == (kind == "resolved")


def test_notices_about_one_incident_are_one_thread() -> None:
    def thread(kind: NoticeKind, scope: str) -> str:
        data = notice(
            recipient=RECIPIENT,
            message_id=ID,
            date=DATE,
            kind=kind,
            incident=an_incident(scope=scope),
            settings=SETTINGS,
        )
        return str(read(data)["References"])

    assert thread("opened", "eng/a") == thread("reminder", "eng/a") != thread("opened", "eng/b")


def test_a_notice_says_hostile_words_and_obeys_none() -> None:
    for payload in PAYLOADS[::7]:
        incident = an_incident(payload, payload, site=payload, detail=payload)
        data = notice(
            recipient=RECIPIENT, message_id=ID, date=DATE, kind="opened", incident=incident, settings=SETTINGS
        )
        text = whole(data)
        assert "\x1b" not in text
        assert "<script" not in content_of(data, "html").lower()


def test_a_token_that_is_none_makes_no_letter() -> None:
    with pytest.raises(ValueError, match="a token has"):
        manage_link(frame="en", recipient=RECIPIENT, message_id=ID, token="../x", date=DATE, settings=SETTINGS)


@pytest.mark.parametrize(
    ("wishes", "touched"),
    [
        (Wishes(), ["eng/culture", "", "eng/peace-security"]),
        (Wishes(facets={"sections": frozenset({"un-eng-culture"})}), ["eng/culture", ""]),
        (Wishes(facets={"sections": frozenset({"un-eng-peace--security"})}), ["", "eng/peace-security"]),
        (Wishes(facets={"sites": frozenset({"geneva"})}), []),
        (
            Wishes(facets={"sites": frozenset({"un"}), "speakers": frozenset({"x"})}),
            ["eng/culture", "", "eng/peace-security"],
        ),
    ],
)
def test_incidents_touch_whom_they_may_keep_something_from(wishes: Wishes, touched: list[str]) -> None:
    incidents = [
        an_incident(),
        an_incident("site-unreachable", ""),
        an_incident(scope="eng/peace-security"),
        an_incident(scope="eng/over", resolved=START),
    ]
    assert [each.scope for each in touching(wishes, incidents)] == touched
