"""Who speaks, from Chinese lines: 常驻联合国代表某某大使在……的发言, 外交部发言人某某答记者问, 某某：……."""

import re
from functools import cache

from store.attribution import MAX_ROLE, Speaker
from store.facets.names import HAN_NAME, slug_of
from store.facets.persons import LATIN
from store.facets.roles import FUNCTIONS_HAN, RANKS_HAN

# What shows that the line is about something said. Without it the person may have met or visited somebody.
_SAID = (
    r"发言|讲话|致辞|致词|演讲|声明|答辩|答记者问|采访|专访|记者会|吹风会|祝酒|贺信|贺电|致信|表示|指出|强调|回应"
    r"|驳斥|批驳|解释|立场|谈话|^[^:]{2,30}:"
)
# After a name without a rank nothing but the next word shows where it ends.
_NEXT = r"(?=在|就|于|代表|行使|对|向|针对|接受|答|同|出席|表示|指出|强调|驳斥|批驳|回应|作|的|:|致)"
_OURS = r"(?:中共中央政治局委员[、,])?(?:中华人民共和国|中国)?(?:政府)?"


def read_speakers_han(line: str) -> tuple[Speaker, ...]:
    """The person with whose name the plain Chinese line begins, if it says that he or she speaks."""
    found = _beginning().match(line)
    if found is None or not _said().search(line):
        return ()
    function, name, rank = found["function"], found["name"], found["rank"]
    if not (function or rank or name in LATIN):
        return ()  # two or three characters alone may be any word
    role = _functions()[function] if function else RANKS_HAN.get(rank or "", "")
    return (Speaker(name=name, role=role[:MAX_ROLE], slug=slug_of(name)),)


@cache
def _functions() -> dict[str, str]:
    return {word: normal for normal, words in FUNCTIONS_HAN.items() for word in words}


@cache
def _beginning() -> re.Pattern[str]:
    functions = "|".join(sorted(_functions(), key=len, reverse=True))
    ranks = "|".join(sorted(RANKS_HAN, key=len, reverse=True))
    known = "|".join(LATIN)
    return re.compile(
        rf"{_OURS}(?P<function>{functions})?[、,]?(?:{ranks})?(?P<name>{known}|{HAN_NAME})"
        rf"(?:(?P<rank>{ranks})|{_NEXT})"
    )


@cache
def _said() -> re.Pattern[str]:
    return re.compile(_SAID)
