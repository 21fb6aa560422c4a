"""Badges, pictures and names that the printer tests share. All people and firms are invented."""

from __future__ import annotations

from PIL import Image, ImageDraw

from printers.badge import BadgeContent, BadgeStyle
from printers.bitmap import BadgeBitmap

CODE = "LODGE1:B:7KQF2M9D$AWE4T-ZZ09.K7QF2M9D:0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+*/%ODALYS.0123456789ABCDEFGHIJK"
LONGEST_CODE = (CODE * 2)[:160]

AWKWARD_NAMES = {
    "one letter": "Q",
    "two hundred letters": ("Wilhelmina Anastasia Konstantinopolsky " * 6)[:200].strip(),
    "two hundred wide letters": "W" * 200,
    "one word": "Donaudampfschifffahrtsgesellschaftskapitaen",
    "arabic": "محمد عبد الرحمن الفارسي",
    "hebrew with digits": "אלישבע בת-שבע 42 Levin",
    "hindi": "श्रीमती लक्ष्मी कृष्णमूर्ति",
    "chinese": "欧阳娜娜",
    "two hundred han": "欧阳娜娜龍田한국" * 25,
    "emoji": "Zoë 🌻 O’Hara 👩‍🚀🇫🇷",
    "zpl": "^XA~JA^XZ",
    "escapes": "\x1b@\x1bia\x00\x1ag\x00Z\x7f",
    "markup": "[b]<script>alert(1)</script>",
    "bidi controls": "Anna\u202egnirts\u202c\u2066x\u2069",
    "tower of marks": "Z" + "\u0301" * 60 + "oe",
    "lone surrogate": "Ann\ud800a",
    "no font has this": "𒀀𒁀 Ur",
    "nothing": "",
    "only spaces": " \t\n ",
}


def sample_badge(**changes: object) -> BadgeContent:
    """Return the badge of the pictures, with changes."""
    values: dict[str, object] = {
        "name": "Odalys Fernhollow",
        "company": "Larkspur Looms",
        "host": "Ines Caldermoor",
        "visitor_type": "Visitor",
        "style": BadgeStyle.VISITOR,
        "organisation": "Thistledown Works",
        "place": "Mill Lane",
        "valid_until": "Today 18:00",
        "code_payload": CODE,
        "readable_code": "K7QF2M9D",
        "last_line": "In an alarm: muster at the pond",
    }
    return BadgeContent(**{**values, **changes})  # type: ignore[arg-type]  # the members are named in the tests


def drawn_face() -> Image.Image:
    """Return a drawn face with a soft background, for photos that belong to nobody."""
    width, height = 320, 380
    picture = Image.linear_gradient("L").resize((width, height)).point([235 - value // 3 for value in range(256)])
    draw = ImageDraw.Draw(picture)
    draw.ellipse((85, 65, 235, 280), fill=45)
    draw.rectangle((130, 240, 190, 330), fill=150)
    draw.ellipse((102, 95, 218, 270), fill=185)
    draw.ellipse((45, 300, 275, 500), fill=90)
    for left in (131, 175):
        draw.ellipse((left, 165, left + 14, 176), fill=20)
    draw.arc((137, 210, 183, 240), 20, 160, fill=70, width=4)
    return picture


def dot_pattern(width: int, height: int, seed: int) -> BadgeBitmap:
    """Return dots without any symmetry, so that a mirrored or shifted picture cannot pass."""
    row_bytes = (width + 7) // 8
    spare = row_bytes * 8 - width
    state, plane = seed, bytearray()
    for _ in range(height):
        row = bytearray()
        for _ in range(row_bytes):
            state = (state * 1_103_515_245 + 12_345) & 0x7FFFFFFF
            row.append(state >> 16 & 0xFF)
        row[-1] &= 0xFF << spare & 0xFF
        plane += row
    return BadgeBitmap(width, height, bytes(plane))
