"""The kiosk's icons as pictures for paper: reportlab writes no readable text for characters above U+FFFF."""

from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader

from kiosk.views.icons import ICONS
from kiosk.views.typeface import ICON_FONT

_DOTS = 192
"""600 dots an inch at 8 mm."""


@lru_cache(maxsize=8)
def icon_picture(name: str, colour: str) -> ImageReader:
    """One icon in one colour (``#RRGGBB``) on nothing, square; the same object each time, so a page holds it once."""
    character = chr(ICONS[name])
    mask = Image.new("L", (_DOTS, _DOTS), 0)
    font = ImageFont.truetype(ICON_FONT, _DOTS, layout_engine=ImageFont.Layout.BASIC)
    ImageDraw.Draw(mask).text((_DOTS / 2, _DOTS / 2), character, fill=255, font=font, anchor="mm")
    box = mask.getbbox()
    if box is not None:
        # The icon font keeps no side bearings: its glyphs stand at the left.
        mask = ImageChops.offset(mask, round((_DOTS - box[0] - box[2]) / 2), 0)
    picture = Image.new("RGBA", mask.size, colour)
    picture.putalpha(mask)
    return ImageReader(picture)
