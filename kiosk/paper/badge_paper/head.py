"""What stands on every page of a list on badge paper: what, when, how many, how far to believe it, which page."""

from __future__ import annotations

from kiosk.paper.badge_paper.blocks import hand, wrapped
from kiosk.paper.badge_paper.measures import Measure
from kiosk.paper.badge_paper.surface import Surface
from kiosk.paper.composed import beside, sentence
from kiosk.ports import EvacuationList, Freshness
from kiosk.words import moments
from kiosk.words.catalogue import Words
from printers.layout.canvas import Align
from printers.layout.faces import Role
from printers.layout.isolates import isolated
from printers.layout.lines import SetLine, fit_line
from printers.layout.text import clean

_GAP_MM, _LOW_GAP_MM = 1.3, 0.7


class PageHead:
    """The head and the foot of each page; both are one line on low labels, which have no foot."""

    def __init__(self, measure: Measure, people: EvacuationList, words: Words) -> None:
        self._measure, self._people, self._words = measure, people, words
        moment = people.as_of
        self._clock = moments.clock(words, moment)
        self._place = beside((clean(people.site), moments.day(words, moment)))
        self._count = f"{people.count} {words.count('evacuation.count', people.count)}"
        self._helped = sum(entry.needs_assistance for entry in people.entries)
        self._heights: dict[bool, int] = {}
        short = words.say("paper.as_told" if _is_certain(people) else "paper.in_doubt")
        self._short = sentence(short, words)

    @property
    def foot(self) -> int:
        """Dots at the end of a page that are the page number's."""
        return 0 if self._measure.low else self._measure.type(2.7) + self._measure.mm(1.6)

    def height(self, *, first: bool) -> int:
        """Dots that the head takes. The first page has how far to believe the list in full, under its head."""
        if first not in self._heights:
            self._heights[first] = self._lines(first=first)[1]
        return self._heights[first]

    def draw(self, canvas: Surface, here: int, of: int) -> None:
        """Draw head and foot of page ``here``, which counts from 1."""
        for y, line, align in self._lines(first=here == 1, page=(here, of))[0]:
            canvas.line(line, self._measure.left, self._measure.right, y, align)
        if self._helped and not self._measure.low:
            self._draw_helped(canvas, here)
        if not self._measure.low:
            self._draw_foot(canvas, here, of)

    def _lines(self, *, first: bool, page: tuple[int, int] = (88, 88)) -> tuple[list[tuple[int, SetLine, Align]], int]:
        return self._low(page, first=first) if self._measure.low else self._full(first=first)

    def _full(self, *, first: bool) -> tuple[list[tuple[int, SetLine, Align]], int]:
        """Title beside the time, the place, how many; on narrow labels each has a line."""
        measure, gap, less = self._measure, self._measure.mm(_GAP_MM), self._helped_width()
        title, clock = self._words.say("evacuation.title"), self._set(self._clock, Role.DISPLAY, 4.4)
        rows: list[tuple[SetLine, ...]]
        if measure.narrow:
            site = self._set(isolated(clean(self._people.site)), Role.PLAIN, 2.6, less=clock.ink_width)
            count = self._set(self._count, Role.DISPLAY, 4.4)
            rows = [(self._set(title, Role.DISPLAY, 4.4, less=less),), (clock, site), (count,)]
        else:
            rows = [(self._set(title, Role.DISPLAY, 4.4, less=clock.ink_width), clock)]
            if first:
                rows.append((self._set(self._place, Role.PLAIN, 2.7),))
            rows.append((self._set(self._count, Role.DISPLAY, 4.4, less=less),))
        if not first:
            rows += [(line,) for line in wrapped(measure, self._short, Role.STRONG, 2.7)]
        y = measure.mm(1.3)
        lines: list[tuple[int, SetLine, Align]] = []
        for row in rows:
            base = y - min(line.top for line in row)
            lines += [(base, line, align) for line, align in zip(row, (Align.LEFT, Align.RIGHT), strict=False)]
            y = base + gap
        return lines, y + measure.mm(0.6)

    def _low(self, page: tuple[int, int], *, first: bool) -> tuple[list[tuple[int, SetLine, Align]], int]:
        """Two lines: time and count beside the page, how far to believe it."""
        measure, gap = self._measure, self._measure.mm(_LOW_GAP_MM)
        number = self._set(f"{page[0]}/{page[1]}", Role.DISPLAY, 3.4)
        said = beside((self._clock, self._count))
        top = self._set(said, Role.DISPLAY, 3.4, less=number.ink_width + measure.mm(1))
        base = measure.mm(0.4) - min(top.top, number.top)
        lines = [(base, top, Align.LEFT), (base, number, Align.RIGHT)]
        y = base + gap + measure.mm(0.4)
        if not first:
            short = self._set(self._short, Role.STRONG, 2.7)
            lines.append((y - short.top, short, Align.LEFT))
            y += gap - short.top
        return lines, y + measure.mm(0.4)

    def _set(self, text: str, role: Role, size_mm: float, *, less: int = 0) -> SetLine:
        measure = self._measure
        room = measure.right - measure.left - less - (measure.mm(2) if less else 0)
        line = sentence(text, self._words)
        return fit_line(line, role, width=room, largest=measure.type(size_mm), smallest=measure.smallest)

    def _helped_line(self) -> SetLine:
        size = self._measure.type(4.4)
        return fit_line(str(self._helped), Role.DISPLAY, width=self._measure.width, largest=size, smallest=size)

    def _helped_width(self) -> int:
        if not self._helped:
            return 0
        return self._helped_line().ink_width + self._measure.mm(1) + self._measure.type(4.4)

    def _helped_row(self, *, first: bool) -> int:
        """Which line has the hand: the title's on narrow labels, else that of how many there are."""
        return 0 if self._measure.narrow else 3 if first else 2

    def _draw_helped(self, canvas: Surface, here: int) -> None:
        """The hand and how many need assistance, at the end of the line of how many there are, or of the title."""
        measure, size = self._measure, self._measure.type(4.4)
        line = self._helped_line()
        base = self._lines(first=here == 1)[0][self._helped_row(first=here == 1)][0]
        canvas.line(line, measure.left, measure.right, base, Align.RIGHT)
        x = measure.right - line.ink_width - measure.mm(1) - size
        hand(canvas, x, base + line.top // 2 - size // 2, size)

    def _draw_foot(self, canvas: Surface, here: int, of: int) -> None:
        measure = self._measure
        line = self._set(self._words.say("paper.page", here=here, of=of), Role.STRONG, 2.7)
        canvas.line(line, measure.left, measure.right, canvas.height - measure.mm(0.9), Align.RIGHT)
        place = beside((clean(self._people.organisation), clean(self._people.site)))
        site = self._set(place, Role.PLAIN, 2.4, less=line.ink_width)
        if not measure.narrow:
            canvas.line(site, measure.left, measure.right, canvas.height - measure.mm(0.9), Align.LEFT)


def _is_certain(people: EvacuationList) -> bool:
    return people.freshness is Freshness.COMPLETE and not people.damaged and not people.unconfirmed
