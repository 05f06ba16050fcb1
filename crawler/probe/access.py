"""Judging how a site answers: robots.txt, homes, the two schemes, encoding, validators, walls."""

from collections.abc import Iterator, Mapping, Sequence

from selectolax.lexbor import LexborHTMLParser

from crawler.extract.documents import read_document
from crawler.extract.errors import ExtractionError
from crawler.extract.text import normalise_text
from crawler.probe.finding import Finding, quoted
from crawler.probe.route import AGAIN, HOME, LISTING, MISSING, NO_RULES, ROBOTS, SCHEME, STATEMENT, WALLS, conditions
from crawler.visit import Answer, Reader


def access_findings(reader: Reader, answers: Sequence[Answer]) -> Iterator[Finding]:
    """What the answers say about the way to the site, before anything on its pages is read."""
    by_role = {answer.visit.role: answer for answer in answers}
    yield from _robots(answers)
    for role, answer in by_role.items():
        if role.startswith(f"{HOME}["):
            yield _home(reader, role.removeprefix(HOME), answer)
    yield from _scheme(reader, by_role)
    yield from _encoding(answers)
    yield from _validators(by_role)
    yield from _wall(reader, answers)


def title_of(answer: Answer) -> str:
    """The title that a page states in its head; empty if there is none, or no page."""
    try:
        tree: LexborHTMLParser | None = read_document(answer.capture).tree if answer.capture else None
    except ExtractionError:
        return ""
    node = tree.css_first("title") if tree else None
    return normalise_text(node.text()) if node is not None else ""


def _robots(answers: Sequence[Answer]) -> Iterator[Finding]:
    answer = answers[0]
    denied = [each.visit.page for each in answers if each.code == "robots"]
    advice = ""
    ok: bool | None = True
    if answer.capture is None and answer.code in NO_RULES:
        found = f"no answer, which means that there are no rules: {answer.detail}"
    elif answer.capture is None:
        ok, found = None, f"no answer: {answer.detail}"
    elif answer.capture.status >= 500:
        found = f"{answer.came}; as long as robots.txt cannot be read, no page is asked for"
        advice = "No line of the profile is wrong by this; wait, or see `crawl.robots` in missionwatch.toml."
    elif denied:
        found = f"{answer.came}, with rules that forbid {denied[0]}"
        advice = "Leave the paths that robots.txt forbids out of `sections`, or ask the site's people for leave."
    elif answer.capture.status != 200:
        found = f"{answer.came}: there are no rules"
    elif b"<html" in answer.capture.body[:2000].lower():
        found = f"{answer.came} with an HTML page: there are no rules"
    else:
        found = f"{answer.came}, with rules that allow the pages of this probe"
    yield Finding(
        check="robots",
        ok=ok and not advice,
        found=found,
        expected="rules that allow the sections, or none (a redirect loop or an HTML page, as on sister sites)",
        profile_key="sections" if denied and advice else None,
        advice=advice,
        inferred=True,
    )


def _home(reader: Reader, tag: str, answer: Answer) -> Finding:
    refusal = reader.refusal(answer)
    title = title_of(answer)
    return Finding(
        check=f"home{tag}",
        ok=None if answer.tells_nothing else not refusal,
        found=f"{answer.came}, {quoted(title)}" if title else answer.came,
        expected=f"{answer.visit.page} answers with a page",
        profile_key=f"languages{tag}.prefix",
        advice=f"Correct the path under which the pages of this language stand ({refusal} here)."
        if refusal and not answer.tells_nothing
        else "",
    )


