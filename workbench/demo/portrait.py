"""A drawn face for the camera of the demo: nobody's picture."""

from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter

SIZE = (1280, 960)
_SCALE = 2


@dataclass(frozen=True, slots=True)
class Likeness:
    """Colours of an invented person."""

    skin: str
    hair: str
    shirt: str
    wall: tuple[str, str]
    long_hair: bool = True


ODALYS = Likeness(skin="#c98f6b", hair="#2c1a12", shirt="#2f6f62", wall=("#e9e4d8", "#cfc7b5"))
BRAM = Likeness(skin="#e3b58f", hair="#8a5a2b", shirt="#40527a", wall=("#dfe4e2", "#bcc6c3"), long_hair=False)

LAYAN = Likeness(skin="#b97f56", hair="#1d1512", shirt="#7a3b52", wall=("#ebe6dc", "#d3c9b6"))


def draw_portrait(likeness: Likeness) -> Image.Image:
    """A head and shoulders in the middle of a 4:3 picture, as a lobby's camera sees them."""
    width, height = SIZE[0] * _SCALE, SIZE[1] * _SCALE
    picture = _wall(likeness, width, height)
    draw = ImageDraw.Draw(picture)
    middle, unit = width // 2, height / 24

    def oval(x: float, y: float, across: float, down: float, colour: str) -> None:
        box = (middle + (x - across) * unit, (y - down) * unit, middle + (x + across) * unit, (y + down) * unit)
        draw.ellipse(box, fill=colour)

    oval(0, 11.0, 4.9, 6.4, likeness.hair) if likeness.long_hair else oval(0, 10.2, 4.3, 4.6, likeness.hair)
    oval(0, 25.5, 8.6, 7.0, likeness.shirt)
    draw.rectangle((middle - 1.7 * unit, 15 * unit, middle + 1.7 * unit, 19.6 * unit), fill=_shade(likeness.skin, 0.88))
    oval(0, 19.4, 2.4, 1.1, _shade(likeness.skin, 0.88))
    oval(0, 11.6, 4.0, 5.2, likeness.skin)
    for side in (-1, 1):
        oval(side * 4.0, 12.0, 0.6, 1.0, _shade(likeness.skin, 0.93))
        oval(side * 1.6, 11.0, 0.72, 0.46, "#fbf7f0")
        oval(side * 1.6, 11.0, 0.36, 0.42, "#2a2320")
        oval(side * 1.48, 10.88, 0.1, 0.1, "#ffffff")
        _brow(draw, middle, unit, side, likeness.hair)
        oval(side * 2.3, 13.0, 0.8, 0.55, _shade(likeness.skin, 1.06))
    _nose_and_mouth(draw, middle, unit, likeness)
    _fringe(picture, middle, unit, likeness.hair)
    return picture.resize(SIZE, Image.Resampling.LANCZOS).filter(ImageFilter.GaussianBlur(0.6))


def _wall(likeness: Likeness, width: int, height: int) -> Image.Image:
    mask = Image.linear_gradient("L").resize((width, height))
    light = Image.new("RGB", (width, height), likeness.wall[0])
    return Image.composite(Image.new("RGB", (width, height), likeness.wall[1]), light, mask)


def _brow(draw: ImageDraw.ImageDraw, middle: int, unit: float, side: int, colour: str) -> None:
    left, right = sorted((middle + side * 0.8 * unit, middle + side * 2.5 * unit))
    draw.arc((left, 9.5 * unit, right, 11.1 * unit), 200, 340, fill=colour, width=int(unit * 0.22))


def _nose_and_mouth(draw: ImageDraw.ImageDraw, middle: int, unit: float, likeness: Likeness) -> None:
    shade = _shade(likeness.skin, 0.8)
    draw.arc(
        (middle - 0.7 * unit, 12.2 * unit, middle + 0.7 * unit, 13.4 * unit),
        30,
        150,
        fill=shade,
        width=int(unit * 0.16),
    )
    draw.chord((middle - 1.5 * unit, 13.2 * unit, middle + 1.5 * unit, 15.2 * unit), 20, 160, fill="#a4473f")
    draw.chord((middle - 1.2 * unit, 13.6 * unit, middle + 1.2 * unit, 14.7 * unit), 18, 162, fill="#fbf7f0")


def _fringe(picture: Image.Image, middle: int, unit: float, colour: str) -> None:
    """Hair over the forehead, parted at the side: the top of the head without what the face shows of it."""
    hair = Image.new("L", picture.size)
    draw = ImageDraw.Draw(hair)

    def oval(x: float, y: float, across: float, down: float, value: int) -> None:
        box = (middle + (x - across) * unit, (y - down) * unit, middle + (x + across) * unit, (y + down) * unit)
        draw.ellipse(box, fill=value)

    oval(0, 11.4, 4.15, 5.4, 255)
    oval(-1.3, 12.4, 3.3, 4.5, 0)
    oval(1.5, 12.2, 2.7, 3.7, 0)
    draw.rectangle((0, 10.9 * unit, picture.width, picture.height), fill=0)
    picture.paste(colour, (0, 0), hair)


def _shade(colour: str, factor: float) -> str:
    parts = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{min(int(part * factor), 255):02x}" for part in parts)


def held_up(paper: Image.Image) -> Image.Image:
    """A badge or a code held before the camera: a little askew, in front of a wall."""
    scene = Image.new("RGB", SIZE, "#cfc7b5")
    shown = paper.convert("RGB")
    shown.thumbnail((760, 900))
    turned = shown.rotate(6, resample=Image.Resampling.BICUBIC, expand=True, fillcolor="#cfc7b5")
    scene.paste(turned, ((scene.width - turned.width) // 2, (scene.height - turned.height) // 2))
    return scene
