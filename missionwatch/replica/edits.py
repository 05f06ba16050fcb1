"""What an editor may do to a statement: each edit gives the new content and is drawn from the generator it is given."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

from missionwatch.replica.statements import Content, Document, Picture, clean, file_name
from missionwatch.replica.words import vocabulary

TextEdit = Callable[[tuple[str, ...]], Sequence[str]]
"""Takes the paragraphs, gives the new ones."""

_LATIN_WORD = re.compile(r"(?<![\w’'])[a-z]{5,}(?![\w’'])")
_HAN_WORD = re.compile(r"[\u4e00-\u9fff]{2}")
_NUMBER = re.compile(r"\d+")


def edited(content: Content, how: str | TextEdit, rng: Random) -> Content:
    """The content after one edit; never equal to what it was.

    ValueError if `how` is unknown or the content offers no place for it (no Han character, a single paragraph).
    """
    if callable(how):
        changed = _with(content, how(content.paragraphs))
    elif how in _EDITS:
        changed = _EDITS[how](content, rng)
    else:
        raise ValueError(f"no edit is called {how!r}; there are {', '.join(_EDITS)}")
    if changed == content:
        raise ValueError("the edit changes nothing")
    return changed


def _with(content: Content, paragraphs: Sequence[str]) -> Content:
    kept = tuple(line for line in map(clean, paragraphs) if line)
    if not kept:
        raise ValueError("the edit leaves no paragraph")
    images = tuple(replace(image, before=min(image.before, len(kept))) for image in content.images)
    return replace(content, paragraphs=kept, images=images)


def _swap(content: Content, rng: Random, pattern: re.Pattern[str], other: Callable[[str], str], what: str) -> Content:
    places = [(row, match) for row, line in enumerate(content.paragraphs) for match in pattern.finditer(line)]
    if not places:
        raise ValueError(f"the text holds no {what}")
    row, match = rng.choice(places)
    line = content.paragraphs[row]
    lines = list(content.paragraphs)
    lines[row] = line[: match.start()] + other(match.group()) + line[match.end() :]
    return _with(content, lines)


def _other(rng: Random, words: Sequence[str]) -> Callable[[str], str]:
    return lambda old: rng.choice([word for word in words if word != old])


def _word(content: Content, rng: Random) -> Content:
    words = vocabulary(content.language).slots
    if content.language == "en":
        return _swap(content, rng, _LATIN_WORD, _other(rng, words["value"]), "word")
    return _swap(content, rng, _HAN_WORD, _other(rng, [w for w in words["value"] if len(w) == 2]), "word")


def _number(content: Content, rng: Random) -> Content:
    return _swap(content, rng, _NUMBER, lambda old: str(int(old) + rng.randint(1, 9)), "number")


def _name(content: Content, rng: Random) -> Content:
    names = vocabulary(content.language).briefers
    pattern = re.compile("|".join(map(re.escape, names)))
    return _swap(content, rng, pattern, _other(rng, names), "name of a briefer")


def _date(content: Content, rng: Random) -> Content:
    return replace(content, date=content.date - timedelta(days=rng.randint(1, 3)))


def _time(content: Content, rng: Random) -> Content:
    return replace(content, time=_other(rng, ["00:00", "09:15", "11:40", "17:30"])(content.time))


def _title(content: Content, rng: Random) -> Content:
    tail = _other(rng, ("(Revised)", "(As delivered)") if content.language == "en" else ("（修订）", "（全文）"))("")
    return replace(
        content, title=clean(f"{content.title} {tail}" if content.language == "en" else content.title + tail)
    )


def _subtitle(content: Content, rng: Random) -> Content:
    lines = (
        ("(Check against delivery)", "(Summary)") if content.language == "en" else ("（摘要）", "（以现场发言为准）")
    )
    return replace(content, subtitle=_other(rng, lines)(content.subtitle))


def _paragraph_added(content: Content, rng: Random) -> Content:
    words = vocabulary(content.language)
    facts = {"topic": rng.choice(words.organs["assembly"].topics)}
    sentences = (words.fill(rng, rng.choice(words.sentences["body"]), facts) for _ in range(3))
    lines = list(content.paragraphs)
    lines.insert(rng.randint(1, len(lines)), (" " if content.language == "en" else "").join(sentences))
    return _with(content, lines)


def _paragraph_removed(content: Content, rng: Random) -> Content:
    row = rng.randrange(len(content.paragraphs))
    return _with(content, content.paragraphs[:row] + content.paragraphs[row + 1 :])


def _paragraph_moved(content: Content, rng: Random) -> Content:
    lines = list(content.paragraphs)
    moves = [(a, b) for a in range(len(lines)) for b in range(len(lines)) if lines[a] != lines[b]]
    if not moves:
        raise ValueError("the text holds no two different paragraphs")
    origin, target = rng.choice(moves)
    line = lines.pop(origin)
    lines.insert(target, line)
    # Among equal neighbours a move can come out as no move; exchanging the two always shows.
    if tuple(lines) == content.paragraphs:
        lines = list(content.paragraphs)
        lines[origin], lines[target] = lines[target], lines[origin]
    return _with(content, lines)


def _character(content: Content, rng: Random) -> Content:
    if content.language == "en":
        return _swap(content, rng, re.compile(r"[b-y]"), lambda old: chr(ord(old) + 1), "letter")
    return _swap(content, rng, re.compile("[，。；、]"), _other(rng, "，。；、"), "punctuation")


def _han(content: Content, rng: Random) -> Content:
    return _swap(content, rng, re.compile(r"[\u4e00-\u9fff]"), _other(rng, "和与及或亦"), "Han character")


def _image(content: Content, rng: Random) -> Content:
    if content.images:
        return replace(content, images=content.images[1:])
    name = file_name("W", content.date, content.doc_id, rng.randint(100, 999), "jpg")
    return replace(content, images=(Picture(name=name, alt="", before=1),))


def _attachment(content: Content, rng: Random) -> Content:
    if content.attachments:
        return replace(content, attachments=content.attachments[1:])
    name = file_name("P", content.date, content.doc_id, rng.randint(100, 999), "pdf")
    label = rng.choice(vocabulary(content.language).sentences["files"])
    return replace(content, attachments=(Document(name=name, label=label),))


_EDITS: dict[str, Callable[[Content, Random], Content]] = {
    "word": _word,
    "number": _number,
    "name": _name,
    "date": _date,
    "time": _time,
    "title": _title,
    "subtitle": _subtitle,
    "paragraph_added": _paragraph_added,
    "paragraph_removed": _paragraph_removed,
    "paragraph_moved": _paragraph_moved,
    "character": _character,
    "han": _han,
    "image": _image,
    "attachment": _attachment,
}

EDITS = tuple(_EDITS)
"""The names of the edits."""
