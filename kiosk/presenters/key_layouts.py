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
    PLATE = "plate"
    NUMBER = "number"
    PHONE = "phone"
    DATE = "date"


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
        "ar": ("ضصثقفغعهخحج", "شسيبلاتنمكط", "ذءؤرىةوزظد"),
        "he": ("קראטוןםפ", "שדגכעיחלךף", "זסבהנמצתץ"),
        "hi": ("ौैाीूबहगदजड", "ोे्िुपरकतचट", "ंमनवलसय"),
        "zh": ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    }
)
BY_SYLLABLE = "zh"
"""Its letters are typed for characters, which are chosen from the row above them."""
CHOICES = 9
OWN_DIGITS = MappingProxyType({"ar": "١٢٣٤٥٦٧٨٩٠", "hi": "१२३४५६७८९०"})
"""Under a long press of the digits; elsewhere whoever holds a digit long gets it."""
SHIFTED = MappingProxyType({"hi": ("औऐआईऊभङघधझढ", "ओएअइउफृखथछठ", "ँणञशषः़")})
"""What other letters shift brings, where they are not capitals. Hindi: as InScript (IS 16350), shortened."""

PADS = MappingProxyType({FieldKind.NUMBER: (".", ""), FieldKind.PHONE: ("+", "()-"), FieldKind.DATE: ("/", ".-")})
"""Fields that take digits: what stands beside the nought, and what stands in the lowest row."""

WITHOUT_SHIFT = frozenset({"ar", "he"})
OTHER_SCRIPTS = WITHOUT_SHIFT | set(SHIFTED)
LATIN_FIRST = frozenset({FieldKind.EMAIL, FieldKind.PLATE})
"""Addresses, plates and numbers of orders have Latin letters nearly everywhere, and none is typed in both."""
SYMBOLS = ('@&/()"!?:;', "+*#%=€£$_", ".,-'’~·")

ACCENTS = MappingProxyType(
    {
        "a": "áàâäãåæāąă",
        "c": "çćčċ",
        "d": "ďđð",
        "e": "éèêëęėēěə",
        "g": "ğģġ",
        "h": "ħ",
        "i": "íìîïīıį",
        "k": "ķ",
        "l": "łļľĺ",
        "n": "ñńňņ",
        "o": "óòôöõøœōő",
        "r": "řŕ",
        "s": "ßśšşș",
        "t": "ťţțþ",
        "u": "úùûüūůűų",
        "w": "ŵ",
        "y": "ýÿŷ",
        "z": "žźż",
        "-": "–_",
        "'": "’‘׳",
        '"': "„“”«»״",
        "?": "¿؟",
        "!": "¡",
        ",": "،、，",
        ";": "؛",
        ".": "…।॥。",
        "ا": "أإآ",
        "ي": "ئ",
        "ب": "پ",
        "ج": "چ",
        "ز": "ژ",
        "ف": "ڤ",
        "ك": "گ",
        "क": "\u0958",
        "ख": "\u0959",
        "ग": "\u095a",
        "ज": "\u095b",
        "ड": "\u095c",
        "ढ": "\u095d",
        "फ": "\u095e",
        "र": "ऋृ",
        "ृ": "ऋॠॄ",
        "ा": "ॉ",
        "आ": "ऑ",
        "े": "ॅ",
        "ए": "ऍ",
        "ओ": "ॐ",
    }
)


def layouts() -> tuple[str, ...]:
    """Return the codes of all letter blocks."""
    return tuple(LETTERS)


def _upper(text: str) -> str:
    """Return capitals of the same number of characters (a sharp s has none of its own on a key); the *i* without a dot,
    whose capital every *I* is, makes place for the capital with one.
    """
    return "".join("İ" if c == "ı" else c.upper() if len(c.upper()) == 1 else c for c in text)


def layout_for(kind: FieldKind, layout: str) -> str:
    """Return the block that a field begins with for somebody who writes with ``layout``. The key for other letters
    leads on.
    """
    return "en" if kind in LATIN_FIRST and layout in OTHER_SCRIPTS else layout


