"""F08, F23: what is written is what was seen, by whoever let somebody in and by the visitor."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from kiosk.navigation import Screen
from kiosk.ports import RefusalReason, Step, VisitorType
from kiosk.presenters.photo import COUNT_FROM, PhotoStage
from kiosk.presenters.sheets import Sheet
from tests.fakes.kiosk_lobby import LobbyUnderTest


@pytest.fixture
def bench() -> LobbyUnderTest:
    made = LobbyUnderTest()
    made.kiosk.camera.picture = np.full((48, 64, 3), 120, dtype=np.uint8)
    return made


def test_f23_what_is_promised_is_what_was_recorded(bench: LobbyUnderTest) -> None:
    """While the visit is written, and once it is, nobody changes it any more."""
    bench.to_photo()
    bench.kiosk.scheduler.held = True
    bench.lobby.photo.decline()
    bench.lobby.ask(Sheet.HELP)
    bench.lobby.choose("assistance")
    sheet = bench.lobby.view().sheet
    assert sheet is not None
    assert "assistance" not in {choice.id for choice in sheet.choices}, "no switch that does nothing"
    bench.kiosk.scheduler.held = False
    bench.kiosk.scheduler.release()
    assert bench.on(Screen.DONE)
    for _ in range(2):
        state = bench.lobby.done.view()
        assert state is not None
        assert state.lines[-1].second == bench.lobby.turn.say("done.safety_second")
        bench.lobby.choose("assistance")
    assert [draft.needs_assistance for draft in bench.kiosk.desk.drafts] == [False]


def refused_after_the_pin(bench: LobbyUnderTest) -> None:
    """Somebody was held, staff let them in, and the disk refused."""
    bench.kiosk.desk.holds = True
    bench.arrive()
    bench.lobby.held.staff()
    bench.kiosk.desk.refuse = RefusalReason.DISK_FULL
    for digit in "864202":
        bench.lobby.override.digit(digit)
    assert bench.on(Screen.REFUSED)
    bench.kiosk.desk.refuse = None


def test_f08_the_word_of_staff_holds_for_another_try(bench: LobbyUnderTest) -> None:
    refused_after_the_pin(bench)
    bench.lobby.arrival.retry()
    assert bench.on(Screen.DONE)
    (draft,) = bench.kiosk.desk.drafts
    assert (draft.display_name, bool(draft.admitted_by)) == ("Odalys Fernhollow", True)


def test_f08_whoever_changes_what_staff_let_in_is_judged_anew(bench: LobbyUnderTest) -> None:
    """F08, C43: somebody else would go in on their word."""
    refused_after_the_pin(bench)
    lobby = bench.lobby
    lobby.arrival.back()
    while not bench.on(Screen.DETAILS):
        lobby.back()
    lobby.details.focus("name")
    lobby.details.type("s Sister")
    while bench.on(Screen.DETAILS):
        lobby.details.next()
    lobby.host.go_without()
    lobby.document.agree()
    lobby.photo.decline()
    assert bench.on(Screen.HELD)
    assert bench.kiosk.desk.drafts == []


@pytest.mark.parametrize("with_photo", [False, True])
def test_f08_whoever_goes_back_and_changes_nothing_is_let_in_on_the_same_word(
    bench: LobbyUnderTest, *, with_photo: bool
) -> None:
    """F08: to agree to the same again is no change, nor is it to say now that help is needed."""
    lobby, desk = bench.lobby, bench.kiosk.desk
    desk.holds = True
    bench.to_photo()

    def finish() -> None:
        if not with_photo:
            lobby.photo.decline()
            return
        if lobby.photo.view().stage is PhotoStage.PREVIEW:
            lobby.photo.primary()
            bench.kiosk.scheduler.pass_time(COUNT_FROM)
        lobby.photo.primary()

    finish()
    lobby.held.staff()
    desk.refuse = RefusalReason.DISK_FULL
    for digit in "864202":
        lobby.override.digit(digit)
    assert bench.on(Screen.REFUSED)
    desk.refuse = None
    bench.kiosk.clock.moment += timedelta(seconds=30)
    lobby.arrival.back()
    lobby.choose("assistance")
    lobby.back()
    assert bench.on(Screen.DOCUMENT)
    lobby.document.agree()
    finish()
    assert bench.on(Screen.DONE)
    (draft,) = desk.drafts
    assert (bool(draft.admitted_by), draft.needs_assistance, bool(draft.photo)) == (True, True, with_photo)
    assert {consent.given_at for consent in draft.consents} == {bench.kiosk.clock.moment}


@pytest.mark.parametrize("refused_first", [False, True])
def test_f08_staff_let_in_whom_they_see_whatever_was_typed_while_the_visitor_was_held(
    bench: LobbyUnderTest, *, refused_first: bool
) -> None:
    """F08: the name on the screen is the one that was judged. That help is needed may be said until the end."""
    lobby, desk, scheduler = bench.lobby, bench.kiosk.desk, bench.kiosk.scheduler
    bench.kiosk.directory.types = (VisitorType("visitor", {"en": "V"}, steps=(Step.DETAILS,)),)
    lobby.reset()
    desk.holds = scheduler.held = True
    bench.fill_details()
    lobby.details.focus("name")
    lobby.details.type("s Sister")
    lobby.details.focus("email")
    lobby.details.next()
    assert lobby.turn.given.name == "Odalys Fernhollows Sister"
    scheduler.held = False
    scheduler.release()
    lobby.choose("assistance")
    lobby.held.staff()
    desk.refuse = RefusalReason.DISK_FULL if refused_first else None
    for digit in "864202":
        lobby.override.digit(digit)
    if refused_first:
        desk.refuse = None
        lobby.arrival.retry()
    assert bench.on(Screen.DONE)
    (draft,) = desk.drafts
    assert (draft.display_name, bool(draft.admitted_by), draft.needs_assistance) == ("Odalys Fernhollow", True, True)


def test_f08_a_pin_that_is_still_compared_when_the_pad_is_left_lets_nobody_in(bench: LobbyUnderTest) -> None:
    """F08: neither at once nor when the pad is there again, where another try counts as ever."""
    lobby, scheduler = bench.lobby, bench.kiosk.scheduler
    bench.kiosk.desk.holds = True
    bench.arrive()
    for comes_back in (False, True):
        lobby.held.staff()
        scheduler.held = True
        for digit in "864202":
            lobby.override.digit(digit)
        lobby.back()
        if comes_back:
            lobby.held.staff()
        scheduler.held = False
        scheduler.release()
        assert (lobby.screen, bench.kiosk.desk.drafts) == (Screen.OVERRIDE if comes_back else Screen.HELD, [])
    for digit in "111111864202":
        lobby.override.digit(digit)
    assert bench.on(Screen.DONE)
    assert [bool(draft.admitted_by) for draft in bench.kiosk.desk.drafts] == [True]


@pytest.mark.parametrize(("spoken", "said"), [("fr", "Visite"), ("de", "Visita"), ("en", "Visita")])
def test_f22_a_type_is_named_in_whatever_language_there_is_before_its_id_is_shown(spoken: str, said: str) -> None:
    kind = VisitorType("visitor", {"es": "Visita", "fr": "Visite"}, hints={"es": "Una reunión"})
    assert (kind.label(spoken), kind.hint(spoken)) == (said, "Una reunión")
    assert VisitorType("visitor", {}).label(spoken) == "visitor"
