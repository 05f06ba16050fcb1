"""Synthetic statements: what they say, made from a seed and a document id alone, so nothing needs to be kept."""

from dataclasses import dataclass
from datetime import date as Day  # `date` is a field name below and would hide the type
from random import Random

from missionwatch.replica.sections import Section
from missionwatch.replica.words import Organ, Vocabulary, vocabulary

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image of the text: file name beside the page, alternative text, and the paragraph it stands before."""

    name: str
    alt: str
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file in the appendix: file name beside the page, and the link's text."""

    name: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One state of a statement. All texts are clean: single spaces, none at the ends, no empty paragraph."""

    doc_id: str
    language: str
    title: str
    date: Day
    time: str
    """`HH:MM`; `00:00` where the site knows no time."""
    paragraphs: tuple[str, ...]
    subtitle: str = ""
    images: tuple[Picture, ...] = ()
    attachments: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What listings need of a statement, and the facts its text is built on."""

    title: str
    date: Day
    facts: dict[str, str]


def clean(text: str) -> str:
    """The text with each run of white space (no-break and full-width spaces too) as one space, none at the ends."""
    return " ".join(text.split())


def heading(seed: int, doc_id: str, section: Section, date: Day) -> Heading:
    """Title and facts of a statement; the same arguments always give the same."""
    # Not for secrets: the draws must repeat from run to run.
    rng = Random(f"{seed}/{doc_id}/heading")  # noqa: S311
    words = vocabulary(section.language)
    organ = words.organs[rng.choice([name for name in section.organs if name in words.organs] or ["assembly"])]
    # The regular session opens in September; the 76th was that of 2021.
    session = date.year - 1945 - (date.month < 9)
    facts = {
        "topic": rng.choice(organ.topics),
        "organ": organ.name,
        "chair": rng.choice(organ.chairs),
        "session": _ordinal(session) if section.language == "en" else str(session),
        "item": str(rng.randint(9, 142)),
    }
    template = rng.choice(organ.titles)
    facts["person"] = _person(rng, words, organ, template)
    return Heading(title=words.fill(rng, template, facts), date=date, facts=facts)


def compose(seed: int, doc_id: str, section: Section, date: Day, uploaded: Day) -> Content:
    """The statement as first published; the same arguments always give the same."""
    head = heading(seed, doc_id, section, date)
    rng = Random(f"{seed}/{doc_id}/body")  # noqa: S311
    words = vocabulary(section.language)
    paragraphs = _paragraphs(rng, words, head, english=section.language == "en")
    written = _written(date, english=section.language == "en")
    subtitle = rng.choice((f"({written})", "(As delivered)")) if rng.random() < 0.15 else ""
    if section.language != "en":
        subtitle = f"（{written}）" if subtitle else ""
    images = [
        Picture(
            name=file_name("W", uploaded, doc_id, number, rng.choice(("jpg", "jpg", "png"))),
            alt=rng.choice(words.sentences["captions"]),
            before=rng.randint(1, len(paragraphs)),
        )
        for number in range(rng.choice((1, 1, 2)) if rng.random() < 0.08 else 0)
    ]
    attachments = [
        Document(name=file_name("P", uploaded, doc_id, 50 + number, "pdf"), label=label)
        for number, label in enumerate(
            rng.sample(words.sentences["files"], rng.choice((1, 1, 2))) if rng.random() < 0.04 else ()
        )
    ]
    time = "00:00" if rng.random() < 0.15 else f"{rng.randint(1, 23):02}:{rng.randint(0, 59):02}"
    return Content(
        doc_id=doc_id,
        language=section.language,
        title=head.title,
        subtitle=subtitle,
        date=date,
        time=time,
        paragraphs=paragraphs,
        images=tuple(images),
        attachments=tuple(attachments),
    )


def file_name(kind: str, uploaded: Day, doc_id: str, number: int, suffix: str) -> str:
    """A name like the CMS's: `W0` (image) or `P0` (file), the day, twelve digits; these tell document and number."""
    return f"{kind}0{uploaded:%Y%m%d}{doc_id:0>9}{number:03}.{suffix}"


def _ordinal(number: int) -> str:
    teen = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _written(date: Day, *, english: bool) -> str:
    if english:
        return f"{date.day} {MONTHS[date.month - 1]} {date.year}"
    return f"{date.year}年{date.month}月{date.day}日"


def _person(rng: Random, words: Vocabulary, organ: Organ, template: str) -> str:
    name, role = rng.choice(words.people), rng.choice(words.roles)
    draw = rng.random()
    if organ.name.isascii():
        family, _, given = name.partition(" ")
        written = f"{family.upper()} {given}" if draw < 0.3 else name
        if draw > 0.7 and "by {person} " in template:
            return f"{role} {written}, {rng.choice(words.functions)},"
        return f"{role} {written}"
    return rng.choice(words.functions).format(name=name) if draw > 0.6 else f"{name}{role}"


def _paragraphs(rng: Random, words: Vocabulary, head: Heading, *, english: bool) -> tuple[str, ...]:
    facts, sentences = head.facts, words.sentences
    gap, comma = (" ", ",") if english else ("", "：")
    address = f"{facts['chair']}{comma}"

    def say(*kinds: str) -> str:
        return gap.join(words.fill(rng, rng.choice(sentences[kind]), facts) for kind in kinds)

    def bodies() -> str:
        drawn = rng.sample(sentences["body"], rng.randint(2, 6 if english else 4))
        return gap.join(words.fill(rng, sentence, facts) for sentence in drawn)

    lines: list[str] = []
    if rng.random() < 0.35:
        place, written = rng.choice(sentences["places"]), _written(head.date, english=english)
        # The first two forms are the commonest on the site; the second mixes a full-width comma into English.
        forms = (f"{place}, {written}", f"({written}，{place})") if english else (f"（{written}，{place}）",)
        lines.append(rng.choice(forms))
    lines.append(address.replace(". ", "．", 1) if rng.random() < 0.1 else address)
    lines.append(say("thanks", "opening"))
    lines.append(say("cited", "body", "body"))
    target = rng.triangular(3000, 10000, 6200) if english else rng.triangular(400, 1050, 600)
    length = sum(map(len, lines))
    points: list[str] = list(reversed(sentences["points"])) if rng.random() < 0.6 else []
    while length < target:
        if points and rng.random() < 0.7:
            start = gap.join((points.pop(), words.fill(rng, rng.choice(sentences["heads"]), facts)))
            line = gap.join((start, bodies()))
        elif rng.random() < 0.1:
            line = address
        else:
            line = gap.join((bodies(), say("cited"))) if rng.random() < 0.2 else bodies()
        lines.append(line)
        length += len(line)
    lines.append(say("closing"))
    lines.append(say("farewell"))
    return tuple(lines)
