"""PDF: a badge's dots as a one-page document of the medium's size (ADR 0085).

The dots are embedded without loss at their own resolution, so that what a PDF printer gets is what every other printer
gets. The same dots give the same bytes. ReportLab is loaded where it is used: every kiosk lists this family, few print
with it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from printers.bitmap import BadgeBitmap
from printers.encodings.fit import check_fit, place
from printers.hardware import PrinterModel
from printers.job import JobOptions
from printers.paper import Medium

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

_POINTS_PER_INCH = 72
_LONGEST_ROWS = 30_000


def encode(bitmap: BadgeBitmap, medium: Medium, model: PrinterModel, _: JobOptions) -> bytes:
    """Return a PDF of one page with the dots at the top left.

    Raises:
        EncodingError: when the bitmap does not fit the medium.
    """
    check_fit(bitmap, medium, model, _LONGEST_ROWS)
    return page_of(bitmap, medium).data


@dataclass(frozen=True)
class Document:
    """A PDF of one page and how high the page is."""

    data: bytes
    height_mm: float


def page_of(bitmap: BadgeBitmap, medium: Medium) -> Document:
    """Return the dots on a page of a medium's size, whichever family it belongs to; red dots turn black."""
    height = medium.height_dots or bitmap.height
    ink = place(bitmap, medium.width_dots, height)
    red = bitmap.red_ink()
    if red is not None:
        ink.paste(255, (0, 0), red)
    out = io.BytesIO()
    page = new_page(out, medium.width_dots, height, medium.dpi)
    draw_ink(page, ink, medium.dpi)
    page.showPage()
    page.save()
    return Document(out.getvalue(), height * 25.4 / medium.dpi)


def new_page(out: io.BytesIO, width: int, height: int, dpi: int) -> Canvas:
    """Begin a document of one page, ``width`` x ``height`` dots large; without a date, so that bytes repeat."""
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415 -- see the top

    scale = _POINTS_PER_INCH / dpi
    page = Canvas(out, pagesize=(width * scale, height * scale), pageCompression=1, invariant=1)
    page.setTitle("Badge")
    return page


def draw_ink(page: Canvas, ink: Image.Image, dpi: int) -> None:
    """Put dots (mode ``1``, 255 = ink) over the whole page, black on white."""
    from reportlab.lib.utils import ImageReader  # noqa: PLC0415 -- see the top

    scale = _POINTS_PER_INCH / dpi
    picture = ImageChops.invert(ink.convert("L"))
    page.drawImage(ImageReader(picture), 0, 0, ink.width * scale, ink.height * scale)
