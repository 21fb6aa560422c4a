from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from kiosk.navigation import Screen
from kiosk.ports import (
    BadgeTrouble,
    CameraState,
    DepartureProblem,
    Freshness,
    ListPrint,
    ListPrintState,
    PersonOnSite,
    Unlocked,
)
from kiosk.presenters.evacuation_rows import PersonRow, ZoneHead
from tests.fakes.kiosk_lobby import LobbyUnderTest
from workbench.sample_texts import PEOPLE
from workbench.still_time import MORNING


@pytest.fixture
def bench() -> LobbyUnderTest:
    made = LobbyUnderTest()
    made.kiosk.camera.picture = np.full((48, 64, 3), 120, dtype=np.uint8)
    made.kiosk.desk.codes = {"GOOD-CODE": "Odalys Fernhollow", "K7QF2M9D": ""}
    made.kiosk.desk.people = PEOPLE
    return made


def enter_pin(bench: LobbyUnderTest, pin: str) -> None:
    for digit in pin:
        bench.lobby.pin.digit(digit)


def test_f13_a_badge_before_the_camera_signs_out_once(bench: LobbyUnderTest) -> None:
    bench.lobby.welcome.leave()
    bench.kiosk.scheduler.pass_time(1)
    assert bench.on(Screen.LEAVING)
    bench.seen.codes = ("GOOD-CODE",)
    bench.kiosk.scheduler.pass_time(1)
    assert bench.on(Screen.GOODBYE)
    assert bench.kiosk.desk.asked == ["GOOD-CODE"]
    state = bench.lobby.goodbye.view()
    assert state is not None
    assert state.name == "Odalys Fernhollow"
    assert not bench.kiosk.camera.running


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (DepartureProblem.UNKNOWN_CODE, "do not know this code"),
        (DepartureProblem.NOT_ON_SITE, "already signed out"),
        (DepartureProblem.EXPIRED, "earlier visit"),
        (DepartureProblem.OTHER_PLACE, "another place"),
        (DepartureProblem.STORE_ERROR, "could not note it"),
        (DepartureProblem.DAMAGED, "lodge-kiosk salvage"),
    ],
)
def test_a_refused_code_is_asked_about_once_and_explained(
    bench: LobbyUnderTest, problem: DepartureProblem, words: str
) -> None:
    bench.kiosk.desk.problem = problem
    bench.seen.codes = ("STRANGE",)
    bench.lobby.welcome.leave()
    bench.kiosk.scheduler.pass_time(5)
    assert bench.kiosk.desk.asked == ["STRANGE"]
    assert words in bench.lobby.leaving.view().problem
    bench.seen.codes = ("GOOD-CODE",)
    bench.kiosk.scheduler.pass_time(1)
    assert bench.on(Screen.GOODBYE)


def test_c42_without_a_camera_the_code_is_typed(bench: LobbyUnderTest) -> None:
    bench.kiosk.camera.is_now = CameraState.MISSING
    bench.lobby.welcome.leave()
    assert "no camera" in bench.lobby.leaving.view().sentence
    bench.lobby.leaving.type_code()
    bench.lobby.code.type("k7qf")
    bench.lobby.code.submit()
    assert "longer" in bench.lobby.code.view().problem
    bench.lobby.code.type("2m9d")
    bench.lobby.code.press("next")
    assert bench.on(Screen.GOODBYE)
    assert bench.kiosk.desk.asked == ["K7QF2M9D"]


def test_a_mistyped_code_stays_to_be_corrected(bench: LobbyUnderTest) -> None:
    bench.lobby.welcome.leave()
    bench.lobby.leaving.type_code()
    bench.lobby.code.type("AAAABBBB")
    bench.lobby.code.submit()
    assert bench.on(Screen.CODE)
    assert "do not know" in bench.lobby.code.view().problem
    bench.lobby.code.press("delete")
    assert bench.lobby.code.view().entry.text == "AAAABBB"
    assert not bench.lobby.code.view().problem


def test_f24_the_right_pin_opens_the_list_and_digits_are_forgotten(bench: LobbyUnderTest) -> None:
    bench.lobby.welcome.staff()
    enter_pin(bench, "246")
    assert bench.lobby.pin.view().entered == 3
    bench.lobby.pin.delete()
    enter_pin(bench, "6813")
    assert bench.on(Screen.EVACUATION)
    assert bench.lobby.pin._typed == ""


