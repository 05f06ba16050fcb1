"""What sort of text a line announces. Rules in the order in which they are asked; the first that fits decides."""

import re
from functools import cache

from store.attribution import Kind
from store.facets.speakers import LEAD

KINDS: dict[str, Kind] = {
    kind.slug: kind
    for kind in (
        Kind(slug="statement", name_en="Statement", name_zh="发言"),
        Kind(slug="remarks", name_en="Remarks", name_zh="讲话、致辞"),
        Kind(slug="speech", name_en="Speech", name_zh="演讲"),
        Kind(slug="explanation-of-vote", name_en="Explanation of vote or position", name_zh="解释性发言"),
        Kind(slug="right-of-reply", name_en="Right of reply", name_zh="答辩"),
        Kind(slug="joint-statement", name_en="Joint statement", name_zh="共同发言、联合声明"),
        Kind(slug="spokesperson", name_en="Spokesperson", name_zh="发言人"),
        Kind(slug="press", name_en="Press and interviews", name_zh="媒体"),
        Kind(slug="message", name_en="Message", name_zh="贺信、寄语"),
        Kind(slug="letter", name_en="Letter", name_zh="信函"),
        Kind(slug="position-paper", name_en="Position paper", name_zh="立场文件"),
        Kind(slug="toast", name_en="Toast", name_zh="祝酒辞"),
    )
}

_NOUN = r"(?:statements?|remarks|interventions?|speech|address|comments?|response|answers?)"
_DOES = r"(?:(?:makes|made|gives|gave|delivers|delivered|holds|held|accepts|accepted|reads?)(?: out)? )?(?:an? |the )?"
_PRESS = r"(?:press|media|journalists|reporters)"
_MEETING = r"(?:press|media) (?:conference|briefing|stakeout|encounter|availability)"
_SPOKES = r"spokes(?:person|man|woman)\b"
_OUR = r"(?:the|china's|chinese|permanent|(?:foreign ministry|ministry of foreign affairs|mission)(?:'s)?|mfa) "
# Then the line says where or of what, no longer what kind of text.
_BEFORE_PLACE = r"(?:(?! (?:at|on|during|in|regarding|concerning) ).){0,120}?"
_VOTE = r"(?:the )?(?:votes?|position)\b"
_REPLY = r"(?:the |its |his |her |china's )?right (?:of|to) reply\b"

# Of a line that begins with a noun, or of what it says of a speaker (`'s` and the like taken away).
_RULES = (
    ("right-of-reply", rf"(?:\w+ly )?exercis(?:es|ed|ing) {_REPLY}"),
    ("right-of-reply", r"right of reply\b|reply (?:of|by) "),
    ("right-of-reply", rf"{_NOUN}\b.{{0,120}} (?:in|exercising|in (?:the )?exercise of|under) {_REPLY}"),
    ("explanation-of-vote", rf"(?:general )?explanations? of {_VOTE}|explanatory (?:statement|remarks)"),
    ("explanation-of-vote", rf"{_NOUN}\b.{{0,300}} (?:in|on|as|by way of) (?:an )?explanation of {_VOTE}"),
    ("joint-statement", rf"{_DOES}joint statement\b"),
    ("press", rf"{_DOES}(?:[\w-]+ ){{0,2}}?{_MEETING}\b"),
    ("press", r"press (?:statement|remarks|release)\b"),
    ("press", rf"{_DOES}(?:[\w-]+ ){{0,2}}?interview\b|(?:being )?interviewed\b"),
    ("press", rf"(?:brief(?:s|ed)|speaks to|spoke to|answer(?:s|ed) questions (?:from|of|by)) (?:the )?{_PRESS}\b"),
    ("press", rf"{_NOUN}\b{_BEFORE_PLACE} (?:to|with|for) (?:the )?{_PRESS}\b"),
    ("press", rf"{_NOUN}\b.{{0,120}} at (?:the |an? )?(?:[\w-]+ ){{0,3}}?{_MEETING}\b"),
    ("toast", r"toast\b"),
    ("letter", r"(?:open |identical )?letters?\b(?: dated| from| by| of| to|$)"),
    ("message", r"message\b"),
    ("position-paper", r"(?:china's |chinese |the )?position paper\b"),
    ("speech", rf"{_DOES}(?:[\w-]+ )?(?:speech|lecture)\b|keynote|address (?:by|at|of|to|on)\b"),
    ("remarks", rf"{_DOES}(?:[\w-]+ )?remarks\b"),
    ("statement", rf"{_DOES}(?:[\w-]+ )?(?:statements?|interventions?)\b"),
)
_FOREIGN = r"(?! (?:of|for) (?!the permanent|the chinese|china|the foreign|the ministry|permanent))"
_SPOKESPERSON = rf"(?:{_OUR}){{0,4}}{_SPOKES}{_FOREIGN}|{_NOUN} (?:by|of|from) (?:{_OUR}){{0,4}}{_SPOKES}{_FOREIGN}"
_COMMENT_AT_END = rf"\b(?:comments?|remarks|statement) (?:by|of) (?:{_OUR}){{1,4}}{_SPOKES}$"

