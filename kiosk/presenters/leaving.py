"""Going home: the badge's code shown to the camera, or typed, ends the visit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.admission_values import InvitationProblem, InvitationRefused, Invited
from kiosk.navigation import Act
from kiosk.ports import Departed, DepartureProblem, DepartureRefused
from kiosk.presenters.code_offers import ask_each, what_it_is
from kiosk.presenters.invited import InvitationCodes
from kiosk.presenters.scanning import ScanWords, Settle
from kiosk.presenters.turn import Turn


class LeavingCodes:
    """Takes the codes of badges and signs their bearers out, once. ``invited`` is called where the code is that of an
    invitation which serves; ``wanted`` is what this place looks for.
    """

    def __init__(
        self, turn: Turn, invitations: InvitationCodes, invited: Callable[[Invited], None], *, wanted: str = "badge"
    ) -> None:
        self._turn = turn
        self._invitations = invitations
        self._invited = invited
        self._wanted = wanted

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

    def ask(self, *readings: str) -> Settle:
        """End the visit that the code stands for; of an invitation find out whether it serves."""
        ports = self._turn.ports
        text, outcome = ask_each(
            readings,
            ports.departure.by_code,
            serves=lambda found: isinstance(found, Departed),
            tells=lambda found: found != DepartureRefused(DepartureProblem.UNKNOWN_CODE),
        )
        if outcome == DepartureRefused(DepartureProblem.INVITATION):
            invited = ports.invitations.by_code(text)
            return lambda: self._settle_invitation(invited)
        return lambda: self._settle(text, outcome)

    def _settle(self, text: str, outcome: Departed | DepartureRefused) -> str:
        if isinstance(outcome, DepartureRefused):
            known = self._turn.say(f"leaving.{outcome.reason.value}")
            foreign = outcome.reason is DepartureProblem.UNKNOWN_CODE
            return (foreign and what_it_is(self._turn, text, self._wanted)) or known
        self._turn.given.departed = outcome
        self._turn.go(Act.NEXT)
        return ""

    def _settle_invitation(self, outcome: Invited | InvitationRefused) -> str:
        say = self._turn.say
        if isinstance(outcome, InvitationRefused):
            if outcome.reason is InvitationProblem.STORE_ERROR:
                return say("leaving.invitation", visit=say("welcome.visit"))
            return say("code.what_then", what=say("code.is.invitation"), wanted=self._invitations.why(outcome))
        self._invited(outcome)
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
