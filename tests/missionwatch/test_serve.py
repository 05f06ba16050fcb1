"""`serve` as its operator meets it: it answers, keeps up, ends when told, and says why it cannot begin."""

import http.client
import signal
import socket
import sys
import time
from contextlib import closing

import pytest

from tests.conftest import ReplicaFactory
from tests.mission import TIMEOUT, Mission
from tests.served import Served, serve


def test_it_publishes_answers_and_knows_its_readers_after_a_restart(mission: Mission, crawled: Mission) -> None:
    mission.start_from(crawled)
    with serve(mission) as served:
        status, _, body = served.ask("/")
        assert (status, b"<h1" in body) == (200, True)
        _, feed, data = served.until("/feeds/statements.atom", b"<entry")
        (key,) = mission.rows("SELECT key FROM statement ORDER BY id LIMIT 1")[0]
        assert served.ask(f"/statements/{key}")[0] == 200
        status, headers, capture = served.ask(f"/statements/{key}/versions/1/capture")
        assert (status, headers["content-type"], b"<html" in capture) == (200, "application/octet-stream", True)
        assert served.ask("/status.json")[0] == 200
    assert (mission.data / "public" / "feeds" / "statements.atom").read_bytes() == data
    with serve(mission) as served:
        assert served.ask("/feeds/statements.atom", If_None_Match=feed["etag"])[0] == 304
        assert served.ask("/feeds/statements.atom", Accept_Encoding="gzip")[0] == 200


def test_it_tells_what_another_process_found(mission: Mission, replica: ReplicaFactory) -> None:
    server = replica()
    mission.watch(server).crawl()
    with serve(mission) as served:
        served.until("/feeds/changes.atom", b"</feed>")
        assert b"<entry" not in served.ask("/feeds/changes.atom")[2]
        doc_id = server.site.add(1)["doc_ids"][0]
        mission.crawl()
        served.until("/feeds/changes.atom", f"un-{doc_id}".encode())
        served.until("/", f"un-{doc_id}".encode())


def test_who_subscribes_gets_a_letter_at_once(mission: Mission, crawled: Mission) -> None:
    mission.start_from(crawled)
    with serve(mission) as served:
        with closing(http.client.HTTPConnection(served.host, served.port, timeout=TIMEOUT)) as connection:
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/subscribe", "address=ann%40harbour.example", form)
            assert connection.getresponse().status == 200
        began = time.monotonic()
        while not (letters := list((mission.data / "mail").glob("new/*"))):
            assert time.monotonic() - began < TIMEOUT
            time.sleep(0.05)
    assert b"To: ann@harbour.example" in letters[0].read_bytes()


def test_what_cannot_begin_says_why(mission: Mission, crawled: Mission) -> None:
    mission.start_from(crawled)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = mission.run("serve", "--port", str(port))
        assert (done.code, done.sentence) == (
            1,
            f"Port {port} on 127.0.0.1 is taken: choose another with --port.",
        )
    done = mission.run("serve", "--host", "nowhere.invalid")
    assert (done.code, "There is no host nowhere.invalid" in done.sentence) == (1, True)
    done = mission.run("serve", "--port", "70000")
    assert (done.code, "70000 is no port" in done.sentence) == (2, True)


def test_it_listens_at_either_family(mission: Mission, crawled: Mission) -> None:
    mission.start_from(crawled)
    with serve(mission, "::1") as served:
        assert served.ask("/healthz")[0] == 200


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_ends_it_like_any_program(mission: Mission, crawled: Mission) -> None:
    mission.start_from(crawled)
    process = mission.start(mission.line("serve", "--port", "0"))
    assert process.stderr is not None
    port = int(process.stderr.readline().rpartition("/ ")[0].rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as held:
        held.sendall(b"GET / HT")
        while Served("127.0.0.1", port).ask("/healthz")[0] != 200:
            pass
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, said) == (130, "")
