"""Names in sentences: what a name ends or begins with stays with it, "Davis Jr." in Arabic, say.

Marks that nobody sees or hears stand around a name that runs against its sentence. Only what draws knows them
(``apart``); they are no characters of Unicode, so ``sync.writing.tidy`` drops them, and nobody types them.
"""

from __future__ import annotations

import re
import unicodedata

from sync.visual_order import Whole, first_direction, leads_right_to_left
from sync.writing import tidy

_TO_RIGHT, _TO_LEFT, _END = "\ufdd0", "\ufdd1", "\ufdd2"
_MARKS = re.compile(f"([{_TO_RIGHT}{_TO_LEFT}{_END}])")


def whole(name: str, *, right_to_left: bool) -> str:
    """Return a name as it goes into a sentence of a language that runs from right to left, or does not: marked, where
    something of it would else stand elsewhere. What has marks already is left alone.
    """
    if (name.isascii() and not right_to_left) or _END in name:
        return name
    own = first_direction(name)
    if own is None or own == right_to_left or _is_of_letters(name, right_to_left=own):
        return name
    return f"{_TO_LEFT if own else _TO_RIGHT}{name}{_END}"


def paragraph(text: str, *, right_to_left: bool) -> str:
    """Return somebody else's whole text, an organisation's question, say, for a screen that runs from right to left, or
    does not: marked, where it runs the other way and has words in a script that would be taken for the screen's.
    """
    own = first_direction(text)
    if own is None or own == leads_right_to_left(text, within=right_to_left):
        return text
    return f"{_TO_LEFT if own else _TO_RIGHT}{text}{_END}"


def bare(text: str) -> str:
    """Return a sentence without marks, as it is read."""
    return _MARKS.sub("", text)


def tidied(text: str) -> str:
    """Return what ``tidy`` does, with the marks kept."""
    if text.isascii():
        return tidy(text)
    return "".join(part if _MARKS.match(part) else tidy(part) for part in _MARKS.split(text))


def apart(text: str) -> tuple[str, list[Whole]]:
    """Return a sentence without marks, and the names in it."""
    if text.isascii() or not _MARKS.search(text):
        return text, []
    parts = _MARKS.split(text)
    found, told, begin = [], "", None
    for part in [*parts, _END]:
        if not _MARKS.match(part):
            told += part
            continue
        if begin is not None:
            found.append(Whole(begin[0], len(told), right_to_left=begin[1]))
        begin = None if part == _END else (len(told), part == _TO_LEFT)
    return told, found


def _is_of_letters(name: str, *, right_to_left: bool) -> bool:
    """Whether a name begins and ends with a letter of its direction, and holds none of the other."""
    kinds = [unicodedata.bidirectional(sign) for sign in name]
    own, other = ({"R", "AL"}, {"L"}) if right_to_left else ({"L"}, {"R", "AL"})
    return kinds[0] in own and kinds[-1] in own and not other.intersection(kinds)
