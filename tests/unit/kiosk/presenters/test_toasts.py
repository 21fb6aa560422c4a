"""What is confirmed at the head of a screen, for four seconds, to whoever it was said to."""

from __future__ import annotations

import pytest

from kiosk.navigation import Screen
from kiosk.ports import StatusNow
from kiosk.presenters.sheets import Sheet
from tests.fakes.kiosk_lobby import LobbyUnderTest
from workbench.still_time import MORNING


@pytest.fixture
def bench() -> LobbyUnderTest:
    return LobbyUnderTest()


def toast(bench: LobbyUnderTest) -> str:
    """What is confirmed at the head of the screen."""
    shown = bench.lobby.view().toast
    return shown.text if shown is not None else ""


def test_f23_more_time_is_confirmed_for_four_seconds(bench: LobbyUnderTest) -> None:
    bench.lobby.welcome.visit()
    bench.kiosk.scheduler.pass_time(65)
    bench.lobby.choose("more")
    assert toast(bench) == "Take your time"
    bench.kiosk.scheduler.pass_time(3.9)
    assert toast(bench)
    bench.kiosk.scheduler.pass_time(0.2)
    assert not toast(bench)


def test_f23_it_is_read_aloud_once_and_cuts_nothing_off_but_a_sheet_that_was_answered(bench: LobbyUnderTest) -> None:
    voice = bench.kiosk.voice
    bench.lobby.open()
    bench.lobby.choose("spoken")
    bench.lobby.welcome.visit()
    bench.kiosk.status.status = StatusNow(offline_since=MORNING)
    bench.kiosk.scheduler.pass_time(65)
    voice.said.clear()
    voice.speaking = True
    bench.lobby.choose("more")
    bench.kiosk.status.status = StatusNow()
    bench.kiosk.scheduler.pass_time(3)
    assert toast(bench) == "Connected again"
    assert [text for text, _ in voice.said] == ["Take your time"]
    voice.speaking = False
    bench.kiosk.status.status = StatusNow(offline_since=MORNING)
    bench.kiosk.scheduler.pass_time(5)
    bench.kiosk.status.status = StatusNow()
    bench.kiosk.scheduler.pass_time(3)
    assert [text for text, _ in voice.said] == ["Take your time", "Connected again"]


def test_whoever_begins_again_is_told_that_nothing_was_kept_and_only_where_that_is_so(bench: LobbyUnderTest) -> None:
    bench.lobby.welcome.visit()
    bench.lobby.details.type("Odalys")
    bench.lobby.ask(Sheet.HELP)
    bench.lobby.choose("restart")
    assert (bench.lobby.screen, toast(bench)) == (Screen.WELCOME, "Nothing you entered was kept")
    bench.lobby.welcome.visit()
    bench.lobby.ask(Sheet.HELP)
    bench.lobby.choose("call")
    bench.lobby.choose("restart")
    assert (bench.lobby.screen, toast(bench)) == (Screen.WELCOME, "")
    bench.arrive()
    bench.lobby.ask(Sheet.HELP)
    bench.lobby.choose("restart")
    assert (bench.lobby.screen, toast(bench)) == (Screen.WELCOME, "")


def test_c44_nobody_is_told_anything_that_was_said_to_the_one_before(bench: LobbyUnderTest) -> None:
    bench.lobby.welcome.visit()
    bench.kiosk.scheduler.pass_time(65)
    bench.lobby.choose("more")
    bench.lobby.reset()
    assert not toast(bench)


def test_that_the_network_is_back_is_said_to_whoever_is_there_and_not_to_an_empty_lobby(bench: LobbyUnderTest) -> None:
    bench.lobby.open()
    for visit, said in ((True, "Connected again"), (False, "")):
        if visit:
            bench.lobby.welcome.visit()
        bench.kiosk.status.status = StatusNow(offline_since=MORNING)
        bench.kiosk.scheduler.pass_time(3)
        assert not toast(bench)
        bench.kiosk.status.status = StatusNow()
        bench.kiosk.scheduler.pass_time(3)
        assert toast(bench) == said
        bench.lobby.reset()
