"""From the answers of a probe to its findings, in the order in which one would look for a fault."""

from collections.abc import Iterator, Sequence

from crawler.extract.dates import read_date
from crawler.probe.access import access_findings
from crawler.probe.finding import Finding, quoted, unseen
from crawler.probe.inferences import inferences
from crawler.probe.listing import listing_findings
from crawler.probe.missing import missing_findings
from crawler.probe.route import LISTING, MISSING, ROBOTS, SCHEME, SECTION, STATEMENT, WALLS
from crawler.probe.statement import statement_findings
from crawler.visit import Answer, Reader
from store.model import Listing, Statement


def judge(reader: Reader, answers: Sequence[Answer]) -> tuple[Finding, ...]:
    """All findings; only those on the way to the site where no page of it could be read."""
    closed = closed_door(reader, answers)
    found = [_reach(reader, answers, closed), *access_findings(reader, answers)]
    if closed is None:
        found += _contents(reader, answers)
    return tuple(found)


def closed_door(reader: Reader, answers: Sequence[Answer]) -> str | None:
    """One sentence why no page of the site could be read; None if any could."""
    robots = next((each for each in answers if each.visit.role == ROBOTS), None)
    pages = [each for each in answers if each.visit.role not in (ROBOTS, SCHEME)]
    base = reader.urls.fetch_base
    if not pages:
        if robots is None:
            return f"{base} was not asked."
        if robots.capture is not None:
            return f"{base} answers {robots.status} for robots.txt, and while that cannot be read no page is asked for."
        other = next((each for each in answers if each.visit.role == SCHEME and each.capture), None)
        hint = f" {other.visit.address} answers; see `base_url`." if other else ""
        return f"{base} cannot be reached. {robots.detail}{hint}"
    refusals = [reader.refusal(each) for each in pages]
    if all(refusal in WALLS for refusal in refusals):
        return f"{base} lets no page be read: {reader.reason(pages[0])}."
    if all(each.capture is None or (each.status or 0) >= 500 for each in pages):
        return f"{base} cannot be read: {reader.reason(pages[0])}."
    return None


def _reach(reader: Reader, answers: Sequence[Answer], closed: str | None) -> Finding:
    pages = [each for each in answers if each.visit.role not in (ROBOTS, SCHEME)]
    silent = [each for each in pages if each.tells_nothing and each.code != "robots"]
    advice = ""
    if closed:
        advice = "Try that address in a browser, here and elsewhere; correct it if the site has moved."
    elif silent:
        advice = "Probe again later; nothing is concluded from pages that fail so."
    failed = f"; {silent[0].visit.page}: {reader.reason(silent[0])}" if silent else ""
    return Finding(
        check="reach",
        ok=not advice,
        found=closed or f"{len(pages) - len(silent)} of {len(pages)} pages answered{failed}",
        expected=f"{reader.urls.fetch_base} answers",
        profile_key="base_url",
        advice=advice,
    )


def _contents(reader: Reader, answers: Sequence[Answer]) -> Iterator[Finding]:
    by_role = {answer.visit.role: answer for answer in answers}
    tried = [each for each in answers if each.visit.role == LISTING]
    yield from listing_findings(reader, tried, by_role)
    listings = [read for each in answers if isinstance(read := reader.listing(each), Listing)]
    items = {item.page: item for listing in listings for item in listing.items}
    statement = by_role.get(STATEMENT)
    if statement is not None:
        yield from statement_findings(reader, statement, items.get(statement.visit.page))
    else:
        yield Finding(
            check="statement",
            ok=False,
            found="neither the listing nor the homes link a statement",
            expected="addresses such as the profile describes",
            profile_key="documents.path",
            advice="Open a statement in a browser, and let the pattern fit its address.",
        )
    for role, answer in by_role.items():
        if role.startswith(f"{STATEMENT}["):
            yield _foreign(reader, role, answer)
    yield from _inferences(reader, answers)
    yield from missing_findings(reader, by_role.get(MISSING))
    yield from _sections(reader, by_role)
    yield from _unneeded(reader, answers)


