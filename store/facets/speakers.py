"""Who speaks, from English lines: `Statement by X`, `X exercises the right of reply`, `X's remarks`, `X: …`."""

import re
from dataclasses import dataclass
from functools import cache

from store.attribution import MAX_ROLE, Speaker
from store.facets.names import WORD, latin_name, slug_of
from store.facets.persons import PERSONS
from store.facets.roles import bearing

MAX_SPEAKERS = 10

# What a person is said to write or speak.
NOUNS = (
    r"(?:Statements?|Remarks|Interventions?|Explanations?|Explanatory (?:Statement|Remarks)|Speech|Address|Lecture"
    r"|Presentation|Toast|Message|Letter|Reply|Right of Reply|Comments?|Response|Answers?|Interview|Article"
    r"|Press (?:Conference|Briefing|Stakeout|Statement))"
)
LEAD = (
    r"(?:(?:The|Full|Text of|Transcript of|Opening|Closing|Concluding|Conclusion|Welcome|Welcoming|Introductory|Video"
    r"|Written|National|General|Brief|Further|Additional|Keynote|Joint|Signed|Congratulatory) ){0,4}"
)
# What a person does who speaks. To meet, visit, host or attend is something else.
_SPEAKS = (
    r"(?:Exercis(?:es|ed)|Refute[sd]|Rebut(?:s|ted)|Reject(?:s|ed)|Respond(?:s|ed)|Repl(?:ies|ied)|Speaks|Spoke"
    r"|Brief(?:s|ed)|Interviewed|Address(?:es|ed)|Elaborate[sd]|Reiterate[sd]|Stress(?:es|ed)|Emphasi[sz]e[sd]"
    r"|State[sd]|Says|Said|Urge[sd]|Call(?:s|ed) for|Explain(?:s|ed)|Answer(?:s|ed)|Comment(?:s|ed)|Oppose[sd]"
    r"|Clarif(?:ies|ied)|(?:Makes|Made|Gives|Gave|Delivers|Delivered|Holds|Held|Accepts|Accepted|Reads|Read)"
    r" (?:(?:an?|the|his|her) )?(?:[\w-]+ ){0,2}?"
    rf"(?:{NOUNS}|Briefings?|Interviews?))\b"
)
# Somebody else's doing, between the noun and the "by" of the line.
_OTHERS_DOING = (
    r"\b(?:at (?!the (?:general|thematic) (?:debate|discussion))|hosted|held|chaired|convened|sponsored"
    r"|organi[sz]ed|submitted|proposed|drafted|tabled"
    r"|response to|reply to|rejecting|regarding the)\b"
)
_DELIVERED = r"\b(?:delivered|made|given|presented|read|read out)$"


@dataclass(frozen=True, slots=True)
class Subject:
    """The speakers of a line, and what it says of them."""

    speakers: tuple[Speaker, ...] = ()
    predicate: str = ""
    """What follows the speaker at the beginning of the line: `'s Remarks to …`, ` Exercises the Right …`."""


def read_subject(line: str) -> Subject:
    """Who speaks by that plain English line; nobody if it names only persons who are met, answered or mentioned."""
    return _leading(line) or _named_after_by(line) or Subject()


def _leading(line: str) -> Subject | None:
    transcript = _transcript().match(line)
    start = transcript.end() if transcript else 0
    found = _person(line, start, titled=False)
    if found is None:
        return None
    speaker, end = found
    if not speaker.role and speaker.name not in PERSONS and not bearing(line, start).courteous:
        return None  # "Tai An: A City of Bridges"
    predicate = line[end:]
    if clause := _clause().match(predicate):
        predicate = predicate[clause.end() :]
    if _speaks().match(predicate):
        return Subject((speaker,), predicate)
    return None


def _named_after_by(line: str) -> Subject | None:
    noun = _noun().match(line)
    if noun is None:
        return None
    if next_to_it := _person(line, noun.end(), titled=True):  # "Statement Ambassador X"
        return Subject((next_to_it[0],))
    for found in _by().finditer(line, noun.end(), noun.end() + 200):
        word, between = found[1], line[noun.end() : found.start()]
        if word != "by" and between:
            continue  # "of" and "from" say who speaks only next to the noun
        if _others_doing().search(between) and not _delivered().search(between):
            return None
        people = _people(line, found.end(), titled=word != "by")
        if people or word == "by":
            return Subject(people) if people else None
    return None


def _people(line: str, at: int, *, titled: bool) -> tuple[Speaker, ...]:
    people: list[Speaker] = []
    while len(people) < MAX_SPEAKERS and (found := _person(line, at, titled=titled)):
        people.append(found[0])
        another = _and().match(line, found[1])
        if another is None:
            break
        at, titled = another.end(), True
    return tuple(people)


def _person(line: str, at: int, *, titled: bool) -> tuple[Speaker, int] | None:
    """The person named at that place, and where the name with its roles ends."""
    before = bearing(line, at)
    words = _words().match(line, before.end)
    name = latin_name(words[1], words[2]) if words else None
    if words is None or name is None or before.foreign or (titled and not before.courteous):
        return None
    after = bearing(line, words.end())
    if after.foreign:
        return None
    role, end = before.role, words.end()
    # Of "Ambassador A and Counsellor B" the second role is not A's.
    if after.role and not ((next_words := _words().match(line, after.end)) and latin_name(*next_words.groups())):
        end = after.end
        if after.weight > before.weight:
            role = after.role
    return Speaker(name=name, role=role[:MAX_ROLE], slug=slug_of(name)), end


@cache
def _words() -> re.Pattern[str]:
    return re.compile(rf" ?({WORD}) ({WORD})(?![A-Za-zÀ-ɏ])")


@cache
def _transcript() -> re.Pattern[str]:
    return re.compile(r"(?:Full )?(?:Text|Transcript) of |Watch: |Video: ", re.IGNORECASE)


@cache
def _clause() -> re.Pattern[str]:
    return re.compile(r"(?:,[^,:]{1,150},|,) ?(?=[A-Z])")


@cache
def _speaks() -> re.Pattern[str]:
    adverbs = r"(?:\w+ly |Once |Again |Further |Being ){0,3}"
    return re.compile(rf"(?: ?{adverbs}{_SPEAKS}|'s? (?:[\w-]+ ){{0,3}}{NOUNS}\b| ?:)", re.IGNORECASE)


@cache
def _noun() -> re.Pattern[str]:
    return re.compile(rf"{LEAD}{NOUNS}", re.IGNORECASE)


@cache
def _by() -> re.Pattern[str]:
    return re.compile(r" ?\b(by|of|from) ", re.IGNORECASE)


@cache
def _and() -> re.Pattern[str]:
    return re.compile(r" ?(?:,|and|&|, and) ")


@cache
def _others_doing() -> re.Pattern[str]:
    return re.compile(_OTHERS_DOING, re.IGNORECASE)


@cache
def _delivered() -> re.Pattern[str]:
    return re.compile(_DELIVERED, re.IGNORECASE)
