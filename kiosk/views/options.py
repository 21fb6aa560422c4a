"""A question and its answers to choose from: cards in a list that scrolls where there are more than fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.presenters.choice import Option
from kiosk.views import shapes
from kiosk.views.parts import Part, Target
from kiosk.views.scroll import RowList, RowPlan
from kiosk.views.theme import ROW, Radius

if TYPE_CHECKING:
    from kiosk.views.chrome import Room, ScreenView
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box
    from kiosk.views.text import TextBlock

LEAST_U, MOST_U, GAP_U = 12.0, 16.0, 2.0
EDGE_U = 1.6
FEW_LINES, MOST_LINES = 3, 24
"""Beside one another stand answers of few lines; none is cut, for two may differ at their ends alone."""


def put_question(
    screen: ScreenView,
    room: Room,
    said: tuple[str, str],
    options: tuple[Option, ...],
    prefix: str,
    choose: Callable[[str], object],
) -> None:
    """Put a question, the sentence beneath it, and its answers, each called ``prefix`` and its id. The answers are a
    list; beneath a question so long that hardly any would be in sight everything is one page.
    """
    look, (title, lead) = screen.look, said
    u, small = look.u, look.measure.compact
    left = room.height - screen.title_height(title, lead, room.width, small=small, whole=True) - EDGE_U * u
    rows, wide = _rows(look, options, (room.width, left))
    paged = left < min(sum(rows), rows[0] + GAP_U * u + LEAST_U * u / 2)
    if paged:
        screen.open_page(room)
    screen.title(room, title, lead, small=small, whole=True)
    across = _across(look, options, room.width)
    plans = [
        RowPlan(tall, _row(look, options[at * across : (at + 1) * across], wide, tall - GAP_U * u, prefix, choose))
        for at, tall in enumerate(rows)
    ]
    if not paged:
        screen.put(RowList(look, (room.x, room.bottom + EDGE_U * u, room.width, room.height - EDGE_U * u), plans))
        return
    for plan in plans:
        room.top -= plan.height
        screen.put(plan.make((room.x, room.top, room.width, plan.height)))
    screen.close_page(room.top)


def _rows(look: Look, options: tuple[Option, ...], room: tuple[float, float]) -> tuple[list[float], float]:
    """How high each row is, with the gap beneath it, in a room so wide and high, and how wide each answer."""
    u, across = look.u, _across(look, options, room[0])
    rows = [options[begin : begin + across] for begin in range(0, len(options), across)]
    for bar in (0.0, 2 * u):
        wide = (room[0] - GAP_U * u * (across - 1) - bar) // across
        blocks = [max(_height(look, option, wide) for option in row) for row in rows]
        if sum(blocks) + GAP_U * u * len(rows) <= room[1]:
            break
    spare = (room[1] - sum(blocks)) / len(rows) - GAP_U * u
    return [max(least, min(MOST_U * u, least + spare)) + GAP_U * u for least in blocks], wide


def _across(look: Look, options: tuple[Option, ...], wide: float) -> int:
    """How many stand in a row: two in landscape, where they are short."""
    share = (wide - GAP_U * look.u) / 2
    lines = max(len(_words(look, option, "#000000", share).lines) for option in options)
    return 2 if look.measure.landscape and lines <= FEW_LINES else 1


def _words(look: Look, option: Option, colour: str, wide: float) -> TextBlock:
    return look.text(option.label, ROW, colour, wide - 14 * look.u, MOST_LINES)


def _height(look: Look, option: Option, wide: float) -> float:
    return max(LEAST_U * look.u, float(_words(look, option, "#000000", wide).height) + 4.8 * look.u)


def _row(
    look: Look, row: tuple[Option, ...], wide: float, tall: float, prefix: str, choose: Callable[[str], object]
) -> Callable[[Box], Part]:
    def make(box: Box) -> Part:
        part = Part(look, box)
        for number, option in enumerate(row):
            place = (box[0] + number * (wide + GAP_U * look.u), box[1] + box[3] - tall, wide, tall)
            part.put(OptionCard(look, place, f"{prefix}.{option.id}", option, choose))
        return part

    return make


class OptionCard(Target):
    """One answer."""

    def __init__(self, look: Look, box: Box, touch_id: str, option: Option, choose: Callable[[str], object]) -> None:
        self._option = option
        super().__init__(look, box, touch_id, lambda: choose(option.id))

    def paint(self) -> None:
        """Draw paper, words, and a tick on the answer that was given."""
        p, u, chosen = self.look.palette, self.look.u, self._option.chosen
        ground = p.pine_tint if (self.pressed or chosen) and not p.outlined else p.paper
        edge, thick = (p.pine, 0.4) if chosen else (p.edge, 0.25)
        shapes.outlined(self.ink, self.box, ground, edge, Radius.BUTTON * u, thick * u)
        block = _words(self.look, self._option, p.on_tint if p.outlined else p.ink, self.width)
        self.write(block, self.x + 3.2 * u, self.center_y + block.height / 2, self.width - 14 * u)
        end = (self.right - 5.4 * u, self.center_y)
        if chosen:
            shapes.disc(self.ink, end, 4.8 * u, p.pine)
            self.icon("check", 3.4 * u, end, p.on_pine)
        else:
            self.icon("chevron-right", 4.4 * u, end, p.ink)