def test_f24_wrong_pins_count_down_and_then_the_pad_rests(bench: LobbyUnderTest) -> None:
    bench.lobby.welcome.staff()
    enter_pin(bench, "000000")
    assert bench.lobby.pin.view().problem == "That was not right. 4 tries left."
    for _ in range(4):
        enter_pin(bench, "000000")
    assert bench.lobby.pin.view().resting
    assert "08:53" in bench.lobby.pin.view().problem
    enter_pin(bench, "246813")
    assert bench.on(Screen.PIN)
    bench.kiosk.clock.moment += timedelta(minutes=2)
    bench.kiosk.scheduler.pass_time(2)
    enter_pin(bench, "246813")
    assert bench.on(Screen.EVACUATION)


def test_letters_are_no_digits(bench: LobbyUnderTest) -> None:
    bench.lobby.welcome.staff()
    bench.lobby.pin.digit("x")
    assert bench.lobby.pin.view().entered == 0


def test_f24_a_keyboard_s_digits_are_taken_in_any_script_and_one_after_the_other(bench: LobbyUnderTest) -> None:
    pin = bench.lobby.pin
    bench.lobby.welcome.staff()
    for text in ("2468", "24681324", "5555"):
        pin.type(text)
    assert pin.view().entered == 0, "a scanner, or a key that is held down"
    for text in ("٢", "४6", "9"):
        pin.type(text)
    pin.press("delete")
    pin.press("next")
    assert (pin.view().entered, pin.move(1)) == (3, False)
    for text in ("8", "13"):
        pin.type(text)
    assert bench.on(Screen.EVACUATION)


def open_list(bench: LobbyUnderTest) -> None:
    bench.lobby.welcome.staff()
    enter_pin(bench, "246813")


def test_f14_needs_assistance_stands_first_then_zones(bench: LobbyUnderTest) -> None:
    open_list(bench)
    rows = bench.lobby.evacuation.view().rows
    heads = [row.name for row in rows if isinstance(row, ZoneHead)]
    assert heads == ["Needs assistance", "Dock", "Offices", "Workshop"]
    assert isinstance(rows[0], ZoneHead)
    assert rows[0].assistance
    first = [row for row in rows if isinstance(row, PersonRow)][:2]
    assert all(row.needs_assistance for row in first)
    assert bench.lobby.evacuation.view().count == "12"


def test_f14_nobody_is_left_out_of_the_list(bench: LobbyUnderTest) -> None:
    open_list(bench)
    shown = {row.stay_id for row in bench.lobby.evacuation.view().rows if isinstance(row, PersonRow)}
    assert shown == {person.stay_id for person in PEOPLE}
    assert "Unnamed person" in {row.name for row in bench.lobby.evacuation.view().rows if isinstance(row, PersonRow)}


def test_a_zone_can_be_looked_at_alone_and_a_vanished_one_falls_back_to_all(bench: LobbyUnderTest) -> None:
    open_list(bench)
    bench.lobby.evacuation.zone("Dock")
    rows = [row for row in bench.lobby.evacuation.view().rows if isinstance(row, PersonRow)]
    assert len(rows) == 3
    assert bench.lobby.evacuation.view().count == "12"
    bench.kiosk.desk.people = tuple(person for person in PEOPLE if person.zone != "Dock")
    bench.kiosk.scheduler.pass_time(6)
    assert len([row for row in bench.lobby.evacuation.view().rows if isinstance(row, PersonRow)]) == 9


@pytest.mark.parametrize(
    ("freshness", "words"),
    [
        (Freshness.COMPLETE, "This kiosk’s own list, as of 08:52."),
        (Freshness.STALE, "Dock kiosk last heard 08:31."),
        (Freshness.UNKNOWN, "cannot tell"),
    ],
)
def test_f14_the_banner_says_how_far_to_believe_the_list(
    bench: LobbyUnderTest, freshness: Freshness, words: str
) -> None:
    bench.kiosk.desk.freshness = freshness
    open_list(bench)
    state = bench.lobby.evacuation.view()
    assert words in state.banner
    known = freshness is Freshness.COMPLETE
    assert state.banner_more == ("No other kiosk is known at this site." if known else "Someone may be missing here.")
    assert state.banner.startswith("May be incomplete: ") == (not known)
    assert "omplete as of" not in state.banner


def test_the_list_says_that_it_is_being_read_and_when_it_is_empty(bench: LobbyUnderTest) -> None:
    bench.kiosk.desk.people = ()
    bench.lobby.welcome.staff()
    bench.kiosk.scheduler.held = True
    enter_pin(bench, "246813")
    bench.kiosk.scheduler.release()
    assert bench.lobby.evacuation.view().loading
    bench.kiosk.scheduler.release()
    assert not bench.lobby.evacuation.view().loading
    assert bench.lobby.evacuation.view().empty == "Nobody is on site"


