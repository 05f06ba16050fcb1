"""`digest` and `subscribers` as their operator meets them."""

import csv
import mailbox
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from missionwatch.replica import ReplicaServer
from store.database import Database
from store.mailing.tables import subscriber
from tests.mission import Mission
from tests.missionwatch.delivery.test_dsn import a_report

ANN, LI = "ann@harbour.example", "li@harbour.example"


@pytest.fixture
def told(known: tuple[Mission, ReplicaServer]) -> Mission:
    """A mission whose subscribers have one edited and one new statement before them."""
    mission, server = known
    assert mission.run("subscribers", "add", ANN, "--cadence", "instant").code == 0
    assert mission.run("subscribers", "add", LI, "--frame", "zh", "--type", "removed").code == 0
    server.site.add(1)
    server.site.edit(next(each.doc_id for each in server.site.truth() if each.language == "en"), how="number")
    mission.crawl("--full", "--recheck")
    return mission


def a_day_passes(mission: Mission) -> None:
    """Lets subscribers have been told last a day and a minute ago."""
    database = Database(f"sqlite:///{mission.database}")
    with database.writing() as connection:
        for row in connection.execute(subscriber.select()).all():
            earlier = row.told_until.timestamp() - 86460
            moment = row.told_until.fromtimestamp(earlier, row.told_until.tzinfo)
            connection.execute(subscriber.update().where(subscriber.c.id == row.id).values(told_until=moment))
    database.close()


def letters_of(mission: Mission) -> list[bytes]:
    folder = mission.data / "mail"
    return [box.read_bytes() for box in sorted((folder / "new").iterdir())] if folder.exists() else []


def test_what_is_due_is_sent_once_to_whom_it_concerns(told: Mission) -> None:
    a_day_passes(told)
    (done,) = told.run("digest", "send", "--json").objects
    assert done == {
        "due": 2,
        "letters": 1,
        "empty": 1,
        "notices": 0,
        "sent": 1,
        "deferred": 0,
        "failed": 0,
        "waiting": 0,
        "trouble": [],
    }
    (body,) = letters_of(told)
    letter = message_from_bytes(body, policy=policy.default)
    assert (letter["To"], letter["Auto-Submitted"]) == (ANN, "auto-generated")
    assert str(letter["List-Unsubscribe"]).startswith("<http://127.0.0.1:8000/unsubscribe/")
    assert len(mailbox.Maildir(told.data / "mail", create=False)) == 1
    (again,) = told.run("digest", "send", "--json").objects
    assert (again["due"], again["sent"], len(letters_of(told))) == (0, 0, 1)
    said = told.run("digest", "send")
    assert (said.code, said.stdout.splitlines()[0]) == (0, "0 digests due: 0 letters, 0 without news.")
    (site,) = told.run("status", "--json").objects
    assert site["mail"] == {"pending": 0, "sending": 0, "sent": 1, "failed": 0, "oldest": None}
    assert "mail: nothing waits; 1 sent, 0 failed." in told.run("status").stdout


def test_a_preview_sends_nothing_and_tells_nobody(told: Mission, tmp_path: Path) -> None:
    assert told.run("digest", "preview").stdout.startswith("Nothing would be sent at ")
    a_day_passes(told)
    out = tmp_path / "looked at"
    (seen,) = told.run("digest", "preview", "--json", "--out", str(out)).objects
    letter, page = Path(seen["eml"]), Path(seen["html"])
    assert {letter.parent, page.parent} == {out}
    assert (seen["subscriber"], seen["changes"], seen["older"]) == (1, [61, 62], 0)
    assert message_from_bytes(letter.read_bytes(), policy=policy.default)["Subject"] == seen["subject"]
    assert "<html" in page.read_text(encoding="utf-8")
    assert letters_of(told) == []
    (done,) = told.run("digest", "send", "--json").objects
    assert done["letters"] == 1
    assert "--at asks for another moment" in told.run("digest", "preview").stdout


def test_a_server_that_takes_nothing_is_said(told: Mission) -> None:
    a_day_passes(told)
    config = told.config.read_text(encoding="utf-8")
    mail = (
        '[mail]\nbackend = "smtp"\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"\nsender = "watch@harbour.example"\n'
    )
    told.config.write_text(f"{mail}{config}", encoding="utf-8")
    done = told.run("digest", "send", "--json")
    (counts,) = done.objects
    assert (done.code, counts["deferred"], counts["waiting"]) == (3, 1, 1)
    assert "127.0.0.1:1" in done.sentence
    assert ANN not in done.stdout + done.stderr
    (site,) = told.run("status", "--json").objects
    assert (site["mail"]["pending"], site["mail"]["oldest"] is None) == (1, False)


