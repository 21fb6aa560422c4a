"""F02, F04: who came as one of a group hands the kiosk on to the next, who shows a code of their own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kiosk.admission_values import Invited
from kiosk.display_values import Contrast
from kiosk.navigation import Screen
from kiosk.presenters.sheets import Sheet
from tests.fakes.kiosk_lobby import LobbyUnderTest

ADA = Invited("2f0f1d7e-3c3b-4b7e-9d6c-0a5e6f1c2b3a", "visitor", "Ada Sample", "Fictional Freight", "de", in_group=True)
BEN = replace(ADA, invitation="7c1f0e2d-55aa-4b6e-9a3f-8e2d1c0b4f66", name="Ben Sample")


@pytest.fixture
def bench() -> LobbyUnderTest:
    made = LobbyUnderTest()
    made.kiosk.camera.picture = np.full((48, 64, 3), 120, dtype=np.uint8)
    made.kiosk.invitations.by_text = {"ADA": ADA, "BEN": BEN}
    made.lobby.reset()
    return made


def check_in(bench: LobbyUnderTest, code: str) -> None:
    lobby = bench.lobby
    bench.seen.codes = (code,)
    bench.kiosk.scheduler.pass_time(0.5)
    assert bench.on(Screen.DETAILS)
    for _ in range(3):
        lobby.details.next()
    lobby.host.go_without()
    lobby.document.reached_end()
    lobby.document.agree()
    lobby.photo.decline()
    bench.kiosk.scheduler.pass_time(1)
    assert bench.on(Screen.DONE)


def test_f02_the_next_of_a_group_shows_their_own_code_and_finds_nothing_of_the_one_before(
    bench: LobbyUnderTest,
) -> None:
    lobby = bench.lobby
    lobby.welcome.visit()
    lobby.type.by_code()
    check_in(bench, "ADA")
    lobby.choose("contrast")
    offered = lobby.done.view()
    assert offered is not None
    assert offered.group == "Nächste Person Ihrer Gruppe"
    before = lobby.turn
    lobby.next_of_group()
    assert bench.on(Screen.INVITED)
    assert lobby.turn is not before
    assert lobby.turn.words.code == "de"
    assert lobby.display.contrast is Contrast.LIGHT
    assert (lobby.turn.given.name, lobby.turn.given.invited) == ("", None)
    check_in(bench, "BEN")
    assert [draft.display_name for draft in bench.kiosk.desk.drafts] == ["Ada Sample", "Ben Sample"]
    assert [draft.invitation for draft in bench.kiosk.desk.drafts] == [ADA.invitation, BEN.invitation]


def test_who_came_alone_is_offered_nobody_else(bench: LobbyUnderTest) -> None:
    bench.kiosk.invitations.by_text["ADA"] = replace(ADA, in_group=False)
    bench.lobby.welcome.visit()
    bench.lobby.type.by_code()
    check_in(bench, "ADA")
    offered = bench.lobby.done.view()
    assert offered is not None
    assert offered.group == ""


def test_back_from_the_next_ones_code_leads_to_the_types(bench: LobbyUnderTest) -> None:
    bench.lobby.welcome.visit()
    bench.lobby.type.by_code()
    check_in(bench, "ADA")
    bench.lobby.next_of_group()
    bench.lobby.back()
    assert bench.on(Screen.TYPE)


def test_c44_back_from_the_next_ones_code_begins_anew_where_no_type_can_be_chosen(bench: LobbyUnderTest) -> None:
    """C44: the last invitation of the group has gone with the one who used it, and there is one type."""
    lobby = bench.lobby
    lobby.welcome.visit()
    lobby.type.by_code()
    check_in(bench, "ADA")
    bench.kiosk.invitations.by_text = {}
    lobby.next_of_group()
    assert bench.on(Screen.INVITED)
    lobby.back()
    assert bench.on(Screen.WELCOME)
    lobby.welcome.visit()
    assert bench.on(Screen.DETAILS)


@pytest.mark.parametrize("chosen", ["ar", ""])
def test_f22_a_language_that_was_chosen_stays_and_else_the_invitations_counts(
    bench: LobbyUnderTest, chosen: str
) -> None:
    """F22, F03: nobody who asked for Arabic is put into another language by a code."""
    lobby = bench.lobby
    if chosen:
        lobby.choose_language(chosen)
    lobby.welcome.visit()
    lobby.scanned("ADA")
    assert bench.on(Screen.DETAILS)
    assert lobby.turn.words.code == (chosen or "de")
    lobby.reset()
    lobby.welcome.visit()
    lobby.scanned("BEN")
    assert lobby.turn.words.code == "de", "the next visitor has chosen nothing"


@pytest.mark.parametrize("first", ["fr", "he"])
def test_f22_an_invitation_without_a_language_is_in_the_first_of_the_place(bench: LobbyUnderTest, first: str) -> None:
    bench.kiosk.invitations.by_text = {"ADA": replace(ADA, language="")}
    bench.kiosk.directory.languages = (first, "en", "de")
    bench.lobby.reset()
    bench.lobby.welcome.visit()
    bench.lobby.scanned("ADA")
    assert (bench.lobby.turn.given.name, bench.lobby.turn.words.code) == ("Ada Sample", first)


def test_f22_an_invitation_speaks_no_language_that_the_place_does_not(bench: LobbyUnderTest) -> None:
    """F22: its texts may not be there."""
    bench.kiosk.directory.languages = ("en", "fr")
    bench.lobby.reset()
    bench.lobby.welcome.visit()
    bench.lobby.scanned("ADA")
    assert (bench.lobby.turn.given.name, bench.lobby.turn.words.code) == ("Ada Sample", "en")


def test_f02_the_language_stays_for_the_next_of_a_group(bench: LobbyUnderTest) -> None:
    bench.lobby.choose_language("fr")
    bench.lobby.welcome.visit()
    bench.lobby.type.by_code()
    check_in(bench, "ADA")
    bench.lobby.next_of_group()
    bench.seen.codes = ("BEN",)
    bench.kiosk.scheduler.pass_time(0.5)
    assert (bench.lobby.details.view().fields[0].entry.text, bench.lobby.turn.words.code) == ("Ben Sample", "fr")


def test_f23_who_needs_assistance_needs_it_still_when_an_invitation_is_read(bench: LobbyUnderTest) -> None:
    """F23: said before the code, in the help sheet or on the page of details."""
    lobby = bench.lobby
    lobby.welcome.visit()
    lobby.ask(Sheet.HELP)
    lobby.choose("assistance")
    lobby.choose("close")
    lobby.scanned("ADA")
    assert lobby.details.view().needs_assistance
    lobby.reset()
    lobby.welcome.visit()
    lobby.scanned("BEN")
    assert not lobby.details.view().needs_assistance
