"""F03, F13, C44: a hand scanner's code over what the one before left on the screen: a sheet, a warning, a last word."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kiosk.admission_values import InvitationProblem, InvitationRefused, Invited
from kiosk.navigation import Screen
from kiosk.ports import DepartureProblem
from kiosk.presenters.photo import COUNT_FROM, PhotoStage
from kiosk.presenters.sheets import Sheet
from kiosk.presenters.tried_badge import TRIED_SECONDS
from tests.fakes.kiosk_lobby import LobbyUnderTest

OTTILIE = Invited("2f0f1d7e-3c3b-4b7e-9d6c-0a5e6f1c2b3a", "visitor", "Ottilie Marchbanks", "", "de")
BADGE = "GOOD-CODE"


@pytest.fixture
def bench() -> LobbyUnderTest:
    made = LobbyUnderTest()
    made.kiosk.camera.picture = np.full((48, 64, 3), 120, dtype=np.uint8)
    made.kiosk.desk.codes = {BADGE: "Pim Hazelgrove"}
    made.kiosk.invitations.by_text = {"INVITED": OTTILIE, BADGE: InvitationRefused(InvitationProblem.BADGE)}
    return made


def arrive(bench: LobbyUnderTest) -> None:
    bench.kiosk.invitations.by_text, kept = {}, bench.kiosk.invitations.by_text
    bench.arrive()
    bench.kiosk.invitations.by_text = kept
    assert bench.on(Screen.DONE)


def sheet_of(bench: LobbyUnderTest) -> Sheet | None:
    up = bench.lobby.view().sheet
    return None if up is None else up.sheet


@pytest.mark.parametrize("warned", [False, True])
def test_f13_a_badge_signs_out_over_what_somebody_left_open_at_the_welcome(
    bench: LobbyUnderTest, *, warned: bool
) -> None:
    bench.lobby.ask(Sheet.DISPLAY)
    bench.kiosk.scheduler.pass_time(62 if warned else 30)
    assert sheet_of(bench) is (Sheet.TIMEOUT if warned else Sheet.DISPLAY)
    bench.lobby.scanned(BADGE)
    assert (bench.lobby.screen, sheet_of(bench), bench.kiosk.desk.asked) == (Screen.GOODBYE, None, [BADGE])


def test_c44_a_code_at_the_welcome_takes_nothing_of_whoever_called_reception_there(bench: LobbyUnderTest) -> None:
    """Their call stays theirs: somebody else's visit would close it on the board."""
    bench.lobby.ask(Sheet.DISPLAY)
    bench.lobby.choose("call")
    assert bench.lobby.turn.given.stay_id
    bench.kiosk.desk.problem = DepartureProblem.INVITATION
    bench.lobby.scanned("INVITED")
    assert bench.on(Screen.DETAILS)
    assert (bench.lobby.turn.given.stay_id, bench.lobby.calling.was_asked) == ("", False)


def test_f23_a_code_takes_the_warning_away_and_acts_as_the_screen_does(bench: LobbyUnderTest) -> None:
    lobby, scheduler = bench.lobby, bench.kiosk.scheduler
    lobby.welcome.visit()
    lobby.type.by_code()
    scheduler.pass_time(62)
    assert sheet_of(bench) is Sheet.TIMEOUT
    lobby.scanned("INVITED")
    assert (lobby.screen, sheet_of(bench)) == (Screen.DETAILS, None)
    scheduler.pass_time(62)
    lobby.scanned("INVITED")
    assert (lobby.screen, sheet_of(bench)) == (Screen.DETAILS, Sheet.CODE)


def test_f23_a_code_that_comes_to_nothing_gives_nobody_more_time(bench: LobbyUnderTest) -> None:
    lobby, scheduler = bench.lobby, bench.kiosk.scheduler
    lobby.welcome.staff()
    scheduler.pass_time(50)
    lobby.scanned(BADGE)
    scheduler.pass_time(12)
    lobby.scanned(BADGE)
    assert sheet_of(bench) is Sheet.TIMEOUT
    scheduler.pass_time(20)
    assert bench.on(Screen.WELCOME)


