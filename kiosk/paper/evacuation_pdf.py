"""The evacuation list on paper: A4, who needs assistance first, then by zone, a box to tick for each person.

A pure function of the list. Fonts are the kiosk's own, embedded; names in any script are laid out as on the screen. In
a language that runs from right to left the page is turned over: places are counted from its right edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from kiosk.evacuation_list.muster_order import MusterGroup, muster_groups
from kiosk.evacuation_list.since import other_day, unnamed_since
from kiosk.paper.composed import belief_on_paper, beside, remarks_on_paper, runs_from_the_right, sentence
from kiosk.paper.paper_fonts import draw, lines_of, stretches, width_of
from kiosk.paper.paper_icons import icon_picture
from kiosk.ports import EvacuationList, Freshness, PersonOnSite
from kiosk.words import moments
from kiosk.words.catalogue import Words
from printers.layout.isolates import isolated
from sync.writing import tidy

WIDTH, HEIGHT = A4
MARGIN = 16 * mm
FOOT = 18 * mm
INK, SOFT, LINE, BRICK = "#1C2320", "#4C554F", "#B9B5AA", "#A8321C"
TINTS = {
    Freshness.COMPLETE: ("#DDEEDD", "#24683A"),
    Freshness.STALE: ("#FBE8CC", "#7A4700"),
    Freshness.UNKNOWN: ("#F9E4DD", "#A8321C"),
}
TICK = 4.6 * mm
BOX, SINCE = 0 * mm, 178 * mm
"""Where the boxes begin and the times end, from the margin at which a line begins."""
MOST_NAME_LINES = 16
"""A name of 200 letters is written whole: somebody calls it out."""
HAND = "hand-back-left"
REGULAR, BOLD, DISPLAY = "Inter-400", "Inter-600", "InterDisplay-600"


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the columns begin, from that margin; each ends where the next begins, the last where *since* does."""

    name: float
    zone: float | None
    company: float
    host: float

    @property
    def name_end(self) -> float:
        return self.company if self.zone is None else self.zone


BY_ZONE = _Columns(name=10 * mm, zone=None, company=72 * mm, host=116 * mm)
BY_NEED = _Columns(name=17 * mm, zone=67 * mm, company=94 * mm, host=128 * mm)
"""Who needs assistance may be in any zone; the hand stands before the name."""


class _Sheet:
    """Pages being drawn from top to bottom. Page numbers are written last, when it is known how many there are."""

    def __init__(self, people: EvacuationList, words: Words) -> None:
        self.people, self.words = people, words
        self._turned = runs_from_the_right(words)
        self._out = BytesIO()
        self._canvas = Canvas(self._out, pagesize=A4, invariant=1)
        self._canvas.setTitle(f"{words.say('evacuation.title')} · {people.site}")
        self._canvas.setAuthor(people.organisation)
        self._pages = 1
        self.y = HEIGHT - MARGIN

    def text(self, text: str, x: float, y: float, face: str, size: float, colour: str = INK) -> None:
        """Write one line that begins at ``x``, its base line at ``y``; each script in its own font, in visual order."""
        canvas, line = self._canvas, sentence(text, self.words)
        canvas.setFillColor(HexColor(colour))
        drawn = stretches(line, face, size)
        x = self._left(x, sum(part.width for part in drawn)) if self._turned else x
        for part in drawn:
            draw(canvas, part, x, y, size)
            x += part.width

    def at_end(self, text: str, end: float, y: float, face: str, size: float, colour: str = INK) -> None:
        """Write one line that ends at ``end``."""
        self.text(text, end - width_of(sentence(text, self.words), face, size), y, face, size, colour)

    def _left(self, x: float, width: float = 0.0) -> float:
        """Where, from the left edge of the paper, a thing stands that begins at ``x``."""
        return WIDTH - x - width if self._turned else x

    def rule(self, y: float, colour: str = LINE, thickness: float = 0.4) -> None:
        """Draw a line across the text."""
        self._canvas.setStrokeColor(HexColor(colour))
        self._canvas.setLineWidth(thickness)
        self._canvas.line(MARGIN, y, WIDTH - MARGIN, y)

    def panel(self, x: float, y: float, width: float, height: float, colour: str, radius: float = 2 * mm) -> None:
        """Fill a rounded rectangle."""
        self._canvas.setFillColor(HexColor(colour))
        self._canvas.roundRect(self._left(x, width), y, width, height, radius, stroke=0, fill=1)

    def tick_box(self, x: float, y: float) -> None:
        """Draw an empty box to tick."""
        self._canvas.setStrokeColor(HexColor(INK))
        self._canvas.setLineWidth(0.9)
        self._canvas.roundRect(self._left(x, TICK), y, TICK, TICK, 0.8 * mm, stroke=1, fill=0)

    def disc(self, x: float, y: float, diameter: float, colour: str) -> None:
        """Fill a circle around a point."""
        self._canvas.setFillColor(HexColor(colour))
        self._canvas.circle(self._left(x), y, diameter / 2, stroke=0, fill=1)

    def icon(self, name: str, x: float, y: float, size: float, colour: str) -> None:
        """Draw an icon around a point."""
        picture = icon_picture(name, colour)
        self._canvas.drawImage(picture, self._left(x) - size / 2, y - size / 2, size, size, mask="auto")

    def needs(self, height: float) -> bool:
        """Begin another page where ``height`` does not fit any more, and return whether that was so."""
        if self.y - height >= FOOT:
            return False
        self._end_page()
        self._pages += 1
        self.y = HEIGHT - MARGIN
        return True

    def _end_page(self) -> None:
        """Leave room for the foot, which is written when the number of pages is known."""
        self._canvas.doForm(f"foot-{self._pages}")
        self._canvas.showPage()

    def _foot(self, page: int) -> None:
        words, size, y = self.words, 8.0, FOOT - 8.5 * mm
        self._canvas.beginForm(f"foot-{page}", 0, 0, WIDTH, FOOT)
        self.rule(FOOT - 4 * mm)
        as_of = self.people.as_of
        made = words.say("paper.made", time=moments.clock(words, as_of), date=moments.day(words, as_of))
        self.text(_place(self.people, made), MARGIN, y, REGULAR, size, SOFT)
        self.at_end(words.say("paper.page", here=page, of=self._pages), WIDTH - MARGIN, y, BOLD, size)
        self._canvas.endForm()

    def finish(self) -> bytes:
        """Close the last page, write all feet, and return the document."""
        self._end_page()
        for page in range(1, self._pages + 1):
            self._foot(page)
        self._canvas.save()
        return self._out.getvalue()


