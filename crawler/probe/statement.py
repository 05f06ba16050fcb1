"""Judging a statement's page: its template and where in it title, date, text, crumbs and files stand."""

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from crawler.extract import ExtractionError
from crawler.extract.dates import read_date
from crawler.extract.documents import read_document
from crawler.extract.links import PageLinks
from crawler.extract.templates import fitting_template, read_value
from crawler.extract.text import normalise_text
from crawler.probe.elements import bearing, dated, described, wordiest
from crawler.probe.finding import Finding, listed, quoted
from crawler.profile import Template
from crawler.visit import Answer, Reader
from store.model import ListedItem, Statement

_RULES = {"soft-404": "refusals.soft_404_phrases", "blocked": "refusals.block_phrases"}


def statement_findings(reader: Reader, answer: Answer, item: ListedItem | None = None) -> Iterator[Finding]:
    """What a statement's page says; `item` is the line of the listing that led to it."""
    refusal = reader.refusal(answer)
    if answer.capture is None or refusal:
        yield Finding(
            check="statement",
            ok=None if answer.tells_nothing else False,
            found=reader.reason(answer),
            expected=f"{answer.visit.page}, which the site itself links, answers with a statement",
            profile_key=_RULES.get(refusal, "documents.path"),
            advice="Open that address in a browser: if a statement is there, correct the rule that takes it for none."
            if not answer.tells_nothing
            else "",
        )
        return
    tree = read_document(answer.capture).tree
    template = fitting_template(reader.profile, read_document(answer.capture))
    first = reader.profile.templates[0]
    yield _template(answer, tree, template, first)
    if template is None:
        return
    key = f"templates[{template.name}]"
    read = reader.statement(answer)
    statement = read if isinstance(read, Statement) else None
    yield _title(reader, answer, tree, template, item)
    yield _date(reader, tree, template, statement)
    if item is not None and item.date is not None and statement is not None and statement.date.source == "page":
        yield _agreement(statement, item, key)
    yield _body(tree, template, read)
    crumbs = statement.crumbs if statement else ()
    yield Finding(
        check="crumbs",
        ok=bool(crumbs) if statement and template.crumbs else None,
        found=quoted(" > ".join(crumbs)) if crumbs else "none",
        expected=f"the way to the page, in {listed(each.css for each in template.crumbs)}",
        profile_key=f"{key}.crumbs",
        advice="Add the selector of the links above the title; without it only the section's name is missed."
        if statement and template.crumbs and not crumbs
        else "",
    )


def _template(answer: Answer, tree: LexborHTMLParser, template: Template | None, first: Template) -> Finding:
    key = f"templates[{(template or first).name}].fingerprint"
    advice, found = "", f"`{template.name}` on {answer.visit.page}" if template else "no template fits"
    if template is None:
        place = wordiest(tree)
        found += f" {answer.visit.page}" + (f"; most of its text stands in `{place}`" if place else "")
        advice = f"Describe the new layout as a template of its own, or correct `{key}` and the selectors beside it."
    elif template is not first:
        key = f"templates[{template.name}]"
        advice = f"The page can be read; if all new pages look so, put `templates[{template.name}]` first."
    return Finding(
        check="template",
        ok=template is first,
        found=found,
        expected=f"`{first.name}`, known by {listed(each.css for each in first.fingerprint)}",
        profile_key=key,
        advice=advice,
        inferred=template is not None and template is not first,
    )


def _title(
    reader: Reader, answer: Answer, tree: LexborHTMLParser, template: Template, item: ListedItem | None
) -> Finding:
    links = PageLinks(reader.urls, answer.visit.page)
    title = read_value(tree, template.title, links)
    head = tree.css_first("head > title")
    named = reader.profile.document_title.search(normalise_text(head.text())) if head is not None else None
    found, advice = quoted(title), ""
    if not title:
        wanted = [text for text in (item.title if item else "", named["title"] if named else "") if text]
        places = [place for text in wanted if (place := bearing(tree, text))]
        found = f"the title stands in `{places[0]}`" if places else "no element says the title of the listing"
        advice = f"Add `{places[0]}` to the selectors." if places else "Add the selector of the title."
        advice += " Till then it is cut from the page's `title` element." if named else ""
    return Finding(
        check="title",
        ok=bool(title),
        found=found,
        expected=f"a title in {listed(each.css for each in template.title)}",
        profile_key=f"templates[{template.name}].title",
        advice=advice,
    )


def _date(reader: Reader, tree: LexborHTMLParser, template: Template, statement: Statement | None) -> Finding:
    formats = reader.profile.date_formats
    nodes = [node for each in template.date if (node := tree.css_first(each.css)) is not None]
    values = [
        (node.attributes.get(each.attribute) or "") if each.attribute else node.text()
        for each in template.date
        if (node := tree.css_first(each.css)) is not None
    ]
    stated = next((text for text in values if read_date(text, formats)), None)
    key, advice = f"templates[{template.name}].date", ""
    found = quoted(normalise_text(stated or ""))
    if stated is not None and statement is not None and statement.date.date is not None:
        found = f"{quoted(statement.date.text)}, read as {statement.date.date} {statement.date.time or ''}".rstrip()
    if stated is None:
        elsewhere = dated(tree, formats)
        if nodes:
            found = f"`{described(nodes[0])}` holds {quoted(normalise_text(nodes[0].text()))}, in no known format"
            key, advice = "date_formats", "Allow the format in which that date is written."
        elif elsewhere:
            found = f"{quoted(elsewhere[1])} stands in `{elsewhere[0]}`"
            advice = f"Add `{elsewhere[0]}` to the selectors; till then the day in the address may be taken."
        else:
            found, advice = "no date on the page", "Add the selector of the date line."
    return Finding(
        check="date",
        ok=stated is not None,
        found=found,
        expected=f"a date in {listed(each.css for each in template.date)}",
        profile_key=key,
        advice=advice,
    )


def _agreement(statement: Statement, item: ListedItem, key: str) -> Finding:
    agree = statement.date.date == item.date
    return Finding(
        check="date-listed",
        ok=agree,
        found=f"{statement.date.date} on the page, {item.date} in the listing",
        expected="the same day on the page and in the listing",
        profile_key=f"{key}.date",
        advice="" if agree else "See which of the two dates is the document's, and that the selector takes that one.",
    )


def _body(tree: LexborHTMLParser, template: Template, read: Statement | ExtractionError | None) -> Finding:
    if isinstance(read, Statement) and read.paragraphs:
        found, ok = f"{len(read.paragraphs)} paragraphs, {len(read.text)} characters", True
    else:
        place = wordiest(tree)
        ok = isinstance(read, Statement)
        found = "pictures or files only" if ok else "no text"
        found += f"; most of the page's text stands in `{place}`" if place and not ok else ""
    return Finding(
        check="body",
        ok=ok,
        found=found,
        expected=f"paragraphs in {listed(each.css for each in template.body)}",
        profile_key=f"templates[{template.name}].body",
        advice="" if ok else "Add the selector of the text; a page without one is never recorded.",
    )