_AGAINST = r"驳斥|批驳|反驳|回应|针对|反对|谴责"
_RULES_HAN = (
    ("spokesperson", r"^(?:中国|我)?(?:外交部|常驻团|常驻联合国代表团|代表团)?发言人"),
    ("right-of-reply", rf"^(?!.{{0,200}}(?:{_AGAINST}).{{0,40}}行使答辩权).{{0,200}}行使答辩权"),
    ("right-of-reply", r"(?:答辩|答辩性)发言$"),
    ("explanation-of-vote", r"解释性(?:发言|讲话|声明)|(?:解释投票|解释立场|投票解释)的?(?:发言)?$"),
    ("joint-statement", rf"^(?!.{{0,300}}(?:{_AGAINST})).{{0,300}}(?:共同发言|联合发言|联合声明|共同声明)$"),
    ("press", r"答记者问|接受.{0,30}(?:采访|专访)|记者会|吹风会|(?:对|向|同)(?:媒体|记者)"),
    ("position-paper", r"立场文件$"),
    ("toast", r"祝酒(?:辞|词)$"),
    ("message", r"(?:贺信|贺电|贺词|寄语|致信)$"),
    ("letter", r"(?:信函|的信|公开信|致函)$"),
    ("speech", r"(?:演讲|主旨讲话|主旨发言)$"),
    ("remarks", r"(?:讲话|致辞|致词)$"),
    ("statement", r"(?:发言|声明)$"),
)


def read_kind(line: str, predicate: str = "") -> Kind | None:
    """The kind of a plain English line whose quotations are blanked; `predicate` as `speakers.Subject` has it."""
    if _spokesperson().match(line) or _comment_at_end().search(line):
        return KINDS["spokesperson"]
    if not predicate and _sentence().search(line):
        return None
    said = predicate.lstrip(" ,").removeprefix("'s").removeprefix("'").lstrip() if predicate else line
    if lead := _lead().match(said):
        said = said[lead.end() :]
    return next((KINDS[slug] for slug, rule in _rules() if rule.match(said)), None)


def read_kind_han(line: str) -> Kind | None:
    """The kind of a plain Chinese line whose quotations are blanked."""
    line = _brackets_at_end().sub("", line)
    if _answer_han().match(line):
        return None
    return next((KINDS[slug] for slug, rule in _rules_han() if rule.search(line)), None)


@cache
def _rules() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((slug, re.compile(rule, re.IGNORECASE)) for slug, rule in _RULES)


@cache
def _rules_han() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((slug, re.compile(rule)) for slug, rule in _RULES_HAN)


@cache
def _sentence() -> re.Pattern[str]:
    # "The remarks of … are …" tells of remarks and is none.
    return re.compile(r" (?:are|is|was|were) ", re.IGNORECASE)


@cache
def _answer_han() -> re.Pattern[str]:
    return re.compile(_AGAINST)


@cache
def _lead() -> re.Pattern[str]:
    return re.compile(LEAD.replace("|Joint", ""), re.IGNORECASE)


@cache
def _spokesperson() -> re.Pattern[str]:
    return re.compile(_SPOKESPERSON, re.IGNORECASE)


@cache
def _comment_at_end() -> re.Pattern[str]:
    return re.compile(_COMMENT_AT_END, re.IGNORECASE)


@cache
def _brackets_at_end() -> re.Pattern[str]:
    return re.compile(r" ?\([^()]{0,80}\)$")
