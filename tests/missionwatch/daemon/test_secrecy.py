"""What nobody may read stands nowhere: in no log however wordy, not in metrics, pages, feeds, reports or arguments."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from missionwatch.replica import ReplicaServer
from tests.conftest import ReplicaFactory
from tests.daemons import SELDOM, Daemon, configure, daemon, wait_until
from tests.forge import Forge
from tests.mission import Mission
from tests.missionwatch.delivery.post_office import Fault, nobody, post_office
from tests.needs import needs
from tests.store.databases import postgres

pytestmark = pytest.mark.slow

CANARIES = {
    "the password of the mail server": "canary-mail-7f1",
    "the secret of a webhook": "canary-hook-8e2",
    "the address of a webhook": "canary-path-9d3",
    "the address of the switch": "canary-switch-ac4",
    "the password of the database": "canary-base-bb5",
    "a subscriber": "canary-reader",
    "an operator": "canary-operator",
}
READERS = tuple(f"canary-reader-{answer}@harbour.example" for answer in ("taken", "later", "never", "lost"))
TOKEN = re.compile(rb"/(?:manage|unsubscribe)/([\w-]{30,})")
PLACES = ("/", "/status", "/status.json", "/metrics", "/healthz", "/readyz", "/feeds/", "/subscribe", "/manage/")


def _fault(recipient: str, attempt: int) -> Fault | None:
    """A server that repeats the address whenever it refuses it."""
    faults: dict[str, Fault] = {"later": "451", "never": "550", "lost": "lost before"}
    return next((fault for word, fault in faults.items() if word in recipient), None)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)])
def home(request: pytest.FixtureRequest, tmp_path: Path, forge: Forge) -> Iterator[Mission]:
    """A mission on either engine; on a server with a password in its address."""
    if request.param == "sqlite":
        yield Mission(tmp_path, forge)
        return
    with postgres(needs("postgresql")) as server:
        url = server.url("pattern").replace("tester@", f"tester:{CANARIES['the password of the database']}@")
        yield Mission(tmp_path, forge, url)


def _configure(mission: Mission, server: ReplicaServer, mail_port: int, closed: int, *, user: str) -> None:
    """Everything that can be secret is, and everything that is told about it fails."""
    word = CANARIES
    configure(
        mission,
        server,
        f'{SELDOM}[mail]\nbackend = "smtp"\nhost = "127.0.0.1"\nport = {mail_port}\nsecurity = "none"\n'
        f'user = "{user}"\npassword = "{word["the password of the mail server"]}"\n'
        'sender = "Harbour Watch <watch@harbour.example>"\n'
        f'[notify]\ndeadman = "http://127.0.0.1:{closed}/{word["the address of the switch"]}"\n'
        'operators = ["canary-operator@harbour.example"]\n'
        f'webhooks = [{{ url = "http://127.0.0.1:{closed}/{word["the address of a webhook"]}", '
        f'secret = "{word["the secret of a webhook"]}" }}]\n',
    )


def test_no_secret_and_no_address_is_told_anywhere(home: Mission, replica: ReplicaFactory) -> None:
    server = replica(count=20, seed=3)
    shown: dict[str, bytes] = {}
    with ExitStack() as until_then:
        closed = until_then.enter_context(nobody())
        office = until_then.enter_context(post_office(_fault))
        # The server takes no login; so that each letter is put off, and the reason said.
        _configure(home, server, office.port, closed, user="watch")
        for address in READERS:
            assert home.run("subscribers", "add", address, "--cadence", "instant").code == 0
        shown["crawl -v -v"] = _said(home, "-v", "-v", "crawl", "--full")
        server.site.add(1)
        shown["crawl of a change"] = _said(home, "-v", "-v", "crawl")
        home.write("UPDATE subscriber SET told_until = told_until - 3600000000")
        shown["digest send"] = _said(home, "-v", "-v", "digest", "send")
        server.site.fail(1.0)
        shown["crawl of nothing"] = _said(home, "-v", "-v", "crawl")
        # Now it takes letters without a login, and repeats addresses; the site is away, which operators are told.
        _configure(home, server, office.port, closed, user="")
        home.write("UPDATE letter SET due = due - 3600000000")
        with daemon(home, 0, "-v", "-v") as running:
            wait_until(lambda: len(office.taken) == 2 and len(office.attempts) == len(READERS) + 1)
            running.at().until("/feeds/statements.atom", b"<entry")
            shown |= _asked(running, dict(office.taken)[READERS[0]])
            shown["arguments"] = _arguments(running)
            assert running.end() == 143
            shown["log"] = "".join(running.lines).encode()
        for verb in ("status", "changes", "verify"):
            shown[verb] = _said(home, "-v", verb, "--json")
        shown |= {str(path): path.read_bytes() for path in (home.data / "public").rglob("*") if path.is_file()}
    assert len(shown) > 100
    assert b"put off" in shown["log"]
    assert b"refused for good" in shown["log"]
    tokens = {token.decode() for _, body in office.taken for token in TOKEN.findall(body.replace(b"=\r\n", b""))}
    assert len(tokens) >= 2
    canaries = CANARIES | {f"a token ({token})": token for token in tokens}
    found = [(what, where) for what, word in canaries.items() for where, told in shown.items() if word.encode() in told]
    assert found == []


def _said(mission: Mission, *arguments: str) -> bytes:
    done = mission.run(*arguments)
    return (done.stdout + done.stderr).encode()


def _asked(running: Daemon, letter: bytes) -> dict[str, bytes]:
    """What visitors get to see; among them one who follows the link of a letter."""
    token = TOKEN.findall(letter.replace(b"=\r\n", b""))[0].decode()
    assert running.at().ask(f"/unsubscribe/{token}")[0] in (200, 404)
    return {place: running.at().ask(place)[2] for place in PLACES}


def _arguments(running: Daemon) -> bytes:
    """What everybody on the machine sees of the daemon's processes."""
    pids = [running.process.pid, *running.family()]
    return b"\n".join(Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids)
