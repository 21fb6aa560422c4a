"""The on-screen keyboards, as data: one letter block a language, shared symbols, accents under a long press."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType


class FieldKind(StrEnum):
    """What a field takes, and so which keys stand below it."""

    NAME = "name"
    PLAIN = "plain"
    SEARCH = "search"
    EMAIL = "email"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Key:
    """One key. ``id`` never changes with shift; ``label`` is what stands on it and what it types; ``wide`` in keys."""

    id: str
    label: str
    wide: float = 1.0
    icon: str = ""
    function: bool = False
    accents: str = ""


DIGITS = "1234567890"
LETTERS = MappingProxyType(
    {
        "en": ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
        "de": ("qwertzuiopü", "asdfghjklöä", "yxcvbnmß"),
        "fr": ("azertyuiop", "qsdfghjklm", "wxcvbné"),
        "es": ("qwertyuiop", "asdfghjklñ", "zxcvbnm"),
    }
)
SYMBOLS = ("1234567890", '@&/()"!?:;', "+*#%=€£$_", ".,-'’~·")

ACCENTS = MappingProxyType(
    {
        "a": "áàâäãåæāą",
        "c": "çćč",
        "d": "ďđ",
        "e": "éèêëęėē",
        "g": "ğ",
        "i": "íìîïīı",
        "l": "ł",
        "n": "ñńň",
        "o": "óòôöõøœō",
        "r": "ř",
        "s": "ßśšş",
        "t": "ťţ",
        "u": "úùûüūů",
        "y": "ýÿ",
        "z": "žźż",
        "-": "–_",
        "'": "’‘",
    }
)


def layouts() -> tuple[str, ...]:
    """Return the codes of all letter blocks."""
    return tuple(LETTERS)


def _upper(text: str) -> str:
    """Return capitals of the same number of characters (a sharp s has none of its own on a key)."""
    return "".join(c.upper() if len(c.upper()) == 1 else c for c in text)


def _character(letter: str, *, shift: bool) -> Key:
    accents = "".join(a for a in ACCENTS.get(letter, "") if a != letter)
    return Key(letter, _upper(letter) if shift else letter, accents=_upper(accents) if shift else accents)


def _bottom(layout: str, kind: FieldKind, labels: tuple[str, str], *, letters: bool) -> tuple[Key, ...]:
    """Return the lowest row; ``labels`` are the words for the space bar and for the key that goes on."""
    space, go_on = labels
    switch = Key("symbols", "?&@" if letters else "abc", 1.3, function=True)
    after = Key("next", go_on, 1.9, function=True)
    if kind is FieldKind.CODE:
        return (Key("delete", "", 2.0, icon="backspace-outline", function=True), after)
    block = Key("layout", layout.upper(), 1.5, icon="web", function=True)
    if kind is FieldKind.EMAIL:
        return (switch, block, Key("@", "@", 1.5), Key(".", ".", 1.5), Key("-", "-"), Key("_", "_"), after)
    marks = (_character("-", shift=False), _character("'", shift=False))
    return (switch, block, Key("space", space, 3.4), *marks, after)


@cache
def rows(
    layout: str, kind: FieldKind, labels: tuple[str, str], *, shift: bool, letters: bool, digits: bool
) -> tuple[tuple[Key, ...], ...]:
    """Return the keys, top row first."""
    delete = Key("delete", "", 1.4, icon="backspace-outline", function=True)
    if kind is FieldKind.CODE:
        block = [tuple(_character(c, shift=True) for c in row) for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm")]
        plain = [tuple(Key(key.id, key.label) for key in row) for row in block]
        return (tuple(Key(d, d) for d in DIGITS), *plain, _bottom(layout, kind, labels, letters=True))
    if not letters:
        upper = [tuple(Key(c, c) for c in row) for row in SYMBOLS]
        return (*upper[:-1], (*upper[-1], delete), _bottom(layout, kind, labels, letters=False))
    first, second, third = LETTERS[layout]
    icon = "apple-keyboard-caps" if shift else "apple-keyboard-shift"
    shift_key = Key("shift", "", 1.4, icon=icon, function=True)
    made = [
        tuple(_character(c, shift=shift) for c in first),
        tuple(_character(c, shift=shift) for c in second),
        (shift_key, *(_character(c, shift=shift) for c in third), delete),
        _bottom(layout, kind, labels, letters=True),
    ]
    return (tuple(Key(d, d) for d in DIGITS), *made) if digits else tuple(made)
