"""Pairs of texts of a given size: what people write and edit, and what makes a comparison slow.

Everything is invented, and drawn from a seed: the same call gives the same texts.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from itertools import count

Pair = tuple[list[str], list[str]]
"""The paragraphs of two versions."""

Pieces = list[list[str]]
"""Paragraphs in the pieces that an edit takes as one."""

_SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]


def _vocabulary(count: int, dice: random.Random) -> list[str]:
    return ["".join(dice.choices(_SYLLABLES, k=dice.randint(1, 4))) for _ in range(count)]


_WORDS = _vocabulary(3000, random.Random(0))
_WEIGHTS = [1 / rank for rank in range(1, len(_WORDS) + 1)]


def prose(size: int, seed: int) -> list[str]:
    """Paragraphs of about `size` bytes in all, words of a few thousand with the frequencies of a natural language."""
    dice = random.Random(seed)
    paragraphs: list[str] = []
    while sum(map(len, paragraphs)) + len(paragraphs) < size:
        sentences = [
            " ".join(dice.choices(_WORDS, _WEIGHTS, k=dice.randint(8, 24))).capitalize() + "."
            for _ in range(dice.randint(2, 6))
        ]
        paragraphs.append(" ".join(sentences))
    return paragraphs


def chinese(size: int, seed: int) -> list[str]:
    """One paragraph of about `size` bytes, three a character."""
    dice = random.Random(seed)
    characters = (
        dice.choice("，。") if dice.random() < 0.08 else chr(0x4E00 + int(dice.paretovariate(0.5)) % 3000)
        for _ in range(size // 3)
    )
    return ["".join(characters)]


def edited(paragraphs: list[str], edits: int, seed: int = 1) -> list[str]:
    """The same with single words replaced."""
    dice = random.Random(seed)
    result = list(paragraphs)
    for _ in range(edits):
        at = dice.randrange(len(result))
        words = result[at].split(" ")
        words[dice.randrange(len(words))] = f"new{dice.randrange(1000)}"
        result[at] = " ".join(words)
    return result


def shuffled(paragraphs: list[str]) -> list[str]:
    """The same paragraphs in another order."""
    return random.Random(2).sample(paragraphs, len(paragraphs))


def refrain(size: int) -> Pair:
    """One line again and again in one paragraph, and the same with 200 words replaced."""
    line = "we take note of the report and we take note of the plan, "
    text = [line * (size // len(line))]
    return text, edited(text, 200)


def crumbs(size: int) -> Pair:
    """Half a paragraph kept; in the other half every second word replaced, small words left between."""
    kept = prose(size // 2, 1)
    return joined([*kept, "stone of " * (size // 18)]), joined([*kept, "water of " * (size // 18)])


def joined(paragraphs: list[str]) -> list[str]:
    """All in one paragraph."""
    return [" ".join(paragraphs)]


def _one_of(*pieces: str) -> Callable[[random.Random], str]:
    return lambda dice: dice.choice(pieces)


def _from(first: int, last: int, after: str = "") -> Callable[[random.Random], str]:
    return lambda dice: chr(dice.randint(first, last)) + after


PIECES: dict[str, Callable[[random.Random], str]] = {
    "words": lambda dice: dice.choices(_WORDS, _WEIGHTS)[0] + " ",
    "rare words": lambda dice: f"w{dice.randrange(10**6)} ",
    "letters": _one_of(*"abcdefgh"),
    "letters and blanks": _one_of(*(f"{letter} " for letter in "abcdefgh")),
    "letters and dots": _one_of(*(f"{letter}." for letter in "abcdefgh")),
    "words without blanks": _one_of(*_SYLLABLES),
    "a and b": _one_of("a ", "b "),
    "one word": _one_of("peace "),
    "small words": _one_of("a ", "of ", "to ", "stone ", "lake "),
    "marks": _one_of(*".,;:!?-()"),
    "full stops and commas": _one_of(*".,"),
    "full stops": _one_of("."),
    "any symbol": _from(0x21, 0x2F),
    "dollars and words": _one_of("$", "tea", "milk", "%", "_"),
    "digits": _one_of(*"0123456789"),
    "numbers": _one_of("1 ", "2 ", "1,234.5 ", "16:30, ", "7", "80 %", " 10th "),
    "numbers in words": _one_of("one ", "hundred ", "and ", "twenty-", "first "),
    "document symbols": _one_of("S/", "A/C.3/", "78", "S/2023/646 ", "A.", " L.5", "-"),
    "capitals": _one_of("A ", "Mr. ", "Ado ", "Minister ", "of the ", "U.N. ", "-"),
    "negations": _one_of("no ", "not ", "never", "n't ", "cannot ", "not only ", "不", "non-"),
    "dates": _one_of("May ", "3 ", "2024 ", "2024-05-03 ", "Monday ", "5月3日", "9:30 a.m. ", "in "),
    "quotation marks": _one_of(*'“”"‘’「」《》', "tea ", "a"),
    "apostrophes": _one_of("a", "'", "s'", "’", "n’t"),
    "sensitive terms": _one_of("veto ", "cease-fire ", "sanctions ", "peace ", "制裁", "a "),
    "Han": lambda dice: chr(0x4E00 + int(dice.paretovariate(0.5)) % 3000),
    "rare Han": _from(0x4E00, 0x9FFF),
    "a few Han": _one_of(*"会议道路桥梁，。的"),
    "Han numerals": _one_of(*"一二三十百千万亿第年月日的"),
    "kana": _from(0x3041, 0x3096),
    "hangul": _from(0xAC00, 0xD7A3),
    "hangul in parts": _one_of("\u1112\u1161\u11ab", "\u1100\u1173\u11af", "\u1161", " "),
    "Thai": _one_of("ก", "กำ", "ที่", "น้ำ", "ไ", " "),
    "Devanagari": _one_of("हि", "न्", "दी", "क", " "),
    "Hebrew with points": _one_of("שָׁ", "ל", "וֹ", "ם ", "\u202e", "\u200f"),
    "Arabic": _one_of("س", "ل", "ا", "م ", "،", "\u064e", "\u202b"),
    "accents apart": _one_of("e\u0301", "a", "o\u0308", " "),
    "accents on every letter": _one_of("e\u0301", "a\u0300", "e\u0301a"),
    "accents alone": _from(0x0300, 0x036F),
    "accents on marks": _one_of(".\u0301", ",", ".", " \u0301"),
    "emoji families": _one_of("👩\u200d💻", "👨\u200d👩\u200d👧", "👋🏽", "🇫🇷", "🇩", "❤️"),
    "emoji and joiners": _one_of("😀", "\u200d", "a"),
    "flags": _one_of("🇫", "🇷", "🇩🇪"),
    "soft hyphens": _one_of("co\u00ad", "op", "\u200c", "\u2060", " "),
    "lone surrogates": _one_of("\ud83d", "\ude00", "a"),
    "control characters": _from(0x00, 0x1F),
    "white space": _one_of(" ", "\u3000", "\t", "\n", "\u00a0"),
    "blanks and marks": _one_of(" ", ".", "  ", ",\t"),
    "anything": _from(0x00, 0xFFFF),
    "beyond the first plane": _from(0x10000, 0x1FFFF),
    "mixed": _one_of("tea ", "会", ".", "e\u0301", "👩\u200d💻", "1,2", "S/1 ", "\u3000", "ß", "-", "not "),
}
"""Kinds of text: each call gives the next piece of one."""

LENGTHS = {"one paragraph": 10**9, "long paragraphs": 2000, "paragraphs": 300, "short paragraphs": 24, "crumbs": 1}
"""Kinds of paragraphs: each ends with the piece that reaches so many bytes; in crumbs each piece is one."""


def pieces(kind: str, length: int, size: int, seed: int) -> Pieces:
    """Paragraphs of `size` bytes in all, counting one byte where a paragraph ends."""
    dice = random.Random(f"{kind} {seed}")
    draw = PIECES[kind]
    paragraphs: Pieces = [[]]
    left, room = size, length
    while left > 0:
        if room <= 0:
            paragraphs.append([])
            left, room = left - 1, length
        piece = draw(dice)
        paragraphs[-1].append(piece)
        taken = len(piece.encode(errors="surrogatepass"))
        left, room = left - taken, room - taken
    return paragraphs


def _each(change: Callable[[str], Iterable[str]]) -> Callable[[Pieces], Pieces]:
    return lambda old: [[each for piece in paragraph for each in change(piece)] for paragraph in old]


def _some(share: float, change: Callable[[str], Iterable[str]]) -> Callable[[Pieces], Pieces]:
    def changed(old: Pieces) -> Pieces:
        dice = random.Random(3)
        return _each(lambda piece: change(piece) if dice.random() < share else (piece,))(old)

    return changed


def _cut(old: Pieces, flat: list[str]) -> Pieces:
    """The pieces in paragraphs of as many pieces as the old ones."""
    rest: Iterator[str] = iter(flat)
    return [[piece for piece, _ in zip(rest, paragraph, strict=False)] for paragraph in old]


def _flat(old: Pieces) -> list[str]:
    return [piece for paragraph in old for piece in paragraph]


def _broken_anew(old: Pieces) -> Pieces:
    flat = _flat(old)
    length = 1 + 2 * len(flat) // (3 * len(old))
    return [flat[at : at + length] for at in range(0, len(flat), length)]


def _every(step: int, change: Callable[[str], Iterable[str]]) -> Callable[[Pieces], Pieces]:
    """The first of every `step` pieces changed."""

    def changed(old: Pieces) -> Pieces:
        places = count()
        return _each(lambda piece: (piece,) if next(places) % step else change(piece))(old)

    return changed


def _with_comma(piece: str) -> tuple[str]:
    word = piece.rstrip()
    return (f"{word},{piece[len(word) :]}",)


def _interleaved(old: Pieces) -> Pieces:
    """Between the paragraphs others, as many in all; where there is only one, a word between the pieces."""
    if len(old) == 1:
        return [[each for piece in old[0][: len(old[0]) // 2] for each in (piece, "stone ")]]
    return [each for paragraph in old for each in (paragraph, ["stone ", *paragraph[::-1]])][: len(old)]


def _halved(old: Pieces) -> Pieces:
    return [half for each in old for half in (each[: len(each) // 2], each[len(each) // 2 :])]


EDITS: dict[str, Callable[[Pieces], Pieces]] = {
    "few edits": _some(0.001, lambda piece: ("stone ",)),
    "a tenth replaced": _some(0.1, lambda piece: ("stone ",)),
    "half replaced": _some(0.5, lambda piece: ("stone ",)),
    "a tenth missing": _some(0.1, lambda piece: ()),
    "half missing": _some(0.5, lambda piece: ()),
    "a tenth doubled": _some(0.1, lambda piece: (piece, piece)),
    "blanks put in": _some(0.3, lambda piece: (piece, " ")),
    "marks put in": _some(0.3, lambda piece: (piece, ",")),
    "reversed": lambda old: [paragraph[::-1] for paragraph in old[::-1]],
    "shuffled": lambda old: _cut(old, random.Random(4).sample(_flat(old), len(_flat(old)))),
    "paragraphs shuffled": lambda old: random.Random(5).sample(old, len(old)),
    "paragraphs shuffled, a tenth replaced": lambda old: random.Random(5).sample(
        _some(0.1, lambda piece: ("stone ",))(old), len(old)
    ),
    "halves swapped": lambda old: _cut(old, _flat(old)[len(_flat(old)) // 2 :] + _flat(old)[: len(_flat(old)) // 2]),
    "one piece forward": lambda old: _cut(old, ["stone ", *_flat(old)]),
    "broken anew": _broken_anew,
    "every second replaced": _every(2, lambda piece: ("stone ",)),
    "every sixth replaced": _every(6, lambda piece: ("stone ",)),
    "every fifth doubled": _every(5, lambda piece: (piece, piece)),
    "a comma after each": _each(_with_comma),
    "a blank after each": _each(lambda piece: (piece, " ")),
    "each in two": _each(lambda piece: (piece[: len(piece) // 2], " ", piece[len(piece) // 2 :])),
    "every second joined": _every(2, lambda piece: (piece.rstrip(),)),
    "other case": _each(lambda piece: (piece.swapcase(),)),
    "each paragraph reversed": lambda old: [paragraph[::-1] for paragraph in old],
    "interleaved": _interleaved,
    "paragraphs split": _halved,
    "paragraphs joined": lambda old: [
        [piece for each in old[at : at + 2] for piece in each] for at in range(0, len(old), 2)
    ],
    "second half gone": lambda old: old[: len(old) // 2] if len(old) > 1 else [old[0][: len(old[0]) // 2]],
}
"""What an edit does to a text."""

REWRITES = ("rewritten", "rewritten in words", "rewritten in marks")
"""As an edit, another text: of the same kind, or of another."""


def pair(kind: str, paragraphs: str, edit: str, size: int) -> Pair:
    """A text and what an edit makes of it, both of about `size` bytes; names of `PIECES`, `LENGTHS`, `EDITS`."""
    length = LENGTHS[paragraphs]
    old = pieces(kind, length, size, 1)
    if edit in EDITS:
        new = EDITS[edit](old)
    else:
        new = pieces({"rewritten": kind, "rewritten in words": "words"}.get(edit, "marks"), length, size, 2)
    return ["".join(each) for each in old], ["".join(each) for each in new]
