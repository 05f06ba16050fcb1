"""Letters from the daemon: what is due goes out as it begins, and what somebody asked for by a form at once."""

from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest

from tests.conftest import ReplicaFactory
from tests.daemons import SELDOM, configure, daemon, wait_until
from tests.mission import Mission

pytestmark = pytest.mark.slow


def letters(mission: Mission) -> list[bytes]:
    """What lies in the Maildir."""
    return [path.read_bytes() for path in (mission.data / "mail" / "new").glob("*")]


def test_news_is_told_once_and_a_form_is_answered_by_a_letter(mission: Mission, replica: ReplicaFactory) -> None:
    server = replica(count=30, seed=4)
    configure(mission, server)
    assert mission.run("crawl", "--full").code == 0
    assert mission.run("subscribers", "add", "reader@example.org", "--cadence", "instant").code == 0
    mission.write("UPDATE subscriber SET told_until = told_until - 90 * 1000000")  # a minute lies between two letters
    server.site.add(1)
    assert mission.run("crawl").code == 0
    with daemon(mission) as running:
        running.until("leading")
        wait_until(lambda: len(letters(mission)) == 1)
        assert b"To: reader@example.org" in letters(mission)[0]
        asked = HTTPConnection("127.0.0.1", running.at().port, timeout=20)
        form = urlencode({"address": "visitor@example.org", "cadence": "daily", "zone": "UTC", "send_at": "08:00"})
        asked.request("POST", "/subscribe", form, {"Content-Type": "application/x-www-form-urlencoded"})
        assert asked.getresponse().status == 200
        asked.close()
        wait_until(lambda: len(letters(mission)) == 2)
        assert running.end() == 143
        assert not [line for line in running.lines if "example.org" in line]
    with daemon(mission) as running:
        wait_until(lambda: b'missionwatch_mail_runs_total{result="ok"} 1' in running.at().ask("/metrics")[2])
        assert running.end() == 143
    assert len(letters(mission)) == 2


def test_who_has_left_is_forgotten_though_there_is_nobody_to_write_to(crawled: Mission, mission: Mission) -> None:
    mission.start_from(crawled)
    assert mission.run("subscribers", "add", "reader@example.org").code == 0
    assert mission.run("subscribers", "remove", "reader@example.org").code == 0
    month = 30 * 86_400 * 1_000_000
    mission.write(f"UPDATE subscriber SET ended = ended - {month}")
    mission.write(f"UPDATE subscriber_token SET expires = expires - {month}")
    nowhere = '[sites.un]\nprofile = "china-mission-un"\nbase_url = "http://127.0.0.1:9"\n'
    mission.config.write_text(SELDOM + nowhere, encoding="utf-8")
    mission.write("UPDATE run SET job = 'deep'")  # so that nothing is overdue
    with daemon(mission):
        wait_until(lambda: mission.rows("SELECT address FROM subscriber") == [(None,)])
