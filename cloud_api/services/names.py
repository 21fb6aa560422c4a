"""Which names may be given, to whomever and whatever: one rule for the console, the API, commands and files.

A name is read by people who decide by it, on badges, lists and in the audit log: so it shows something, and holds no
sign that nobody sees or that turns the direction of what stands around it.
"""

import unicodedata

_JOINERS = "\u200c\u200d"
"""Persian, Hindi and others write words with them; between Latin letters they are only unseen."""
_BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Signs that count as letters or symbols and show nothing: fillers of Hangul, Braille without a dot."""
_LAST_PLAIN = "\u058f"
"""Latin, Greek, Cyrillic and Armenian, which join no letters, end here."""


def name_fault(name: str) -> str | None:
    """Why this may not be a name, in words that follow its place, or ``None``. Its length is for others to judge."""
    unclear = not name.isprintable() or any(sign in name for sign in _BLANK_LETTERS)
    for place, sign in enumerate(name if unclear else ""):  # all words of a large file are read so
        seen = sign.isprintable() or unicodedata.category(sign) == "Zs" or _joins(name, place)
        if not seen or sign in _BLANK_LETTERS:
            return f"holds a sign that cannot be seen, U+{ord(sign):04X}"
    if not any(sign.isprintable() and not sign.isspace() for sign in name):
        return "must not be blank"
    return None


def is_name(name: str, longest: int) -> bool:
    """Whether this may be a name of so many signs at most."""
    return 0 < len(name) <= longest and name_fault(name) is None


def _joins(name: str, place: int) -> bool:
    around = name[place - 1 : place] + name[place + 1 : place + 2]
    return name[place] in _JOINERS and len(around) == len("ab") and all(_is_joined(sign) for sign in around)


def _is_joined(sign: str) -> bool:
    return sign > _LAST_PLAIN and unicodedata.category(sign)[0] in "LM"
