"""The HTML inside entries: what stands first for readers that show three lines, and what is left out for size."""

from collections.abc import Iterator, Sequence
from html import escape

from feeds.clean import language_tag, safe_html, safe_link, title_text, xml_text
from feeds.diffview import diff_html
from feeds.permalinks import Permalinks
from feeds.phrases import change_words, moment_words, stated_words
from store.model import ChangeRecord, Statement, StatementRecord
from store.textdiff import compare_statements

TEXT_LIMIT = 120_000
"""Bytes of one entry's text: escaped in XML it may triple, and one entry has to fit into a feed of 512 KB."""
DIFF_LIMIT = 60_000
EXCERPT_LIMIT = 600
EXCERPT_SHARE = 0.5
"""Of the text, at most: readers take two entries for one when about 85 % of their words agree."""


def statement_content(
    record: StatementRecord, links: Permalinks, notice: ChangeRecord | None, *, date_told: bool
) -> str:
    """The latest text, headed by the last change. `date_told` adds the stated date, for entries not dated by it."""
    content = record.content
    parts: list[str] = []
    if notice is not None:
        parts.append(_notice(notice, links))
    elif record.state == "removed":
        parts.append("<p><strong>Removed from the site.</strong></p>")
    # A date read from the address is the day of upload, which the page does not state.
    if date_told and content.date.source != "url" and (stated := title_text(stated_words(content.date))):
        parts.append(
            f"<p>The page gives the date {escape(stated)}. First seen here {moment_words(record.first_seen)}.</p>"
        )
    parts.append(
        f'<div lang="{language_tag(content.language)}">{"".join(_body(content, links.statement(record.key)))}</div>'
    )
    parts.append(_links([("All versions", links.statement(record.key)), ("Original page", record.page)]))
    return f'<div lang="en">{"".join(parts)}</div>'


def change_content(change: ChangeRecord, before: Statement | None, after: Statement | None, links: Permalinks) -> str:
    """What happened and why, then the difference of the two versions, or of a new statement its beginning."""
    reasons = title_text(", ".join(change.reasons))
    parts = [
        f"<p><strong>{escape(change_words(change))}</strong>"
        + (f" Reasons: {escape(reasons)}." if reasons else "")
        + f" Detected {moment_words(change.detected)}.</p>"
    ]
    if change.type == "new" and after is not None:
        words = excerpt(after.text, EXCERPT_LIMIT)
        parts.append(f'<blockquote lang="{language_tag(after.language)}" dir="auto">{escape(words)}</blockquote>')
    elif before is not None and after is not None:
        diff = compare_statements(before, after)
        if diff.parts:
            parts.append(
                safe_html(diff_html(diff, base_language=language_tag(after.language), limit=DIFF_LIMIT), own_marks=True)
            )
    key, first, last = change.statement, change.from_version, change.to_version
    named = [(f"Version {number}", links.version(key, number)) for number in dict.fromkeys((first, last)) if number]
    if first is not None and last is not None and first != last:
        named.append(("All differences", links.diff(key, first, last)))
    parts.append(_links([*named, ("Statement", links.statement(key)), ("Original page", change.page)]))
    # Whoever keeps an entry is a witness of the log up to this line (docs/proof.md).
    parts.append(f"<p><small>Line {change.id} of the change log, SHA-256 {escape(change.hash)}</small></p>")
    return f'<div lang="en">{"".join(parts)}</div>'


def last_notice(history: Sequence[ChangeRecord]) -> ChangeRecord | None:
    """The newest change that the statement's own entry has to tell, or None."""
    told = [change for change in history if change.type in ("edited", "reverted", "removed", "restored")]
    return max(told, key=lambda change: change.id, default=None)


def excerpt(text: str, limit: int) -> str:
    """The beginning of a text as one plain line: at most two paragraphs, `limit` characters and half of it all."""
    whole = title_text(text, limit=len(text) + 1)
    beginning = title_text("\n".join(text.split("\n\n")[:2]), limit=len(text) + 1)
    room = min(limit, int(len(whole) * EXCERPT_SHARE))
    if len(beginning) <= room:
        return beginning
    cut = beginning[:room]
    # Chinese has no spaces to cut at; the last one may then be far back, or nowhere.
    at = cut.rfind(" ", room * 3 // 4)
    return f"{(cut[:at] if at > 0 else cut).rstrip()}…" if cut else ""


def _notice(change: ChangeRecord, links: Permalinks) -> str:
    key, first, last = change.statement, change.from_version, change.to_version
    when = moment_words(change.detected)
    match change.type:
        case "removed":
            return (
                f"<p><strong>Removed from the site</strong>, detected {when}. The text below is the last one kept.</p>"
            )
        case "restored":
            words = f"Restored {when}"
        case "reverted":
            words = f"Reverted {when}"
        case _:
            words = f"Edited {when}"
    if last is None:
        return f"<p><strong>{words}</strong></p>"
    line = f'<strong>{words}</strong>, see <a href="{escape(links.version(key, last))}">version {last}</a>'
    if first is not None and first != last:
        line += f' (<a href="{escape(links.diff(key, first, last))}">what changed</a>)'
    return f"<p>{line}</p>"


def _body(content: Statement, more: str) -> Iterator[str]:
    if content.subtitle:
        yield f'<p dir="auto"><em>{escape(xml_text(content.subtitle))}</em></p>'
    room = TEXT_LIMIT
    for number, paragraph in enumerate(content.paragraphs):
        html = safe_html(paragraph.html)
        room -= len(html.encode())
        if room < 0:
            left = len(content.paragraphs) - number
            yield f'<p lang="en"><a href="{escape(more)}">{left} more paragraphs</a></p>'
            break
        yield f'<p dir="auto">{html}</p>'
    files = [(image.alt, image.url) for image in content.images]
    files += [(attachment.label, attachment.url) for attachment in content.attachments]
    if files:
        yield f"<ul>{''.join(f'<li>{_anchor(*file)}</li>' for file in files[:100])}</ul>"


def _links(named: Sequence[tuple[str, str]]) -> str:
    return f"<p>{' · '.join(_anchor(*one) for one in named)}</p>"


def _anchor(label: str, url: str) -> str:
    words = escape(title_text(label) or title_text(url))
    link = safe_link(url)
    return f'<a href="{escape(link)}" rel="noopener noreferrer nofollow">{words}</a>' if link else words
