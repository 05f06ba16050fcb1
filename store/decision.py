"""What an observation means, given what was known: the pure decision. No clock, database or network in here.

Old facts and a new look go in, an intent comes out that says exactly what to write and why. Standard library only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from store.canonical import parts_changed
from store.model import ChangeType, Significance, Statement, StatementState
from store.significance import DEFAULT, Judgement, SensitiveTerms, classify

Action = Literal["add_version", "confirm_version", "ask_again"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """Another statement of the site that says the same: same title, date and text under another document id."""

    key: str
    state: StatementState


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the archive knows of a statement before this look."""

    key: str
    baseline: bool
    """True while every place it was listed in belongs to a section whose first full walk has not ended."""
    state: StatementState = "live"
    page: str = ""
    """The address it was known under."""
    page_gone: bool = False
    """Whether no listing names that address any longer, by a whole walk of its section."""
    version: int | None = None
    text_sha256: str | None = None
    content: Statement | None = None
    earlier: Mapping[str, int] = field(default_factory=dict)
    """Text hash → number of every version; of two with the same text the later one."""
    twin: Twin | None = None
    """Looked for when the statement has no version yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What this look saw: a statement that passed recognition."""

    statement: Statement
    text_sha256: str
    page: str = ""
    """The canonical address that answered."""
    redirected: bool = False
    """Whether the known address led there itself."""
    confirmed: bool = False
    """Whether a second, unconditional fetch of this crawl said the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What to write. `change` is None exactly when there is nothing to tell anybody."""

    action: Action
    version: int
    """Number of the version to add, or of the one seen again."""
    change: ChangeType | None
    from_version: int | None
    baseline: bool
    significance: Significance
    reasons: tuple[str, ...]
    why: str
    """The reason for the log, in plain words."""
    at: datetime
    duplicate_of: str | None = None
    moves_updated: bool = True
    """Whether readers should notice: False for an edit of punctuation or typography only."""


def decide(known: Known, seen: Seen, now: datetime, terms: SensitiveTerms = DEFAULT) -> Intent:
    """Says whether a look shows a new statement, a changed one, an earlier text again, or nothing new.

    A text is compared with the last state, never with all of history: an edit that is taken back is news of its own
    (`reverted`), which look-back de-duplication would swallow. A changed text is believed when a second fetch of the
    same crawl gives it again (`ask_again` until then): a half-published page heals within seconds. Reasons and
    significance are those of `store.significance`, with the operator's `terms`.
    """
    if known.version is None:
        return _first(known, now)
    same = seen.text_sha256 == known.text_sha256
    if not same and not seen.confirmed:
        return _Teller(known, "ask_again", now, None)(None, "differs, and a second fetch has to say the same")
    judgement = None if same or known.content is None else classify(known.content, seen.statement, terms)
    parts = () if same or known.content is None else parts_changed(known.content, seen.statement)
    differs = f"differs in {', '.join(parts) or 'its text'}"
    tell = _Teller(known, "confirm_version" if same else "add_version", now, judgement)
    if known.state == "removed":
        return tell("restored", "there again" + ("" if same else f", {differs}"))
    if seen.page and known.page and seen.page != known.page and (seen.redirected or known.page_gone):
        return tell("moved", f"now at {seen.page}" + ("" if same else f", {differs}"), before=(f"from {known.page}",))
    if same:
        return tell(None, "same text")
    back_to = known.earlier.get(seen.text_sha256)
    if back_to is not None:
        return tell("reverted", f"{differs}, back to version {back_to}", after=(f"back to version {back_to}",))
    return tell("edited", differs)


@dataclass(frozen=True, slots=True)
class _Teller:
    """Makes intents about a statement that has a version, with what the judgement says of the difference."""

    known: Known
    action: Action
    now: datetime
    judgement: Judgement | None

    def __call__(
        self, change: ChangeType | None, why: str, *, before: tuple[str, ...] = (), after: tuple[str, ...] = ()
    ) -> Intent:
        assert self.known.version is not None
        plain = change not in ("edited", "reverted") or self.judgement is None
        return Intent(
            action=self.action,
            version=self.known.version + (self.action == "add_version"),
            change=change,
            from_version=self.known.version,
            baseline=False,
            significance="high" if self.judgement is None or plain else self.judgement.significance,
            reasons=(*before, *(self.judgement.reasons if self.judgement is not None else ()), *after),
            why=why,
            at=self.now,
            moves_updated=change != "edited" or self.judgement is None or self.judgement.moves_updated,
        )


def _first(known: Known, now: datetime) -> Intent:
    why = "first look while its section is being recorded" if known.baseline else "first look"
    baseline, reasons, duplicate_of = known.baseline, tuple[str, ...](), None
    change: ChangeType = "new"
    if known.twin is not None and not known.baseline:
        if known.twin.state == "removed":
            change, reasons = "moved", (f"from {known.twin.key}",)
            why = f"the text of {known.twin.key}, which was removed"
        else:
            # The site posts some documents twice. One announcement is enough; the link says where the other is.
            baseline, reasons, duplicate_of = True, (f"same as {known.twin.key}",), known.twin.key
            why = f"says the same as {known.twin.key}"
    elif known.twin is not None:
        duplicate_of = known.twin.key
    return Intent(
        action="add_version",
        version=1,
        change=change,
        from_version=None,
        baseline=baseline,
        significance="high",
        reasons=reasons,
        why=why,
        at=now,
        duplicate_of=duplicate_of,
    )
