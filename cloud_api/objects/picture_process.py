"""Draws one picture anew: what came from outside on standard input, one of our own making on standard output (C26).

``photo`` makes a JPEG of a JPEG, ``logo`` a PNG of a PNG, JPEG or WebP (R22), ``stencil`` of such a logo one that
kiosks can show on any ground and print in one ink (ADR 91). Run by its file name in a process of its own, which may use
little memory, little time, and write no file. Whatever else came with the picture (metadata, comments, a script behind
its end) is not in what comes out.
"""

import resource
import sys
import warnings
from io import BytesIO

from PIL import Image, ImageChops, ImageFilter, ImageStat, UnidentifiedImageError

MEMORY_BYTES = 512 * 1024 * 1024
PROCESSOR_SECONDS = 5
MAX_INPUT_BYTES = 2 * 1024 * 1024
MAX_UPLOAD_BYTES = 50 * 1024 * 1024
MAX_PIXELS = 24_000_000
LARGEST_SIDE = 1024
LARGEST_LOGO = 512
QUALITY = 85
STENCIL_SIZES = ((512, 256), (384, 192), (256, 128), (192, 96), (128, 64))
"""The widest and highest that a stencil may be; the next where it would have more than ``MOST_STENCIL_BYTES``."""
MOST_STENCIL_BYTES = 48 * 1024
WHITE = 255
LEAST_CONTRAST = 24
"""Of 255: what differs less from its ground is not seen."""
MOSTLY_LIGHT = 190
FAINT, FULL, FULL_ON_DARK = 0.12, 0.40, 0.75
"""Shares of the strongest difference from the ground: below the first is ground, above the second is ink. On a dark
ground colours differ less from white than from it: dark letters on a white disc must not become disc.
"""
WIDEST, HIGHEST = 8, 2
"""A logo's longer side in its shorter ones: beyond, in one colour on a screen or badge, it is a hair."""
SEEN, BLUR = 64, 2
REFUSED, NO_PICTURE, TOO_LARGE, DAMAGED, TOO_THIN = 3, 4, 5, 6, 7


class RefusedError(Exception):
    """A logo is not drawn, for the reason of a code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def main() -> int:
    """0: drawn; 3: this is no picture that may be shown; of a logo why not, as well."""
    _limit()
    most, draw = {
        "photo": (MAX_INPUT_BYTES, _draw),
        "logo": (MAX_UPLOAD_BYTES, _draw_logo),
        "stencil": (MAX_INPUT_BYTES, _draw_stencil),
    }[sys.argv[1]]
    data = sys.stdin.buffer.read(most + 1)
    if len(data) > most:
        return TOO_LARGE if draw is _draw_logo else REFUSED
    try:
        drawn = draw(data)
    except RefusedError as why:
        return why.code
    except Exception:  # noqa: BLE001 -- decoders fail in many ways, and every one of them means no
        return REFUSED
    sys.stdout.buffer.write(drawn)
    sys.stdout.buffer.flush()
    return 0


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _draw(data: bytes) -> bytes:
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error")
    with Image.open(BytesIO(data), formats=("JPEG",)) as picture:
        picture.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
        plain = picture.convert("RGB")
    plain.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    plain.info.clear()
    out = BytesIO()
    plain.save(out, format="JPEG", quality=QUALITY)
    return out.getvalue()


def _draw_logo(data: bytes) -> bytes:
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error")
    plain = _read_logo(data)
    seen = plain.getchannel("A").point([0] * SEEN + [WHITE] * (256 - SEEN)).getbbox()
    if seen is not None and _is_thin(seen[2] - seen[0], seen[3] - seen[1]):
        raise RefusedError(TOO_THIN)
    plain.thumbnail((LARGEST_LOGO, LARGEST_LOGO))
    plain.info.clear()
    out = BytesIO()
    plain.save(out, format="PNG", optimize=True)
    return out.getvalue()


def _read_logo(data: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as picture:
            if _is_thin(*picture.size):
                raise RefusedError(TOO_THIN)
            picture.draft("RGB", (LARGEST_LOGO, LARGEST_LOGO))
            picture.load()
            return picture.convert("RGBA")
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise RefusedError(TOO_LARGE) from error
    except UnidentifiedImageError as error:
        raise RefusedError(NO_PICTURE) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise RefusedError(DAMAGED) from error


def _is_thin(width: int, height: int, blur: int = 0) -> bool:
    """``blur``: how many pixels a picture that was made smaller may have lost of each side."""
    return width > WIDEST * (height + blur) or height > HIGHEST * (width + blur)


def _draw_stencil(data: bytes) -> bytes:
    with Image.open(BytesIO(data), formats=("PNG",)) as picture:
        picture.load()
        ink = _ink(picture.convert("RGBA"))
    ink = ink.crop(ink.point([0] * SEEN + [WHITE] * (256 - SEEN)).getbbox())
    if _is_thin(ink.width, ink.height, BLUR):
        raise RefusedError(TOO_THIN)
    for size in STENCIL_SIZES:
        shape = ink.copy()
        shape.thumbnail(size, Image.Resampling.LANCZOS)
        shape = shape.point([value // 17 * 17 for value in range(256)])
        out = BytesIO()
        Image.merge("LA", (Image.new("L", shape.size), shape)).save(out, format="PNG", optimize=True)
        if out.tell() <= MOST_STENCIL_BYTES:
            return out.getvalue()
    raise ValueError("too much in it for any size")


def _ink(logo: Image.Image) -> Image.Image:
    """How much of each pixel is ink rather than ground, 255 = all: colours that differ clearly count whole, so that
    orange beside navy is not lost, and yellow letters in a navy field are.
    """
    paper = _paper(logo)
    flat = Image.new("RGBA", logo.size, (paper, paper, paper, 255))
    flat.alpha_composite(logo)
    grey = flat.convert("L")
    ground = paper if _is_cut_out(logo) else int(ImageStat.Stat(grey, _edge(logo.size)).median[0])
    differs = ImageChops.difference(grey, Image.new("L", logo.size, ground))
    strongest = max(value for value, count in enumerate(differs.histogram()) if count)
    if strongest < LEAST_CONTRAST:
        raise ValueError("nothing to be seen in one colour")
    shares, full = (value / strongest for value in range(256)), FULL if ground else FULL_ON_DARK
    return differs.point([round(WHITE * min(max((share - FAINT) / (full - FAINT), 0), 1)) for share in shares])


def _paper(logo: Image.Image) -> int:
    """White; black for a picture with light outlines that was cut out to stand on something dark."""
    seen = logo.getchannel("A").point([0] * 128 + [WHITE] * 128)
    outline = ImageChops.subtract(seen, seen.filter(ImageFilter.MinFilter(3)))
    if not _is_cut_out(logo) or outline.getbbox() is None:
        return WHITE
    return 0 if ImageStat.Stat(logo.convert("RGB").convert("L"), outline).median[0] > MOSTLY_LIGHT else WHITE


def _is_cut_out(logo: Image.Image) -> bool:
    """Whether most of its edge is transparent: then nothing is its ground."""
    return bool(ImageStat.Stat(logo.getchannel("A"), _edge(logo.size)).median[0] < WHITE // 2)


def _edge(size: tuple[int, int]) -> Image.Image:
    edge = Image.new("L", size, WHITE)
    if min(size) > 2:  # noqa: PLR2004 -- else all of it is edge
        edge.paste(0, (1, 1, size[0] - 1, size[1] - 1))
    return edge


if __name__ == "__main__":
    sys.exit(main())
