"""Going home: the badge's code shown to the camera, or typed, ends the visit."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.navigation import Act
from kiosk.ports import Departed, DepartureProblem, DepartureRefused
from kiosk.presenters.scanning import ScanWords, Settle
from kiosk.presenters.turn import Turn


class LeavingCodes:
    """Takes the codes of badges and signs their bearers out, once."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    def words(self) -> ScanWords:
        """Return what the screens say."""
        say = self._turn.say
        return ScanWords(
            say("leaving.title"),
            say("leaving.lead"),
            say("leaving.lead_typed"),
            say("code.title"),
            say("code.lead"),
            "code.go",
        )

    def ask(self, text: str) -> Settle:
        """End the visit that the code stands for."""
        outcome = self._turn.ports.departure.by_code(text)
        return lambda: self._settle(outcome)

    def _settle(self, outcome: Departed | DepartureRefused) -> str:
        if isinstance(outcome, DepartureRefused):
            say = self._turn.say
            if outcome.reason is DepartureProblem.INVITATION:
                return say("leaving.invitation", visit=say("welcome.visit"))
            return say(f"leaving.{outcome.reason.value}")
        self._turn.given.departed = outcome
        self._turn.go(Act.NEXT)
        return ""


@dataclass(frozen=True, slots=True)
class GoodbyeState:
    """The last words."""

    title: str
    name: str
    when: str
    lead: str
    finish: str


class GoodbyePresenter:
    """Says goodbye."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    def view(self) -> GoodbyeState | None:
        """Return what to show, None when nobody has left."""
        say, departed = self._turn.say, self._turn.given.departed
        if departed is None:
            return None
        when = say("goodbye.when", time=self._turn.clock(departed.departed_at))
        return GoodbyeState(say("goodbye.title"), departed.display_name, when, say("goodbye.lead"), say("done.finish"))
