"""A welcome that somebody left as they wanted it is everybody's again (F22, F23)."""

from __future__ import annotations

import pytest

from kiosk.admission_values import Invited
from kiosk.display_values import Display
from kiosk.navigation import Screen
from kiosk.ports import DepartureProblem
from kiosk.presenters.sheets import Sheet
from tests.fakes.kiosk_lobby import LobbyUnderTest


@pytest.fixture
def bench() -> LobbyUnderTest:
    return LobbyUnderTest()


@pytest.mark.parametrize("chosen", ["language", "first language", "display", "sheet", "assistance"])
def test_f23_what_was_chosen_at_the_welcome_is_over_when_nobody_is_there(bench: LobbyUnderTest, chosen: str) -> None:
    """F23, F22: whoever comes next begins in the first language and the usual look, with nothing over the welcome."""
    lobby = bench.lobby
    first = lobby.view()
    bench.kiosk.scheduler.pass_time(600)
    assert lobby.view() == first, "an untouched welcome asks nobody whether they are still there"
    if chosen.endswith("language"):
        lobby.choose_language("en" if chosen.startswith("first") else "ar")
    else:
        lobby.ask(Sheet.HELP if chosen == "assistance" else Sheet.DISPLAY)
    if chosen == "display":
        lobby.choose("text.largest")
        lobby.choose("close")
        assert lobby.display != Display()
    if chosen == "assistance":
        lobby.choose("assistance")
        lobby.choose("close")
        assert lobby.turn.given.needs_assistance
    bench.kiosk.scheduler.pass_time(61)
    sheet = lobby.view().sheet
    assert sheet is not None
    assert sheet.sheet is Sheet.TIMEOUT
    bench.kiosk.scheduler.pass_time(25)
    assert (lobby.view().sheet, lobby.turn.words.code, lobby.display) == (None, "en", Display())
    assert not lobby.turn.given.needs_assistance


@pytest.mark.parametrize("chosen", [("en",), ("fr", "en")])
def test_f22_whoever_chose_the_first_language_and_left_chose_it_for_nobody_else(
    bench: LobbyUnderTest, chosen: tuple[str, ...]
) -> None:
    """F22: whoever is invited is spoken to in their language, and a site that has another first one is heard."""
    lobby, directory = bench.lobby, bench.kiosk.directory
    lobby.open()
    for code in chosen:
        lobby.choose_language(code)
    bench.kiosk.scheduler.pass_time(120)
    directory.languages = ("fr", "en", "de")
    bench.kiosk.scheduler.pass_time(5)
    assert lobby.turn.words.code == "fr"
    bench.kiosk.desk.problem = DepartureProblem.INVITATION
    bench.kiosk.invitations.by_text = {"OTT": Invited("7c", "visitor", "Ottilie Sample", "", "de")}
    lobby.scanned("OTT")
    assert (lobby.screen, lobby.turn.words.code) == (Screen.DETAILS, "de")


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
