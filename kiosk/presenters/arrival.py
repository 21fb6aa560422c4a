"""Keeps the visit: one draft, one durable write, whatever fingers do meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from kiosk.admission_values import Held
from kiosk.navigation import Act, Screen, Stop
from kiosk.ports import ArrivalDraft, Arrived, ConsentPurpose, RefusalReason, Refused, Step, Unlocked
from kiosk.presenters.asking import given_answers
from kiosk.presenters.turn import Turn


@dataclass(frozen=True, slots=True)
class RefusedState:
    """What happened, what it means, what to do."""

    title: str
    lead: str
    retry: str
    back: str
    busy: bool


def _judged(draft: ArrivalDraft) -> ArrivalDraft:
    """What staff let in: the same however often the visitor agreed to it, or says that they need help in an alarm."""
    once = datetime.min.replace(tzinfo=UTC)
    consents = sorted((replace(each, given_at=once) for each in draft.consents), key=lambda each: each.document_id)
    return replace(draft, consents=tuple(consents), needs_assistance=False, stay_id="", admitted_by="")


class ArrivalPresenter:
    """Hands the draft to the use case once; shows the refusal if there is one."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._tried: ArrivalDraft | None = None
        self._admitted: ArrivalDraft | None = None
        self._last: Stop | None = None
        """The step that was the last one when the visit was put to the store."""

    def admit(self, staff: Unlocked) -> None:
        """Write the visit of somebody who was held, on the word of the staff whose PIN this is. It holds for what was
        held, whatever was entered while that was written: whoever changes it is judged anew.
        """
        held = self._turn.given.held
        if held is not None and self._tried is not None:
            self._admitted = replace(self._tried, stay_id=held.stay_id, admitted_by=staff.by)
            self._try_again(self._admitted)

    def _try_again(self, tried: ArrivalDraft) -> None:
        """Put to the store what was put to it before. Meanwhile it may still be said that help is needed in an alarm,
        and reception may have been called.
        """
        given = self._turn.given
        stay = tried.stay_id or given.stay_id
        self._try(replace(tried, needs_assistance=given.needs_assistance, stay_id=stay))

    def arrive(self) -> None:
        """Write the visit. A second call while one is under way, or after it succeeded, does nothing."""
        draft, admitted = self.draft(), self._admitted
        if admitted is not None and _judged(draft) == _judged(admitted):
            draft = replace(draft, stay_id=admitted.stay_id, admitted_by=admitted.admitted_by)
        self._try(draft)

    def _try(self, draft: ArrivalDraft) -> None:
        if self._turn.saving or self._turn.given.arrived is not None:
            return
        if self._turn.stop in self._turn.steps:
            self._last = self._turn.stop
        self._turn.saving, self._tried = True, draft
        self._turn.work(lambda: self._turn.ports.check_in.arrive(draft), self._settled)
        self._turn.changed()

    def draft(self) -> ArrivalDraft:
        """Return everything given so far as one value. What was given as another type of visitor is left out."""
        given, stops = self._turn.given, self._turn.steps
        documents = {stop.part for stop in stops if stop.screen is Screen.DOCUMENT}
        photo = given.photo if Stop(Screen.PHOTO) in stops else None
        asked = Step.FIELDS in given.visitor_type.steps
        hosted = Stop(Screen.HOST) in stops or (given.invited is not None and given.invited.host is not None)
        return ArrivalDraft(
            visitor_type=given.visitor_type.id,
            display_name=given.name,
            company=given.company,
            email=given.email,
            phone="",
            host_id=given.host.id if given.host and hosted else None,
            host_name=given.host_name if hosted else "",
            needs_assistance=given.needs_assistance,
            language=self._turn.words.code,
            consents=tuple(
                # What goes by mail needs an address, which may have been taken back since.
                replace(consent, copy=consent.copy and bool(given.email))
                for consent in given.consents.values()
                if consent.document_id in documents or (consent.purpose is ConsentPurpose.PHOTO and photo is not None)
            ),
            photo=photo,
            answers=given_answers(given.visitor_type.fields, self._turn.answers) if asked else {},
            invitation=given.invited.invitation if given.invited else "",
            stay_id=given.stay_id,
        )

    def _settled(self, outcome: Arrived | Held | Refused) -> None:
        self._turn.saving = False
        given = self._turn.given
        if isinstance(outcome, Arrived):
            given.arrived, given.refused, given.photo = outcome, None, None
            given.consents.clear()
            self._turn.go(Act.ARRIVE)
            given.answers.clear()  # which steps there are depends on them, and so does what the screen before shows
        elif isinstance(outcome, Held):
            given.held = outcome
            self._turn.go(Act.HOLD)
        else:
            given.refused = outcome
            self._turn.go(Act.FAIL)
        self._turn.changed()

    def retry(self) -> None:
        """Try again with what was refused. What was entered while that was written has passed no step yet; it counts
        for whoever goes back and on from there.
        """
        if self._tried is not None:
            self._try_again(self._tried)

    def back(self) -> None:
        """Go back to the step that was the last one, with everything still there. What was entered while it was
        written may have opened steps behind it.
        """
        if self._turn.saving:
            return
        steps, last = self._turn.steps, self._last
        opened = len(steps) - 1 - steps.index(last) if last in steps else 0
        for _ in range(1 + opened):
            self._turn.go(Act.BACK)

    def view(self) -> RefusedState:
        """Return what to show after a refusal."""
        say, refused = self._turn.say, self._turn.given.refused
        reason = refused.reason if refused else RefusalReason.STORE_ERROR
        key = {
            RefusalReason.DISK_FULL: "refused.disk_full",
            RefusalReason.NOT_ENROLLED: "refused.not_enrolled",
            RefusalReason.STORE_ERROR: "refused.store_error",
            RefusalReason.DAMAGED: "refused.damaged",
        }[reason]
        return RefusedState(
            title=say("refused.title"),
            lead=say(key),
            retry=say("busy.saving") if self._turn.saving else say("refused.retry"),
            back=say("nav.back"),
            busy=self._turn.saving,
        )
