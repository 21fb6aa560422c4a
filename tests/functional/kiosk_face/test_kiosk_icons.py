"""Icons stand in the middle of what they are drawn on."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageColor, ImageDraw, ImageFont

from kiosk.display_values import Contrast
from kiosk.views.icons import ICONS, INK_MIDDLES
from kiosk.views.theme import PALETTES
from kiosk.views.typeface import ICON_FONT
from tests.functional.kiosk_face.conftest import LANDSCAPE, PORTRAIT, Opener
from workbench.sample_kiosk import SampleKiosk
from workbench.sample_texts import TYPES

_PALETTE = PALETTES[Contrast.LIGHT]


def _columns(picture: Image.Image, colour: str) -> list[int]:
    """The columns that have a pixel of this colour."""
    wanted, (width, height) = ImageColor.getrgb(colour), picture.size
    pixels = picture.load()
    assert pixels is not None
    return [x for x in range(width) if any(pixels[x, y] == wanted for y in range(height))]


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
def test_the_icon_of_a_type_stands_in_the_middle_of_its_arch(
    open_kiosk: Opener, size: tuple[int, int], pictures: Path
) -> None:
    """F01: a person's glyph is the same to both sides."""
    sample = SampleKiosk()
    sample.directory.types = TYPES
    kiosk = open_kiosk(size, sample, drawn=True)
    kiosk.finger.tap("welcome.visit")
    picture = Image.open(kiosk.finger.picture(pictures / "type.png")).convert("RGB")
    card = kiosk.finger.target("type.visitor")
    upper = (
        int(card.x),
        size[1] - int(card.top),
        int(card.x + card.width / 2),
        size[1] - int(card.y + card.height / 2),
    )
    half = picture.crop(upper)
    arch, icon = _columns(half, _PALETTE.pine_tint), _columns(half, _PALETTE.pine)
    assert abs((arch[0] + arch[-1]) - (icon[0] + icon[-1])) <= 4


@pytest.mark.parametrize("name", ICONS)
def test_the_middle_of_each_icon_is_known_as_the_font_has_it(name: str) -> None:
    size, character = 600, chr(ICONS[name])
    drawn = Image.new("L", (2 * size, 2 * size))
    ImageDraw.Draw(drawn).text((0, 0), character, 255, ImageFont.truetype(ICON_FONT, size))
    ink = drawn.getbbox()
    assert ink is not None
    assert (ink[0] + ink[2]) / 2 / size == pytest.approx(INK_MIDDLES[ICONS[name]], abs=0.002)
