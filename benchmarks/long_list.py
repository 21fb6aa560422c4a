"""An evacuation list of any length on the real screen."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from itertools import cycle, islice

from kivy.base import EventLoop

from kiosk.navigation import Screen, Stop
from kiosk.ports import EvacuationList, Freshness, PersonOnSite
from kiosk.views.scroll import RowList
from kiosk.views.stage import Stage

ZONES = ("Dock", "Offices", "Workshop", "Yard")
AT = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


def people(count: int) -> EvacuationList:
    """``count`` people in four zones, every fiftieth of whom needs assistance."""
    zones = islice(cycle(ZONES), count)
    entries = tuple(
        PersonOnSite(f"s{n}", f"Odalys Fernhollow {n}", "Larkspur Looms", "Ines Caldermoor", zone, AT, n % 50 == 0)
        for n, zone in enumerate(zones)
    )
    return EvacuationList("Thistledown Works", "Mill Lane", entries, AT, Freshness.COMPLETE)


def draw_list(stage: Stage, count: int) -> float:
    """Seconds from the list in hand to the frame that shows it."""
    lobby, listed = stage.lobby, people(count)
    lobby.reset()
    EventLoop.idle()
    begun = time.perf_counter()
    lobby.turn.stop = Stop(Screen.EVACUATION)
    lobby.evacuation._answer(listed)  # noqa: SLF001 - as its worker does
    EventLoop.idle()
    return time.perf_counter() - begun


def scroll_list(stage: Stage, count: int, pages: int) -> None:
    """Leaf through the list from its beginning to its end and back."""
    draw_list(stage, count)
    (rows,) = (part for part in stage.walk(restrict=True) if isinstance(part, RowList))
    for page in [*range(pages), *reversed(range(pages))]:
        rows.scroll_to(rows.furthest * page / pages)
        EventLoop.idle()
