"""The bodies of the United Nations in which statements are made, and what is printed for them in either language."""

# Slug: name in English and in Chinese; what is printed, as regular expressions, for small letters and for Chinese. For
# the Main Committees of the General Assembly the last is their number alone, as in 联大一委 and 联合国大会第一委员会.
NAMES: dict[str, tuple[str, str, str, str]] = {
    "security-council": ("Security Council", "安全理事会", "security council|unsc", "安理会|安全理事会"),
    "general-assembly": ("General Assembly", "联合国大会", "general assembly|unga|ga|g\\. ?a\\.?", "联合国大会|联大"),
    "first-committee": ("First Committee", "联大第一委员会", "(?:first|1st) committee", "一"),
    "second-committee": ("Second Committee", "联大第二委员会", "(?:second|2nd) committee", "二"),
    "third-committee": ("Third Committee", "联大第三委员会", "(?:third|3rd) committee", "三"),
    "fourth-committee": (
        "Fourth Committee",
        "联大第四委员会",
        "(?:fourth|4th) committee|special political and decolonization committee",
        "四",
    ),
    "fifth-committee": ("Fifth Committee", "联大第五委员会", "(?:fifth|5th) committee", "五"),
    "sixth-committee": ("Sixth Committee", "联大第六委员会", "(?:sixth|6th) committee", "六"),
    "special-committee-on-peacekeeping": (
        "Special Committee on Peacekeeping Operations",
        "维持和平行动特别委员会",
        "special committee on peacekeeping(?: operations)?|c-?34",
        "(?:联合国)?维(?:持)?和(?:平)?(?:行动)?特别?委(?:员会)?|C-?34",
    ),
    "special-committee-on-decolonization": (
        "Special Committee on Decolonization",
        "非殖民化特别委员会",
        "special committee on decolonization|committee of 24|c-?24",
        "(?:联合国)?非殖民化特别?委(?:员会)?|24国委员会",
    ),
    "special-committee-on-the-charter": (
        "Special Committee on the Charter",
        "宪章特别委员会",
        "special committee on the charter|charter committee",
        "(?:联合国)?宪章特别?委(?:员会)?",
    ),
    "committee-on-information": (
        "Committee on Information",
        "新闻委员会",
        "committee on information",
        "(?:联合国)?新闻委员会",
    ),
    "committee-on-outer-space": (
        "Committee on the Peaceful Uses of Outer Space",
        "和平利用外层空间委员会",
        "committee on the peaceful uses of outer space|copuos",
        "(?:联合国)?(?:和平利用)?外(?:层)?空(?:间)?委(?:员会)?",
    ),
    "host-country-committee": (
        "Committee on Relations with the Host Country",
        "东道国关系委员会",
        "committee on relations with the host country|host country committee",
        "东道国关系委(?:员会)?",
    ),
    "disarmament-commission": (
        "United Nations Disarmament Commission",
        "联合国裁军审议委员会",
        "disarmament commission|undc",
        "(?:联合国)?裁(?:军)?审(?:议)?(?:委员)?会",
    ),
    "conference-on-disarmament": (
        "Conference on Disarmament",
        "裁军谈判会议",
        "conference on disarmament",
        "裁(?:军)?谈(?:判)?会(?:议)?",
    ),
    "economic-and-social-council": (
        "Economic and Social Council",
        "经济及社会理事会",
        "economic and social council|ecosoc",
        "(?:联合国)?经(?:济及)?社(?:会)?理(?:事)?会",
    ),
    "high-level-political-forum": (
        "High-level Political Forum on Sustainable Development",
        "可持续发展高级别政治论坛",
        "high-level political forum|hlpf",
        "(?:联合国)?可持续发展高级别政治论坛|高级别政治论坛",
    ),
    "human-rights-council": ("Human Rights Council", "人权理事会", "human rights council|hrc", "(?:联合国)?人权理事会"),
    "commission-on-human-rights": (
        "Commission on Human Rights",
        "人权委员会",
        "commission on human rights|human rights commission",
        "(?:联合国)?人权委员会|人权会",
    ),
    "peacebuilding-commission": (
        "Peacebuilding Commission",
        "建设和平委员会",
        "peacebuilding commission",
        "(?:联合国)?建设和平委(?:员会)?",
    ),
    "commission-on-the-status-of-women": (
        "Commission on the Status of Women",
        "妇女地位委员会",
        "commission on the status of women|csw",
        "(?:联合国)?妇女地位委员会|妇地会",
    ),
    "commission-for-social-development": (
        "Commission for Social Development",
        "社会发展委员会",
        "commission for social development|csocd",
        "(?:联合国)?社会发展委员会|社发委",
    ),
    "commission-on-population-and-development": (
        "Commission on Population and Development",
        "人口与发展委员会",
        "commission on population and development",
        "(?:联合国)?人口与发展委员会|人发委",
    ),
    "permanent-forum-on-indigenous-issues": (
        "Permanent Forum on Indigenous Issues",
        "土著问题常设论坛",
        "permanent forum on indigenous issues|unpfii",
        "(?:联合国)?土著问题常设论坛",
    ),
    "undp-unfpa-unops-board": (
        "Executive Board of UNDP, UNFPA and UNOPS",
        "开发署、人口基金、项目署执行局",
        "executive boards? of (?:the )?undp(?:[,/ ]|and|unfpa|unops)*|undp(?:[,/ ]|and|unfpa|unops)*executive board",
        "(?:联合国)?开发(?:计划)?署(?:[/、]|人口基金|项目(?:事务)?[厅署])*执行局",
    ),
    "unicef-board": (
        "Executive Board of UNICEF",
        "儿童基金会执行局",
        "executive board of (?:the )?unicef|unicef executive board",
        "(?:联合国)?儿(?:童)?基(?:金)?会执行局",
    ),
    "un-women-board": (
        "Executive Board of UN-Women",
        "妇女署执行局",
        "executive board of (?:the )?un[- ]women|un[- ]women executive board",
        "(?:联合国)?妇女署执行局",
    ),
}

MAIN_COMMITTEES = frozenset(
    f"{number}-committee" for number in ("first", "second", "third", "fourth", "fifth", "sixth")
)
# Part of a section's path: what is listed there was said in that body, unless its title names another place.
SECTIONS: dict[str, str] = {
    "securitycouncil": "security-council",
    "unga": "first-committee",
    "cjhy": "disarmament-commission",
    "2ndcommitte1": "second-committee",
    "3rdcommittee": "third-committee",
    "sixthcommittee1": "sixth-committee",
}