def _foreign(reader: Reader, role: str, answer: Answer) -> Finding:
    """A statement in a second language is read by the same template; one finding says whether all of it is found."""
    read = reader.statement(answer)
    if isinstance(read, Statement):
        ok = read.date.source == "page" and bool(read.paragraphs)
        found = f"`{read.template}`, {quoted(read.title)}, {len(read.paragraphs)} paragraphs, "
        found += f"date {read.date.text or 'missing'}"
        key = f"templates[{read.template}]"
    else:
        ok, found = False, f"{answer.came}; {read.detail if read else 'not read'}"
        key = "templates"
    return Finding(
        check=role,
        ok=ok,
        found=found,
        expected="pages of this language are built as the others are",
        profile_key=key,
        advice="" if ok else "Describe how these pages are built, as a template of its own if they differ.",
        inferred=True,
    )


def _inferences(reader: Reader, answers: Sequence[Answer]) -> Iterator[Finding]:
    """Of all statements seen: the one that contradicts a supposition, else one that confirms it, else any."""
    found: dict[str, Finding] = {}
    for answer in answers:
        if answer.visit.role == MISSING or answer.status != 200:
            continue
        for finding in inferences(reader, answer):
            before = found.get(finding.check)
            if before is None or _TELLING[finding.ok] > _TELLING[before.ok]:
                found[finding.check] = finding
    yield from found.values()


_TELLING = {None: 0, True: 1, False: 2}


def _sections(reader: Reader, answers: dict[str, Answer]) -> Iterator[Finding]:
    """Sections that the profile has by inference only."""
    for section in reader.profile.sections:
        if section.evidence != "inferred":
            continue
        key = f"sections[{section.path}]"
        answer = answers.get(f"{SECTION}[{section.path}]")
        if answer is None:
            yield unseen(f"section[{section.path}]", key, "not asked; `missionwatch sections` asks", "a listing")
            continue
        listing = reader.listing(answer)
        ok = isinstance(listing, Listing)
        found = answer.came
        if isinstance(listing, Listing):
            found = f"{quoted(listing.label)}, {listing.page_count} pages, {len(listing.items)} statements on the first"
        yield Finding(
            check=f"section[{section.path}]",
            ok=None if answer.tells_nothing else ok,
            found=found,
            expected="a listing",
            profile_key=key,
            advice="Drop this section, or correct its path; `missionwatch sections` shows what the site's menus have."
            if not ok and not answer.tells_nothing
            else "",
            inferred=True,
        )


def _unneeded(reader: Reader, answers: Sequence[Answer]) -> Iterator[Finding]:
    """Lines of the profile that nothing on these pages put to the test."""
    asked = [each for each in answers if each.visit.kind == "statement" and each.visit.role != MISSING]
    statements = [read for each in asked if isinstance(read := reader.statement(each), Statement)]
    seen = {read.template for read in statements}
    fits, none = "selectors that fit such pages", "no page of this probe is built so"
    for template in reader.profile.templates[1:]:
        if template.name not in seen:
            yield unseen(f"template[{template.name}]", f"templates[{template.name}]", none, fits)
    for listing in reader.profile.listings.templates[1:]:
        yield unseen(f"listing-template[{listing.name}]", f"listings.templates[{listing.name}]", none, fits)
    formats = reader.profile.date_formats
    met = {name for read in statements for name in formats if read_date(read.date.text, (name,))}
    rest = ", ".join(name for name in formats if name not in met)
    yield Finding(
        check="date-formats",
        ok=True if met else None,
        found=", ".join(name for name in formats if name in met) + (f"; not met: {rest}" if rest else ""),
        expected="each format is met somewhere on the site",
        profile_key="date_formats",
    )
