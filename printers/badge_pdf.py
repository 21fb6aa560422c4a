"""A badge as a PDF in which text is text: it can be searched, copied, and printed as sharp as the printer is.

    >>> from printers.badge_pdf import render_badge_pdf
    >>> data = render_badge_pdf(content, medium("pdf-86x54"))  # doctest: +SKIP

The layout is the one of the printed badge, place for place. Latin, Greek and Cyrillic are set in embedded fonts; other
scripts, and letters with marks that are no one sign with them, are pictures at four times the badge's resolution, for
PDF has no shaping of its own.
"""

from __future__ import annotations

import io
import unicodedata

from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas as Page

from printers.badge import lay_out
from printers.encodings.pdf import draw_ink, new_page
from printers.layout.canvas import Ink
from printers.layout.content import BadgeContent
from printers.layout.faces import DRAWN_BY_THEIR_NEIGHBOURS, font_files, load_font
from printers.layout.runs import Run
from printers.layout.vector import PlacedLine, VectorCanvas
from printers.paper import Medium
from printers.template import STANDARD, Template

_POINTS_PER_INCH = 72
_SHARPER = 4
_SET_AS_TEXT = ("LodgeDisplay-", "LodgeText-")
_COLOURS = {Ink.BLACK: (0.0, 0.0, 0.0), Ink.RED: (0.784, 0.114, 0.145), Ink.PAPER: (1.0, 1.0, 1.0)}


def render_badge_pdf(content: BadgeContent, medium: Medium, template: Template = STANDARD) -> bytes:
    """Lay a badge out for a medium and return a PDF of one page; the same badge gives the same bytes.

    Raises:
        BadgeContentError, EncodingError, TextShapingError: as ``render_badge``.
    """
    canvas = lay_out(content, medium, VectorCanvas, template).canvas
    scale = _POINTS_PER_INCH / medium.dpi
    out = io.BytesIO()
    page = new_page(out, canvas.width, canvas.height, medium.dpi)
    draw_ink(page, canvas.bitmap().black_ink(), medium.dpi)
    page.scale(scale, scale)
    height = canvas.height
    if canvas.quarter_turned:
        page.translate(canvas.width, 0)
        page.rotate(90)
        height = canvas.width
    for placed in canvas.placed:
        _draw(page, placed, height)
    page.showPage()
    page.save()
    return out.getvalue()


def _draw(page: Page, placed: PlacedLine, height: int) -> None:
    """Draw a line's runs from left to right, each as wide as the layout measured it."""
    page.setFillColorRGB(*_COLOURS[placed.ink])
    pen = float(placed.x)
    y = height - placed.baseline
    for run in placed.line.runs:
        width = load_font(run.face, placed.line.size).getlength(run.text, direction=run.direction)
        if _is_set_as_text(run):
            _set_text(page, run, placed.line.size, (pen, y), width)
        else:
            _draw_picture(page, run, placed, pen, y)
        pen += width


def _is_set_as_text(run: Run) -> bool:
    marked = any(unicodedata.category(character).startswith("M") for character in run.text)
    return run.face.file.startswith(_SET_AS_TEXT) and run.direction == "ltr" and not marked


def _set_text(page: Page, run: Run, size: int, place: tuple[float, float], width: float) -> None:
    """Set text; the little that kerning made narrower is spread over the run."""
    name = _font(run.face.file)
    letters = "".join(character for character in run.text if character not in DRAWN_BY_THEIR_NEIGHBOURS)
    natural = pdfmetrics.stringWidth(letters, name, size)
    text = page.beginText(*place)
    text.setFont(name, size)
    text.setHorizScale(100 * width / natural if natural else 100)
    text.textOut(letters)
    page.drawText(text)


def _draw_picture(page: Page, run: Run, placed: PlacedLine, pen: float, y: float) -> None:
    font = load_font(run.face, placed.line.size * _SHARPER)
    left, top, right, bottom = font.getbbox(run.text, anchor="ls", direction=run.direction)
    if right <= left or bottom <= top:
        return
    size = (int(right - left), int(bottom - top))
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).text((-left, -top), run.text, fill=255, font=font, anchor="ls", direction=run.direction)
    ink = Image.new("RGB", size, tuple(round(255 * part) for part in _COLOURS[placed.ink]))
    ink.putalpha(mask)
    box = (pen + left / _SHARPER, y - bottom / _SHARPER, size[0] / _SHARPER, size[1] / _SHARPER)
    page.drawImage(ImageReader(ink), *box, mask="auto")


def _font(file: str) -> str:
    """Register a font with reportlab once, under its file's name."""
    if file not in pdfmetrics.getRegisteredFontNames():
        path = next(path for path in font_files() if path.name == file)
        pdfmetrics.registerFont(TTFont(file, str(path)))
    return file
