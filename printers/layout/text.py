"""Make any string safe to draw, and cut it where a reader would.

Nothing is dropped in silence: what cannot be shown becomes a visible box. Only characters that have no picture by
definition go away: bidirectional controls (they could make a name read as another), joiners outside
their script, and the variation selectors of emoji and of Chinese characters.
"""

from __future__ import annotations

import unicodedata

BOX = "\u25a1"
NO_TEXT = "\u2013"

_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE = frozenset(
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060\u2061\u2062\u2063\u2064\u3164\ufeff\uffa0"
)
_ZERO_WIDTH_NON_JOINER = "\u200c"
ZERO_WIDTH_JOINER = "\u200d"
_JOINERS = frozenset({_ZERO_WIDTH_NON_JOINER, ZERO_WIDTH_JOINER})
_VARIATION_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
_EMOJI_MODIFIERS = frozenset(chr(code) for code in range(0x1F3FB, 0x1F400))
_REGIONAL_INDICATORS = frozenset(chr(code) for code in range(0x1F1E6, 0x1F200))
_TAGS = frozenset(chr(code) for code in range(0xE0020, 0xE0080))
_STACKING = frozenset("\u094d\u09cd\u0a4d\u0acd\u0b4d\u0c4d\u0ccd\u0d4d\u1039\u17d2")
"""Signs that put the letter after them on or beneath the one before."""
_MARKS_PER_LETTER = 3
_UNPRINTABLE = frozenset({"Cc", "Cs", "Co", "Cn"})
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


def clean(text: str) -> str:
    """Return one line of drawable text: composed, single spaces, boxes for control characters (C34)."""
    composed = unicodedata.normalize("NFC", text)
    spaced = "".join(_drawable(character) for character in composed)
    return " ".join(_within_reason(spaced).split())


def _drawable(character: str) -> str:
    if character in _BIDI_CONTROLS or character in _INVISIBLE or character in _VARIATION_SELECTORS:
        return ""
    if character in _JOINERS or character in _TAGS:
        return character
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category in _UNPRINTABLE:
        return BOX
    return "" if category == "Cf" else character


def _within_reason(text: str) -> str:
    """Keep a few marks on each letter; a tower of them becomes a box, for it would leave its line."""
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MARKS_PER_LETTER:
            kept.append(character)
        elif marks == _MARKS_PER_LETTER + 1:
            kept.append(BOX)
    return "".join(kept)


def clusters(text: str) -> list[str]:
    """Split into the smallest pieces that may not be torn apart: a letter with its marks, a joined emoji."""
    pieces: list[str] = []
    for character in text:
        if pieces and _belongs_to(pieces[-1], character):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _belongs_to(piece: str, character: str) -> bool:
    if piece == " " or character == " ":
        return False
    if unicodedata.category(character).startswith("M") or character in _JOINERS:
        return True
    if character in _EMOJI_MODIFIERS or character in _TAGS:
        return True
    if piece[-1] == ZERO_WIDTH_JOINER or piece[-1] in _STACKING:
        return True
    return character in _REGIONAL_INDICATORS and len(piece) == 1 and piece in _REGIONAL_INDICATORS


def is_right_to_left(text: str) -> bool:
    """Tell the direction by the first letter that has one; text without such a letter runs left to right."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction == "L":
            return False
        if direction in _RIGHT_TO_LEFT:
            return True
    return False
