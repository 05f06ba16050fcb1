"""The value of a number that is written in words, English or Chinese, or in digits of any width."""

import re
from decimal import Decimal

_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_IRREGULAR = {"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12}

CARDINALS: dict[str, int] = {
    **{word: value for value, word in enumerate(_UNITS)},
    **{word: 10 * value for value, word in enumerate(_TENS, 2)},
    **SCALES,
}
ORDINALS: dict[str, int] = {
    **_IRREGULAR,
    **{
        (word[:-1] + "ieth" if word.endswith("y") else word + "th"): value
        for word, value in CARDINALS.items()
        if value not in _IRREGULAR.values() and value
    },
}

_HAN_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_SMALL = {"十": 10, "百": 100, "千": 1000}
HAN_LARGE = {"万": 10**4, "亿": 10**8}
HAN_NUMERALS = "".join((*_HAN_DIGITS, *_HAN_SMALL, *HAN_LARGE))

_GROUPED = re.compile(r"\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?")
_PLAIN = re.compile(r"\d+(?:\.\d+)?")


def english_value(words: list[str]) -> int | None:
    """The value of `one hundred and eighty four`, in lower case; None if the words are not one number."""
    total = current = 0
    for word in words:
        if word == "and":
            continue
        value = CARDINALS.get(word, ORDINALS.get(word))
        if value is None:
            return None
        if value == 100:
            current = (current or 1) * 100
        elif value > 100:
            total, current = total + (current or 1) * value, 0
        elif (value < 10 and current % 10 == 0 and current % 100 != 10) or (value >= 10 and current % 100 == 0):
            current += value
        else:
            return None
    return total + current


def han_value(numeral: str) -> int | None:
    """The value of `一百八十四` or, digit by digit, of `二〇二四`; None if it has none."""
    if all(character in _HAN_DIGITS for character in numeral):
        return int("".join(str(_HAN_DIGITS[character]) for character in numeral)) if numeral else None
    total = section = digit = 0
    for character in numeral:
        if character in _HAN_DIGITS:
            digit = _HAN_DIGITS[character]
        elif character in _HAN_SMALL:
            section, digit = section + (digit or 1) * _HAN_SMALL[character], 0
        elif character in HAN_LARGE:
            total, section, digit = (total + ((section + digit) or 1)) * HAN_LARGE[character], 0, 0
        else:
            return None
    return total + section + digit


def digits_value(digits: str) -> Decimal | None:
    """The value of `1,234.5`; None for what is no single number, such as `3/4`, `12:30` or `1.2.3`."""
    if _GROUPED.fullmatch(digits):
        digits = digits.replace(",", "").replace("，", "")
    return Decimal(digits) if _PLAIN.fullmatch(digits) else None


def written(value: Decimal | int) -> str:
    """One way of writing for each value: `80`, `2500000`, `1.5`."""
    text = format(Decimal(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
