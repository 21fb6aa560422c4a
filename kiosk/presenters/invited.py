"""Coming by invitation: its code shown to the camera, or typed, begins a visit that knows who is coming."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from kiosk.admission_values import InvitationProblem, InvitationRefused, Invited
from kiosk.presenters.code_offers import ask_each, what_it_is
from kiosk.presenters.scanning import ScanWords, Settle
from kiosk.presenters.turn import Turn
from kiosk.words import moments


class InvitationCodes:
    """Takes the codes of invitations; ``begin`` begins the visit of whoever is invited, ``badge`` is called with the
    code where it is a badge's.
    """

    def __init__(self, turn: Turn, begin: Callable[[Invited], None], badge: Callable[[str], None]) -> None:
        self._turn = turn
        self._begin = begin
        self._badge = badge

    def words(self) -> ScanWords:
        """Return what the screens say; of a kind of visit that needs an invitation, that it does."""
        say = self._turn.say
        only = self._turn.given.wants_invitation
        return ScanWords(
            say("invited.title"),
            say("invited.only") if only else say("leaving.lead"),
            say("invited.only") if only else say("invited.lead_typed"),
            say("invited.type_title"),
            say("invited.type_lead"),
            "invited.go",
            self._otherwise(),
        )

    def _otherwise(self) -> str:
        if self._turn.ports.mailed_codes.offered():
            return self._turn.say("invited.no_code")
        return self._turn.say("invited.otherwise") if self._turn.ports.invitations.any_claimed() else ""

    def ask(self, *readings: str) -> Settle:
        """Find the invitation that the code stands for."""
        text, outcome = ask_each(
            readings,
            self._turn.ports.invitations.by_code,
            serves=lambda found: isinstance(found, Invited),
            tells=lambda found: found != InvitationRefused(InvitationProblem.UNKNOWN_CODE),
        )
        return lambda: self._settle(text, outcome)

    def _settle(self, text: str, outcome: Invited | InvitationRefused) -> str:
        if isinstance(outcome, Invited):
            self._begin(outcome)
            return ""
        if outcome.reason is InvitationProblem.BADGE:
            self._badge(text)
            return ""
        foreign = outcome.reason is InvitationProblem.UNKNOWN_CODE
        return (foreign and what_it_is(self._turn, text, "invitation")) or self.why(outcome)

    def why(self, refused: InvitationRefused) -> str:
        """Return why no visit begins, and how to go on."""
        say, begins = self._turn.say, refused.begins
        if refused.reason is InvitationProblem.BADGE:
            return say("invited.badge", leave=say("welcome.leave"))
        if refused.reason is not InvitationProblem.TOO_EARLY or begins is None:
            return say(f"invited.{refused.reason.value}")
        return say("invited.too-early", when=self._when(begins))

    def _when(self, moment: datetime) -> str:
        """A time of today, else the day and the time."""
        clock = self._turn.clock(moment)
        if moment.date() == self._turn.ports.clock.now().date():
            return clock
        return moments.day_and_time(self._turn.words, moment)
