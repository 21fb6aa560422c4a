"""Not checked in at once: reception is to help. The screen is the same whatever the reason, and hints at none."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.navigation import Act
from kiosk.presenters.done import first_name
from kiosk.presenters.turn import Turn


@dataclass(frozen=True, slots=True)
class HeldState:
    """The whole screen."""

    title: str
    lead: str
    kept: str
    since: str
    finish: str
    staff: str


class HeldPresenter:
    """Waits with the visitor, and opens the pad for whoever of the staff comes."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    def finish(self) -> None:
        """Clear the screen; what was entered stays on the record."""
        self._turn.go(Act.NEXT)

    def staff(self) -> None:
        """Ask for the PIN of whoever may let the visitor in."""
        self._turn.go(Act.STAFF)

    def view(self) -> HeldState | None:
        """Return what to show, None while nobody is held."""
        held, say = self._turn.given.held, self._turn.say
        if held is None:
            return None
        return HeldState(
            title=say("held.title", name=first_name(held.display_name)),
            lead=say("held.lead"),
            kept=say("held.kept"),
            since=say("held.since", time=self._turn.clock(held.held_at)),
            finish=say("held.finish"),
            staff=say("held.staff"),
        )