def _place(people: EvacuationList, when: str) -> str:
    return beside((tidy(people.organisation), tidy(people.site), when))


def _head(sheet: _Sheet) -> None:
    """Write the title block: what, where, as of when, how many, how far to believe it."""
    people, words = sheet.people, sheet.words
    top = sheet.y
    sheet.panel(MARGIN, top - 27 * mm, WIDTH - 2 * MARGIN, 27 * mm, BRICK, 3 * mm)
    white = "#FFFEFB"
    sheet.text(words.say("evacuation.title"), MARGIN + 6 * mm, top - 11.5 * mm, DISPLAY, 22, white)
    place = sentence(_place(people, moments.time_and_day(words, people.as_of)), words)
    room = WIDTH - 2 * MARGIN - 64 * mm
    for number, line in enumerate(lines_of(place, REGULAR, 10.5, room, 2)):
        sheet.text(line, MARGIN + 6 * mm, top - (18.5 + 4.6 * number) * mm, REGULAR, 10.5, white)
    count, right = str(people.count), WIDTH - MARGIN - 6 * mm
    sheet.at_end(count, right, top - 14.5 * mm, DISPLAY, 34, white)
    sheet.at_end(words.count("evacuation.count", people.count), right, top - 20.5 * mm, REGULAR, 10.5, white)
    sheet.y = top - 31 * mm
    ground, colour = TINTS[people.freshness]
    lines = lines_of(belief_on_paper(people, words, tidy), BOLD, 10, WIDTH - 2 * MARGIN - 10 * mm)
    tall = (len(lines) * 5.0 + 4.4) * mm
    sheet.panel(MARGIN, sheet.y - tall, WIDTH - 2 * MARGIN, tall, ground)
    sheet.panel(MARGIN, sheet.y - tall, 1.6 * mm, tall, colour, 0.8 * mm)
    for number, line in enumerate(lines):
        sheet.text(line, MARGIN + 5 * mm, sheet.y - (5.8 + 5.0 * number) * mm, BOLD, 10)
    sheet.y -= tall + 8 * mm


def _columns(group: MusterGroup) -> _Columns:
    return BY_NEED if group.assistance else BY_ZONE


def _title(group: MusterGroup, words: Words) -> str:
    if group.assistance:
        return words.say("evacuation.assistance")
    return group.zone or words.say("evacuation.no_zone")


