"""F08: *Try again* records what was refused. What was entered meanwhile counts for whoever goes back and on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from kiosk.admission_values import Invited
from kiosk.asked_values import AnswerKind, AskedDocument, AskedField, AskedWhen
from kiosk.navigation import Screen, Stop
from kiosk.ports import ArrivalDraft, DepartureProblem, RefusalReason, Step, VisitorType
from kiosk.presenters.lobby import Lobby
from tests.fakes.kiosk_lobby import LobbyUnderTest

RULES, SAFETY = AskedDocument("rules"), AskedDocument("safety")
ADA = Invited(
    "2f0f1d7e-3c3b-4b7e-9d6c-0a5e6f1c2b3a",
    "visitor",
    "Ada Sample",
    "",
    "en",
    agreed={"rules": "4", "safety": "4"},
    returning=True,
)
PERMIT = AskedField("permit", {"en": "Permit"}, required=True)
CARRIES = AskedField("carries", {"en": "What you carry"})
LARGE = AskedField("large", {"en": "Large?"}, AnswerKind.YES_NO, required=True, when=AskedWhen("carries", ("van",)))
HEAVY = AskedField("heavy", {"en": "Heavy?"}, AnswerKind.YES_NO, required=True, when=AskedWhen("carries", ("van",)))


def lobby_of(kind: VisitorType) -> LobbyUnderTest:
    bench = LobbyUnderTest()
    bench.kiosk.camera.picture = np.full((48, 64, 3), 120, dtype=np.uint8)
    bench.kiosk.directory.types = (kind,)
    bench.lobby.reset()
    return bench


def refused(bench: LobbyUnderTest, last: Callable[[], None], meanwhile: Callable[[], None]) -> None:
    """``last`` puts the visit to the store; it refuses, and takes its time over that."""
    bench.kiosk.desk.refuse, bench.kiosk.scheduler.held = RefusalReason.DISK_FULL, True
    last()
    assert bench.lobby.turn.saving
    meanwhile()
    bench.kiosk.scheduler.held = False
    bench.kiosk.scheduler.release()
    bench.kiosk.desk.refuse = None
    assert bench.on(Screen.REFUSED)


def tried_again(bench: LobbyUnderTest) -> ArrivalDraft:
    bench.lobby.arrival.retry()
    assert bench.on(Screen.DONE)
    (draft,) = bench.kiosk.desk.drafts
    return draft


def fields_refused(fields: tuple[AskedField, ...], typed: str, meanwhile: Callable[[Lobby], None]) -> LobbyUnderTest:
    bench = lobby_of(VisitorType("visitor", {"en": "V"}, fields=fields, steps=(Step.DETAILS, Step.FIELDS)))
    bench.fill_details()
    bench.lobby.fields.type(typed)
    refused(bench, bench.lobby.fields.next, lambda: meanwhile(bench.lobby))
    return bench


def takes_back(lobby: Lobby) -> None:
    for _ in range(3):
        lobby.fields.press("delete")


def names_a_van(lobby: Lobby) -> None:
    lobby.fields.type("n")


def test_f08_an_answer_taken_back_while_the_store_refuses_is_recorded_or_asked_for() -> None:
    bench = fields_refused((PERMIT,), "P-1", takes_back)
    assert tried_again(bench).answers == {"permit": "P-1"}
    bench = fields_refused((PERMIT,), "P-1", takes_back)
    bench.lobby.arrival.back()
    bench.lobby.fields.next()
    assert (bench.lobby.screen, bench.kiosk.desk.drafts) == (Screen.FIELDS, [])


def test_f08_a_question_that_opens_while_the_store_refuses_is_asked_of_whoever_goes_back() -> None:
    """From the page that was the last one: there may be more than one behind it now."""
    bench = fields_refused((CARRIES, LARGE, HEAVY), "va", names_a_van)
    assert tried_again(bench).answers == {"carries": "va"}
    bench = fields_refused((CARRIES, LARGE, HEAVY), "va", names_a_van)
    bench.lobby.arrival.back()
    assert bench.lobby.turn.stop == Stop(Screen.FIELDS, "carries")
    bench.lobby.fields.next()
    assert bench.lobby.turn.stop == Stop(Screen.CHOICE, "large")


@pytest.mark.parametrize("goes_back", [False, True])
def test_f08_a_name_corrected_while_the_store_refuses_agrees_to_nothing_that_another_agreed_to(
    *, goes_back: bool
) -> None:
    kind = VisitorType("visitor", {"en": "V"}, steps=(Step.DETAILS, Step.DOCUMENT), documents=(RULES, SAFETY))
    bench = lobby_of(kind)
    bench.kiosk.invitations.by_text = {"INV": ADA}
    bench.kiosk.desk.problem = DepartureProblem.INVITATION
    bench.lobby.scanned("INV")
    details = bench.lobby.details

    def corrects() -> None:
        details.focus("name")
        details.type(" Jr")
        details.focus("email")
        details.next()

    details.focus("email")
    refused(bench, details.next, corrects)
    assert bench.lobby.turn.given.name == "Ada Sample Jr"
    if not goes_back:
        assert tried_again(bench).display_name == "Ada Sample"
        return
    bench.lobby.arrival.back()
    assert bench.on(Screen.DETAILS)
    details.focus("email")
    details.next()
    assert bench.lobby.turn.stop == Stop(Screen.DOCUMENT, "rules")


def test_f23_reception_that_was_called_and_the_need_for_help_go_with_the_next_try() -> None:
    bench = lobby_of(VisitorType("visitor", {"en": "V"}, steps=(Step.DETAILS,)))
    refused(bench, bench.fill_details, lambda: None)
    bench.lobby.choose("call")
    bench.lobby.choose("assistance")
    called = bench.lobby.turn.given.stay_id
    draft = tried_again(bench)
    assert called
    assert (draft.stay_id, draft.needs_assistance) == (called, True)
