"""Calling reception and being held: what is said is so, and only when it is (F09, F10, F23)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.admission_values import Invited
from kiosk.calling_values import CallRefused
from kiosk.navigation import Screen
from kiosk.ports import StatusNow
from kiosk.presenters.sheets import Sheet
from tests.fakes.kiosk_lobby import LobbyUnderTest
from workbench.still_time import MORNING

TOLD = "Reception has been told"
CODE = "LODGE-INVITATION-1"


@pytest.fixture
def bench() -> LobbyUnderTest:
    return LobbyUnderTest()


def said(bench: LobbyUnderTest) -> str:
    sheet = bench.lobby.view().sheet
    assert sheet is not None
    return sheet.sentence


def offers_call(bench: LobbyUnderTest) -> bool:
    sheet = bench.lobby.view().sheet
    assert sheet is not None
    return "call" in {choice.id for choice in sheet.choices}


def ask_for_help(bench: LobbyUnderTest) -> None:
    bench.lobby.welcome.visit()
    bench.lobby.ask(Sheet.HELP)


def test_f23_reception_has_been_told_when_the_cloud_says_so_and_not_a_moment_before(bench: LobbyUnderTest) -> None:
    """F23: offline, and where no answer comes, the visitor is sent there; one call each visit."""
    bench.kiosk.bell.number = "+44 20 7946 0000"
    bench.lobby.turn.given.needs_assistance = True
    ask_for_help(bench)
    bench.lobby.choose("call")
    bench.lobby.choose("call")
    assert [(wish.stay_id, wish.language, wish.assistance) for wish in bench.kiosk.bell.wishes] == [("", "en", True)]
    assert not offers_call(bench)
    assert said(bench) == "Reception is being told …"
    bench.kiosk.scheduler.pass_time(5)
    assert TOLD not in said(bench)
    bench.kiosk.status.status = StatusNow(offline_since=MORNING)
    assert said(bench).startswith("The network is down, so reception has not heard this. Please go to reception.")
    assert said(bench).endswith("Or telephone +44\u00a020\u00a07946\u00a00000.")
    bench.kiosk.status.status = StatusNow()
    bench.kiosk.scheduler.pass_time(12)
    assert said(bench).startswith("Reception has not heard this yet. Please go to reception.")
    bench.kiosk.bell.told = True
    bench.kiosk.scheduler.pass_time(2)
    assert said(bench).startswith(TOLD)


def test_f23_the_arrival_that_follows_is_the_visit_of_the_call(bench: LobbyUnderTest) -> None:
    ask_for_help(bench)
    bench.lobby.choose("call")
    bench.lobby.choose("close")
    bench.arrive()
    assert [draft.stay_id for draft in bench.kiosk.desk.drafts] == ["called-1"]


def test_f23_a_call_outlives_the_code_of_an_invitation_and_ends_with_the_visitor(bench: LobbyUnderTest) -> None:
    made = Invited("5e0e", "visitor", "Odalys Fernhollow", "", "de")
    ask_for_help(bench)
    bench.lobby.choose("call")
    bench.lobby._welcome_invited(made)
    assert bench.lobby.turn.given.stay_id == "called-1"
    bench.kiosk.bell.told = True
    bench.kiosk.scheduler.pass_time(2)
    bench.lobby.ask(Sheet.HELP)
    assert said(bench) == "Der Empfang weiß Bescheid. Bitte warten Sie hier."
    bench.lobby.reset()
    ask_for_help(bench)
    assert offers_call(bench)
    assert TOLD not in said(bench)


def test_f23_who_calls_from_the_welcome_screen_leaves_it_as_it_was(bench: LobbyUnderTest) -> None:
    bench.lobby.ask(Sheet.DISPLAY)
    bench.lobby.choose("call")
    bench.lobby.choose("close")
    bench.lobby.ask(Sheet.DISPLAY)
    assert offers_call(bench), "whoever comes next has called nobody"
    bench.lobby.choose("call")
    bench.kiosk.scheduler.pass_time(85)
    assert bench.lobby.view().sheet is None


@pytest.mark.parametrize(
    ("refusal", "words", "again"),
    [
        (CallRefused.TOO_MANY, "many times within the hour", False),
        (CallRefused.STORE_ERROR, "could not be called", True),
    ],
)
def test_f23_a_call_that_was_not_kept_says_so_and_where_to_go(
    bench: LobbyUnderTest, refusal: CallRefused, words: str, again: bool
) -> None:
    """Nothing is promised of what is not on the disk."""
    bench.kiosk.bell.refuse, bench.kiosk.bell.told = refusal, True
    ask_for_help(bench)
    bench.lobby.choose("call")
    bench.kiosk.scheduler.pass_time(5)
    assert words in said(bench)
    assert "Please go to reception." in said(bench)
    assert offers_call(bench) is again


def test_f23_where_the_server_tells_nobody_no_call_is_offered(bench: LobbyUnderTest) -> None:
    bench.kiosk.bell.offered = False
    ask_for_help(bench)
    assert not offers_call(bench)


@pytest.mark.parametrize("offered", [True, False])
def test_f09_who_is_held_may_sit_down_once_somebody_knows(bench: LobbyUnderTest, offered: bool) -> None:
    """F09, F10: until then, and with a server that tells nobody, they are asked to go there."""
    bench.kiosk.desk.holds, bench.kiosk.bell.offered = True, offered
    bench.arrive()
    assert bench.on(Screen.HELD)
    held = bench.lobby.held
    first = held.view()
    assert first is not None
    assert first.lead.endswith("Tell them that you are here.")
    bench.kiosk.status.status = StatusNow(offline_since=MORNING)
    bench.kiosk.scheduler.pass_time(2)
    offline = held.view()
    assert offline is not None
    assert offline.lead.startswith("The network is down") is offered
    bench.kiosk.status.status, bench.kiosk.bell.told = StatusNow(), True
    bench.kiosk.scheduler.pass_time(2)
    seen = held.view()
    assert seen is not None
    assert seen.lead.startswith(TOLD) is offered
    assert (seen.finish == "I will take a seat") is offered
    assert replace(seen, lead="", finish="") == replace(first, lead="", finish="")


@pytest.mark.parametrize("refusal", [None, CallRefused.STORE_ERROR])
def test_f23_a_call_that_is_kept_after_an_invitation_was_read_is_still_that_visitors(
    bench: LobbyUnderTest, refusal: CallRefused | None
) -> None:
    """F23: they hear what became of it, may call again where it was not kept, and their visit belongs to it."""
    ada = Invited("2f0f1d7e-3c3b-4b7e-9d6c-0a5e6f1c2b3a", "visitor", "Ada Sample", "", "en")
    bench.kiosk.invitations.by_text = {CODE: ada}
    bench.kiosk.bell.told, bench.kiosk.bell.refuse = True, refusal
    bench.lobby.welcome.visit()
    bench.lobby.ask(Sheet.HELP)
    scheduler = bench.kiosk.scheduler
    scheduler.held = True
    bench.lobby.choose("call")
    bench.lobby.choose("close")
    bench.lobby.scanned(CODE)
    (call, scan), scheduler.held = scheduler.waiting, False
    scheduler.waiting.clear()
    scan()
    bench.lobby.ask(Sheet.HELP)
    assert (bench.lobby.screen, said(bench)) == (Screen.DETAILS, "Reception is being told …")
    call()
    scheduler.pass_time(5)
    assert (TOLD in said(bench), offers_call(bench)) == (refusal is None, refusal is not None)
    assert bool(bench.lobby.turn.given.stay_id) is (refusal is None)
