"""The kiosk's icons as masks of dots, for whatever is printed."""

from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFont

from kiosk.views.icons import ICONS
from kiosk.views.typeface import ICON_FONT


@lru_cache(maxsize=32)
def icon_mask(name: str, dots: int) -> Image.Image:
    """One icon as a mask of ``dots`` x ``dots``, mode ``L``, 255 = ink; nobody may draw on it."""
    mask = Image.new("L", (dots, dots), 0)
    font = ImageFont.truetype(ICON_FONT, dots, layout_engine=ImageFont.Layout.BASIC)
    ImageDraw.Draw(mask).text((dots / 2, dots / 2), chr(ICONS[name]), fill=255, font=font, anchor="mm")
    box = mask.getbbox()
    # The icon font keeps no side bearings: its glyphs stand at the left.
    return mask if box is None else ImageChops.offset(mask, round((dots - box[0] - box[2]) / 2), 0)
