"""What a staff PIN opens: the evacuation list first, then who is on site, and how this kiosk is."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.navigation import Act
from kiosk.presenters.turn import Turn

EVACUATION, DEPARTURE, REPRINT, PRINTER, STATUS = "evacuation", "departure", "reprint", "printer", "status"
_ON_SITE = frozenset({DEPARTURE, REPRINT})
_DEVICE = frozenset({PRINTER, STATUS})
ROOM = frozenset({DEPARTURE}) | _DEVICE
"""Scopes for which there is more to open than the evacuation list, where badges can be printed again, too."""


@dataclass(frozen=True, slots=True)
class StaffCard:
    """One thing to open. ``alarm``: the one that is looked for in a fire."""

    id: str
    label: str
    hint: str
    icon: str
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class StaffRoomState:
    """The whole screen."""

    title: str
    lead: str
    cards: tuple[StaffCard, ...]


class StaffRoomPresenter:
    """Offers what the PIN opens and nothing else."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    def open(self, card: str) -> None:
        """Open one of the cards that are offered."""
        acts = {"evacuation": Act.NEXT, "on-site": Act.ON_SITE, "device": Act.DEVICE}
        if card in {offered.id for offered in self._cards()}:
            self._turn.go(acts[card])

    def view(self) -> StaffRoomState:
        """Return what to show."""
        say = self._turn.say
        return StaffRoomState(say("staff.title"), say("staff.lead"), self._cards())

    def _cards(self) -> tuple[StaffCard, ...]:
        staff, say = self._turn.given.staff, self._turn.say
        scopes = frozenset() if staff is None else staff.scopes
        # Whoever may do anything here may see whom to look for in a fire.
        cards = [StaffCard("evacuation", say("staff.evacuation"), say("staff.evacuation_hint"), "exit-run", alarm=True)]
        if scopes & _ON_SITE:
            cards.append(StaffCard("on-site", say("staff.on_site"), say("staff.on_site_hint"), "account-group-outline"))
        if scopes & _DEVICE:
            cards.append(StaffCard("device", say("staff.device"), say("staff.device_hint"), "printer-outline"))
        return tuple(cards)
