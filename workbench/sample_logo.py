"""The sample organisation's logo: a thistle in two colours on nothing. Nobody has it."""

from math import cos, pi, radians, sin

from PIL import Image, ImageDraw

SIZE = (440, 460)
TUFT, LEAF = "#7A3E8E", "#24683A"
_SCALE = 3
_STEPS = 24
Point = tuple[float, float]


def draw_logo() -> Image.Image:
    """A tuft of five petals over a bulb with its scales, and two leaves."""
    picture = Image.new("RGBA", (SIZE[0] * _SCALE, SIZE[1] * _SCALE))
    draw = ImageDraw.Draw(picture)
    middle, waist = SIZE[0] / 2, 236.0

    def shape(points: list[Point], colour: str | None) -> None:
        draw.polygon([(x * _SCALE, y * _SCALE) for x, y in points], fill=colour or (0, 0, 0, 0))

    def bulb(growth: float, colour: str | None) -> None:
        box = (middle - 92 - growth, waist - 20 - growth, middle + 92 + growth, waist + 140 + growth)
        draw.ellipse([value * _SCALE for value in box], fill=colour or (0, 0, 0, 0))

    for turn in (-58, -29, 0, 29, 58):
        shape(_petal((middle, waist + 30), 258 - abs(turn) * 0.6, 62, turn - 90), TUFT)
    bulb(14, None)
    for side in (-1, 1):
        shape(_petal((middle, 448), 214, 82, side * 66 - 90), LEAF)
    shape([(middle - 15, 370), (middle + 15, 370), (middle + 15, 450), (middle - 15, 450)], LEAF)
    bulb(0, LEAF)
    for row, across in ((waist + 36, (-46, 0, 46)), (waist + 84, (-24, 24))):
        for x in across:
            at = middle + x
            shape([(at, row - 20), (at + 17, row), (at, row + 24), (at - 17, row)], None)
    return picture.resize(SIZE, Image.Resampling.LANCZOS)


def _petal(root: Point, long: float, wide: float, degrees: float) -> list[Point]:
    """A leaf from its root outwards: pointed at both ends, widest beyond its middle."""
    turned = radians(degrees)
    half = [(step / _STEPS, sin(pi * (step / _STEPS) ** 1.4) / 2) for step in range(_STEPS + 1)]
    outline = half + [(share, -aside) for share, aside in reversed(half)]
    return [
        (
            root[0] + share * long * cos(turned) - aside * wide * sin(turned),
            root[1] + share * long * sin(turned) + aside * wide * cos(turned),
        )
        for share, aside in outline
    ]
