"""The test badge: a badge of nobody, by the organisation's own template, that says on the paper what it is.

Its code is text and signed by nobody: whoever scans it is told that it is not known, and nobody is signed out.
"""

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from uuid import UUID

from PIL import Image, ImageDraw

from kiosk.flows.printing.badge_job import BadgeJob
from kiosk.words.catalogue import Words
from printers.badge import BadgeContent

_NOBODY = UUID(int=0)
_TYPED, _SCANNED = "TESTTEST", "TEST BADGE OF NOBODY "
_SIZE, _GROUND, _HAIR, _SKIN, _COAT = (480, 600), 215, 60, 170, 95


def sample_job(words: Words, visitor_type: str, at: datetime, printer: str, medium: str) -> BadgeJob:
    """A badge for nobody, which names the printer, its medium and the time."""
    return BadgeJob(
        stay=_NOBODY,
        name=words.say("badge.test-name"),
        company=f"{medium}, {at:%Y-%m-%d %H:%M}",
        host=printer,
        visitor_type=visitor_type,
        language=words.code,
        arrived_at=at,
        photo=drawn_portrait(),
    )


def as_test(content: BadgeContent, words: Words) -> BadgeContent:
    """The same, as large as ever, with nothing on it that a door or a kiosk would believe."""
    size = len(content.code_payload)
    return replace(
        content,
        visitor_type=words.say("badge.test-type"),
        last_line=words.say("badge.test-note"),
        valid_until=words.say("badge.test-type"),
        code_payload=(_SCANNED * (size // len(_SCANNED) + 1))[:size],
        readable_code=_TYPED,
    )


def drawn_portrait() -> bytes:
    """A face of no person, in greys, as the camera's JPEG: it shows whether photos come out."""
    picture = Image.new("L", _SIZE, _GROUND)
    draw = ImageDraw.Draw(picture)
    for step in range(_SIZE[1]):
        draw.line((0, step, _SIZE[0], step), fill=_GROUND + step * (255 - _GROUND) // _SIZE[1])
    draw.ellipse((60, 430, 420, 800), fill=_COAT)
    draw.ellipse((135, 95, 345, 360), fill=_HAIR)
    draw.ellipse((150, 130, 330, 400), fill=_SKIN)
    for x in (205, 275):
        draw.ellipse((x - 12, 240, x + 12, 258), fill=_HAIR)
    draw.arc((205, 290, 275, 350), 20, 160, fill=_HAIR, width=7)
    out = BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()
