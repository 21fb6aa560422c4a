"""Pictures in dots (tokens, 13): a face cropped, contrast-stretched and diffused at its final size; a logo whole."""

from __future__ import annotations

from PIL import Image, ImageOps

from printers.errors import BadgeContentError
from printers.layout.canvas import Canvas, Ink, arch_mask, threshold

MOST_PIXELS = 40_000_000
_CLIPPED_PERCENT = 1
_DOT_GAIN_GAMMA = 0.8
_FACE_CENTRE = (0.5, 0.42)
_OUTLINE = 6


def draw_photo(canvas: Canvas, photo: Image.Image, x: int, y: int, width: int, height: int) -> None:
    """Draw a photo in an outlined arch.

    Raises:
        BadgeContentError: for a picture above 40 megapixels, before it is decoded.
    """
    canvas.stamp(arch_mask(width, height), x, y)
    inner_width, inner_height = width - 2 * _OUTLINE, height - 2 * _OUTLINE
    inside = arch_mask(inner_width, inner_height)
    canvas.stamp(inside, x + _OUTLINE, y + _OUTLINE, Ink.PAPER)
    dots = photo_dots(photo, inner_width, inner_height)
    nothing = Image.new("L", dots.size, 0)
    canvas.stamp(Image.composite(dots, nothing, inside), x + _OUTLINE, y + _OUTLINE)


def photo_dots(photo: Image.Image, width: int, height: int) -> Image.Image:
    """Return the photo as a mask of exactly ``width`` x ``height``, 255 = ink; upright, as its EXIF data say it is."""
    _check_size(photo, "photo")
    grey = _flattened(ImageOps.exif_transpose(photo)).convert("L")
    fitted = ImageOps.fit(grey, (width, height), Image.Resampling.LANCZOS, centering=_FACE_CENTRE)
    stretched = ImageOps.autocontrast(fitted, cutoff=_CLIPPED_PERCENT)
    lighter = stretched.point([round(255 * (value / 255) ** _DOT_GAIN_GAMMA) for value in range(256)])
    return ImageOps.invert(lighter.convert("1", dither=Image.Dither.FLOYDSTEINBERG).convert("L"))


def logo_dots(logo: Image.Image, width: int, height: int) -> Image.Image:
    """Return a logo as a mask that fits into ``width`` x ``height``, 255 = ink: its darker half, never diffused.

    Raises:
        BadgeContentError: for a picture above 40 megapixels, before it is decoded.
    """
    _check_size(logo, "logo")
    grey = ImageOps.autocontrast(_flattened(logo).convert("L"), cutoff=_CLIPPED_PERCENT)
    scale = min(width / grey.width, height / grey.height)
    size = (max(1, round(grey.width * scale)), max(1, round(grey.height * scale)))
    return threshold(ImageOps.invert(grey.resize(size, Image.Resampling.LANCZOS)))


def _check_size(picture: Image.Image, what: str) -> None:
    if picture.width * picture.height > MOST_PIXELS or min(picture.size) == 0:
        raise BadgeContentError(f"A {what} of {picture.width} x {picture.height} pixels cannot be put on a badge.")


def _flattened(photo: Image.Image) -> Image.Image:
    """Lay a transparent picture on white paper."""
    if "A" not in photo.getbands() and "transparency" not in photo.info:
        return photo
    paper = Image.new("RGBA", photo.size, (255, 255, 255, 255))
    paper.alpha_composite(photo.convert("RGBA"))
    return paper
