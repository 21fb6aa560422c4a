"""Calling reception: one call each visit, and a sentence that never promises more than is so.

"Reception has been told" is said when the cloud has acknowledged the call, and not before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.calling_values import Called, CallRefused, CallWish
from kiosk.presenters.turn import Turn

LOOK_SECONDS = 1.0
PATIENT_LOOKS = 15
"""After so many looks nobody is asked to go on waiting for an answer."""


class CallStanding(StrEnum):
    """How far a call has come."""

    NONE = "none"
    TELLING = "telling"
    TOLD = "told"
    TOO_MANY = "too-many"
    FAILED = "failed"


@dataclass(slots=True)
class Awaited:
    """Who hears whether a call was kept: whoever made it, or took it over since."""

    tell: Callable[[Called | CallRefused], None]

    def answered(self, outcome: Called | CallRefused) -> None:
        """Tell whoever it is by now."""
        self.tell(outcome)


@dataclass(frozen=True, slots=True)
class CallMade:
    """A call as it stands; ``looks``: how often it was asked whether reception has been told; ``awaited`` until it is
    known whether it was kept.
    """

    standing: CallStanding = CallStanding.NONE
    stay_id: str = ""
    looks: int = 0
    awaited: Awaited | None = field(default=None, compare=False)


def unheard(turn: Turn, looks: int) -> str:
    """What is true while the cloud has not acknowledged, or nothing while that may well come in a moment."""
    if turn.ports.status.now().offline_since is not None:
        return with_phone(turn, turn.say("call.offline"))
    return with_phone(turn, turn.say("call.slow")) if looks >= PATIENT_LOOKS else ""


def with_phone(turn: Turn, sentence: str) -> str:
    """The sentence, and the number of reception where there is one."""
    phone = turn.ports.bell.phone().replace(" ", "\u00a0")
    return f"{sentence} {turn.say('call.phone', phone=phone)}" if phone else sentence


class CallingPresenter:
    """The visit's one call."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self.made = CallMade()

    @property
    def is_open(self) -> bool:
        """Return whether reception can be called now."""
        return self.made.standing in {CallStanding.NONE, CallStanding.FAILED} and self._turn.ports.bell.is_offered()

    @property
    def was_asked(self) -> bool:
        """Return whether this visitor has called."""
        return self.made.standing is not CallStanding.NONE

    def call(self) -> None:
        """Call reception, once."""
        if not self.is_open:
            return
        awaited = Awaited(self._recorded)
        self.made = CallMade(CallStanding.TELLING, awaited=awaited)
        given = self._turn.given
        known = (given.arrived and given.arrived.stay_id) or (given.held and given.held.stay_id) or given.stay_id
        wish = CallWish(known or "", self._turn.words.code, given.needs_assistance)
        ports = self._turn.ports
        ports.scheduler.run(lambda: ports.bell.call(wish), awaited.answered)
        self._turn.changed()

    def resume(self, made: CallMade) -> None:
        """Go on with a call that this visitor made before their invitation was read."""
        self.made, self._turn.given.stay_id = made, made.stay_id
        if made.awaited is not None:
            made.awaited.tell = self._recorded
        elif made.standing is CallStanding.TELLING:
            self._turn.every(LOOK_SECONDS, self._look)

    def _recorded(self, outcome: Called | CallRefused) -> None:
        if self._turn.over:
            return
        if isinstance(outcome, Called):
            self.made = CallMade(CallStanding.TELLING, outcome.stay_id)
            self._turn.given.stay_id = outcome.stay_id
            self._turn.every(LOOK_SECONDS, self._look)
        else:
            too_many = outcome is CallRefused.TOO_MANY
            self.made = CallMade(CallStanding.TOO_MANY if too_many else CallStanding.FAILED)
        self._turn.changed()

    def _look(self) -> bool:
        if self.made.standing is not CallStanding.TELLING:
            return False
        stay = self.made.stay_id
        self._turn.work(lambda: self._turn.ports.bell.is_told(stay), self._heard)
        return True

    def _heard(self, told: bool) -> None:  # noqa: FBT001 -- the answer of the work
        if self.made.standing is not CallStanding.TELLING:
            return
        before = self.sentence()
        looks = min(self.made.looks + 1, PATIENT_LOOKS)
        self.made = CallMade(CallStanding.TOLD if told else CallStanding.TELLING, self.made.stay_id, looks)
        if self.sentence() != before:
            self._turn.changed()

    def sentence(self) -> str:
        """Return how the call stands, nothing before one was made."""
        say = self._turn.say
        if self.made.standing is CallStanding.TELLING:
            return unheard(self._turn, self.made.looks) or say("call.telling")
        if self.made.standing is CallStanding.TOLD:
            return say("call.told")
        if self.made.standing is CallStanding.NONE:
            return ""
        key = "call.too_many" if self.made.standing is CallStanding.TOO_MANY else "call.failed"
        return with_phone(self._turn, say(key))
