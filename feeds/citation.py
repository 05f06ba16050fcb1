"""How to cite a version of a statement: in plain words, for BibTeX, and as CSL-JSON for reference managers.

A citation is made of facts that never alter once the version is there, so it reads the same for ever: the version's
text and number, when it was first read, its permanent address and the SHA-256 of its text.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from unicodedata import normalize
from urllib.parse import quote

from feeds.clean import title_text
from feeds.permalinks import Permalinks
from feeds.phrases import LANGUAGES, day_words, moment_words
from store.model import Statement, StatementRecord, VersionFacts

_LATEX = {
    "\\": r"\textbackslash{}",
    # A brace after a backslash still counts as a brace to BibTeX, so an unpaired one would end the field.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "“": "``",
    "”": "''",
    "‘": "`",
    "’": "'",
    "–": "--",
    "—": "---",
    "…": r"\ldots{}",
    "\u00a0": "~",
    "ß": r"{\ss}",
    "æ": r"{\ae}",
    "Æ": r"{\AE}",
    "œ": r"{\oe}",
    "Œ": r"{\OE}",
    "ø": r"{\o}",
    "Ø": r"{\O}",
    "ł": r"{\l}",
    "Ł": r"{\L}",
    "ı": r"{\i}",
} | {sign: f"\\{sign}" for sign in "$&#_%"}
_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0327": "c",
    "\u0328": "k",
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_KEY = re.compile(r"[^A-Za-z0-9:._-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """The facts of a citation. Text is clean, on one line; addresses are absolute."""

    key: str
    """`un-9126861-v2`; ASCII letters, digits and `:._-` only."""
    authors: tuple[str, ...]
    """Who spoke; empty where it is not known for sure."""
    title: str
    publisher: str
    language: str
    """BCP 47."""
    kind: str
    """The form of the text, such as `Remarks`; may be empty."""
    stated: date | None
    read: datetime
    """When the version was first read (UTC)."""
    version: int
    address: str
    """The version's permanent address."""
    original: str
    text_sha256: str

    @property
    def plain(self) -> str:
        """One paragraph: `Fu Cong, “Remarks …”, A mission, 1 March 2026. Version 2, first read … https://…`."""
        who = f"{', '.join(self.authors)}, " if self.authors else ""
        when = f", {day_words(self.stated)}" if self.stated else ""
        return (
            f"{who}“{self.title}”, {self.publisher}{when}. "
            f"Version {self.version}, first read {moment_words(self.read)}. {self.address} "
            f"(original: {self.original}; SHA-256 of the text: {self.text_sha256})."
        )

    @property
    def bibtex(self) -> str:
        """A `@misc` entry that both BibTeX and biblatex read, in UTF-8: what LaTeX has a command for is written as it.

        Names and titles are in double braces, so that no style splits a Chinese name or lowers a capital.
        """
        fields = {
            "author": " and ".join(f"{{{latex(author)}}}" for author in self.authors or (self.publisher,)),
            "title": f"{{{latex(self.title)}}}",
            "howpublished": latex(self.publisher),
            "year": str(self.stated.year) if self.stated else "",
            "month": _MONTHS[self.stated.month - 1] if self.stated else "",
            "day": str(self.stated.day) if self.stated else "",
            "version": str(self.version),
            "url": _plain_url(self.address),
            "urldate": self.read.astimezone(UTC).date().isoformat(),
            "language": latex(LANGUAGES.get(self.language, self.language).lower()),
            # Not in \url: biblatex takes a bare per cent sign in a note for a comment.
            "note": f"Version {self.version}, first read {moment_words(self.read)}; original: "
            f"{latex(_plain_url(self.original))}; SHA-256 of the text: {self.text_sha256}",
        }
        lines = [
            f"  {name} = {value if name == 'month' else f'{{{value}}}'},\n" for name, value in fields.items() if value
        ]
        return f"@misc{{{self.key},\n{''.join(lines)}}}"

    @property
    def csl_json(self) -> str:
        """CSL-JSON: a list of one item of type `webpage`."""
        item: dict[str, Any] = {
            "id": self.key,
            "type": "webpage",
            "title": self.title,
            "author": [{"literal": author} for author in self.authors or (self.publisher,)],
            "container-title": self.publisher,
            "publisher": self.publisher,
            "genre": self.kind,
            "issued": _csl_date(self.stated),
            "accessed": _csl_date(self.read.astimezone(UTC).date()),
            "URL": self.address,
            "version": str(self.version),
            "language": self.language,
            "note": f"SHA-256 of the text: {self.text_sha256}. Original page: {self.original}",
        }
        return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=2)


def cite(
    record: StatementRecord, facts: VersionFacts, content: Statement, *, publisher: str, absolute: Permalinks
) -> Citation:
    """The citation of one version; `content` is its text and `publisher` the site's name."""
    return Citation(
        key=_KEY.sub("-", f"{record.key}-v{facts.number}"),
        authors=tuple(name for speaker in record.facets.speakers if (name := title_text(speaker.name))),
        title=title_text(content.title) or f"Statement {title_text(record.key)}",
        publisher=title_text(publisher),
        language=title_text(content.language),
        kind=title_text(record.facets.kind.name_en) if record.facets.kind else "",
        # The date in an address is the day of upload, which the page does not state.
        stated=None if content.date.source == "url" else content.date.date,
        read=facts.observed_first,
        version=facts.number,
        address=absolute.version(record.key, facts.number),
        original=title_text(record.page),
        text_sha256=facts.text_sha256,
    )


def latex(text: str) -> str:
    """The text as LaTeX: no character of it is a command, and braces are always in pairs.

    Accented Latin letters become commands, which old BibTeX sorts and measures rightly; what has no command, such as
    Chinese, stays as it is.
    """
    return "".join(map(_latex_letter, normalize("NFC", text)))


def _latex_letter(letter: str) -> str:
    if letter in _LATEX:
        return _LATEX[letter]
    if letter.isascii():
        return letter
    parts = normalize("NFD", letter)
    if len(parts) == 2 and parts[0].isascii() and parts[0].isalpha() and parts[1] in _ACCENTS:
        return f"{{\\{_ACCENTS[parts[1]]}{{{parts[0]}}}}}"
    return letter


def _plain_url(url: str) -> str:
    """The address with nothing in it that BibTeX or a style would read as markup."""
    return quote(url, safe="!#$%&'()*+,-./:;=?@_~[]", errors="replace")


def _csl_date(day: date | None) -> dict[str, list[list[int]]] | None:
    return None if day is None else {"date-parts": [[day.year, day.month, day.day]]}
