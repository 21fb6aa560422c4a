"""A welcome that somebody left as they wanted it is everybody's again (F22, F23)."""

from __future__ import annotations

import pytest

from kiosk.display_values import Display
from kiosk.navigation import Screen
from kiosk.presenters.sheets import Sheet
from tests.fakes.kiosk_lobby import LobbyUnderTest


@pytest.fixture
def bench() -> LobbyUnderTest:
    return LobbyUnderTest()


@pytest.mark.parametrize("chosen", ["language", "display", "sheet"])
def test_f23_what_was_chosen_at_the_welcome_is_over_when_nobody_is_there(bench: LobbyUnderTest, chosen: str) -> None:
    """F23, F22: whoever comes next begins in the first language and the usual look, with nothing over the welcome."""
    lobby = bench.lobby
    first = lobby.view()
    bench.kiosk.scheduler.pass_time(600)
    assert lobby.view() == first, "an untouched welcome asks nobody whether they are still there"
    if chosen == "language":
        lobby.choose_language("ar")
    else:
        lobby.ask(Sheet.DISPLAY)
    if chosen == "display":
        lobby.choose("text.largest")
        lobby.choose("close")
        assert lobby.display != Display()
    bench.kiosk.scheduler.pass_time(61)
    sheet = lobby.view().sheet
    assert sheet is not None
    assert sheet.sheet is Sheet.TIMEOUT
    bench.kiosk.scheduler.pass_time(25)
    assert (lobby.view().sheet, lobby.turn.words.code, lobby.display) == (None, "en", Display())


@pytest.mark.parametrize(("chosen", "then"), [("", "fr"), ("de", "de"), ("ar", "fr")])
def test_f22_a_welcome_that_stands_speaks_what_the_site_offers_now(
    bench: LobbyUnderTest, chosen: str, then: str
) -> None:
    """F22: the first of the new ones, unless somebody chose one that is still there; never while a sheet is open."""
    lobby, directory = bench.lobby, bench.kiosk.directory
    lobby.open()
    if chosen:
        lobby.choose_language(chosen)
    lobby.ask(Sheet.DISPLAY)
    before = lobby.turn
    directory.languages = ("fr", "de")
    bench.kiosk.scheduler.pass_time(5)
    assert lobby.turn is before
    lobby.choose("close")
    bench.kiosk.scheduler.pass_time(5)
    view = lobby.view()
    assert [choice.code for choice in view.state.languages if choice.chosen] == [view.language] == [then]
    lobby.welcome.visit()
    directory.languages = ("es",)
    bench.kiosk.scheduler.pass_time(5)
    assert (lobby.screen, lobby.turn.words.code) == (Screen.DETAILS, then)
