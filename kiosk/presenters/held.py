"""Not checked in at once: reception is to help. The screen is the same whatever the reason, and hints at none."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.navigation import Act
from kiosk.presenters.calling import LOOK_SECONDS, PATIENT_LOOKS, unheard
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
    """Waits with the visitor, and opens the pad for whoever of the staff comes. That somebody comes is said when the
    cloud, which tells reception, has acknowledged the hold; until then the visitor is asked to go there.
    """

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._told = False
        self._looks = 0
        self._watched = False

    def shown(self) -> None:
        """Begin to look whether reception has been told, where there is one that is."""
        if not self._watched and self._turn.ports.bell.is_offered():
            self._watched = True
            self._turn.every(LOOK_SECONDS, self._look)

    def _look(self) -> bool:
        held = self._turn.given.held
        if held is None or self._told:
            return False
        self._turn.work(lambda: self._turn.ports.bell.is_told(held.stay_id), self._heard)
        return True

    def _heard(self, told: bool) -> None:  # noqa: FBT001 -- the answer of the work
        before = self.view()
        self._told, self._looks = self._told or told, min(self._looks + 1, PATIENT_LOOKS)
        if self.view() != before:
            self._turn.changed()

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
            lead=self._lead(),
            kept=say("held.kept"),
            since=say("held.since", time=self._turn.clock(held.held_at)),
            finish=say("held.seat" if self._told else "held.finish"),
            staff=say("held.staff"),
        )

    def _lead(self) -> str:
        if self._told:
            return self._turn.say("held.told")
        late = unheard(self._turn, self._looks) if self._watched else ""
        return late or self._turn.say("held.lead")
