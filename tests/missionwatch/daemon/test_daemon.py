"""The daemon as a process, on a replica of the site: it crawls, publishes, serves, answers, and ends when told."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from missionwatch.daemon.loop import LONGEST_END
from tests.conftest import ReplicaFactory
from tests.daemons import Daemon, configure, daemon, runs, wait_until
from tests.mission import Mission
from tests.needs import ROOT
from tests.truth.scale import scaled

pytestmark = pytest.mark.slow


def test_it_crawls_publishes_and_serves_and_ends_whole_within_ten_seconds(
    mission: Mission, replica: ReplicaFactory
) -> None:
    server = replica()
    configure(mission, server)
    with daemon(mission) as running:
        served = running.at()
        assert served.ask("/healthz")[0] == 200
        first = running.until("crawl ended")
        assert (first["job"], first["outcome"], first["changes"]) == ("deep", "ok", 0)
        served.until("/feeds/statements.atom", b"<entry")
        assert served.ask("/")[0] == 200
        status, _, body = served.ask("/readyz")
        assert (status, body) == (200, b'{"status": "ready", "wrong": {}}')
        family = running.family()
        assert family
        began = time.monotonic()
        running.signal(signal.SIGTERM)
        assert running.wait() == 143
        assert time.monotonic() - began < LONGEST_END + 1
        wait_until(lambda: not any(runs(pid) for pid in family))
    assert mission.rows("SELECT job, mode, outcome FROM run") == [("deep", "full", "ok")]
    assert len(mission.versions()) == 60


def test_what_changed_while_it_was_away_is_found_at_its_next_start_and_told(
    mission: Mission, replica: ReplicaFactory
) -> None:
    server = replica(count=30, seed=4)
    configure(mission, server)
    assert mission.run("crawl", "--full").code == 0
    doc_id = server.site.add(1)["doc_ids"][0]
    mission.write("UPDATE run SET started = started - 400 * 86400000000")  # more than a year ago
    with daemon(mission) as running:
        ended = running.until("crawl ended")
        assert (ended["job"], ended["outcome"], ended["changes"]) == ("deep", "ok", 1)
        assert not [line for line in running.lines if "clock" in line], "the site agrees about the time"
        running.at().until("/feeds/changes.atom", f"un-{doc_id}".encode())


def test_a_crawl_can_be_typed_while_it_rests_and_is_refused_while_it_crawls(
    mission: Mission, replica: ReplicaFactory
) -> None:
    server = replica(count=30, seed=3)
    configure(mission, server)
    with daemon(mission) as running:
        running.until("crawl ended", outcome="ok")
        done = mission.run("crawl", "--json")
        assert (done.code, done.objects[0]["outcome"]) == (0, "ok")
        assert running.end() == 143
    server.site.delay = 0.2
    mission.write("DELETE FROM run")
    with daemon(mission) as running:
        running.until("crawl begins")
        wait_until(lambda: bool(mission.rows("SELECT 1 FROM run WHERE finished IS NULL")))
        done = mission.run("crawl", "--json")
        assert done.code == 75
        assert re.fullmatch(
            r"Another Missionwatch \(process \d+ on .+, since .+ UTC\) is crawling into this database; "
            r"try again when it has ended\.",
            done.sentence,
        )


@scaled("tries", 5, 100)
def test_of_two_daemons_on_one_file_one_always_refuses(mission: Mission, replica: ReplicaFactory, tries: int) -> None:
    configure(mission, replica(count=12, seed=2))
    assert mission.run("crawl", "--full").code == 0
    for _ in range(tries):
        two = [Daemon(mission), Daemon(mission)]
        try:
            wait_until(lambda two=two: any(each.process.poll() is not None for each in two))  # type: ignore[misc]
            [refused] = [each for each in two if each.process.poll() is not None]
            [leads] = [each for each in two if each is not refused]
            assert refused.wait() == 75
            assert "looks after this database already" in refused.lines[-1]
            assert leads.at().ask("/healthz")[0] == 200
        finally:
            codes = [each.end() for each in two]
        assert sorted(codes) == [75, 143]


def test_sighup_takes_over_what_can_be_used_and_says_why_not(mission: Mission, replica: ReplicaFactory) -> None:
    server = replica(count=12, seed=2)
    configure(mission, server)
    before = mission.config.read_text(encoding="utf-8")
    with daemon(mission) as running:
        running.until("crawl ended", outcome="ok")
        for wrong, words in (
            ("[schedule]\nnews = 'often'\n", "`schedule.news` needs five fields"),
            ("[crawl]\ndelay = 'long'\n", "`crawl.delay`"),
            ("[sites.un]\nprofile = 'none'\n", "The profile of site `un` cannot be used"),
            ("[", "is not valid TOML"),
        ):
            mission.config.write_text(wrong, encoding="utf-8")
            running.signal(signal.SIGHUP)
            assert words in running.until("the configuration was not read anew")["reason"]
        mission.config.write_text(before.replace("news = '0 0 1 1 *'", "news = '0 0 2 2 *'"), encoding="utf-8")
        running.signal(signal.SIGHUP)
        running.until("the configuration was read anew")
        body = running.at().ask("/metrics")[2].decode()
        assert 'missionwatch_reloads_total{result="failed"} 4\n' in body
        assert 'missionwatch_reloads_total{result="ok"} 1\n' in body
        (due,) = re.findall(r'next_run_timestamp_seconds\{site="un",job="news"\} (\d+)', body)
        assert time.strftime("%m-%d", time.gmtime(int(due))) == "02-02"


def test_systemd_hears_of_it(mission: Mission, replica: ReplicaFactory, tmp_path: Path) -> None:
    configure(mission, replica(count=12, seed=2))
    address = f"/tmp/missionwatch-{os.getpid()}.sock"  # a socket's path may have 107 characters
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(address)
        heard.settimeout(60)
        try:
            process = subprocess.Popen(
                mission.line("daemon", "--port", "0"),
                env=mission.environment({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "600000"}),
                cwd=mission.folder,
                stderr=subprocess.DEVNULL,
            )
            said = [heard.recv(1000).decode() for _ in range(5)]
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 143
            while "STOPPING=1" not in said:
                said.append(heard.recv(1000).decode())
        finally:
            Path(address).unlink()
    assert "READY=1\nSTATUS=leading" in said
    assert said.count("WATCHDOG=1") >= 3


def test_its_metrics_are_documented_and_no_other(mission: Mission, replica: ReplicaFactory) -> None:
    configure(mission, replica(count=12, seed=2))
    with daemon(mission) as running:
        running.until("crawl ended")
        told = running.at().ask("/metrics")[2].decode()
    names = set(re.findall(r"^# TYPE (\w+) (?:gauge|counter)$", told, re.MULTILINE))
    documented = set(re.findall(r"`(missionwatch_\w+)`", (ROOT / "docs" / "daemon.md").read_text(encoding="utf-8")))
    seldom = {f"missionwatch_{name}" for name in ("open_incidents", "mail_runs_total", "reloads_total")}
    seldom |= {"missionwatch_deadman_pings_total", "missionwatch_publications_total"}
    assert names - documented == set()
    assert documented - names - seldom == set()
    assert 'missionwatch_statements{site="un"} 12\n' in told


def test_the_process_that_answers_imports_no_crawler_and_no_feed_writer(
    mission: Mission, replica: ReplicaFactory
) -> None:
    """Else a crawl's faults, and its memory, would be the daemon's."""
    configure(mission, replica(count=12, seed=2))
    assert mission.run("crawl", "--full").code == 0
    program = (
        "import os, signal, sys, threading\n"
        "import missionwatch\n"
        "from missionwatch.cli import main\n"
        "threading.Timer(4, os.kill, (os.getpid(), signal.SIGTERM)).start()\n"
        "code = main(sys.argv[1:])\n"
        "print(' '.join(sorted({name.partition('.')[0] for name in sys.modules})))\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *mission.line("daemon", "--port", "0")[3:]],
        env=mission.environment(),
        cwd=mission.folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 143, done.stderr
    imported = set(done.stdout.split())
    assert {"apscheduler", "sqlalchemy", "starlette"} <= imported
    assert imported & {"scrapy", "twisted", "feedgen", "lxml", "alembic"} == set()


def test_a_port_that_is_taken_is_said(mission: Mission, replica: ReplicaFactory) -> None:
    configure(mission, replica(count=12, seed=2))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = mission.run_line(mission.line("daemon", "--port", str(port)), anew=True)
    assert done.code == 1
    assert f"Port {port} on 127.0.0.1 is taken: choose another with --port." in done.stderr
