"""The documents for people, and what stands in them: headings, links, code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.needs import ROOT

_FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)`(?P<code>[^`\n]+)`(?!`)")
_LINK = re.compile(r"!?\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (?P<text>.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Document:
    """One page in Markdown."""

    path: Path

    @property
    def name(self) -> str:
        """Its path from the root."""
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def blocks(self) -> list[tuple[str, str]]:
        """The code in fences: language and text."""
        return [(found["language"], found["code"]) for found in _FENCE.finditer(self.text)]

    @cached_property
    def prose(self) -> str:
        """The text without code in fences."""
        return _FENCE.sub("", self.text)

    @property
    def spans(self) -> list[str]:
        """The code within lines; in a table a bar is written as `\\|`."""
        return [found["code"].replace("\\|", "|") for found in _SPAN.finditer(self.prose)]

    @property
    def links(self) -> list[str]:
        """Where its links lead to, pictures included."""
        return [found["target"] for found in _LINK.finditer(_SPAN.sub("", self.prose))]

    @property
    def anchors(self) -> set[str]:
        """What a link can name after `#`, made of the headings as GitHub makes it."""
        found: set[str] = set()
        for heading in _HEADING.finditer(self.prose):
            plain = _LINK.sub(lambda link: link["text"], heading["text"]).lower()
            anchor = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
            number = next(n for n in range(len(found) + 1) if (f"{anchor}-{n}" if n else anchor) not in found)
            found.add(f"{anchor}-{number}" if number else anchor)
        return found

    def section(self, heading: str) -> str:
        """What stands below a heading of the second level."""
        (found,) = re.findall(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", self.text, re.MULTILINE | re.DOTALL)
        return str(found)

    def rows(self, heading: str) -> Iterator[list[str]]:
        """The cells of each line of the tables below a heading, but for what stands above them."""
        for line in self.section(heading).splitlines():
            if line.startswith("| ") and not line.startswith("|---"):
                yield [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


DOCUMENTS = tuple(Document(path) for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]))


def document(name: str) -> Document:
    """A page of docs by its name without ending."""
    return Document(ROOT / "docs" / f"{name}.md")


def codes(text: str) -> set[str]:
    """What stands in code within lines."""
    return {found["code"] for found in _SPAN.finditer(text)}
