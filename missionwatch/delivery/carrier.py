"""What carries letters away, and what became of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from store.mailing.model import Letter, LetterKind

Outcome = Literal["sent", "deferred", "doubtful", "failed"]
MAIL: frozenset[LetterKind] = frozenset({"confirmation", "notice", "digest"})
"""What is a message for a mailbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one letter."""

    outcome: Outcome
    """`doubtful`: it was handed over and no answer came; `deferred`: not taken for now; `failed`: refused for good."""
    said: str = ""
    """Why, in words of the other side; it may name the recipient, which the outbox takes out."""
    is_bounce: bool = False
    """Refused because of its address, and not of what is in it or of who sends it."""


SENT = Answer(outcome="sent")


class Carrier(Protocol):
    """Takes letters of some kinds to where they go."""

    @property
    def kinds(self) -> frozenset[LetterKind]:
        """What it carries."""

    @property
    def trouble(self) -> str:
        """Why nothing more can be handed over for now, or empty. Letters are answered with `deferred` then."""

    def carry(self, letters: Sequence[Letter]) -> Iterator[tuple[Letter, Answer]]:
        """Hands over one after the other, and gives for each what became of it, in this order. Raises nothing."""

    def rest(self) -> None:
        """Lets go of connections and of troubles: what could not be reached is tried again by the next `carry`."""
