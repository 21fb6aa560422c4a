"""Text for drawers that give each letter its own sign and shape nothing, as reportlab does: letters in one piece, and
without what only a shaper needs.
"""

from __future__ import annotations

import re
import unicodedata

from sync.writing import is_mark

_POINTED_HEBREW = re.compile("([\ufb1d-\ufb4f]+)")
"""Signs in one piece that composing takes apart (Unicode's composition exclusions), and that fonts have."""
_UNDRAWN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2064\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\U000e0000-\U000e0fff]"
)
"""Signs without a picture: joiners, fillers, variation selectors, tags. A font without them shows a box."""


def composed(text: str) -> str:
    """Return ``text`` with each letter and its marks as the one sign that stands for both, where there is one (NFC)."""
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    parts = _POINTED_HEBREW.split(text)
    return "".join(part if at % 2 else unicodedata.normalize("NFC", part) for at, part in enumerate(parts))


def drawn_alone(text: str) -> str:
    """Return ``text`` without the signs that have no picture."""
    return text if text.isascii() else _UNDRAWN.sub("", text)


def needs_shaping(latin: str) -> bool:
    """Return whether Latin, Greek or Cyrillic has a mark that no letter in one piece stands for: a font puts it over
    its letter only when it is asked.
    """
    return not latin.isascii() and any(map(is_mark, latin))
