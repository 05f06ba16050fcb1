"""How a change is put into a few words: short, on one line, safe to print anywhere."""

from unicodedata import category

from store.significance.folding import SEPARATOR

LONGEST = 80
_ARROW = " → "
_LOOK = 400
"""Characters of a text that are looked at: beyond the first 80 for what is not shown, such as blanks."""
_HALF = (LONGEST - len(_ARROW)) // 2
_KEPT_WORDS = 12
"""Characters of what both sides share that are shown before the first difference."""


def legible(text: str) -> str:
    """The text on one line; control characters and lone surrogates become U+FFFD, invisible ones nothing."""
    text = text.replace(SEPARATOR, " ")
    if not text.isprintable():
        text = "".join(" " if character.isspace() else _visible(character) for character in text)
    return " ".join(text.split())


def change(old: str, new: str) -> str:
    """`old → new`, or `old (removed)`, or `new (added)`, at most 80 characters, cut where the two are the same."""
    before, after = map(legible, _differing(old, new))
    if before and after:
        if max(len(before), len(after)) > _HALF:
            start = _shared(before, after)
            if start:
                before, after = "…" + before[start:], "…" + after[start:]
        return f"{clip(before, _HALF)}{_ARROW}{clip(after, _HALF)}"
    if before:
        return noted(before, "removed")
    if old and new and not after:
        return "blanks changed"
    return noted(after, "removed" if old and not after else "added")


def noted(text: str, note: str) -> str:
    """`text (note)`, the text cut so that the note fits."""
    return f"{clip(legible(text[:_LOOK]) or 'blank', LONGEST - len(note) - 3)} ({note})"


def clip(text: str, length: int) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _differing(old: str, new: str) -> tuple[str, str]:
    """Of two long texts what can be shown: from a little before the first difference on."""
    if max(len(old), len(new)) <= _LOOK:
        return old, new
    start = max(0, _same(old, new) - _LOOK // 2)
    return old[start : start + _LOOK], new[start : start + _LOOK]


def _same(before: str, after: str) -> int:
    """How many characters the two begin with alike."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(before), len(after)))


def _visible(character: str) -> str:
    kind = category(character)
    if kind == "Cf":
        return ""
    return "\ufffd" if kind[0] in "CZ" else character


def _shared(before: str, after: str) -> int:
    """Where to cut both so that the first difference is seen: 0, or the start of a word a little before it."""
    same = _same(before, after)
    if same <= _KEPT_WORDS:
        return 0
    blank = before.find(" ", same - _KEPT_WORDS, same)
    return blank + 1 if blank >= 0 else same - _KEPT_WORDS
