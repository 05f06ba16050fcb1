"""In which body it was said: where the line says so, and only as the place, not as the topic.

`at the Third Committee` is a place; `on the reform of the Security Council` and `elected to the Human Rights Council`
are topics. The section in which a statement is listed is the weakest evidence and counts only if no line names a place.
"""

import re
from collections.abc import Sequence
from functools import cache

from store.attribution import Organ
from store.facets.organ_names import MAIN_COMMITTEES, NAMES, SECTIONS

ORGANS: dict[str, Organ] = {
    slug: Organ(slug=slug, name_en=english, name_zh=chinese) for slug, (english, chinese, _, _) in NAMES.items()
}
# Kinds that are not spoken in a meeting, whatever section lists them.
_ELSEWHERE = frozenset(("press", "spokesperson", "letter", "message", "position-paper", "toast"))
_HERE = frozenset(("at", "before", "in", "during", "between"))
# What stands after one of these, or belongs to one of them, is what the meeting was about.
_TOPICS = """
on with about regarding concerning for against from under to toward towards after upon reform reforms report reports
resolution resolutions decision decisions rapporteur chairman chairperson chair president presidency member members
membership election elected inquiry programme mandate
"""
_TOPIC = frozenset(_TOPICS.split())
_REACH = 200


def read_organ(line: str, kind: str = "") -> Organ | None:
    """The body in whose meeting a plain English line (quotations blanked) says that it was said; None if unsure."""
    folded = line.casefold()
    named = {slug for slug in _mentions(folded, kind) if slug}
    if named & MAIN_COMMITTEES:
        named.discard("general-assembly")  # whose committees they are
    return ORGANS[named.pop()] if len(named) == 1 else None


def read_organ_han(line: str, kind: str = "") -> Organ | None:
    """The same for a plain Chinese line."""
    found = _place_han().search(line)
    if found is None and kind == "explanation-of-vote":
        found = _voted_han().search(line)
    if found is None:
        return None
    name = next(name for name, value in found.groupdict().items() if value)
    return ORGANS[_slug(name)]


def organ_of_sections(sections: Sequence[str], line: str, kind: str = "") -> Organ | None:
    """The body that the sections stand for, unless the plain line names a place of its own or no meeting at all."""
    if kind in _ELSEWHERE or _another_place().search(line):
        return None
    named = {SECTIONS[part] for section in sections for part in section.split("/") if part in SECTIONS}
    return ORGANS[named.pop()] if len(named) == 1 else None


def _mentions(folded: str, kind: str) -> list[str]:
    mentions: list[str] = []
    for found in _names().finditer(folded):
        slug = _slug(str(found.lastgroup))
        if _of_a_vote().match(folded, found.end()):
            mentions.append(slug if kind == "explanation-of-vote" else "")
        elif not _topic_after().match(folded, found.end()) and _is_place(folded, found.start()):
            mentions.append(slug)
    return mentions


def _is_place(folded: str, start: int) -> bool:
    """Whether of the words before a name a preposition of place comes last, not a word that makes a topic of it."""
    before = folded[max(0, start - _REACH) : start]
    if _belonging().search(before):
        return True
    joined = False
    for word in reversed(_word().findall(before)):
        if word in _TOPIC or (word == "in" and joined):  # "the situation in X and the Security Council"
            return False
        joined = joined or word == "and"
        if word == "by":  # the body that adopts is the body that meets
            return "adopt" in before or "vot" in before
        if word in _HERE:
            return True
    return False


def _slug(group: str) -> str:
    return group.replace("_", "-")


@cache
def _names() -> re.Pattern[str]:
    groups = "|".join(f"(?P<{slug.replace('-', '_')}>{names})" for slug, (_, _, names, _) in NAMES.items())
    return re.compile(rf"\b(?=[1-6cdefghpstu])(?:{groups})(?![a-z])")


@cache
def _word() -> re.Pattern[str]:
    return re.compile("[a-z]+")


@cache
def _belonging() -> re.Pattern[str]:
    debate = r"(?:at|in|during) the (?:general |thematic )(?:debate|discussion) on [^,]{1,80} of"
    return re.compile(rf"\b(?:{debate}|delegation to) the (?:un )?$")


@cache
def _of_a_vote() -> re.Pattern[str]:
    return re.compile(r"(?:'s?)? (?:draft )?(?:resolutions?|presidential statement|product|vote)\b")


@cache
def _topic_after() -> re.Pattern[str]:
    topics = "reform|membership|report|sanctions? regime|presidency|elections?|special (?:rapporteur|procedures|envoy)"
    return re.compile(rf"(?:'s?)? (?:{topics})\b")


@cache
def _another_place() -> re.Pattern[str]:
    # A debate and an "interactive dialogue" are forms of a committee's meetings; "at the United Nations" is anywhere.
    debate = r"(?:informal |interactive )*dialogue|(?:general |thematic )(?:debate|discussion)"
    events = r"\b(?:side event|conference|seminar|workshop|forum|reception|ceremony|exhibition)\b"
    return re.compile(rf"\bat (?!(?:the |an? )?(?:{debate}|united nations|un\b))|{events}|在", re.IGNORECASE)


@cache
def _place_han() -> re.Pattern[str]:
    session = r"第[\d一二三四五六七八九十〇零]{1,6}[届次](?:会议|会期|届会)?"
    return re.compile(rf"在(?:{session}|\d{{4}}年|联合国|本届){{0,2}}{_organs_han()}(?!改革|报告|工作报告|席位|成员)")


@cache
def _voted_han() -> re.Pattern[str]:
    return re.compile(rf"就{_organs_han()}.{{0,60}}决议")


def _organs_han() -> str:
    committee = r"(?:联合国大会|联大)(?:第)?{number}(?:委员会|委)"
    groups: list[str] = []
    for slug, (_, _, _, names) in sorted(NAMES.items(), key=lambda item: item[0] == "general-assembly"):
        pattern = committee.format(number=names) if slug in MAIN_COMMITTEES else names
        groups.append(f"(?P<{slug.replace('-', '_')}>{pattern})")
    return f"(?:{'|'.join(groups)})"
