"""R22: of a logo in colours, one that kiosks show on any ground and badges print in one ink (ADR 91)."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from cloud_api.objects import picture_process
from cloud_api.objects.picture_process import _draw_stencil
from sync.protocol.feed import MOST_PICTURE_BYTES

Colour = str | tuple[int, int, int, int]
NAVY, ORANGE, YELLOW = "#112255", "#F28C28", "#FFD200"
INKS: dict[str, tuple[Colour, Colour, Colour, bool]] = {
    "on white paper": ("white", ORANGE, NAVY, True),
    "on a field of its own": (NAVY, "white", ORANGE, True),
    "light, cut out": ((0, 0, 0, 0), "white", ORANGE, True),
    "letters cut out of a disc": ((0, 0, 0, 0), NAVY, (0, 0, 0, 0), False),
    "light letters in a dark disc": ((0, 0, 0, 0), NAVY, YELLOW, False),
    "dark letters in a light disc": ((0, 0, 0, 0), "white", "#118844", False),
}


def encoded_of(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("what", INKS)
def test_r22_a_stencil_has_what_is_seen_and_not_its_ground(what: str) -> None:
    """ADR 91: a disc on its ground, and a bar beside the disc or in it, in one ink as the badge has it. Orange beside
    navy is seen, and so are yellow letters in it.
    """
    ground, disc, bar, inked = INKS[what]
    logo = Image.new("RGBA", (400, 200), ground)
    draw = ImageDraw.Draw(logo)
    draw.ellipse((40, 20, 200, 180), fill=disc)
    inside = "disc" in what
    draw.rectangle((90, 90, 150, 110) if inside else (240, 60, 360, 140), fill=bar)
    with Image.open(BytesIO(_draw_stencil(encoded_of(logo)))) as stencil:
        assert (stencil.mode, stencil.size) == ("LA", (161, 161) if inside else (321, 161))
        assert stencil.getchannel("L").getextrema() == (0, 0)
        ink = stencil.getchannel("A").point([0] * 128 + [1] * 128)
        found = [ink.getpixel(place) for place in ((0, 0), (80, 10), (80, 80) if inside else (260, 80))]
    assert found == [False, True, inked]


def test_r22_a_stencil_is_made_smaller_until_it_fits_and_nothing_to_be_seen_has_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    noise = encoded_of(Image.effect_noise((512, 256), 120))
    assert len(_draw_stencil(noise)) <= picture_process.MOST_STENCIL_BYTES == MOST_PICTURE_BYTES
    monkeypatch.setattr(picture_process, "MOST_STENCIL_BYTES", 8_000)
    with Image.open(BytesIO(drawn := _draw_stencil(noise))) as stencil:
        assert (len(drawn) <= 8_000, stencil.size) == (True, (128, 64))
    for blank in (Image.new("RGB", (90, 90), "silver"), Image.new("RGBA", (90, 90)), Image.new("L", (1, 1))):
        with pytest.raises(ValueError, match="nothing to be seen"):
            _draw_stencil(encoded_of(blank))
