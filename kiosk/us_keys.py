"""What a keyboard with the layout of the United States writes, by the place of the key.

A hand scanner that knows no other layout sends the places of that one, whatever the kiosk's own keyboard is. Numbers
are those of the USB HID usage tables (chapter 10, keyboard page), which SDL calls scan codes.
"""

from __future__ import annotations

from types import MappingProxyType

_LETTERS = {4 + at: (letter, letter.upper()) for at, letter in enumerate("abcdefghijklmnopqrstuvwxyz")}
_DIGITS = {30 + at: pair for at, pair in enumerate(zip("1234567890", "!@#$%^&*()", strict=True))}
_SIGNS = {
    44: (" ", " "),
    45: ("-", "_"),
    46: ("=", "+"),
    47: ("[", "{"),
    48: ("]", "}"),
    49: ("\\", "|"),
    51: (";", ":"),
    52: ("'", '"'),
    53: ("`", "~"),
    54: (",", "<"),
    55: (".", ">"),
    56: ("/", "?"),
}
_PAD = {84 + at: (sign, sign) for at, sign in enumerate("/*-+")} | {
    89 + at: (sign, sign) for at, sign in enumerate("1234567890.")
}
US_KEYS = MappingProxyType(_LETTERS | _DIGITS | _SIGNS | _PAD)
"""By scan code: the sign without and with shift."""
PAD_DIGITS = frozenset(range(89, 99))
"""The places of the digits of a number pad."""
CONTROLS = MappingProxyType({13: "\n", 16: "\n"})
"""J and M with *control* are the ends of lines, as some scanners send them."""
