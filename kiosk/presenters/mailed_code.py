"""A code by mail, for whoever is invited and has none at hand (F04). The screen goes on meanwhile, and can be left."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.mailed_code_values import CodeOnItsWay, CodeOpens, MailedCodeOutcome, MailedCodeProblem
from kiosk.presenters.turn import Turn

LOOK_SECONDS = 0.25
LOOKS = 80
"""Twenty seconds: after them the network counts as gone, whatever becomes of the question."""
DIGITS = 6
_WHY = {
    MailedCodeProblem.OFFLINE: "claim.unsent",
    MailedCodeProblem.UNSERVED: "claim.unserved",
    MailedCodeProblem.RESTING: "invited.resting",
}


class MailedCode:
    """Asks for a code, and what a typed one opens. It never says whether an address is known: nobody tells it."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._minutes = 0
        self._asking = False
        self._problem: MailedCodeProblem | None = None
        self._stop: Callable[[], None] = lambda: None

    @property
    def offer(self) -> str:
        """Return the words of the button, empty where there is none."""
        offered = not self._asking and not self._minutes and self._turn.ports.mailed_codes.offered()
        return self._turn.say("claim.send") if offered else ""

    @property
    def note(self) -> str:
        """Return what is to be said beneath the field of the code; empty where nothing is."""
        say = self._turn.say
        if self._asking:
            return say("claim.sending")
        if self._minutes:
            return say("claim.sent", minutes=self._minutes)
        if self._turn.ports.status.now().offline_since is not None:
            return say("claim.offline")
        return ""

    @property
    def problem(self) -> str:
        """Return why no code was sent; empty where nothing is wrong."""
        return "" if self._problem is None else self.why(self._problem)

    def why(self, problem: MailedCodeProblem) -> str:
        """Return what went wrong, and how to go on."""
        return self._turn.say(_WHY[problem])

    def is_one(self, code: str) -> bool:
        """Whether this may be a code that was mailed."""
        return self._minutes > 0 and len(code) == DIGITS and code.isascii() and code.isdecimal()

    def send(self, email: str) -> None:
        """Have one sent to this address."""
        if self._asking or not self.offer:
            return
        self._asking, self._problem = True, None
        self._await(self._turn.ports.mailed_codes.want(email), self._sent)
        self._turn.changed()

    def _sent(self, outcome: MailedCodeOutcome) -> None:
        self._asking = False
        if isinstance(outcome, CodeOnItsWay):
            self._minutes = outcome.minutes
        elif isinstance(outcome, MailedCodeProblem):
            self._problem = outcome
        self._turn.changed()

    def open(self, email: str, code: str, then: Callable[[tuple[str, ...] | MailedCodeProblem], None]) -> None:
        """Ask what the code opens: ids of invitations, none where it is not right."""

        def settled(outcome: MailedCodeOutcome) -> None:
            if isinstance(outcome, CodeOpens):
                then(outcome.invitations)
            else:
                then(outcome if isinstance(outcome, MailedCodeProblem) else MailedCodeProblem.OFFLINE)

        self._await(self._turn.ports.mailed_codes.try_code(email, code), settled)

    def begin_anew(self) -> None:
        """Another address: what was sent to the one before is of no use, what is being asked for it is forgotten."""
        self.leave()
        self._minutes, self._problem = 0, None

    def leave(self) -> None:
        """The screen is left: what was asked is forgotten, what was sent can still be typed."""
        self._stop()
        self._asking = False
        self._turn.ports.mailed_codes.forget()

    def _await(self, question: int, then: Callable[[MailedCodeOutcome], None]) -> None:
        left = [LOOKS]

        def look() -> bool:
            left[0] -= 1
            outcome = self._turn.ports.mailed_codes.outcome(question)
            if outcome is None and left[0] <= 0:
                self._turn.ports.mailed_codes.forget()
                outcome = MailedCodeProblem.OFFLINE
            if outcome is None:
                return True
            then(outcome)
            return False

        self._stop()
        self._stop = self._turn.every(LOOK_SECONDS, look)
