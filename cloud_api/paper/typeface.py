"""The fonts that pages are drawn with: which file draws which script, how wide a text is, and its letters in the order
and the shapes in which they are drawn.

The files are those of the kiosk's evacuation list (``workbench/fonts.py``): the cloud may not reach into the kiosk.
"""

from functools import lru_cache
from importlib.resources import as_file, files
from itertools import accumulate

from reportlab.lib.abag import ABag
from reportlab.lib.rl_accel import fp_str
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import ShapedStr, TTFont, shapeFragWord
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from sync.unshaped import composed, drawn_alone, needs_shaping
from sync.visual_order import visual
from sync.writing import NAMES_ONLY, SHAPED, Script, runs, tidy, wrap

_FAMILIES = {
    Script.LATIN: "Inter",
    Script.ARABIC: "NotoSansArabic",
    Script.HEBREW: "NotoSansHebrew",
    Script.DEVANAGARI: "NotoSansDevanagari",
    Script.THAI: "NotoSansThai",
}
_SINGLE = {Script.EAST_ASIAN: "NotoSansCJK-400", Script.EMOJI: "NotoEmoji-400"}
_SINGLE |= {script: f"NotoSans{script.title()}-500" for script in NAMES_ONLY}
REGULAR, BOLD = 400, 600


@lru_cache(maxsize=64)
def font(weight: int, script: Script) -> str:
    """The name of a font that reportlab knows from now on."""
    stem = _SINGLE.get(script) or f"{_FAMILIES[script]}-{weight}"
    name = f"lodge-{stem}"
    with as_file(files("cloud_api.paper") / "fonts" / f"{stem}.ttf") as path:
        made = TTFont(name, str(path), shapable=script in SHAPED or script is Script.LATIN)
    made.face.name = name.encode("ascii")  # two weights of a face bear one name, by which reportlab knows them apart
    pdfmetrics.registerFont(made)
    return name


def drawn(line: str, weight: int, size: float, *, right_to_left: bool | None = None) -> list[tuple[str, str, float]]:
    """One line in stretches from left to right: text, font, and width in points. ``right_to_left``: the direction of
    the paragraph whose line it is, else that of its own first letter.
    """
    found = []
    for whole, script in runs(visual(composed(line), right_to_left=right_to_left)):
        name = font(weight, script)
        part = whole if script in SHAPED else drawn_alone(whole)
        if script in SHAPED or (script is Script.LATIN and needs_shaping(part)):
            shaped = shapeFragWord([0, (ABag(fontName=name, fontSize=size), part)], force=True)
            found.append((shaped[1][1], name, float(shaped[0])))
        elif part:
            found.append((part, name, pdfmetrics.stringWidth(part, name, size)))
    return found


def write(canvas: Canvas, part: str, name: str, size: float, at: tuple[float, float]) -> None:
    """Draw a stretch of ``drawn`` that begins at a point of its base line, in the canvas's colour."""
    canvas.setFont(name, size)
    if not isinstance(part, ShapedStr):
        canvas.drawString(*at, part)
        return
    text = _Risen(canvas, *at)
    text.textOut(part)
    canvas.drawText(text)


class _Risen(PDFTextObject):
    """A text in which each sign stands as high as it should. Of two changes at one place reportlab forgets the second:
    what came behind two signs beneath one another stayed down.
    """

    _code: list[str]

    def setRise(self, rise: float) -> None:  # noqa: N802 - reportlab's name
        self._rise = rise
        self._code.append(f"{fp_str(rise)} Ts")


def lines_of(text: str, weight: int, size: float, width: float) -> list[str]:
    """A text broken into lines of at most ``width`` points, in logical order. What joins when it is drawn is narrower
    than its letters one by one, by which it is measured: no line outgrows the page.
    """
    tidied = composed(tidy(text))
    ends = list(accumulate(_widths(tidied, weight, size), initial=0.0))
    return [tidied[a:b] for a, b, _ in wrap(tidied, lambda a, b: ends[b] - ends[a], width)]


def _widths(text: str, weight: int, size: float) -> list[float]:
    return [pdfmetrics.stringWidth(sign, font(weight, script), size) for part, script in runs(text) for sign in part]
