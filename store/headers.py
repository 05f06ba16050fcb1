"""The headers of captures as they are kept: whole, or as what differs from those of an earlier capture of the page.

Three quarters of a capture's row were headers that its page had sent before: the same names in the same order, with
another date, length and tag. Both forms are JSON arrays. Whole: `[["Content-Type","text/html"],…]`. Short: the number
of a capture whose headers are kept whole, then from left to right

* `n`: the next n of its headers as they are; `-n`: the next n left out, as are those that nothing is said of,
* `"text"`: the name of its next header with this value,
* `[p,"text",q]`: the same, the text between the first p and the last q characters of its value,
* `["name","value"]`: a header of its own.

There is one right short form of headers against others, so that an altered one can be told.
"""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, select

from store.tables import capture

Headers = tuple[tuple[str, str], ...]
_LAST_NUMBER = 2**31 - 1
"""The column of numbers takes no larger one, and PostgreSQL not even the question."""


def whole(headers: Headers) -> str:
    """The headers as text that stands for itself."""
    return _json(headers)


def short(headers: Headers, number: int, others: Headers) -> str | None:
    """The headers as what differs from those of that capture; None where this saves less than half."""
    kept = _json([number, *_differences(headers, others)])
    return kept if len(kept) * 2 <= len(whole(headers)) else None


def base_of(kept: str) -> int | None:
    """Number of the capture against which headers are kept short; None if they are whole.

    Raises ValueError where there can be no such capture.
    """
    said = json.loads(kept)
    if not (isinstance(said, list) and said and _is_number(said[0])):
        return None
    if not 0 < said[0] <= _LAST_NUMBER:
        raise ValueError(f"there is no capture {said[0]}")
    return int(said[0])


def headers_of(kept: str, kept_of: Callable[[int], str]) -> Headers:
    """The headers of a capture from the text they are kept as; `kept_of` gives that of another capture.

    Raises ValueError, TypeError or LookupError where the text holds no headers, and whatever `kept_of` raises.
    """
    base = base_of(kept)
    return whole_headers(kept) if base is None else _resolved(json.loads(kept)[1:], whole_headers(kept_of(base)))


def whole_headers(kept: str) -> Headers:
    """The same for headers that are kept whole."""
    return _pairs(json.loads(kept))


def kept_headers(connection: Connection) -> Callable[[int], str]:
    """Gives the text that the headers of a capture are kept as; raises ValueError if there is no such capture."""

    def kept_of(number: int) -> str:
        found = connection.execute(select(capture.c.headers).where(capture.c.id == number)).scalar()
        if found is None:
            raise ValueError(f"capture {number}, whose headers these are kept against, is not there")
        return str(found)

    return kept_of


def _differences(headers: Headers, others: Headers) -> list[Any]:
    said: list[Any] = []
    place = 0
    for name, value in headers:
        found = next((each for each in range(place, len(others)) if others[each][0] == name), None)
        if found is None:
            said.append([name, value])
            continue
        if found > place:
            said.append(place - found)
        place = found + 1
        before = others[found][1]
        if value != before:
            said.append(_difference(value, before))
        elif said and _is_number(said[-1]) and said[-1] > 0:
            said[-1] += 1
        else:
            said.append(1)
    return said


def _difference(value: str, before: str) -> Any:
    first = _in_common(value, before)
    last = _in_common(value[first:][::-1], before[first:][::-1])
    cut = [first, value[first : len(value) - last], last]
    return cut if len(_json(cut)) < len(_json(value)) else value


def _in_common(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (here, there) in pairs if here != there), min(len(one), len(other)))


def _resolved(said: list[Any], others: Headers) -> Headers:
    found: list[tuple[str, str]] = []
    place = 0
    for each in said:
        if _is_number(each):
            if not 0 < abs(each) <= len(others) - place:
                raise ValueError(f"there are no {each} more headers")
            found += others[place : place + max(each, 0)]
            place += abs(each)
        elif isinstance(each, list) and len(each) == 2:
            found += _pairs([each])
        else:
            name, before = others[place]
            found.append((name, each if isinstance(each, str) else _between(each, before)))
            place += 1
    return tuple(found)


def _between(said: Any, before: str) -> str:
    first, text, last = said
    if not (_is_number(first) and isinstance(text, str) and _is_number(last)):
        raise ValueError("a header is cut in no known way")
    if first < 0 or last < 0 or first + last > len(before):
        raise ValueError("a header is cut where there is nothing")
    return before[:first] + text + before[len(before) - last :]


def _pairs(said: Any) -> Headers:
    pairs = tuple((name, value) for name, value in said)
    if not all(isinstance(each, str) for pair in pairs for each in pair):
        raise ValueError("a header is no text")
    return pairs


def _is_number(said: Any) -> bool:
    return type(said) is int  # and no bool, which is an int too


def _json(said: Any) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
