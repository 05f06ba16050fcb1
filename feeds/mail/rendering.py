"""Templates of letters, as plain text and as HTML."""

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from feeds.clean import xml_text
from feeds.mail.passages import words_of
from feeds.mail.styles import ATTRIBUTES, dark_rules
from feeds.pages.compiled import CompiledTemplates
from store.textdiff import Span

_TEMPLATES = Path(__file__).parents[1] / "templates"
# What a terminal might obey, and what is a line end to some programs only.
_CONTROLS = re.compile("[\x7f-\x9f\u2028\u2029]")
_WITHIN = re.compile(r"(?<=\d) (?=[^\W\d])|(?<=[a-z]) (?=[0-9]{4}$)")
_TAGS = {"delete": "del", "insert": "ins"}


def html(template: str, *, clean: bool = True, **values: Any) -> str:
    """A template of `mail/` as HTML.

    With `clean`, there is nothing in it that HTML or a mail cannot carry; without, holes for tokens are left in.
    """
    said = _environment(escaping=True).get_template(f"mail/{template}.html").render(**values)
    return xml_text(said) if clean else said


def text(template: str, *, clean: bool = True, **values: Any) -> str:
    """A template of `mail/` as plain text, with at most one empty line in a row.

    With `clean`, there are no control characters in it; without, holes for tokens are left in.
    """
    said = _environment(escaping=False).get_template(f"mail/{template}.txt").render(**values)
    if clean:
        said = _CONTROLS.sub(" ", xml_text(said))
    lines: list[str] = []
    for line in said.split("\n"):
        line = line.rstrip()
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).rstrip("\n") + "\n"


def spans_html(spans: Sequence[Span]) -> Markup:
    """A passage as HTML: deleted words struck out, new ones underlined, without any style sheet."""
    pieces = []
    for span in spans:
        words = escape(span.text, quote=False).replace("\n", "<br>")
        tag = _TAGS.get(span.op)
        pieces.append(f"<{tag}{ATTRIBUTES[tag]}>{words}</{tag}>" if tag and words else words)
    return Markup("".join(pieces))  # noqa: S704 - escaped above


def unbroken(words: str) -> str:
    """The words with no line end within a count or a date: `3 edited`, `2 March 2026`."""
    return _WITHIN.sub("\u00a0", words)


@cache
def _environment(*, escaping: bool) -> Environment:
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        bytecode_cache=CompiledTemplates(_TEMPLATES),
        autoescape=escaping,  # noqa: S701 - plain text is no HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(spans_html=spans_html, unbroken=unbroken, words_of=words_of)
    made.globals.update(style=ATTRIBUTES, dark_rules=Markup(dark_rules()))  # noqa: S704 - ours
    return made
