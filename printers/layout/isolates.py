"""Parts of a line that keep their own direction, whatever stands beside them: the isolates of Unicode's annex 9.

Who composes a line puts them around its parts. A text that somebody typed holds none: ``clean`` takes them away, and
``sync.writing.tidy`` does.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_LEFT_TO_RIGHT, _RIGHT_TO_LEFT, _END = "\u2066", "\u2067", "\u2069"
_BEGINS = frozenset({_LEFT_TO_RIGHT, _RIGHT_TO_LEFT})
_BARE = str.maketrans("", "", _LEFT_TO_RIGHT + _RIGHT_TO_LEFT + _END)
_FROM_THE_RIGHT = frozenset({"R", "AL"})


def isolated(text: str) -> str:
    """Return a part of a line in the direction of its first letter that has one; parts within do not count (P2)."""
    outer = "".join(part for part, right_to_left in parts(text) if right_to_left is None)
    directions = (unicodedata.bidirectional(sign) for sign in outer or bare(text))
    first = next((found for found in directions if found == "L" or found in _FROM_THE_RIGHT), "L")
    return _toward(text, right_to_left=first != "L")


def paragraph_toward(text: str, *, right_to_left: bool) -> str:
    """Return a paragraph in a direction of its own, not that of its first letter; bare where that is all the same."""
    if not right_to_left and not any(unicodedata.bidirectional(sign) in _FROM_THE_RIGHT for sign in text):
        return bare(text)
    return _toward(text, right_to_left=right_to_left)


def bare(text: str) -> str:
    """Return the text alone, as it is read."""
    return text.translate(_BARE)


def parts(text: str) -> Iterator[tuple[str, bool | None]]:
    """Yield what stands outside (None), and each isolate's inside with whether it runs from right to left.

    An isolate that is not ended goes on to the end of the text, as one does that is broken over lines.
    """
    begin, depth, direction = 0, 0, False
    for at, sign in enumerate(text):
        if sign in _BEGINS:
            if depth == 0:
                yield text[begin:at], None
                begin, direction = at + 1, sign == _RIGHT_TO_LEFT
            depth += 1
        elif sign == _END and depth:
            depth -= 1
            if depth == 0:
                yield text[begin:at], direction
                begin = at + 1
    yield text[begin:], direction if depth else None


def unended(text: str) -> str:
    """Return what begins isolates that the text does not end: so begins the line that goes on with it."""
    begun = ""
    for sign in text:
        if sign in _BEGINS:
            begun += sign
        elif sign == _END:
            begun = begun[:-1]
    return begun


def _toward(text: str, *, right_to_left: bool) -> str:
    return f"{_RIGHT_TO_LEFT if right_to_left else _LEFT_TO_RIGHT}{text}{_END}"