def test_c44_no_photo_is_taken_beneath_what_is_said_about_a_code(bench: LobbyUnderTest) -> None:
    """Whoever reads it does not see that they are being photographed; they may begin again."""
    photo, scheduler = bench.lobby.photo, bench.kiosk.scheduler
    bench.kiosk.invitations.by_text = {}
    bench.to_photo()
    assert bench.on(Screen.PHOTO)
    photo.primary()
    scheduler.pass_time(COUNT_FROM - 1)
    bench.lobby.scanned(BADGE)
    assert (sheet_of(bench), photo.view().stage) == (Sheet.CODE, PhotoStage.PREVIEW)
    scheduler.pass_time(COUNT_FROM + 1)
    assert photo.view().stage is PhotoStage.PREVIEW
    bench.lobby.choose("close")
    photo.primary()
    scheduler.pass_time(COUNT_FROM)
    assert photo.view().stage is PhotoStage.TAKEN
    bench.lobby.scanned(BADGE)
    assert photo.view().stage is PhotoStage.TAKEN, "and one that was taken is kept"


@pytest.mark.parametrize("at_the_welcome", [False, True])
def test_f13_a_badge_that_is_read_twice_keeps_its_goodbye_and_gives_it_no_more_time(
    bench: LobbyUnderTest, *, at_the_welcome: bool
) -> None:
    """The scanner of a badge that is still held there reads on; the next person's is taken at once."""
    lobby, desk, scheduler = bench.lobby, bench.kiosk.desk, bench.kiosk.scheduler
    if not at_the_welcome:
        lobby.welcome.leave()
    lobby.scanned(BADGE)
    assert bench.on(Screen.GOODBYE)
    said = lobby.goodbye.view()
    desk.codes, desk.problem = {"OF-THE-NEXT": "Ann Sample"}, DepartureProblem.NOT_ON_SITE
    seconds = bench.kiosk.ports.patience.goodbye_seconds
    for _ in range(seconds - 1):
        scheduler.pass_time(1)
        lobby.scanned(BADGE, "GOODßCODE")
        assert (lobby.screen, sheet_of(bench), lobby.goodbye.view()) == (Screen.GOODBYE, None, said)
    lobby.scanned("OF-THE-NEXT")
    assert (lobby.screen, desk.asked) == (Screen.GOODBYE, [BADGE, "OF-THE-NEXT"])
    assert lobby.goodbye.view() != said
    scheduler.pass_time(seconds)
    lobby.scanned(BADGE)
    assert (lobby.screen, sheet_of(bench)) == (Screen.WELCOME, Sheet.CODE)


def test_f03_c44_at_the_end_of_a_visit_an_invitation_begins_the_next_and_nothing_is_left_of_the_one_before(
    bench: LobbyUnderTest,
) -> None:
    lobby = bench.lobby
    lobby.ask(Sheet.DISPLAY)
    lobby.choose("contrast")
    arrive(bench)
    lobby.turn.given.needs_assistance = True
    before = lobby.turn
    lobby.scanned("INVITED")
    assert bench.on(Screen.DETAILS)
    given = lobby.turn.given
    assert (before.over, given.invited, given.name, given.arrived) == (True, OTTILIE, OTTILIE.name, None)
    assert (given.needs_assistance, given.stay_id, lobby.turn.words.code) == (False, "", "de")
    assert lobby.display == replace(lobby.display, contrast=bench.kiosk.ports.first_contrast)


def test_f13_whoever_tries_their_new_badge_is_asked_and_stays_on_the_list(bench: LobbyUnderTest) -> None:
    arrive(bench)
    bench.lobby.scanned(BADGE)
    assert (bench.lobby.screen, sheet_of(bench), bench.kiosk.desk.asked) == (Screen.WELCOME, Sheet.CODE, [])
    bench.lobby.scanned(BADGE)
    assert (bench.lobby.screen, sheet_of(bench), bench.kiosk.desk.asked) == (Screen.WELCOME, Sheet.CODE, []), "again"
    bench.lobby.choose("close")
    bench.lobby.scanned(BADGE)
    assert (sheet_of(bench), bench.kiosk.desk.asked) == (Sheet.CODE, []), "and after Not now"
    bench.lobby.choose("close")
    bench.lobby.reset()
    arrive(bench)
    bench.lobby.scanned(BADGE)
    bench.lobby.choose("accept")
    assert (bench.lobby.screen, bench.kiosk.desk.asked) == (Screen.GOODBYE, [BADGE])


def test_f13_whoever_tried_their_new_badge_leaves_with_it_as_others_do(bench: LobbyUnderTest) -> None:
    arrive(bench)
    bench.lobby.scanned(BADGE)
    bench.lobby.choose("close")
    bench.kiosk.scheduler.pass_time(TRIED_SECONDS + 1)
    bench.lobby.scanned(BADGE)
    assert (bench.lobby.screen, bench.kiosk.desk.asked) == (Screen.GOODBYE, [BADGE])
