"""What differs between two versions of a statement, part by part."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from store.model import StatedDate, Statement
from store.textdiff.alignment import compare_paragraphs
from store.textdiff.blocks import Blocks, Run
from store.textdiff.manner import compare_text
from store.textdiff.tokens import count_words
from store.textdiff.words import Op

PartName = Literal["title", "subtitle", "date", "text", "images", "attachments"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a statement that differs; one block for title, subtitle and date."""

    name: PartName
    blocks: Blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementDiff:
    """The parts that differ, in the order of the page; none if nothing does."""

    parts: tuple[Part, ...]

    @property
    def changed(self) -> tuple[PartName, ...]:
        """The names of the parts that differ."""
        return tuple(part.name for part in self.parts)

    @property
    def inserted_words(self) -> int:
        """Words that only the new version has, in all parts; a Chinese character is one, a moved paragraph none."""
        return self._words("insert")

    @property
    def deleted_words(self) -> int:
        """Words that only the old version has, counted in the same way."""
        return self._words("delete")

    def _words(self, op: Op) -> int:
        return sum(
            count_words(span.text)
            for part in self.parts
            for block in part.blocks.unmoved()
            for span in block.spans
            if span.op == op
        )


def compare_statements(old: Statement, new: Statement) -> StatementDiff:
    """The difference of two versions as readers see it.

    The date is compared by its meaning, as `2009-11-19 16:00 (Asia/Shanghai)`, or as printed where it could not be
    read; images and attachments by label and file name, as `label (file name)`, so that a new folder on the server is
    no difference.
    """
    return StatementDiff(parts=tuple(part for part in _parts(old, new) if part.blocks))


def _parts(old: Statement, new: Statement) -> Iterator[Part]:
    yield Part(name="title", blocks=_line(old.title, new.title))
    yield Part(name="subtitle", blocks=_line(old.subtitle, new.subtitle))
    yield Part(name="date", blocks=_line(_day(old.date), _day(new.date)))
    yield Part(
        name="text",
        blocks=_lines([part.text for part in old.paragraphs], [part.text for part in new.paragraphs]),
    )
    yield Part(
        name="images",
        blocks=_lines(
            [_file(image.alt, image.url) for image in old.images],
            [_file(image.alt, image.url) for image in new.images],
        ),
    )
    yield Part(
        name="attachments",
        blocks=_lines(
            [_file(attachment.label, attachment.url) for attachment in old.attachments],
            [_file(attachment.label, attachment.url) for attachment in new.attachments],
        ),
    )


def _line(old: str, new: str) -> Blocks:
    if old == new:
        return Blocks()
    if not old:
        return Blocks((Run("inserted", 0, 0, (), (new,)),))
    if not new:
        return Blocks((Run("deleted", 0, 0, (old,), ()),))
    return Blocks((Run("changed", 0, 0, (old,), (new,), compare_text(old, new)),))


def _lines(old: list[str], new: list[str]) -> Blocks:
    return Blocks() if old == new else compare_paragraphs(old, new)


def _day(stated: StatedDate) -> str:
    if stated.date is None:
        return stated.text
    return f"{stated.date.isoformat()} {stated.time} ({stated.zone})" if stated.time else stated.date.isoformat()


def _file(label: str, url: str) -> str:
    path = url.partition("#")[0].partition("?")[0]
    name = unquote(path.rpartition("/")[2]) or url
    return f"{label} ({name})" if label else name
