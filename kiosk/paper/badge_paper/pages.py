"""The evacuation list as pages for a badge printer.

    >>> pages = list_pages(people, words, medium("62x100"), points={"Workshop": "North car park"})  # doctest: +SKIP
    >>> len(pages), pages[0].width  # doctest: +SKIP
    (7, 696)

Zone by zone, each zone on pages of its own where the paper comes in labels, so that they can be handed out; in each,
those who need assistance stand first. Every page says when, how many in all, how far to believe it, where to gather,
and which page of how many it is. In a language that runs from right to left pages are turned over. Pages are laid out
at once and drawn when they are asked for: the first comes out while the last is not drawn yet. Pure: the same list
gives the same dots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import overload

from kiosk.evacuation_list.muster_order import MusterGroup, zone_groups
from kiosk.paper.badge_paper.blocks import Block, paragraph, tear_line, zone_bar
from kiosk.paper.badge_paper.code_block import code_block, code_signs
from kiosk.paper.badge_paper.head import PageHead
from kiosk.paper.badge_paper.measures import Measure
from kiosk.paper.badge_paper.person_row import person
from kiosk.paper.badge_paper.surface import Surface, TurnedOver
from kiosk.paper.composed import belief_on_paper, runs_from_the_right, sentence
from kiosk.ports import EvacuationList
from kiosk.words.catalogue import Words
from printers.badge import AnyCanvas
from printers.bitmap import BadgeBitmap
from printers.layout.canvas import Canvas
from printers.layout.faces import Role, check_text_shaping
from printers.layout.text import clean
from printers.paper import Medium

__all__ = ["ListPages", "list_pages", "snapshot_signs"]

_ROWS_AT_LEAST = 0.42
"""A row may fill this much of a page, whatever the bar above it says; a longer name is set smaller."""


def snapshot_signs(medium: Medium) -> int:
    """How many signs a code of the list's snapshot may have on this medium; 0 where it carries none."""
    return code_signs(Measure.of(medium))


@dataclass(slots=True)
class _Page:
    blocks: list[Block] = field(default_factory=list)
    used: int = 0
    rows: int = 0


class ListPages(Sequence[BadgeBitmap]):
    """The pages; each is drawn when it is asked for."""

    def __init__(self, measure: Measure, head: PageHead, pages: Sequence[_Page], *, turned: bool = False) -> None:
        self._measure, self._head, self._pages, self._turned = measure, head, pages, turned

    def __len__(self) -> int:
        return len(self._pages)

    @overload
    def __getitem__(self, index: int) -> BadgeBitmap: ...
    @overload
    def __getitem__(self, index: slice) -> list[BadgeBitmap]: ...
    def __getitem__(self, index: int | slice) -> BadgeBitmap | list[BadgeBitmap]:
        if isinstance(index, slice):
            return [self.drawn(number, Canvas).bitmap() for number in range(len(self))[index]]
        return self.drawn(range(len(self))[index], Canvas).bitmap()

    def drawn(self, number: int, make: type[AnyCanvas]) -> AnyCanvas:
        """Page ``number``, from 0, on a canvas of a kind."""
        page, measure, head = self._pages[number], self._measure, self._head
        top = head.height(first=number == 0)
        bottom = measure.page_height if measure.paged else max(measure.least_height, top + page.used + head.foot)
        canvas = make(measure.width, bottom, two_colour=False)
        surface: Surface = TurnedOver(canvas) if self._turned else canvas
        head.draw(surface, number + 1, len(self))
        y = top
        for block in page.blocks:
            block.draw(surface, y)
            y += block.height
        return canvas


def list_pages(
    people: EvacuationList,
    words: Words,
    medium: Medium,
    *,
    points: Mapping[str, str],
    elsewhere: str = "",
    codes: Sequence[str] = (),
) -> ListPages:
    """Lay the list out for a medium.

    Args:
        people: the list.
        words: the language.
        medium: any; of two colours the black alone is used, for red light makes red print vanish.
        points: the muster point of each zone, by the zone's name.
        elsewhere: the muster point of people whose zone has none of its own.
        codes: texts of the snapshot's codes (``sync.protocol.muster_snapshot``), which follow the people.

    Raises:
        TextShapingError: where the machine cannot shape Arabic or Hindi.
    """
    check_text_shaping()
    measure = Measure.of(medium)
    setter = _Setter(measure, PageHead(measure, people, words), words, people.as_of)
    for line in paragraph(measure, belief_on_paper(people, words, clean), Role.STRONG, 2.7, below_mm=1.6):
        setter.put(line)
    if not people.entries and not people.damaged:
        for line in paragraph(measure, sentence(words.say("evacuation.nobody"), words), Role.DISPLAY, 5.0):
            setter.put(line)
    for group in zone_groups(people.entries):
        setter.group(group, points.get(group.zone, "") or elsewhere)
    for code in codes:
        setter.code(code)
    return ListPages(measure, setter.head, setter.pages, turned=runs_from_the_right(words))


class _Setter:
    """Fills page after page."""

    def __init__(self, measure: Measure, head: PageHead, words: Words, now: datetime) -> None:
        self._measure, self.head, self._words, self._now = measure, head, words, now
        self.pages = [_Page()]

    @property
    def room(self) -> int:
        """Dots that are left on the present page."""
        page, head = self.pages[-1], self.head.height(first=len(self.pages) == 1)
        return self._measure.page_height - head - self.head.foot - page.used

    def put(self, block: Block) -> None:
        """A block that may stand anywhere."""
        if not self._fits(block.height):
            self.pages.append(_Page())
        self._add(block)

    def code(self, payload: str) -> None:
        """A code, on this page where it fits, else as large as the next one lets it."""
        block = code_block(self._measure, payload, self._words, room=self.room)
        if not self._fits(block.height):
            self.pages.append(_Page())
            block = code_block(self._measure, payload, self._words, room=self.room)
        self._add(block)

    def group(self, group: MusterGroup, point: str) -> None:
        """A zone: its bar and its people, the bar again on each page that goes on with it."""
        measure, words = self._measure, self._words
        room = measure.page_height - self.head.height(first=False) - self.head.foot
        highest = room - round(room * _ROWS_AT_LEAST)
        bar = zone_bar(measure, group, point, words, again=False, most=highest)
        again = zone_bar(measure, group, point, words, again=True, most=highest)
        most = room - max(bar.height, again.height)
        rows = [person(measure, entry, words, self._now, most=most) for entry in group.people]
        self._begin(bar, rows[0].height)
        for row in rows:
            if not self._fits(row.height):
                self.pages.append(_Page())
                self._add(again)
            self._add(row)
            self.pages[-1].rows += 1

    def _begin(self, bar: Block, first_row: int) -> None:
        others = self.pages[-1].rows > 0
        if others and not self._measure.paged:
            line = tear_line(self._measure)
            if self._fits(line.height + bar.height + first_row):
                self._add(line)
                self._add(bar)
                return
        if others or not self._fits(bar.height + first_row):
            self.pages.append(_Page())
        self._add(bar)

    def _add(self, block: Block) -> None:
        self.pages[-1].blocks.append(block)
        self.pages[-1].used += block.height

    def _fits(self, height: int) -> bool:
        return height <= self.room or not self.pages[-1].blocks