def _group_head(sheet: _Sheet, group: MusterGroup, *, again: bool) -> None:
    """Write a group's heading and the names of the columns; ``again`` on a page that goes on with it."""
    words, columns = sheet.words, _columns(group)
    x = MARGIN
    if group.assistance:
        sheet.icon(HAND, x + 2.4 * mm, sheet.y + 1.5 * mm, 4.8 * mm, INK)
        x += 6.4 * mm
    title = isolated(tidy(_title(group, words)))
    sheet.text(f"{title} …" if again else title, x, sheet.y, BOLD, 12.5)
    sheet.at_end(words.count("evacuation.people", len(group.people)), WIDTH - MARGIN, sheet.y, REGULAR, 9.5, SOFT)
    sheet.y -= 6.0 * mm
    heads = [(BOX, "paper.safe"), (columns.name, "paper.name"), (columns.company, "paper.company")]
    if columns.zone is not None:
        heads.append((columns.zone, "paper.zone"))
    for at, key in (*heads, (columns.host, "paper.host")):
        sheet.text(words.say(key), MARGIN + at, sheet.y, REGULAR, 8, SOFT)
    sheet.at_end(words.say("paper.since"), MARGIN + SINCE, sheet.y, REGULAR, 8, SOFT)
    sheet.y -= 2.0 * mm
    sheet.rule(sheet.y, INK, 0.8)


def _cells(
    entry: PersonOnSite, columns: _Columns, words: Words, now: datetime
) -> list[tuple[float, str, float, list[str]]]:
    """The texts of a row, wrapped: where each begins, its face, its size, its lines."""
    name, company = entry.name, entry.company
    if entry.unnamed:
        name = words.say("evacuation.unnamed")
        company = unnamed_since(entry, words, now)
    texts = [(columns.name, columns.name_end, BOLD, 10.5, name), (columns.company, columns.host, REGULAR, 9.5, company)]
    if columns.zone is not None:
        zone = entry.zone or words.say("evacuation.no_zone")
        texts.append((columns.zone, columns.company, REGULAR, 9.5, zone))
    texts.append((columns.host, SINCE - 11 * mm, REGULAR, 9.5, entry.host))
    cells = [
        (at, face, size, lines_of(isolated(tidy(text)), face, size, end - at - 3 * mm, most))
        for at, end, face, size, text in texts
        for most in (MOST_NAME_LINES if text is name else 4,)
        if text
    ]
    said = remarks_on_paper(entry, words, tidy)
    if said:
        room = columns.name_end - columns.name - 3 * mm
        lines = [line for text in said for line in lines_of(text, REGULAR, 9.5, room)]
        cells.append((columns.name, REGULAR, 9.5, [""] * len(cells[0][3]) + lines))  # beneath the name
    return cells


def _row(sheet: _Sheet, group: MusterGroup, entry: PersonOnSite) -> None:
    """Write one person, on the next page where there is no room."""
    words, columns = sheet.words, _columns(group)
    cells, day = _cells(entry, columns, words, sheet.people.as_of), other_day(entry, words, sheet.people.as_of)
    tall = (max(1 + bool(day), *(len(lines) for _, _, _, lines in cells)) * 4.8 + 4.2) * mm
    if sheet.needs(tall):
        _group_head(sheet, group, again=True)
    first = sheet.y - 6.2 * mm
    sheet.tick_box(MARGIN + BOX, first - 0.8 * mm)
    if group.assistance:
        middle = (MARGIN + columns.name - 5.0 * mm, first + 1.4 * mm)
        sheet.disc(*middle, 5.8 * mm, INK)
        sheet.icon(HAND, *middle, 3.6 * mm, "#FFFEFB")
    for at, face, size, lines in cells:
        for number, line in enumerate(lines):
            sheet.text(line, MARGIN + at, first - number * 4.8 * mm, face, size)
    sheet.at_end(moments.clock(words, entry.since), MARGIN + SINCE, first, BOLD, 9.5)
    if day:
        sheet.at_end(day, MARGIN + SINCE, first - 4.8 * mm, REGULAR, 8)
    sheet.y -= tall
    sheet.rule(sheet.y)


def evacuation_pdf(people: EvacuationList, words: Words) -> bytes:
    """Return the list as a PDF document in the language of ``words``. The same list gives the same bytes."""
    sheet = _Sheet(people, words)
    _head(sheet)
    if not people.entries:
        sheet.text(words.say("evacuation.nobody"), MARGIN, sheet.y - 4 * mm, BOLD, 14)
    for group in muster_groups(people.entries):
        sheet.needs(30 * mm)
        _group_head(sheet, group, again=False)
        for entry in group.people:
            _row(sheet, group, entry)
        sheet.y -= 9 * mm
    return sheet.finish()
