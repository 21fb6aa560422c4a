"""How text in any script is laid out: which font a stretch needs, and where a line may break.

Pure functions on strings, shared by the kiosk's screens, its evacuation PDF and the PDF of the cloud. Neither Kivy nor
reportlab chooses fonts per script or orders bidirectional text: wrap in logical order first, then put each line in
visual order (:mod:`sync.visual_order`).
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from enum import StrEnum


class Script(StrEnum):
    """What a font must cover."""

    LATIN = "latin"
    ARABIC = "arabic"
    HEBREW = "hebrew"
    DEVANAGARI = "devanagari"
    THAI = "thai"
    EAST_ASIAN = "east-asian"
    EMOJI = "emoji"
    ARMENIAN = "armenian"
    GEORGIAN = "georgian"
    ETHIOPIC = "ethiopic"
    BENGALI = "bengali"
    GURMUKHI = "gurmukhi"
    GUJARATI = "gujarati"
    ORIYA = "oriya"
    TAMIL = "tamil"
    TELUGU = "telugu"
    KANNADA = "kannada"
    MALAYALAM = "malayalam"
    SINHALA = "sinhala"
    LAO = "lao"
    MYANMAR = "myanmar"
    KHMER = "khmer"


SHAPED = frozenset(Script) - {Script.LATIN, Script.ARABIC, Script.HEBREW, Script.EAST_ASIAN, Script.EMOJI}
"""Scripts whose signs the font puts together by rules of its own: they join, change places, and stand on one another.
Arabic and Hebrew are put in order before (:mod:`sync.visual_order`).
"""
NAMES_ONLY = tuple(script for script in Script if script in SHAPED - {Script.DEVANAGARI, Script.THAI})
"""Scripts of names, of which there is one font in one weight."""

_RANGES: tuple[tuple[int, int, Script], ...] = (
    (0x0530, 0x058F, Script.ARMENIAN),
    (0x0590, 0x05FF, Script.HEBREW),
    (0x0600, 0x06FF, Script.ARABIC),
    (0x0750, 0x077F, Script.ARABIC),
    (0x08A0, 0x08FF, Script.ARABIC),
    (0x0900, 0x097F, Script.DEVANAGARI),
    (0x0980, 0x09FF, Script.BENGALI),
    (0x0A00, 0x0A7F, Script.GURMUKHI),
    (0x0A80, 0x0AFF, Script.GUJARATI),
    (0x0B00, 0x0B7F, Script.ORIYA),
    (0x0B80, 0x0BFF, Script.TAMIL),
    (0x0C00, 0x0C7F, Script.TELUGU),
    (0x0C80, 0x0CFF, Script.KANNADA),
    (0x0D00, 0x0D7F, Script.MALAYALAM),
    (0x0D80, 0x0DFF, Script.SINHALA),
    (0x0E00, 0x0E7F, Script.THAI),
    (0x0E80, 0x0EFF, Script.LAO),
    (0x1000, 0x109F, Script.MYANMAR),
    (0x10A0, 0x10FF, Script.GEORGIAN),
    (0x1100, 0x11FF, Script.EAST_ASIAN),
    (0x1200, 0x139F, Script.ETHIOPIC),
    (0x1780, 0x17FF, Script.KHMER),
    (0x19E0, 0x19FF, Script.KHMER),
    (0x1C90, 0x1CBF, Script.GEORGIAN),
    (0x2600, 0x27BF, Script.EMOJI),
    (0x2B00, 0x2BFF, Script.EMOJI),
    (0x2D00, 0x2D2F, Script.GEORGIAN),
    (0x2D80, 0x2DDF, Script.ETHIOPIC),
    (0x2E80, 0x9FFF, Script.EAST_ASIAN),
    (0xA8E0, 0xA8FF, Script.DEVANAGARI),
    (0xA9E0, 0xA9FF, Script.MYANMAR),
    (0xAA60, 0xAA7F, Script.MYANMAR),
    (0xAB00, 0xAB2F, Script.ETHIOPIC),
    (0xAC00, 0xD7AF, Script.EAST_ASIAN),
    (0xF900, 0xFAFF, Script.EAST_ASIAN),
    (0xFB13, 0xFB17, Script.ARMENIAN),
    (0xFB1D, 0xFB4F, Script.HEBREW),
    (0xFB50, 0xFDFF, Script.ARABIC),
    (0xFE70, 0xFEFC, Script.ARABIC),
    (0xFF00, 0xFFEF, Script.EAST_ASIAN),
    (0x111E0, 0x111FF, Script.SINHALA),
    (0x1E7E0, 0x1E7FF, Script.ETHIOPIC),
    (0x1F000, 0x1FBFF, Script.EMOJI),
    (0x20000, 0x3FFFF, Script.EAST_ASIAN),
)
_BEGINS = [first for first, _, _ in _RANGES]

_DANDAS = frozenset("\u0964\u0965")
_HAVE_DANDAS = frozenset(
    {
        Script.BENGALI,
        Script.GURMUKHI,
        Script.GUJARATI,
        Script.ORIYA,
        Script.TAMIL,
        Script.TELUGU,
        Script.KANNADA,
        Script.MALAYALAM,
    }
)
"""Scripts besides Devanagari whose fonts have the full stop that all of India shares."""

_JOINERS = "\u200c\u200d"
_STACKING = frozenset("\u094d\u09cd\u0a4d\u0acd\u0b4d\u0c4d\u0ccd\u0d4d\u1039\u17d2\u200d")
"""Signs that put the letter after them on or beneath the one before: no line begins between."""
_KEPT_TOGETHER = frozenset("\u00a0\u202f")
ELLIPSIS = "…"
DOTTED_CIRCLE = "\u25cc"
"""What a mark is shown on where it stands alone: drawn in the mark's font."""
_NEVER_FIRST = frozenset("?!:;%»”’.,)]}，。、；：？！）」』】》〉…")
_NEVER_LAST = frozenset("«“‘([{（「『【《〈")


