"""How text in any script is laid out: which font a stretch needs, where a line may break, which way it runs.

Pure functions on strings, shared by the kiosk's screens, its evacuation PDF and the PDF of the cloud. Neither Kivy nor
reportlab chooses fonts per script or orders bidirectional text, so both are done here: wrap in logical order first,
then put each line in visual order with :func:`visual`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from enum import StrEnum

import arabic_reshaper
from bidi import algorithm, get_display


class Script(StrEnum):
    """What a font must cover."""

    LATIN = "latin"
    ARABIC = "arabic"
    HEBREW = "hebrew"
    DEVANAGARI = "devanagari"
    THAI = "thai"
    EAST_ASIAN = "east-asian"
    EMOJI = "emoji"


_RANGES: tuple[tuple[int, int, Script], ...] = (
    (0x0590, 0x05FF, Script.HEBREW),
    (0x0600, 0x06FF, Script.ARABIC),
    (0x0750, 0x077F, Script.ARABIC),
    (0x08A0, 0x08FF, Script.ARABIC),
    (0x0900, 0x097F, Script.DEVANAGARI),
    (0x0E00, 0x0E7F, Script.THAI),
    (0x1100, 0x11FF, Script.EAST_ASIAN),
    (0x2600, 0x27BF, Script.EMOJI),
    (0x2B00, 0x2BFF, Script.EMOJI),
    (0x2E80, 0x9FFF, Script.EAST_ASIAN),
    (0xA8E0, 0xA8FF, Script.DEVANAGARI),
    (0xAC00, 0xD7AF, Script.EAST_ASIAN),
    (0xF900, 0xFAFF, Script.EAST_ASIAN),
    (0xFB1D, 0xFB4F, Script.HEBREW),
    (0xFB50, 0xFDFF, Script.ARABIC),
    (0xFE70, 0xFEFC, Script.ARABIC),
    (0xFF00, 0xFFEF, Script.EAST_ASIAN),
    (0x1F000, 0x1FBFF, Script.EMOJI),
    (0x20000, 0x3FFFF, Script.EAST_ASIAN),
)

_JOINERS = "\u200c\u200d"
_KEPT_TOGETHER = frozenset("\u00a0\u202f")
ELLIPSIS = "…"

_PHONE = re.compile(r"\+[0-9][0-9\u00a0()./-]*[0-9]")
_PRIVATE = 0xE000
_REVERSED_LAM_ALEF = re.compile("([\ufedd-\ufee0])(?=[\ufe81-\ufe88\ufe8d\ufe8e])")
_shaper = arabic_reshaper.ArabicReshaper({"delete_harakat": False, "support_ligatures": True})


def tidy(text: str) -> str:
    """Return ``text`` as one line without controls: no line ends, no direction overrides, no variation selectors."""
    kept = []
    for character in text:
        category = unicodedata.category(character)
        if category in {"Zl", "Zp"} or character in "\t\n\r\v\f":
            kept.append(" ")
        elif category not in {"Cc", "Cf", "Cs", "Co", "Cn"} or character in _JOINERS:
            kept.append(character)
    return "".join(kept).replace("\ufe0f", "").replace("\ufe0e", "")


def script_of(character: str) -> Script:
    """Return the script whose font draws ``character``; everything unknown is tried in the Latin font."""
    point = ord(character)
    if point < _RANGES[0][0]:
        return Script.LATIN
    for first, last, script in _RANGES:
        if first <= point <= last:
            return script
    return Script.LATIN


def runs(text: str) -> Iterator[tuple[str, Script]]:
    """Yield ``text`` in stretches of one script each; spaces and marks stay with what stands before them. A mark that
    belongs to one script alone is drawn in that: in visual order an Arabic one may stand behind a full stop.
    """
    begin, current = 0, None
    for at, character in enumerate(text):
        script = script_of(character)
        is_mark = unicodedata.category(character) in {"Mn", "Me", "Mc"} and script is Script.LATIN
        if current is not None and (is_mark or character in " \u00a0" + _JOINERS):
            script = current
        if script != current and current is not None:
            yield text[begin:at], current
            begin = at
        current = script
    if current is not None:
        yield text[begin:], current


def is_mixed(text: str) -> bool:
    """Return whether ``text`` holds anything that runs from right to left."""
    return any(unicodedata.bidirectional(character) in {"R", "AL"} for character in text)


def runs_right_to_left(text: str) -> bool:
    """Return the direction of the first letter that has one (Unicode annex 9, P2)."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in {"R", "AL"}:
            return True
        if direction == "L":
            return False
    return False


