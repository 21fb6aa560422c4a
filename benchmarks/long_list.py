"""An evacuation list of any length on the real screen."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import cycle, islice

from kiosk.navigation import Screen, Stop
from kiosk.ports import EvacuationList, Freshness, PersonOnSite
from kiosk.presenters.evacuation_rows import Mustered, muster
from kiosk.presenters.lobby import Lobby

ZONES = ("Dock", "Offices", "Workshop", "Yard")
AT = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


def mustered_people(count: int) -> Mustered:
    """``count`` people in four zones, every fiftieth of whom needs assistance."""
    zones = islice(cycle(ZONES), count)
    entries = tuple(
        PersonOnSite(f"s{n}", f"Odalys Fernhollow {n}", "Larkspur Looms", "Ines Caldermoor", zone, AT, n % 50 == 0)
        for n, zone in enumerate(zones)
    )
    return muster(EvacuationList("Thistledown Works", "Mill Lane", entries, AT, Freshness.COMPLETE))


def show_list(lobby: Lobby, mustered: Mustered) -> None:
    """Put a list on the screen, as the worker does that read it."""
    lobby.turn.stop = Stop(Screen.EVACUATION)
    lobby.evacuation._is_shown = True  # noqa: SLF001 - as if it had been opened, but for the reading
    lobby.evacuation._answer(mustered)  # noqa: SLF001 - what the worker calls
