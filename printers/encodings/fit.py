"""Whether a badge fits a medium, and a medium a printer: asked once, in the same words, by every encoder."""

from __future__ import annotations

from PIL import Image

from printers.bitmap import BadgeBitmap
from printers.errors import EncodingError
from printers.hardware import PrinterModel
from printers.paper import Medium


def check_fit(bitmap: BadgeBitmap, medium: Medium, model: PrinterModel, longest_rows: int) -> None:
    """Refuse what cannot be printed.

    Raises:
        EncodingError: with what would fit.
    """
    if not model.takes(medium):
        fitting = ", ".join(candidate.name for candidate in model.media)
        raise EncodingError(f"{model.name} cannot print on {medium.name}. It takes: {fitting}.")
    tallest = medium.height_dots or longest_rows
    if bitmap.width > medium.width_dots or bitmap.height > tallest:
        raise EncodingError(
            f"A picture of {bitmap.width} x {bitmap.height} dots does not fit {medium.name}, "
            f"which has {medium.width_dots} x {tallest} printable dots."
        )
    if bitmap.red is not None and any(bitmap.red) and not medium.two_colour:
        two_colour = ", ".join(paper.name for paper in model.media if paper.two_colour)
        instead = f"Use {two_colour}." if two_colour else f"{model.name} has no paper with two colours."
        raise EncodingError(f"The picture has red dots, but {medium.name} prints black alone. {instead}")


def place(bitmap: BadgeBitmap, width: int, height: int) -> Image.Image:
    """Return the black dots at the top left of ``width`` x ``height`` dots, mode ``1``, 255 = ink."""
    if (bitmap.width, bitmap.height) == (width, height):
        return bitmap.black_ink()
    page = Image.new("1", (width, height))
    page.paste(bitmap.black_ink(), (0, 0))
    return page
