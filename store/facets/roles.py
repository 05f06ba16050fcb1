"""In what capacity people speak: the words that stand before and after names, and the forms they are given.

A *function* (Permanent Representative) says more than a *rank* (Ambassador), so that it is named if both are printed.
"""

import re
from dataclasses import dataclass
from functools import cache

# Normal form: what is printed, regardless of case. A name in capitals is matched in capitals only.
FUNCTIONS: dict[str, tuple[str, ...]] = {
    "Permanent Representative": ("permanent representative", "PR"),
    "Acting Permanent Representative": ("acting permanent representative",),
    "Deputy Permanent Representative": ("deputy permanent representative", "deputy PR", "DPR"),
    "Acting Deputy Permanent Representative": ("acting deputy permanent representative", "acting DPR"),
    "Chargé d'Affaires a.i.": (
        "chargé d'affaires a.i.",
        "charge d'affaires a.i.",
        "chargé d'affaires ad interim",
        "charge d'affaires ad interim",
        "chargé d'affaires a.i",
        "charge d'affaires a.i",
    ),
    "Chargé d'Affaires": ("chargé d'affaires", "charge d'affaires"),
    "Ambassador for Disarmament Affairs": ("ambassador for disarmament affairs", "disarmament ambassador"),
    "Head of Delegation": (
        "head of the chinese delegation",
        "head of chinese delegation",
        "head of the delegation of china",
        "head of the delegation",
        "head of delegation",
    ),
    "Deputy Head of Delegation": ("deputy head of the chinese delegation", "deputy head of delegation"),
    "Special Representative for Human Rights": ("special representative for human rights",),
    "Special Representative": ("special representative",),
    "Special Envoy": ("special envoy",),
    "Foreign Ministry Spokesperson": (
        "foreign ministry spokesperson",
        "foreign ministry spokesman",
        "foreign ministry spokeswoman",
        "spokesperson of the ministry of foreign affairs",
    ),
    "Spokesperson": ("spokesperson", "spokesman", "spokeswoman"),
    "Legal Adviser": ("legal adviser", "legal advisor"),
    "Director-General": ("director-general", "director general"),
    "Deputy Director-General": ("deputy director-general", "deputy director general"),
    "State Councilor and Foreign Minister": (
        "state councilor and foreign minister",
        "state councillor and foreign minister",
    ),
    "State Councilor": ("state councilor", "state councillor"),
    "Foreign Minister": ("foreign minister", "minister of foreign affairs"),
    "Vice Foreign Minister": ("vice foreign minister", "vice minister of foreign affairs"),
    "Assistant Foreign Minister": ("assistant foreign minister", "assistant minister of foreign affairs"),
    "Vice Minister": ("vice minister",),
    "President of the Security Council": ("president of the security council", "president of the UN security council"),
    "President": ("president",),
    "Vice President": ("vice president",),
    "Premier": ("premier",),
    "Vice Premier": ("vice premier",),
}
RANKS: dict[str, tuple[str, ...]] = {
    "Ambassador": ("ambassador",),
    "Minister": ("minister",),
    "Minister Counsellor": ("minister counsellor", "minister counselor", "minister-counsellor", "minister-counselor"),
    "Counsellor": ("counsellor", "counselor"),
    "First Secretary": ("first secretary",),
    "Second Secretary": ("second secretary",),
    "Third Secretary": ("third secretary",),
    "Attaché": ("attaché", "attache"),
    "Adviser": ("adviser", "advisor"),
    "Representative": ("representative",),
}
# The same in Chinese. What precedes 大使 and the like is a function, what follows a name is a rank or a courtesy.
FUNCTIONS_HAN: dict[str, tuple[str, ...]] = {
    "常驻联合国代表": ("常驻联合国代表", "常驻代表"),
    "常驻联合国副代表": ("常驻联合国副代表", "常驻副代表"),
    "常驻联合国代理副代表": ("常驻联合国代理副代表", "代理副代表"),
    "临时代办": ("常驻联合国代表团临时代办", "常驻联合国临时代办", "常驻团临时代办", "代表团临时代办", "临时代办"),
    "裁军大使": ("裁军事务大使", "裁军大使"),
    "代表团团长": ("中国代表团团长", "代表团团长"),
    "代表团顾问": ("中国代表团顾问", "代表团顾问"),
    "代表团代表": ("中国代表团代表", "代表团代表"),
    "参赞": ("中国代表团参赞", "常驻团参赞", "代表团参赞"),
    "人权事务特别代表": ("外交部人权事务特别代表", "人权事务特别代表"),
    "外交部发言人": ("外交部发言人",),
    "发言人": ("常驻联合国代表团发言人", "常驻团发言人", "代表团发言人"),
    "外交部条法司司长": ("外交部条约法律司司长", "外交部条法司司长"),
    "国务委员兼外交部长": ("国务委员兼外交部长", "国务委员兼外长"),
    "外交部长": ("外交部部长", "外交部长", "外长"),
    "外交部副部长": ("外交部副部长", "副外长"),
    "国家主席": ("国家主席",),
    "国家副主席": ("国家副主席",),
    "国务院总理": ("国务院总理",),
    "国务院副总理": ("国务院副总理",),
}
RANKS_HAN: dict[str, str] = {
    "大使": "大使",
    "公使衔参赞": "公使衔参赞",
    "公使参赞": "公使衔参赞",
    "公使": "公使",
    "参赞": "参赞",
    "一等秘书": "一等秘书",
    "二等秘书": "二等秘书",
    "三等秘书": "三等秘书",
    "一秘": "一等秘书",
    "二秘": "二等秘书",
    "三秘": "三等秘书",
    "随员": "随员",
    "代办": "临时代办",
    "外长": "外交部长",
    "主席": "",
    "副主席": "",
    "总理": "",
    "副总理": "",
    "部长": "",
    "司长": "",
    "团长": "",
    "先生": "",
    "女士": "",
}

