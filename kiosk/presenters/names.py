"""Whether what was typed for a name is something that somebody can call out in an alarm."""

from __future__ import annotations

import unicodedata

_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and a symbol by their category, of which nothing is seen."""


def can_be_called(name: str) -> bool:
    """Return whether a letter, a digit or a picture is in it: marks, joiners and dashes alone leave an empty row."""
    return any(
        sign not in _BLANK and (unicodedata.category(sign)[0] in "LN" or unicodedata.category(sign) == "So")
        for sign in name
    )