def test_f12_f24_staff_ask_for_a_badge_again_at_the_list_by_their_pin_and_for_a_reason(bench: LobbyUnderTest) -> None:
    """F12, F24: only where the PIN opens it, on purpose, and never while a badge is still to come."""
    open_list(bench)
    lobby, desk = bench.lobby, bench.kiosk.desk
    stay = desk.people[0].stay_id
    lobby.evacuation.badge.open(stay, "Odalys Fernhollow")
    asked = lobby.view().sheet
    assert asked is not None
    assert (asked.title, asked.sentence) == (
        "Odalys Fernhollow",
        "The badge was printed. Print it again? Why is recorded.",
    )
    assert [choice.id for choice in asked.choices] == ["reprint.lost", "reprint.spoilt", "reprint.missing", "close"]
    lobby.choose("reprint.missing")
    told = lobby.view().sheet
    assert told is not None
    assert told.sentence.startswith("It is printed in a moment.")
    assert desk.asked == [f"{stay} desk: never came out"]
    lobby.choose("close")
    assert lobby.view().sheet is None
    lobby.evacuation.badge.open(stay, "Odalys Fernhollow")
    waiting = lobby.view().sheet
    assert waiting is not None
    assert [choice.id for choice in waiting.choices] == ["close"]
    lobby.choose("close")
    lobby.turn.given.staff = Unlocked(by="door")
    lobby.evacuation.badge.open(stay, "Odalys Fernhollow")
    assert lobby.view().sheet is None


def test_the_pdf_says_where_it_went_or_that_it_failed(bench: LobbyUnderTest, tmp_path: Path) -> None:
    open_list(bench)
    bench.lobby.evacuation.save_pdf()
    assert "could not be written" in bench.lobby.evacuation.view().note
    bench.kiosk.desk.pdf_folder = tmp_path
    bench.lobby.evacuation.save_pdf()
    assert "evacuation.pdf" in bench.lobby.evacuation.view().note
    assert (tmp_path / "evacuation.pdf").read_bytes().startswith(b"%PDF")


def test_a_person_without_zone_is_listed_under_no_zone(bench: LobbyUnderTest) -> None:
    bench.kiosk.desk.people = (PersonOnSite("s", "Pim Hazelgrove", "", "", "", MORNING),)
    open_list(bench)
    heads = [row.name for row in bench.lobby.evacuation.view().rows if isinstance(row, ZoneHead)]
    assert heads == ["No zone"]
    assert bench.lobby.evacuation.view().tabs == ()


def test_f14_no_zone_can_be_looked_at_alone_as_any_other(bench: LobbyUnderTest) -> None:
    bench.kiosk.desk.people = (*PEOPLE[:3], replace(PEOPLE[3], zone=""), replace(PEOPLE[4], zone=""))
    open_list(bench)
    shown = bench.lobby.evacuation
    assert [tab.label for tab in shown.view().tabs if tab.chosen] == ["All 5"]
    (nowhere,) = (tab for tab in shown.view().tabs if tab.label == "No zone 2")
    shown.zone(nowhere.id)
    assert [tab.label for tab in shown.view().tabs if tab.chosen] == ["No zone 2"]
    assert {row.stay_id for row in shown.view().rows if isinstance(row, PersonRow)} == {"s4", "s5"}


def test_f14_the_list_that_is_shown_goes_onto_badge_paper_and_the_screen_tells_how_it_gets_on(
    bench: LobbyUnderTest,
) -> None:
    paper = bench.kiosk.list_paper
    bench.lobby.welcome.staff()
    enter_pin(bench, "246813")
    shown = bench.lobby.evacuation
    assert shown.view().note == ""
    shown.print_list()
    assert [people.count for people in paper.lists] == [len(PEOPLE)]
    assert shown.view().note == "Preparing the pages"
    for now, words in (
        (ListPrint(ListPrintState.PRINTING, 1, 3), "Printing page 2 of 3"),
        (ListPrint(ListPrintState.HELD, 1, 3, BadgeTrouble.COVER_OPEN), "The printer is open: 1 of 3 pages are out."),
        (ListPrint(ListPrintState.PRINTED, 3, 3), "Printed 3 of 3 pages"),
    ):
        paper.now = now
        bench.kiosk.scheduler.pass_time(1)
        assert words in shown.view().note
    bench.kiosk.scheduler.pass_time(4)
    shown.save_pdf()
    assert "PDF" in shown.view().note
    bench.kiosk.scheduler.pass_time(4)
    assert "PDF" in shown.view().note


def test_a_kiosk_without_a_printer_says_so_when_the_list_is_to_be_printed(bench: LobbyUnderTest) -> None:
    bench.kiosk.list_paper.now = ListPrint(ListPrintState.NO_PRINTER)
    bench.lobby.welcome.staff()
    enter_pin(bench, "246813")
    bench.lobby.evacuation.print_list()
    assert "no badge printer here" in bench.lobby.evacuation.view().note