def visual(line: str, *, right_to_left: bool | None = None) -> str:
    """Return one line's characters in the order and the shapes in which they are drawn, left to right. The direction is
    that of its first letter, or the one given: of the paragraph whose line it is.

    The quicker of the two algorithms does not turn brackets around (Unicode annex 9, L4), which the other does.
    """
    if not is_mixed(line):
        return line
    base = "R" if (runs_right_to_left(line) if right_to_left is None else right_to_left) else "L"
    shaped = _shaper.reshape(line)
    order = algorithm.get_display if any(map(unicodedata.mirrored, shaped)) else get_display
    told = str(order(_PHONE.sub(_as_letters, shaped), base_dir=base))
    if _PHONE.search(shaped) is None:
        return told
    return "".join(chr(ord(sign) - _PRIVATE) if _PRIVATE <= ord(sign) < _PRIVATE + 256 else sign for sign in told)


def _as_letters(phone: re.Match[str]) -> str:
    """A telephone number as letters that run from left to right: in Arabic its plus would stand behind it else. No text
    holds such letters by itself (``tidy``).
    """
    return "".join(chr(ord(sign) + _PRIVATE) for sign in phone[0])


def in_order(line: str, *, right_to_left: bool | None = None) -> str:
    """Return what ``visual`` does, for a drawer that lets the font join letters, as the screen's does.

    A font joins lam and alef wherever they stand in this order, also where alef comes first in the word: kept apart.
    """
    return _REVERSED_LAM_ALEF.sub("\\1\u200c", visual(line, right_to_left=right_to_left))


def first_letters(name: str) -> str:
    """Return one or two capitals that stand for a name, for the arch beside it."""
    words = [word for word in tidy(name).split() if word[0].isalpha()]
    if not words:
        return ""
    if script_of(words[0][0]) is not Script.LATIN:
        return words[0][0]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def _breaks(text: str) -> list[int]:
    """Return the positions before which a line may end: after spaces and hyphens, and between East Asian letters."""
    found = []
    for at in range(1, len(text)):
        before, after = text[at - 1], text[at]
        if after == " " or unicodedata.category(after) in {"Mn", "Mc", "Me"}:
            continue
        spaced = before == " " or (before in "-–—/" and at > 1 and after.isalpha())
        dense = Script.EAST_ASIAN in {script_of(before), script_of(after)} and after not in "，。、）」!?"
        if (spaced or dense) and before not in _KEPT_TOGETHER:
            found.append(at)
    return [*found, len(text)]


Measurement = Callable[[int, int], float]
"""Width of the text from one position to another, in the unit of the caller."""


def wrap(text: str, measure: Measurement, width: float, most_lines: int = 0) -> list[tuple[int, int, bool]]:
    """Break ``text`` into lines no wider than ``width``; a word wider than a line is broken where it must.

    Return (begin, end, cut) for each line; ``cut`` is true for a last line that ends in an ellipsis because there were
    more than ``most_lines`` (0: any number).
    """
    lines: list[tuple[int, int]] = []
    begin = end = 0
    for candidate in _breaks(text) if text else []:
        trimmed = begin + len(text[begin:candidate].rstrip())
        if measure(begin, trimmed) <= width:
            end = candidate
            continue
        if end > begin:
            lines.append((begin, end))
            begin = end
        trimmed = begin + len(text[begin:candidate].rstrip())
        while measure(begin, trimmed) > width and trimmed - begin > 1:
            cut = _longest(begin, trimmed, measure, width)
            lines.append((begin, cut))
            begin = cut
        end = candidate
    lines.append((begin, len(text)))
    shown = [(a, a + len(text[a:b].rstrip()), False) for a, b in lines]
    if most_lines and len(shown) > most_lines:
        first = shown[most_lines - 1][0]
        room = width - measure(0, 0) - _ellipsis_room(measure, width)
        last = _longest(first, len(text), measure, room)
        return [*shown[: most_lines - 1], (first, first + len(text[first:last].rstrip()), True)]
    return shown


def _ellipsis_room(measure: Measurement, width: float) -> float:
    """Return about the width of an ellipsis: that of two letters, and never more than a third of the line."""
    del measure
    return width * 0.06


def _longest(begin: int, end: int, measure: Measurement, width: float) -> int:
    """Return the furthest position from ``begin`` that still fits; always at least one character on."""
    low, high = begin + 1, end
    while low < high:
        middle = (low + high + 1) // 2
        if measure(begin, middle) <= width:
            low = middle
        else:
            high = middle - 1
    return low
