"""The organisation's logo on the screen: its shape, in whatever colour the ground asks for."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture

from kiosk.views.parts import Part
from kiosk.views.theme import channels

if TYPE_CHECKING:
    from kiosk.views.parts import Look

WORDMARK_SHAPE = 3
"""How many times as wide as high a logo is that has words in it; as on the badge."""


class Logo(Part):
    """A logo, as large as fits into ``room`` (width, height), from its start edge on and around a middle line."""

    def __init__(
        self, look: Look, place: tuple[float, float], room: tuple[float, float], logo: bytes, colour: str
    ) -> None:
        from PIL import Image  # noqa: PLC0415 -- a kiosk without a logo needs none of it

        self._colour = colour
        with Image.open(BytesIO(logo), formats=("PNG",)) as picture:
            self._shape = picture.getchannel("A")
        scale = min(room[0] / self._shape.width, room[1] / self._shape.height)
        wide, tall = (max(1, round(side * scale)) for side in self._shape.size)
        x, middle = place
        super().__init__(look, (round(x), round(middle - tall / 2), wide, tall))

    @property
    def is_wordmark(self) -> bool:
        """Return whether it is so wide that there are words in it."""
        return bool(self._shape.width >= WORDMARK_SHAPE * self._shape.height)

    def paint(self) -> None:
        """Draw it dot for dot: the graphics card would leave out pixels of what it makes smaller by half."""
        from PIL import Image, ImageOps  # noqa: PLC0415 -- as above

        size = (int(self.width), int(self.height))
        shape = ImageOps.flip(self._shape.resize(size, Image.Resampling.LANCZOS))  # textures begin at the bottom
        if self.look.mirrored:  # what is seen in a mirror is to be read there
            shape = ImageOps.mirror(shape)
        texture = Texture.create(size=size, colorfmt="rgba")
        white = Image.new("L", size, 255)
        texture.blit_buffer(Image.merge("RGBA", (white, white, white, shape)).tobytes(), colorfmt="rgba")
        self.ink.add(Color(*channels(self._colour)))
        self.ink.add(Rectangle(texture=texture, pos=self.pos, size=size))
