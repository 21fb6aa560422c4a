"""The organisation's logo, from the feed's text to a picture that can be trusted: its shape in one colour, or none.

The page was signed, but the picture on it goes to a decoder: it is judged as if a stranger had sent it (C26).
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

from sync.protocol.feed import MOST_PICTURE_BYTES, Configuration
from sync.protocol.keys import from_base64url

if TYPE_CHECKING:
    from PIL import Image

MOST_SIDE = 1024
"""Pixels; what the cloud makes has half as many."""
_SEEN = 128


def logo_of(configuration: Configuration | None) -> bytes | None:
    """A PNG of our own making: black where the logo is, else transparent; ``None`` where there is none to show."""
    if configuration is None or not isinstance(configuration.logo, str):
        return None
    return _redrawn(configuration.logo)


@lru_cache(maxsize=1)  # an arrival asks while a visitor waits, and the welcome screen each minute
def _redrawn(written: str) -> bytes | None:
    from PIL import Image  # noqa: PLC0415 -- a kiosk without a logo needs none of it, and it takes 3 MB

    try:
        shape = _shape(from_base64url(written, what="a logo"))
    except Exception:  # noqa: BLE001 -- decoders fail in many ways, and every one of them means: Lodge's mark
        return None
    if shape is None:
        return None
    out = BytesIO()
    Image.merge("LA", (Image.new("L", shape.size), shape)).save(out, format="PNG")
    return out.getvalue()


def _shape(data: bytes) -> Image.Image | None:
    """How opaque it is; ``None`` for what is too large, moves, has no shape, or is nowhere to be seen."""
    if len(data) > MOST_PICTURE_BYTES:
        return None
    from PIL import Image  # noqa: PLC0415 -- as above

    with Image.open(BytesIO(data), formats=("PNG",)) as picture:
        if max(picture.size) > MOST_SIDE or getattr(picture, "is_animated", False):
            return None
        picture.load()
        shape = picture.convert("RGBA").getchannel("A")
    levels = shape.histogram()
    return shape if any(levels[:_SEEN]) and any(levels[_SEEN:]) else None
