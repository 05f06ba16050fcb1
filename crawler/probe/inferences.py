"""Judging what the profile supposes of newer pages, though no stored copy shows it: each is confirmed or left open."""

from collections.abc import Iterator
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from crawler.extract.attachments import MEDIA_TYPES
from crawler.extract.documents import read_document
from crawler.probe.elements import described
from crawler.probe.finding import Finding, listed, quoted, unseen
from crawler.profile import Template
from crawler.visit import Answer, Reader
from store.model import Statement


def inferences(reader: Reader, answer: Answer) -> Iterator[Finding]:
    """An inner block around the text, pictures in it, files below it; nothing of an answer that is no statement."""
    statement = reader.statement(answer)
    if answer.capture is None or not isinstance(statement, Statement):
        return
    tree = read_document(answer.capture).tree
    template = next(each for each in reader.profile.templates if each.name == statement.template)
    yield _inner_block(reader, tree, template, statement)
    images = statement.images
    yield Finding(
        check="images",
        ok=True if images else None,
        found=f"{len(images)}, first {images[0].url}" if images else "none on this page",
        expected="pictures inside the text",
        profile_key=f"templates[{template.name}].body",
        inferred=True,
    )
    yield _attachments(reader, answer.visit.page, tree, template, statement)


def _inner_block(reader: Reader, tree: LexborHTMLParser, template: Template, statement: Statement) -> Finding:
    key = f"templates[{template.name}]"
    others = [each for other in reader.profile.templates if other is not template for each in other.body]
    inner = [
        (each.css, node)
        for outer in template.body
        for each in others
        if (node := tree.css_first(f"{outer.css} {each.css}")) is not None
    ]
    if not inner:
        return unseen("inner-block", f"{key}.body", "none on this page", "an inner block may hold the whole text")
    css, node = inner[0]
    text = "".join(node.text().split())
    outside = [each.text for each in statement.paragraphs if "".join(each.text.split()) not in text]
    found = f"`{css}` holds the whole text"
    if outside:
        found = f"`{css}` holds the text but for {len(outside)} paragraphs, first {quoted(outside[0])}"
    return Finding(
        check="inner-block",
        ok=not outside,
        found=found,
        expected="an inner block, if there is one, holds the whole text and needs no selector of its own",
        profile_key=f"{key}.body",
        advice=f"If these lines are no part of the statement, put `{css}` first." if outside else "",
        inferred=True,
    )


def _attachments(
    reader: Reader, page: str, tree: LexborHTMLParser, template: Template, statement: Statement
) -> Finding:
    known = [each.url for each in statement.attachments]
    # The publishing system puts the files of a page into the page's own folder; others belong to the menu or footer.
    folder = page.rpartition("/")[0]
    strays = [
        anchor
        for anchor in tree.css("a[href]")
        if (url := reader.urls.canonical(urljoin(page, anchor.attributes.get("href") or "")))
        and url.rpartition("/")[0] == folder
        and url.rpartition(".")[2].lower() in MEDIA_TYPES
        and url not in known
    ]
    blocks = [each.css.split()[0] for each in template.attachments if tree.css_first(each.css.split()[0]) is not None]
    ok: bool | None = True if known else None
    found = f"{len(known)}, first {statement.attachments[0].url}" if known else "none on this page"
    if not known and blocks:
        found += f"; `{blocks[0]}` is there, and empty"
    if strays:
        ok = False
        found = f"a link to a file outside of it, in `{described(strays[0], 2)}`"
    return Finding(
        check="attachments",
        ok=ok,
        found=found,
        expected=f"links to files in {listed(each.css for each in template.attachments)}",
        profile_key=f"templates[{template.name}].attachments",
        advice="Add the selector of these links, or see that they are no part of the statement." if strays else "",
        inferred=True,
    )
