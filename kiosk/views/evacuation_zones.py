"""The zones of the evacuation list, of which one is looked at; those that do not fit into a line stand in the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.views.buttons import Chip
from kiosk.views.parts import Part
from kiosk.views.theme import PILL

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box

GAP_U = 1.6


@dataclass(frozen=True, slots=True)
class ZoneChoice:
    """One zone with its count, and what a touch does."""

    label: str
    chosen: bool
    act: Callable[[], None]


def zones_height(look: Look, zones: Sequence[ZoneChoice], wide: float) -> float:
    """Return the height of all lines at a width, in pixels, with the gap beneath."""
    lines = _places(look, zones, wide)[-1][0] + 1
    return lines * (_chip_height(look) + GAP_U * look.u)


def _chip_height(look: Look) -> float:
    return max(8.8 * look.u, look.measure.size(PILL) * PILL.leading + 2.4 * look.u)


def _places(look: Look, zones: Sequence[ZoneChoice], wide: float) -> list[tuple[int, float, float]]:
    """The line, start and width of each."""
    places, line, x = [], 0, 0.0
    for zone in zones:
        own = min(wide, look.text(zone.label, PILL, "#000000").width + 5.2 * look.u)
        if x and x + own > wide:
            line, x = line + 1, 0.0
        places.append((line, x, own))
        x += own + GAP_U * look.u
    return places


class Zones(Part):
    """A chip for each."""

    def __init__(self, look: Look, box: Box, zones: Sequence[ZoneChoice]) -> None:
        super().__init__(look, box)
        tall = _chip_height(look)
        for number, (zone, (line, x, wide)) in enumerate(zip(zones, _places(look, zones, box[2]), strict=True)):
            top = self.top - line * (tall + GAP_U * look.u)
            place = (self.x + x, top - tall, wide, tall)
            chip = Chip(look, place, f"evacuation.zone.{number}", zone.label, zone.act, chosen=zone.chosen, dark=True)
            self.put(chip)