def tidy(text: str) -> str:
    """Return ``text`` as one line without controls: no line ends, no direction overrides, no variation selectors."""
    if text.isascii() and text.isprintable():
        return text
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
    if point < _BEGINS[0]:
        return Script.LATIN
    _, last, script = _RANGES[bisect_right(_BEGINS, point) - 1]
    return script if point <= last else Script.LATIN


def is_mark(text: str) -> bool:
    """Return whether ``text`` is one sign that stands on, below or beside a letter and never by itself."""
    return len(text) == 1 and unicodedata.category(text) in {"Mn", "Me", "Mc"}


def runs(text: str) -> Iterator[tuple[str, Script]]:
    """Yield ``text`` in stretches of one script each; spaces and marks stay with what stands before them. A mark that
    belongs to one script alone is drawn in that: in visual order an Arabic one may stand behind a full stop. The full
    stops of India stay with the script before them.
    """
    begin, current = 0, None
    for at, character in enumerate(text):
        script = script_of(text[at + 1 : at + 2] or " ") if character == DOTTED_CIRCLE else script_of(character)
        follows = is_mark(character) and script is Script.LATIN
        follows = follows or (character in _DANDAS and current in _HAVE_DANDAS)
        if current is not None and (follows or character in " \u00a0" + _JOINERS):
            script = current
        if script != current and current is not None:
            yield text[begin:at], current
            begin = at
        current = script
    if current is not None:
        yield text[begin:], current


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
        if after == " " or is_mark(after) or after in _NEVER_FIRST or before in _NEVER_LAST:
            continue
        if before == " " and text[at - 2 : at - 1] in _NEVER_LAST:
            continue
        spaced = before == " " or (before in "-–—/" and at > 1 and after.isalpha())
        dense = Script.EAST_ASIAN in {script_of(before), script_of(after)}
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
            cut = _with_its_signs(text, begin, _longest(begin, trimmed, measure, width))
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


def _with_its_signs(text: str, begin: int, cut: int) -> int:
    """Return where a word that is too wide is cut, so that what never begins a line takes the letter before it along;
    where there is none, as it was.
    """
    earlier = cut
    while earlier > begin + 1 and _goes_on(text, earlier):
        earlier -= 1
    return cut if _goes_on(text, earlier) else earlier


def _goes_on(text: str, at: int) -> bool:
    return text[at] in _NEVER_FIRST or text[at] in _JOINERS or is_mark(text[at]) or text[at - 1] in _STACKING


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
