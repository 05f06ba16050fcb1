"""The sections of the replica: the same paths and labels as the real site's tree, English and Chinese."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A folder of the site with a listing page.

    `path` has no slashes at its ends; `organs` names whose meetings its statements come from; `weight` is its share of
    the statements against the other sections'.
    """

    path: str
    label: str
    organs: tuple[str, ...] = ("assembly",)
    weight: int = 1

    @property
    def language(self) -> str:
        """`en` below `eng/`, `zh-Hans` elsewhere: the Chinese site lies at the root."""
        return "en" if self.path.split("/", 1)[0] == "eng" else "zh-Hans"


_ENGLISH = ("council", "mideast", "third", "first", "sixth", "assembly")
_CHINESE = ("council", "third", "assembly", "sixth")

CATALOGUE: dict[str, Section] = {
    section.path: section
    for section in (
        Section(path="eng/hyyfy", label="Meetings & Statements", organs=_ENGLISH, weight=4),
        Section(path="eng/chinaandun", label="China & UN"),
        Section(path="eng/chinaandun/gcwl", label="High-level Exchanges"),
        Section(path="eng/chinaandun/securitycouncil", label="Highlights of the Security Council", organs=("council",)),
        Section(
            path="eng/chinaandun/securitycouncil/thematicissues", label="Thematic Issues", organs=("council",), weight=2
        ),
        Section(
            path="eng/chinaandun/securitycouncil/regionalhotspots",
            label="Regional Hotspot Issues",
            organs=("mideast",),
        ),
        Section(
            path="eng/chinaandun/securitycouncil/regionalhotspots/mideast", label="Middle East", organs=("mideast",)
        ),
        Section(path="eng/chinaandun/economicdevelopment", label="Economic Affairs and Development"),
        Section(path="eng/chinaandun/socialhr", label="Social Development and Human Rights", organs=("third",)),
        Section(path="eng/chinaandun/socialhr/3rdcommittee", label="Third Committee", organs=("third",)),
        Section(path="eng/chinaandun/socialhr/rqwt", label="Human Rights", organs=("third",), weight=2),
        # The misspelling is the site's own.
        Section(path="eng/chinaandun/socialhr/shfz", label="Soical Development", organs=("third",)),
        Section(path="eng/chinaandun/socialhr/genderequality", label="Gender Equality & Status of Woman"),
        Section(path="eng/chinaandun/20191112", label="Political Issues of the General Assembly"),
        Section(path="eng/chinaandun/disarmament_armscontrol", label="Arms Control and Disarmament", organs=("first",)),
        Section(path="eng/chinaandun/disarmament_armscontrol/unga", label="First Committee", organs=("first",)),
        Section(
            path="eng/chinaandun/disarmament_armscontrol/cjhy", label="UN Disarmament Commission", organs=("first",)
        ),
        Section(path="eng/chinaandun/legalaffairs", label="Legal Affairs and Treaties", organs=("sixth",)),
        Section(path="eng/chinaandun/legalaffairs/sixthcommittee1", label="Sixth Committee", organs=("sixth",)),
        Section(path="eng/chinaandun/yshy", label="Administrative and Budgetary Issues"),
        Section(path="hyyfy", label="会议与发言", organs=_CHINESE, weight=3),
        Section(path="zgyw", label="中国要闻", organs=_CHINESE),
        Section(path="zgylhg", label="中国与联合国", organs=_CHINESE),
    )
}
"""Every section that a menu or a breadcrumb of the replica names; those without statements answer an empty listing."""

DEFAULT_SECTIONS = (
    "eng/hyyfy",
    "eng/chinaandun/socialhr/rqwt",
    "eng/chinaandun/socialhr/3rdcommittee",
    "eng/chinaandun/securitycouncil/thematicissues",
    "eng/chinaandun/securitycouncil/regionalhotspots/mideast",
    "eng/chinaandun/legalaffairs/sixthcommittee1",
    "eng/chinaandun/disarmament_armscontrol/unga",
    "hyyfy",
)


def chosen(sections: Sequence[str | Section]) -> tuple[Section, ...]:
    """The sections named: a path of the catalogue, any other path (its last part becomes the label), or a section."""
    found = []
    for section in sections:
        if isinstance(section, str):
            path = section.strip("/")
            section = CATALOGUE.get(path) or Section(path=path, label=path.rsplit("/", 1)[-1])
        found.append(section)
    return tuple(found)


def ancestry(section: Section) -> tuple[Section, ...]:
    """The catalogue's sections above this one, outermost first, and itself: the breadcrumb without `Home`."""
    parts = section.path.split("/")
    above = ("/".join(parts[:depth]) for depth in range(1, len(parts)))
    return (*(CATALOGUE[path] for path in above if path in CATALOGUE), section)


def siblings(section: Section) -> tuple[Section, ...]:
    """The catalogue's sections in the same folder, this one included, as the side menu shows them."""
    parent = section.path.rpartition("/")[0]
    beside = [other for path, other in CATALOGUE.items() if path.rpartition("/")[0] == parent]
    return tuple(beside if section in beside else [*beside, section])