# These speak for a country, which must then be China.
_ENVOYS = frozenset(
    (
        "Permanent Representative",
        "Acting Permanent Representative",
        "Deputy Permanent Representative",
        "Acting Deputy Permanent Representative",
        "Chargé d'Affaires a.i.",
        "Chargé d'Affaires",
        "Ambassador",
        "Minister",
        "Foreign Minister",
        "Spokesperson",
        "President",
        "Representative",
    )
)
_COURTESY = r"H\. ?E\. ?|(?:His Excellency|Her Excellency|Mr|Mrs|Ms|Mme|Madame|Madam|Miss|Dr|Prof|Professor)(?:\. ?| )"
_LINK = (
    r"(?:, ?| )?(?:(?:of|to|for|at|from) (?:the )?(?:(?:Chinese )?(?:Ministry of Foreign Affairs|Foreign Ministry)"
    r"|(?:Chinese )?(?:Permanent )?Mission|Chinese ?(?:Mission|Delegation|Government)|Delegation"
    r"|UN\b|United Nations|China|PRC|People's Republic of China)"
    r"|(?:Ministry of Foreign Affairs|Foreign Ministry)(?! Spokes)|and\b|the\b|Chinese\b|China's|,) ?"
)


@dataclass(frozen=True, slots=True)
class Bearing:
    """The courtesies and roles that stand at one place of a line."""

    role: str
    """The normal form of the one that says most; empty if there is none."""
    weight: int
    """How much the role says: 2 for a function, 1 for a rank, 0 for none."""
    end: int
    courteous: bool
    """Whether a role or a courtesy such as `Ms.` stands there at all."""
    foreign: bool
    """Whether it is the role of somebody who speaks for another country or organisation."""


def bearing(line: str, at: int) -> Bearing:
    """What is printed before or after a name, beginning at that place of the plain line."""
    function = rank = ""
    courteous = foreign = False
    while True:
        if role := _role().match(line, at):
            at = role.end()
            normal = _normal()[role[1].casefold()]
            if normal in FUNCTIONS:
                function = function or normal
            else:
                rank = rank or normal
            courteous = True
            foreign = foreign or (normal in _ENVOYS and bool(_elsewhere().match(line, at)))
        elif courtesy := _courtesy().match(line, at):
            at = courtesy.end()
            courteous = True
        elif link := _link().match(line, at):
            at = link.end()
        else:
            weight = 2 if function else 1 if rank else 0
            return Bearing(function or rank, weight, at, courteous, foreign)


@cache
def _normal() -> dict[str, str]:
    forms = {**FUNCTIONS, **RANKS}
    return {word.casefold(): normal for normal, words in forms.items() for word in words}


@cache
def _role() -> re.Pattern[str]:
    words = sorted((word for forms in (FUNCTIONS, RANKS) for each in forms.values() for word in each), key=len)
    # A word in capitals is an abbreviation, which in small letters would be another word.
    either = (f"(?-i:{word})" if word.isupper() else re.escape(word) for word in reversed(words))
    return re.compile(rf" ?({'|'.join(either)})(?![A-Za-z])(?: |(?=\W)|$)", re.IGNORECASE)


@cache
def _courtesy() -> re.Pattern[str]:
    return re.compile(rf" ?(?:{_COURTESY})")


@cache
def _link() -> re.Pattern[str]:
    return re.compile(_LINK)


@cache
def _elsewhere() -> re.Pattern[str]:
    ours = (
        r"(?:the )?(?:China|Chinese|PRC|P\. ?R\.|People's Republic of China|Permanent Mission|Mission|Delegation"
        r"|Ministry of Foreign|Foreign Ministry|Department|UN\b|United Nations)"
    )
    return re.compile(rf" ?(?:of|to|from) (?!{ours})")
