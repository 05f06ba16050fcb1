"""Judging how a site answers for a page that cannot exist: what decides whether a removal is ever noticed."""

from crawler.extract import ExtractionError
from crawler.extract.documents import read_document
from crawler.extract.text import normalise_text
from crawler.probe.access import title_of
from crawler.probe.finding import Finding, quoted
from crawler.visit import Answer, Reader

_EXPECTED = "404 or 410, or a page that the profile knows as an error page"


def missing_findings(reader: Reader, answer: Answer | None) -> tuple[Finding, ...]:
    """Whether a crawl would take the answer for a missing page, and whether the rules for disguised ones were tried."""
    if answer is None:
        found = "not asked: no address of a statement was found from which to make one that cannot exist"
        return (_finding(None, found), _rules(None, "no error page was seen"))
    if answer.tells_nothing:
        return (_finding(None, answer.came), _rules(None, "no error page was seen"))
    refusal = reader.refusal(answer)
    if refusal in ("http-404", "http-410"):
        title = title_of(answer)
        return (
            _finding(True, f"{answer.came}, {quoted(title)}" if title else answer.came),
            _rules(None, f"not needed: missing pages answer {answer.status}"),
        )
    if refusal == "soft-404":
        found = f"{_seen(answer)}: known as missing, {_reason(reader, answer)}"
        return (_finding(True, found), _rules(True, found))
    if answer.capture is None and answer.code == "off-site":
        return (
            _finding(
                False,
                f"a redirect off the site: {answer.detail}",
                "hosts",
                "Removals cannot be told from faults as it is; if that host is the site's own, add it to `hosts`.",
            ),
            _rules(None, "no error page was seen"),
        )
    if answer.status != 200:
        advice = "A removed page is taken for a fault of the site, never for a removal, as no rule fits this status."
        return (
            _finding(False, answer.came, "refusals.soft_404_urls", advice),
            _rules(None, "no error page was seen"),
        )
    statement = reader.statement(answer)
    if isinstance(statement, ExtractionError):
        worst = f"refused as {statement.code}, so removals would be reported as faults"
    else:
        worst = "it would be read as a statement, so each removal would be reported as an edit"
    found = f"{_seen(answer)}: not known as missing; {worst}"
    key = "refusals.soft_404_titles" if title_of(answer) else "refusals.soft_404_phrases"
    advice = "Add its title to `refusals.soft_404_titles`, or a sentence of it, in lower case, to "
    advice += "`refusals.soft_404_phrases`."
    return (_finding(False, found, key, advice),)


def _finding(ok: bool | None, found: str, key: str = "refusals.soft_404_titles", advice: str = "") -> Finding:
    return Finding(
        check="missing-page",
        ok=ok,
        found=found,
        expected=_EXPECTED,
        profile_key=key,
        advice=advice,
        inferred=True,
    )


def _rules(ok: bool | None, found: str) -> Finding:
    return Finding(
        check="soft-404-rules",
        ok=ok,
        found=found,
        expected="error pages with status 200 are known by address, title or phrase",
        profile_key="refusals.soft_404_phrases",
        inferred=True,
    )


def _reason(reader: Reader, answer: Answer) -> str:
    told = reader.statement(answer)
    return told.detail if isinstance(told, ExtractionError) else "by its rules"


def _seen(answer: Answer) -> str:
    """The status, the title and the first words of what came."""
    try:
        assert answer.capture is not None
        tree = read_document(answer.capture).tree
    except ExtractionError as error:
        return f"{answer.came}, {error.detail}"
    tree.strip_tags(["script", "style"])
    text = normalise_text(tree.body.text(separator=" ")) if tree.body is not None else ""
    said = f", titled {quoted(title)}" if (title := title_of(answer)) else ", without a title"
    return f"{answer.came}{said}" + (f", saying {quoted(text)}" if text else "")
