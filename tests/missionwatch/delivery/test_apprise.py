"""Short messages through Apprise, for which a stand-in is called as it would be."""

import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest

from missionwatch.delivery.apprise import AppriseCarrier, AppriseMissingError
from store.mailing.model import Letter
from tests.missionwatch.delivery.test_smtp import letters


class _Apprise:
    """Knows one kind of address."""

    told: list[tuple[str, str, str]] = []  # noqa: RUF012 - as one room that all speak into

    def __init__(self) -> None:
        self._url = ""

    def add(self, url: str) -> bool:
        self._url = url
        return url.startswith("room://")

    def notify(self, *, title: str, body: str, body_format: str) -> bool:
        if "broken" in self._url:
            raise RuntimeError(self._url)
        _Apprise.told.append((self._url, title, body))
        return "full" not in self._url


def event(url: str) -> Letter:
    return replace(letters(url)[0], kind="apprise", body=b'{"title":"1 change","body":"Remarks"}')


@pytest.mark.parametrize(
    ("url", "outcome"),
    [("room://a", "sent"), ("room://full", "deferred"), ("room://broken?key=1", "deferred"), ("smoke://x", "failed")],
)
def test_what_becomes_of_a_message(monkeypatch: pytest.MonkeyPatch, url: str, outcome: str) -> None:
    module = SimpleNamespace(Apprise=_Apprise, NotifyFormat=SimpleNamespace(TEXT="text"))
    monkeypatch.setitem(sys.modules, "apprise", module)
    _Apprise.told.clear()
    by = AppriseCarrier([url])
    answers = [answer for _, answer in by.carry([event(url), event("room://taken-out")])]
    assert [each.outcome for each in answers] == [outcome, "failed"]
    assert "key" not in answers[0].said
    assert _Apprise.told[:1] == ([(url, "1 change", "Remarks")] if url in ("room://a", "room://full") else [])


def test_one_that_fails_is_left_alone_until_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    module = SimpleNamespace(Apprise=_Apprise, NotifyFormat=SimpleNamespace(TEXT="text"))
    monkeypatch.setitem(sys.modules, "apprise", module)
    _Apprise.told.clear()
    by = AppriseCarrier(["room://full"])
    assert [answer.outcome for _, answer in by.carry([event("room://full")] * 3)] == ["deferred"] * 3
    assert len(_Apprise.told) == 1
    by.rest()
    list(by.carry([event("room://full")]))
    assert len(_Apprise.told) == 2


def test_without_it_the_operator_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(AppriseMissingError, match="install the extra `apprise`"):
        AppriseCarrier(["json://x"])
