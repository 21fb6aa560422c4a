"""The dots of one badge: the one truth between layout, preview, encoder and virtual printer (ADR 0030)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from printers.errors import EncodingError

if TYPE_CHECKING:
    from PIL import Image

PREVIEW_RED = (200, 29, 37)
_DARK_BELOW = 128
_FROM_16_BITS = 1 / 256


@dataclass(frozen=True)
class BadgeBitmap:
    """Packed dots, row by row from the top, most significant bit leftmost, 1 = ink.

    Attributes:
        width, height: dots, as a person reads the medium coming out of the printer.
        black: ``height * ceil(width / 8)`` bytes.
        red: the same for red ink; None when the badge has one colour.
    """

    width: int
    height: int
    black: bytes
    red: bytes | None = None

    def __post_init__(self) -> None:
        expected = self.height * ((self.width + 7) // 8)
        if self.width <= 0 or self.height <= 0:
            raise EncodingError(f"A badge of {self.width} x {self.height} dots has nothing to print.")
        for plane in (self.black, self.red):
            if plane is not None and len(plane) != expected:
                raise EncodingError(f"A plane of {self.width} x {self.height} dots needs {expected} bytes.")

    @classmethod
    def of_ink(cls, black: Image.Image, red: Image.Image | None = None) -> BadgeBitmap:
        """Pack masks of mode ``1`` or ``L`` in which 255 is ink."""
        from PIL import Image  # noqa: PLC0415 -- dots are passed on where nobody draws, and Pillow takes 3 MB

        return cls(
            width=black.width,
            height=black.height,
            black=black.convert("1", dither=Image.Dither.NONE).tobytes(),
            red=None if red is None else red.convert("1", dither=Image.Dither.NONE).tobytes(),
        )

    @classmethod
    def of_picture(cls, picture: Image.Image, *, red: bool = False) -> BadgeBitmap:
        """Take a picture as it is: dark dots are ink; with ``red``, dots nearer to red than to black turn red.

        What is transparent is paper; greys of 16 bits count as greys of 8.
        """
        from PIL import Image  # noqa: PLC0415 -- as above

        rgb = _on_paper(picture).convert("RGB")
        if not red:
            dark = rgb.convert("L").point(lambda value: 255 if value < _DARK_BELOW else 0)
            return cls.of_ink(dark)
        red_band, green_band, _ = rgb.split()
        not_white = green_band.point(lambda value: 255 if value < _DARK_BELOW else 0)
        bright_red = red_band.point(lambda value: 255 if value >= _DARK_BELOW else 0)
        nothing = Image.new("L", rgb.size, 0)
        return cls.of_ink(
            Image.composite(nothing, not_white, bright_red), Image.composite(not_white, nothing, bright_red)
        )

    def black_ink(self) -> Image.Image:
        """Return the black plane as a mode ``1`` mask, 255 = ink."""
        from PIL import Image  # noqa: PLC0415 -- as above

        return Image.frombytes("1", (self.width, self.height), self.black)

    def red_ink(self) -> Image.Image | None:
        """Return the red plane as a mode ``1`` mask, 255 = ink."""
        from PIL import Image  # noqa: PLC0415 -- as above

        return None if self.red is None else Image.frombytes("1", (self.width, self.height), self.red)

    def preview(self) -> Image.Image:
        """Return an RGB picture with exactly these dots, for screens and PNG files."""
        from PIL import Image  # noqa: PLC0415 -- as above

        picture = Image.new("RGB", (self.width, self.height), (255, 255, 255))
        red = self.red_ink()
        if red is not None:
            picture.paste(PREVIEW_RED, (0, 0), red)
        picture.paste((0, 0, 0), (0, 0), self.black_ink())
        return picture


def _on_paper(picture: Image.Image) -> Image.Image:
    from PIL import Image  # noqa: PLC0415 -- as above

    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value * _FROM_16_BITS).convert("L")
    if not picture.has_transparency_data:
        return picture
    paper = Image.new("RGBA", picture.size, (255, 255, 255, 255))
    paper.alpha_composite(picture.convert("RGBA"))
    return paper
