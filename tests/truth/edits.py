"""True edits of a statement: what an editor does, one thing at a time."""

import re
from random import Random

from missionwatch.replica import EDITS as REPLICA_EDITS
from missionwatch.replica import ReplicaSite

_MARKS = {",": ";", ";": ",", ".": "!", "，": "；", "；": "，", "。": "！"}

EDITS = (*REPLICA_EDITS, "one letter", "punctuation", "space", "full-width", "case")
"""Their names: those that the replica knows, and some that are as small as an edit can be."""


def edit(site: ReplicaSite, doc_id: str, random: Random) -> str:
    """Edits a statement in a drawn way that it has a place for; the name of the edit."""
    for how in random.sample(EDITS, len(EDITS)):
        try:
            site.edit(doc_id, how if how in REPLICA_EDITS else lambda lines, how=how: _small(lines, how, random))  # type: ignore[misc]
        except ValueError:
            continue
        return how
    raise AssertionError(f"{doc_id} has no place for any edit")


def _small(lines: tuple[str, ...], how: str, random: Random) -> tuple[str, ...]:
    row = random.randrange(len(lines))
    line = lines[row]
    match how:
        case "one letter":
            at = random.randrange(len(line) + 1)
            line = line[:at] + random.choice("xz中") + line[at:]
        case "punctuation":
            line = re.sub("[,;.，；。]", lambda found: _MARKS[found[0]], line, count=1)
        case "space":
            line = re.sub(r"(?<=[a-z]) (?=[a-z])", "", line, count=1)
        case "full-width":
            line = re.sub(r"\d", lambda found: chr(ord(found[0]) + 0xFEE0), line, count=1)
        case "case":
            line = re.sub(r"\b[a-z]", lambda found: found[0].upper(), line, count=1)
    return (*lines[:row], line, *lines[row + 1 :])
