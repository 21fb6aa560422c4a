"""The fonts of the kiosk's papers: a line as the stretches that reportlab draws from left to right, and its width.

reportlab knows neither font fallback nor bidirectional order; HarfBuzz, which it knows how to ask, puts the signs of
Indic and South-East Asian scripts together, and marks over Latin letters that are in no font with them. A line without
either is never shaped.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from reportlab.lib.abag import ABag
from reportlab.lib.rl_accel import fp_str
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import ShapedStr, TTFont, shapeFragWord
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from kiosk.paper.visual_line import visual_line
from kiosk.views.typeface import font_file
from printers.layout.isolates import unended
from sync.unshaped import composed, drawn_alone, needs_shaping
from sync.writing import ELLIPSIS, SHAPED, Script, runs, wrap

_PRIVATE = 0xE000
"""Where Unicode has no letters: signs that no letter stands for are drawn as such ones."""


class Stretch(NamedTuple):
    """What one font draws: text as the canvas takes it, the font's name, and the width in points."""

    text: str
    font: str
    width: float


def stretches(text: str, face: str, size: float) -> list[Stretch]:
    """Return one line of logical text as it is drawn from left to right, Latin in ``face`` (``Inter-600``)."""
    found = [_stretch(part, script, face, size) for part, script in runs(visual_line(composed(text)))]
    return [stretch for stretch in found if stretch.text]


def draw(canvas: Canvas, part: Stretch, x: float, y: float, size: float) -> None:
    """Draw a stretch that begins at ``x``, its base line at ``y``, in the canvas's colour."""
    canvas.setFont(part.font, size)
    if not isinstance(part.text, ShapedStr):
        canvas.drawString(x, y, part.text)
        return
    written = _Risen(canvas, x, y)
    written.textOut(part.text)
    canvas.drawText(written)


class _Risen(PDFTextObject):
    """A text in which each sign stands as high as it should. Of two changes at one place reportlab forgets the second:
    what came behind two signs beneath one another stayed down.
    """

    _code: list[str]

    def setRise(self, rise: float) -> None:  # noqa: N802 - reportlab's name
        self._rise = rise
        self._code.append(f"{fp_str(rise)} Ts")


def width_of(text: str, face: str, size: float) -> float:
    """Return how wide one line of logical text is drawn, in points."""
    return sum(stretch.width for stretch in stretches(text, face, size))


def lines_of(text: str, face: str, size: float, width: float, most: int = 4) -> list[str]:
    """Return a text wrapped at ``width`` points, in logical order; what does not fit on ``most`` lines is cut."""
    text = composed(text)
    found = wrap(text, lambda a, b: width_of(text[a:b], face, size), width, most)
    return [unended(text[:a]) + text[a:b] + (ELLIPSIS if cut else "") for a, b, cut in found]


def _stretch(part: str, script: Script, face: str, size: float) -> Stretch:
    name = _font(face, script)
    part = part if script in SHAPED else drawn_alone(part)
    if not _is_shaped(part, script):
        return Stretch(part, name, pdfmetrics.stringWidth(part, name, size))
    width, (_, signs) = shapeFragWord([0, (ABag(fontName=name, fontSize=size), part)], force=True)
    return Stretch(signs, name, float(width))


def _is_shaped(part: str, script: Script) -> bool:
    return script in SHAPED or (script is Script.LATIN and needs_shaping(part))


@cache
def _font(face: str, script: Script) -> str:
    return _registered(font_file(face, script), shaped=script in SHAPED or script is Script.LATIN)


@cache
def _registered(path: str, *, shaped: bool) -> str:
    """Register a shipped font once and return its name."""
    name = Path(path).stem
    made = TTFont(name, path, shapable=shaped)
    made.face.name = name.encode("ascii")  # two weights of a face bear one name, by which reportlab knows them apart
    pdfmetrics.registerFont(made)
    if shaped:
        _name_all_signs(made)
    return name


def _name_all_signs(made: TTFont) -> None:
    """Give a private letter to each sign that no letter stands for. reportlab would give them out as it meets them: the
    same list gave other bytes after other lists.
    """
    font: Any = made
    face, shaper = font.face, font.hbFont()
    for sign in range(shaper.face.glyph_count):
        if sign not in face.glyphToChar:
            letter = _PRIVATE + sign
            face.glyphToChar[sign] = [letter]
            face.charToGlyph[letter] = sign
            face.charWidths[letter] = font.pdfScale(shaper.get_glyph_h_advance(sign))