def _scheme(reader: Reader, answers: Mapping[str, Answer]) -> Iterator[Finding]:
    base = reader.urls.fetch_base
    scheme = base.partition("://")[0]
    direct = next((each for role, each in answers.items() if role.startswith(f"{HOME}[") and each.capture), None)
    other = answers.get(SCHEME)
    expected, key = f"pages answer under {scheme}; the other scheme may answer too, or lead there", "base_url"
    landed = direct.capture.url.partition("://")[0] if direct and direct.capture else ""
    advice = ""
    if other is None or (direct is None and other.capture is None):
        yield Finding(
            check="scheme",
            ok=None,
            found=f"not asked: {base} is on a port of its own" if direct else f"{base} did not answer",
            expected=expected,
            profile_key=key,
        )
        return
    if landed != scheme:
        found = f"{base} " + (f"leads to {landed}" if landed else "does not answer")
        found += f"; {other.visit.address}: {other.came}"
        advice = "Set it to the scheme that answers, if the site does so for good."
    else:
        found = f"{scheme} answers; {other.visit.address}: {other.came}"
    yield Finding(check="scheme", ok=not advice, found=found, expected=expected, profile_key=key, advice=advice)


def _encoding(answers: Sequence[Answer]) -> Iterator[Finding]:
    seen, broken = set(), []
    for answer in answers:
        if answer.capture is None or answer.status != 200 or answer.visit.kind == "robots":
            continue
        try:
            document = read_document(answer.capture)
        except ExtractionError:
            continue
        seen.add(document.encoding)
        if "\ufffd" in document.source:
            broken.append(answer.visit.page)
    ok = seen == {"utf-8"} and not broken if seen else None
    advice = (
        ""
        if ok is not False
        else (
            "No line of the profile names an encoding, pages are read in the one of their bytes; look at a title of "
            "`crawl --dry-run` and report what is wrong there."
        )
    )
    found = ", ".join(sorted(seen)) or "no page was read"
    if broken:
        found += f"; broken characters in {broken[0]}"
    yield Finding(check="encoding", ok=ok, found=found, expected="utf-8, without a broken character", advice=advice)


def _validators(answers: Mapping[str, Answer]) -> Iterator[Finding]:
    pages = [each for role, each in answers.items() if role in (LISTING, STATEMENT) and each.status == 200]
    said = [name for page in pages if page.capture for name in conditions(page.capture)]
    names = [("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since")]
    counts = [f"{name} on {said.count(condition)} of {len(pages)} pages" for name, condition in names]
    yield Finding(
        check="validators",
        ok=bool(said) if pages else None,
        found=", ".join(counts) if pages else "no page was read",
        expected="ETag or Last-Modified on listings and statements",
        profile_key=None if said or not pages else "delay",
        advice="Raise it if you look at pages often: without validators each look fetches the whole page."
        if pages and not said
        else "",
        inferred=True,
    )
    again = answers.get(AGAIN)
    served = again is not None and again.status == 200
    yield Finding(
        check="conditional",
        ok=None if again is None or again.status not in (200, 304) else again.status == 304,
        found=f"{again.came} to the same request with validators"
        if again
        else "not asked: no statement with validators was read",
        expected="304 for a page that is as it was",
        profile_key="delay" if served else None,
        advice="Raise it if you look at pages often: the validators are not honoured, each look fetches the page."
        if served
        else "",
        inferred=True,
    )


def _wall(reader: Reader, answers: Sequence[Answer]) -> Iterator[Finding]:
    pages = [each for each in answers if each.visit.role not in (ROBOTS, MISSING)]
    refused = [each for each in pages if reader.refusal(each) in WALLS - {"robots"}]
    found = f"{reader.reason(refused[0])} for {refused[0].visit.page}" if refused else "no page of this probe was one"
    yield Finding(
        check="wall",
        ok=False if refused else None,
        found=f"{found}, {quoted(title_of(refused[0]))}" if refused else found,
        expected="walls are known by their words and marks",
        profile_key="refusals.block_phrases",
        advice="If that page is no wall, take the word it was known by out of `refusals.block_phrases`; if it is one, "
        "wait, raise `delay`, and name a contact in `crawl.user_agent` of missionwatch.toml."
        if refused
        else "",
        inferred=True,
    )
