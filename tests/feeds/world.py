"""A larger invented world: long texts, Chinese, many sections and speakers, every kind of change and state."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from store.attribution import NOTHING_SAID, Facets, Kind, Organ, Speaker, Symbol
from store.model import Attachment, ChangeType, Image, Interval, Paragraph, StatedDate, Statement
from store.significance import classify
from tests.feeds.fakes import FakeArchive
from tests.feeds.world_status import BEGIN, glance_of, silences

SPEAKERS = {
    "qiao-wenlan": Speaker(name="Qiao Wenlan", role="Permanent Representative", slug="qiao-wenlan"),
    "bai-shuoyan": Speaker(name="Bai Shuoyan", role="Deputy Permanent Representative", slug="bai-shuoyan"),
    "luo-yanqiu": Speaker(name="Luo Yanqiu", role="Counsellor", slug="luo-yanqiu"),
    "鹿清和": Speaker(name="鹿清和", role="常驻代表", slug="鹿清和"),
}
COUNCIL = Organ(slug="security-council", name_en="Security Council", name_zh="安全理事会")
THIRD = Organ(slug="third-committee", name_en="Third Committee", name_zh="第三委员会")
ASSEMBLY = Organ(slug="general-assembly", name_en="General Assembly", name_zh="联合国大会")
REMARKS = Kind(slug="remarks", name_en="Remarks", name_zh="发言")
VOTE = Kind(slug="explanation-of-vote", name_en="Explanation of vote", name_zh="解释性发言")
JOINT = Kind(slug="joint-statement", name_en="Joint statement", name_zh="共同发言")
TOPICS = (
    *("Maritime Weather Services", "Rail Safety", "Public Libraries", "Fresh Water", "School Meals"),
    *("Postal Cooperation", "Road Lighting", "Soil and Seeds", "Coastal Lights", "Bridges and Tunnels"),
    *("Reading for All", "Clean Kitchens"),
)
PLACES = ("Peace and Security", "Social Development", "Economy", "Culture", "Oceans", "Statements", "Transport")


@dataclass
class World:
    """An archive and the hand that fills it."""

    archive: FakeArchive = field(default_factory=lambda: FakeArchive(now=BEGIN))

    def pass_time(self, **span: float) -> None:
        self.archive.now += timedelta(**span)

    def add(self, statement: Statement, label: str, facets: Facets = NOTHING_SAID, *, baseline: bool = False) -> str:
        key = self.archive.add(statement, baseline, facets)
        record = self.archive.records[key]
        looks = Interval(since=record.first_seen, until=record.first_seen, result="first", looks=1)
        self.archive.records[key] = replace(
            record, places=tuple(replace(place, label=label) for place in record.places), coverage=(looks,)
        )
        return key

    def edit(self, key: str, statement: Statement, kind: ChangeType = "edited") -> None:
        """A new version, with the reasons that the rules give for it."""
        before = self.archive.records[key]
        judgement = classify(before.content, statement)
        self.archive.edit(key, statement, kind)
        after = self.archive.records[key]
        reasons = judgement.reasons if kind == "edited" else (*judgement.reasons, "back to version 1")
        self.archive.changes[-1] = replace(
            self.archive.changes[-1], reasons=reasons, significance=judgement.significance
        )
        now = self.archive.now
        quiet = Interval(since=before.first_seen, until=now - timedelta(hours=2), result="unchanged", looks=17)
        found = Interval(since=now, until=now, result="changed", looks=1)
        later = Interval(since=now + timedelta(hours=1), until=now + timedelta(days=2), result="unchanged", looks=9)
        self.archive.records[key] = replace(after, coverage=(*after.coverage, quiet, found, later))


def paragraphs(topic: str, count: int) -> list[str]:
    """Bland sentences that differ from paragraph to paragraph."""
    openings = ("We take note of", "The report describes", "Delegations spoke about", "The Secretariat prepared")
    return [
        f"{openings[number % 4]} part {number + 1} of the programme on {topic.lower()}. It covers {12 + 7 * number} "
        f"places, and its {3 + number} working groups met twice in the past year. What they found is set out in the "
        "annex, with tables for each region and the names of the persons to be asked."
        for number in range(count)
    ]


def statement(
    doc_id: str,
    title: str,
    texts: Sequence[str],
    *,
    section: str,
    stated: date | None,
    language: str = "en",
    subtitle: str = "",
) -> Statement:
    printed = StatedDate(text="", source="none")
    if stated is not None:
        printed = StatedDate(text=f"{stated.isoformat()} 10:30", date=stated, time="10:30", zone="America/New_York")
    return Statement(
        site="un",
        doc_id=doc_id,
        language=language,
        title=title,
        subtitle=subtitle,
        date=printed,
        paragraphs=tuple(Paragraph(text=text, html=text) for text in texts),
        section=section,
        crumbs=("Home", section),
        template="view",
    )


def world() -> FakeArchive:
    """The world, told in one breath."""
    made = World()
    _baseline(made)
    _long_and_edited(made)
    _chinese(made)
    _each_kind_of_change(made)
    archive = made.archive
    archive.sites = [glance_of(archive)]
    archive.silent = silences()
    return archive


def _baseline(made: World) -> None:
    organs = (COUNCIL, THIRD, ASSEMBLY)
    speakers = list(SPEAKERS.values())[:3]
    for number in range(16):
        topic, label = TOPICS[number % len(TOPICS)], PLACES[number % len(PLACES)]
        kind = (REMARKS, VOTE, REMARKS, JOINT)[number % 4]
        speaker = speakers[number % 3]
        organ = organs[number % 3]
        section = f"eng/{label.lower().replace(' ', '')}/{'abc'[number % 3]}"
        made.add(
            statement(
                str(2000 + number),
                f"{kind.name_en} by Ambassador {speaker.name} at the {organ.name_en} on {topic}",
                paragraphs(topic, 5),
                section=section,
                stated=date(2025, 3 + number % 3, 1 + number),
            ),
            f"{label} {'abc'[number % 3].upper()}" if number % 3 else label,
            Facets(speakers=(speaker,), organ=organ, kind=kind),
            baseline=True,
        )


def _long_and_edited(made: World) -> None:
    made.pass_time(days=3)
    texts = paragraphs("Maritime Weather Services", 42)
    first = statement(
        "3001",
        "Remarks by Ambassador Qiao Wenlan at the Security Council Open Debate on Maritime Weather Services, Coastal "
        "Lights and the Safety of Those Who Work at Sea",
        ["Mr. President,", *texts, "I thank you, Mr. President."],
        section="eng/peaceandsecurity/a",
        stated=date(2026, 2, 22),
        subtitle="As delivered",
    )
    first = replace(
        first,
        images=(Image(url="https://mission.example/pic/one.jpg", alt="A lighthouse"),),
        attachments=(
            Attachment(url="https://mission.example/doc/one.pdf", label="Full text", media_type="application/pdf"),
        ),
    )
    symbols = tuple(
        Symbol(symbol=symbol, url=f"https://documents.example/{symbol}") for symbol in ("S/RES/9001", "A/99/120")
    )
    key = made.add(
        first,
        "Peace and Security",
        Facets(speakers=(SPEAKERS["qiao-wenlan"],), organ=COUNCIL, kind=REMARKS, symbols=symbols),
    )
    made.pass_time(days=2, hours=5)
    changed = ["Mr. President,", *texts, "I thank you, Mr. President."]
    changed[3] = changed[3].replace("26 places", "28 places")
    changed[10] = changed[10].replace("It covers", "It does not yet cover")
    changed[21] = changed[21].replace("set out in the annex", "set out in the second annex")
    changed.insert(30, changed.pop(27))
    changed.insert(36, "A further meeting will be held in the autumn; the host is to be named later.")
    del changed[40]
    second = replace(first, paragraphs=tuple(Paragraph(text=text, html=text) for text in changed))
    made.edit(key, second)
    made.pass_time(days=1)
    third = replace(second, title=second.title.replace("Open Debate", "Briefing"), subtitle="")
    made.edit(key, third)


def _chinese(made: World) -> None:
    texts = [
        "主席先生：",
        *(
            f"关于方案第{number}部分，各方在会上交换了意见。该部分涉及{10 + number}个地点，两个工作组每年各开会两次，"
            "会议情况载于附件，附件按区域列表，并载有联系人姓名。秘书处将继续收集资料，并在下次会议前分发。"
            for number in range(1, 9)
        ),
        "谢谢主席先生。",
    ]
    first = statement(
        "3002",
        "鹿清和大使在安理会海上气象服务问题公开辩论会上的发言",
        texts,
        section="chn/ocean",
        stated=date(2026, 2, 25),
        language="zh-Hans",
        subtitle="（2026年2月25日）",
    )
    key = made.add(first, "海洋事务", Facets(speakers=(SPEAKERS["鹿清和"],), organ=COUNCIL, kind=REMARKS))
    made.pass_time(hours=20)
    edited = [text.replace("13个地点", "15个地点").replace("将继续", "不再") for text in texts]
    made.edit(key, replace(first, paragraphs=tuple(Paragraph(text=text, html=text) for text in edited)))


def _each_kind_of_change(made: World) -> None:
    facets = Facets(speakers=(SPEAKERS["bai-shuoyan"], SPEAKERS["luo-yanqiu"]), organ=THIRD, kind=JOINT)
    keys = []
    for number, topic in enumerate(TOPICS[1:7]):
        made.pass_time(hours=4)
        keys.append(
            made.add(
                statement(
                    str(3100 + number),
                    f"Joint Statement on {topic}",
                    paragraphs(topic, 6),
                    section="eng/socialdevelopment/b",
                    stated=made.archive.now.date() - timedelta(days=1),
                ),
                "Social Development B",
                facets,
            )
        )
    archive = made.archive
    original = archive.records[keys[0]].content
    made.edit(keys[0], replace(original, title=f"{original.title} and Signals"))
    made.pass_time(hours=9)
    made.edit(keys[0], original, "reverted")
    archive.set_state(keys[1], "removed")
    archive.set_state(keys[2], "removed")
    made.pass_time(days=1)
    archive.set_state(keys[2], "live")
    archive.records[keys[3]] = replace(archive.records[keys[3]], state="suspect", duplicate_of=keys[4])
    marks = replace(archive.records[keys[4]].content, attachments=())
    made.edit(keys[4], replace(marks, paragraphs=_with_other_marks(marks.paragraphs)))
    undated = statement("3200", "A notice without a date", ["One line."], section="eng/statements/c", stated=None)
    made.add(undated, "Statements")
    archive.changes[-1] = replace(
        archive.changes[-1],
        type="moved",
        reasons=(f"from https://mission.example/{'eng/consultations/' * 4}t20260311_12345678.htm",),
    )


def _with_other_marks(texts: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    first = texts[0].text.replace("We take note of", "“We take note” of")
    return (Paragraph(text=first, html=first), *texts[1:])