def test_letters_that_came_back_are_counted_once_each(told: Mission, tmp_path: Path) -> None:
    a_day_passes(told)
    told.run("digest", "send")
    (body,) = letters_of(told)
    message_id = str(message_from_bytes(body, policy=policy.default)["Message-ID"])
    report = a_report().replace(b"<digest.1@watch.example>", message_id.encode())
    (tmp_path / "reports").mkdir()
    for name, data in (("1", report), ("2", a_report()), ("3", b"Subject: Thanks\n\nThank you.\n")):
        (tmp_path / "reports" / name).write_bytes(data)
    for _ in range(2):
        (counts,) = told.run("digest", "bounces", str(tmp_path / "reports"), "--json").objects
        assert counts == {"messages": 3, "reports": 2, "bounces": 1}
    people = told.run("subscribers", "list", "--json").objects
    assert [each["bounces"] for each in people] == [1, 0]


def test_people_come_go_and_move(mission: Mission, tmp_path: Path) -> None:
    when = ("--cadence", "weekly", "--zone", "Asia/Kathmandu", "--send-at", "07:15")
    add = mission.run("subscribers", "add", ANN, *when)
    assert (add.code, add.stdout) == (0, f"{ANN} gets letters: weekly at 07:15.\n")
    choice = ("--section", "un-eng-hyyfy", "--word", "harbour", "--type", "edited", "--least", "medium")
    assert mission.run("subscribers", "add", LI, "--frame", "zh", *choice).code == 0
    assert mission.run("subscribers", "add", ANN, "--frame", "zh").code == 0
    first, second = mission.run("subscribers", "list", "--json").objects
    assert (first["zone"], first["send_at"], first["frame"]) == ("Asia/Kathmandu", "07:15", "zh")
    wishes = {"facets": {"sections": ["un-eng-hyyfy"]}, "words": ["harbour"], "types": ["edited"], "least": "medium"}
    assert second["wishes"] == wishes
    row = mission.run("subscribers", "list").stdout.splitlines()[1].split("\t")
    assert row[:3] == [LI, "active", "daily 08:00 UTC"]

    for form in ("jsonl", "csv"):
        file = tmp_path / f"people.{form}"
        file.write_text(mission.run("subscribers", "export", "--format", form).stdout, encoding="utf-8")
        other = Mission(tmp_path / form, None)
        assert other.run("subscribers", "import", str(file)).stdout == "2 imported.\n"
        mine, theirs = (
            [{**each, "created": "", "source": ""} for each in of.run("subscribers", "list", "--json").objects]
            for of in (mission, other)
        )
        assert mine == theirs
    assert [row["address"] for row in csv.DictReader((tmp_path / "people.csv").read_text("utf-8").splitlines())] == [
        ANN,
        LI,
    ]

    assert mission.run("subscribers", "remove", ANN).stdout == f"{ANN} gets no letters any more.\n"
    gone = mission.run("subscribers", "remove", ANN)
    assert (gone.code, gone.sentence) == (1, "This address has no subscription.")
    assert [each["state"] for each in mission.run("subscribers", "list", "--all", "--json").objects] == [
        "ended",
        "active",
    ]
    (tmp_path / "all.jsonl").write_text(mission.run("subscribers", "export").stdout, encoding="utf-8")
    brought = mission.run("subscribers", "import", str(tmp_path / "all.jsonl"), "--json").objects
    assert brought == [{"imported": 1, "skipped": 1}]
    assert mission.run("subscribers", "remove", ANN, "--forget").code == 0
    assert len(mission.run("subscribers", "list", "--all", "--json").objects) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("address,zone\nbob@b.example,Mars/Phobos\n", ["Line 2: There is no such time zone"]),
        ("address\nbob@b.example\nnobody\n@x\n", ["Line 3: This is not a mail", "Line 4: This"]),
        ("address,colour\nbob@b.example,red\n", ["Line 2: There is no column `colour`."]),
        ('{"address": "bob@b.example", "wishes": {"words": 3}}\n', ["Line 1: The wishes name each field"]),
        ('{"address": "bob@b.example"}\nnot json\n[]\n', ["Line 2: There is no address.", "Line 3: There is no"]),
    ],
)
def test_a_file_with_a_wrong_line_adds_nobody(mission: Mission, tmp_path: Path, text: str, said: list[str]) -> None:
    (tmp_path / "people").write_text(text, encoding="utf-8")
    done = mission.run("subscribers", "import", str(tmp_path / "people"))
    *lines, last = [line.removeprefix("missionwatch: ") for line in done.stderr.splitlines()]
    assert (done.code, last) == (1, "Nobody was added: correct these lines and import the file again.")
    assert [line.startswith(words) for line, words in zip(lines, said, strict=True)] == [True] * len(said)
    assert mission.run("subscribers", "add", ANN).code == 0
    assert len(mission.run("subscribers", "list", "--json").objects) == 1


def test_a_file_that_is_no_list_is_said(mission: Mission, tmp_path: Path) -> None:
    for name, data in (("bytes", b"\xff\xfe\x00"), ("columns", b"name,mail\nx,y\n")):
        (tmp_path / name).write_bytes(data)
        assert mission.run("subscribers", "import", str(tmp_path / name)).code in (1, 2)
    assert "No such file" in mission.run("subscribers", "import", str(tmp_path / "none")).sentence
    assert mission.run("subscribers", "add", "x").sentence.startswith("This is not a mail address")
