"""What is different between two views of the lobby: another screen, other choices, and which way leads there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.navigation import Screen, Stop
from kiosk.views.entrance import APPEARING, BACK, ONWARD, Way

if TYPE_CHECKING:
    from kiosk.presenters.lobby_view import LobbyView


def way_between(before: LobbyView, after: LobbyView) -> Way:
    """Onward, unless the step is one of before; whoever has gone is not followed."""
    if after.screen is Screen.WELCOME:
        return APPEARING
    earlier = before.place is not None and after.place is not None and after.place < before.place
    return BACK if earlier else ONWARD


def choices_of(view: LobbyView) -> tuple[str, ...]:
    """The sheet of a view and what can be chosen on it; nothing without a sheet."""
    return () if view.sheet is None else (view.sheet.sheet, *(choice.id for choice in view.sheet.choices))


def shown_for(view: LobbyView) -> tuple[int, Stop]:
    """For whom a screen is shown, and which it is."""
    return view.turn, view.stop
