"""The kiosk's icons as pictures for paper: reportlab writes no readable text for characters above U+FFFF."""

from functools import lru_cache

from PIL import Image
from reportlab.lib.utils import ImageReader

from kiosk.paper.icon_masks import icon_mask

_DOTS = 192
"""600 dots an inch at 8 mm."""


@lru_cache(maxsize=8)
def icon_picture(name: str, colour: str) -> ImageReader:
    """One icon in one colour (``#RRGGBB``) on nothing, square; the same object each time, so a page holds it once."""
    mask = icon_mask(name, _DOTS)
    picture = Image.new("RGBA", mask.size, colour)
    picture.putalpha(mask)
    return ImageReader(picture)
