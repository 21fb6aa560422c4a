"""The evacuation list on paper in languages that run from right to left: turned over, every part of a line whole."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas as PdfCanvas

from kiosk.evacuation_list.remarks import again
from kiosk.paper.badge_paper.pages import list_pages
from kiosk.paper.evacuation_pdf import evacuation_pdf
from kiosk.paper.visual_line import visual_line
from kiosk.ports import EvacuationList, Freshness, KioskHeard, PersonOnSite
from kiosk.words.catalogue import languages
from printers.layout.canvas import Align, Canvas, Ink
from printers.layout.isolates import bare, isolated, paragraph_toward
from printers.layout.lines import SetLine
from printers.media import medium
from workbench.still_time import MORNING

LATER = MORNING.replace(hour=9, minute=41)
ENTRY = PersonOnSite("s", "Ada Sample", "Larkspur Looms", "Ines", "Dock", LATER, needs_assistance=True)
LIST = EvacuationList("Thistledown Works", "Mill Lane", (ENTRY,), MORNING, Freshness.COMPLETE)
STALE = replace(LIST, freshness=Freshness.STALE, stale=(KioskHeard("Gate kiosk", None),))


@dataclass
class Drawn:
    """What a PDF draws: texts in visual order with their left and right edges, boxes with their left and width."""

    texts: dict[str, tuple[float, float]] = field(default_factory=dict)
    boxes: list[tuple[float, float]] = field(default_factory=list)


def drawn(people: EvacuationList, language: str, monkeypatch: pytest.MonkeyPatch) -> Drawn:
    found = Drawn()

    def text(canvas: PdfCanvas, x: float, _y: float, said: str) -> None:
        font = vars(canvas)
        wide = pdfmetrics.stringWidth(said, font["_fontname"], font["_fontsize"])
        found.texts.setdefault(said.strip(), (x, x + wide))

    def box(_canvas: PdfCanvas, x: float, _y: float, width: float, *_rest: float, **_how: int) -> None:
        found.boxes.append((x, width))

    with monkeypatch.context() as patched:
        patched.setattr(PdfCanvas, "drawString", text)
        patched.setattr(PdfCanvas, "roundRect", box)
        evacuation_pdf(people, languages()[language])
    return found


def test_the_sheet_is_turned_over_and_names_run_their_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Boxes, names and columns from the right, times at the left; each begins as far from its edge as in English."""
    english, hebrew = drawn(LIST, "en", monkeypatch), drawn(LIST, "he", monkeypatch)
    for text in ("Ada Sample", "Larkspur Looms", "Ines"):
        assert hebrew.texts[text][1] == pytest.approx(A4[0] - english.texts[text][0], abs=0.01), text
    assert hebrew.texts["9:41"][0] == pytest.approx(A4[0] - english.texts["09:41"][1], abs=0.01), "since when"
    assert hebrew.texts["1"][0] == pytest.approx(A4[0] - english.texts["1"][1], abs=0.01), "how many, at the other end"
    assert hebrew.texts["םש"][1] == pytest.approx(hebrew.texts["Ada Sample"][1], abs=0.01), "the column's heading"
    boxes = [[x for x, width in sheet.boxes if width == 4.6 * mm] for sheet in (english, hebrew)]
    assert boxes[1] == pytest.approx([A4[0] - x - 4.6 * mm for x in boxes[0]])


@pytest.mark.parametrize("language", ["ar", "he"])
def test_arabic_letters_end_where_the_page_begins(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Joined letters are narrower than letters apart; headings were once placed by the latter."""
    title = visual_line(languages()[language].say("evacuation.title"))
    assert drawn(LIST, language, monkeypatch).texts[title][1] == pytest.approx(A4[0] - 22 * mm, abs=0.01)


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        (
            ("Thistledown Works", "Mill Lane", "8:52, 16 במרץ 2026"),
            "2026 ץרמב 16 ,8:52 · Mill Lane · Thistledown Works",
        ),
        (("^XA~JA", "[b]Bold[/b] (2)"), "[b]Bold[/b] (2) · ^XA~JA"),
        (("12", "34"), "34 · 12"),
        ((f"גם {isolated('Dock')}, {isolated('Offices')}",), "Offices ,Dock םג"),
    ],
)
def test_a_line_reads_part_by_part_from_the_right(parts: tuple[str, ...], line: str) -> None:
    """Day and year once stood on either side of the time, in a line that ran from the left."""
    text = paragraph_toward(" · ".join(isolated(part) for part in parts), right_to_left=True)
    assert visual_line(text) == line


class Placed(Canvas):
    """Keeps where lines are set and rectangles stand."""

    def __init__(self, width: int, height: int, *, two_colour: bool) -> None:
        super().__init__(width, height, two_colour=two_colour)
        self.lines: list[tuple[SetLine, int, int, Align]] = []
        self.upright: list[int] = []

    def line(self, line: SetLine, left: int, right: int, baseline: int, align: Align, ink: Ink = Ink.BLACK) -> None:
        """See ``Canvas.line``."""
        self.lines.append((line, left, self.width - right, align))

    def fill(self, x: int, y: int, width: int, height: int, ink: Ink = Ink.BLACK) -> None:
        """See ``Canvas.fill``."""
        if height > width:
            self.upright.append(x)


def placed(language: str, paper: str = "62x100") -> Placed:
    """The last page, which has the one person on it."""
    pages = list_pages(STALE, languages()[language], medium(paper), points={"Dock": "The pond"})
    return pages.drawn(len(pages) - 1, Placed)


@pytest.mark.parametrize("paper", ["62x100", "29x90"])
def test_badge_paper_is_turned_over(paper: str) -> None:
    english, hebrew = placed("en", paper), placed("he", paper)
    (_, left, _, align), *_ = (found for found in english.lines if found[0].text.startswith("Ada"))
    (_, _, right, turned), *_ = (found for found in hebrew.lines if found[0].text.startswith("Ada"))
    assert (right, align, turned) == (left, Align.LEFT, Align.RIGHT)
    assert max(english.upright) < english.width // 2 < min(hebrew.upright), "the box to tick"
    assert {align for line, *_, align in hebrew.lines if "Dock" in bare(line.text)} == {Align.RIGHT}


def test_on_badge_paper_day_month_and_year_read_from_the_right_and_a_kiosk_keeps_its_name_whole() -> None:
    lines = {bare(line.text): [run.text.strip() for run in line.runs] for line, *_ in placed("he").lines}
    shown = {text: [part for part in parts if part] for text, parts in lines.items()}
    assert shown["Mill Lane · 16 במרץ 2026"] == ["2026", "במרץ", "16", "·", "Mill Lane"]
    (kiosk,) = (parts for text, parts in shown.items() if "Gate kiosk" in text)
    assert "Gate kiosk" in kiosk


@pytest.mark.parametrize(
    ("language", "zones"), [("ar", "Dock، Offices"), ("zh", "Dock、Offices"), ("de", "Dock, Offices")]
)
def test_zones_are_listed_with_the_commas_of_the_language(language: str, zones: str) -> None:
    twice = replace(ENTRY, again=("x",), other_zones=("Dock", "Offices"))
    assert zones in again(twice, languages()[language])
