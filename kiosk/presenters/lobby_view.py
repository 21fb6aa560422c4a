"""What the window is given to show, whole and as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kiosk.display_values import Display
from kiosk.navigation import Screen, Stop
from kiosk.presenters.sheets import SheetState
from kiosk.presenters.toasts import Toast


@dataclass(frozen=True, slots=True)
class LobbyView:
    """Everything that is on the display now. ``state`` is the view state of ``screen``.

    ``turn`` counts the visitors: a screen built for one of them holds that one's presenters and serves no other.
    ``stop`` tells screens apart that are alike: two documents, two pages of questions.
    """

    turn: int
    stop: Stop
    state: Any
    place: tuple[int, int] | None
    place_words: str
    back: str
    help: str
    offline: str
    offline_more: str
    clears: str
    sheet: SheetState | None
    toast: Toast | None
    display: Display
    language: str
    direction: str

    @property
    def screen(self) -> Screen:
        """Return which screen is shown."""
        return self.stop.screen