def has_capitals(layout: str) -> bool:
    """Return whether shift brings the capitals of this block, so that a name begins with it."""
    return layout not in WITHOUT_SHIFT and layout not in SHIFTED


def _character(letter: str, *, shift: bool) -> Key:
    accents = "".join(a for a in ACCENTS.get(letter, "") if a != letter)
    return Key(letter, _upper(letter) if shift else letter, accents=_upper(accents) if shift else accents)


def _digits(layout: str) -> tuple[Key, ...]:
    own = OWN_DIGITS.get(layout, "")
    return tuple(Key(digit, digit, accents=own[at : at + 1]) for at, digit in enumerate(DIGITS))


def _letters(layout: str, *, shift: bool) -> list[list[Key]]:
    if shift and layout in SHIFTED:
        pairs = [zip(plain, other, strict=True) for plain, other in zip(LETTERS[layout], SHIFTED[layout], strict=True)]
        return [[Key(plain, other, accents=ACCENTS.get(other, "")) for plain, other in row] for row in pairs]
    return [[_character(letter, shift=shift) for letter in row] for row in LETTERS[layout]]


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
    if not letters:
        return (switch, block, Key("space", space, 5.4), after)
    marks = (_character("-", shift=False), _character("'", shift=False))
    return (switch, block, Key("space", space, 3.4), *marks, after)


def _pad(kind: FieldKind, go_on: str) -> tuple[tuple[Key, ...], ...]:
    """Return digits as on a telephone; the lowest row fills the bed, the others stand in its middle."""
    beside, below = PADS[kind]
    digits = [tuple(Key(digit, digit) for digit in row) for row in ("123", "456", "789")]
    nought = (Key(beside, beside), Key("0", "0"), Key("delete", "", icon="backspace-outline"))
    signs = tuple(Key(sign, sign) for sign in below)
    return (*digits, nought, (*signs, Key("next", go_on, 6.0 - len(signs), function=True)))


def with_choices(made: tuple[tuple[Key, ...], ...], signs: str, *, more: bool) -> tuple[tuple[Key, ...], ...]:
    """Return the keys with characters to choose from in the place of the digits."""
    choices = [Key(f"choice.{number}", sign) for number, sign in enumerate(signs)]
    empty = [Key(f"choice.{number}", "", function=True) for number in range(len(signs), CHOICES)]
    other = Key("choice.more", "", icon="chevron-right" if more else "", function=True)
    return ((*choices, *empty, other), *made[1:])


@cache
def rows(
    layout: str, kind: FieldKind, labels: tuple[str, str], *, shift: bool, letters: bool, digits: bool
) -> tuple[tuple[Key, ...], ...]:
    """Return the keys, top row first."""
    if kind in PADS:
        return _pad(kind, labels[1])
    delete = Key("delete", "", 1.4, icon="backspace-outline", function=True)
    if kind is FieldKind.CODE:
        latin = LETTERS["en" if layout in OTHER_SCRIPTS else layout]
        block = [tuple(_character(c, shift=True) for c in row if c.isascii()) for row in latin]
        plain = [tuple(Key(key.id, key.label) for key in row) for row in block]
        return (tuple(Key(d, d) for d in DIGITS), *plain, _bottom(layout, kind, labels, letters=True))
    if not letters:
        upper = [_digits(layout), *(tuple(_character(c, shift=False) for c in row) for row in SYMBOLS)]
        return (*upper[:-1], (*upper[-1], delete), _bottom(layout, kind, labels, letters=False))
    first, second, third = _letters(layout, shift=shift)
    icon = "apple-keyboard-caps" if shift else "apple-keyboard-shift"
    shift_key = Key("shift", "", 1.4, icon=icon, function=True)
    beside = () if layout in WITHOUT_SHIFT else (shift_key,)
    made = [
        tuple(first),
        tuple(second),
        (*beside, *third, delete),
        _bottom(layout, kind, labels, letters=True),
    ]
    return (_digits(layout), *made) if digits else tuple(made)
