from __future__ import annotations

import pytest

from kiosk.navigation import Screen
from kiosk.presenters.details import DetailsPresenter, FieldState
from tests.fakes.kiosk_lobby import LobbyUnderTest


@pytest.fixture
def at_details() -> LobbyUnderTest:
    bench = LobbyUnderTest()
    bench.lobby.welcome.visit()
    return bench


def field(details: DetailsPresenter, name: str) -> FieldState:
    return next(state for state in details.view().fields if state.id == name)


def test_next_goes_through_the_fields_and_then_on(at_details: LobbyUnderTest) -> None:
    details = at_details.lobby.details
    details.type("Bram Oakentide")
    details.press("next")
    assert field(details, "company").focused
    details.press("next")
    assert field(details, "email").focused
    details.press("next")
    assert at_details.on(Screen.HOST)
    assert at_details.lobby.turn.given.name == "Bram Oakentide"


def test_a_missing_name_is_asked_for_kindly_and_focus_stays(at_details: LobbyUnderTest) -> None:
    details = at_details.lobby.details
    details.next()
    assert field(details, "name").error == "We need a name for your badge"
    assert field(details, "name").focused
    details.type("B")
    assert not field(details, "name").error


def test_focus_returns_to_the_field_that_needs_a_word(at_details: LobbyUnderTest) -> None:
    details = at_details.lobby.details
    details.focus("email")
    details.next()
    assert field(details, "name").focused
    assert at_details.on(Screen.DETAILS)


@pytest.mark.parametrize(
    "name", ["Q", "ليان وادي النسيم", "林", "🌿", "[b]Bold[/b]", "<script>", "^XA~JA", "O’Brien-Ñ"]
)
def test_unusual_names_pass_unchanged(at_details: LobbyUnderTest, name: str) -> None:
    """C36 and issue 2: a name is never judged by its letters."""
    at_details.lobby.details.type(name)
    for _ in range(3):
        at_details.lobby.details.next()
    assert at_details.lobby.turn.given.name == name


def test_a_name_of_two_hundred_characters_is_kept_and_more_is_not_taken(at_details: LobbyUnderTest) -> None:
    details = at_details.lobby.details
    details.type("n" * 250)
    assert len(field(details, "name").entry.text) == 200
    assert field(details, "name").helper == "That is as long as we can keep"


def test_an_unfinished_address_is_named_and_kept(at_details: LobbyUnderTest) -> None:
    details = at_details.lobby.details
    details.type("Bram")
    details.focus("email")
    details.type("bram@example")
    details.next()
    assert "still missing" in field(details, "email").error
    assert field(details, "email").entry.text == "bram@example"


def test_a_slip_in_an_address_is_offered_and_nothing_changes_without_a_tap(at_details: LobbyUnderTest) -> None:
    details = at_details.lobby.details
    details.focus("email")
    details.type("max@exmaple.org")
    assert not field(details, "email").offer or field(details, "email").focused
    details.focus("name")
    assert field(details, "email").offer == "max@example.org"
    assert field(details, "email").entry.text == "max@exmaple.org"
    details.take_offer("email")
    assert field(details, "email").entry.text == "max@example.org"
    assert not field(details, "email").offer


def test_back_and_forth_loses_nothing(at_details: LobbyUnderTest) -> None:
    lobby = at_details.lobby
    lobby.details.type("Bram Oakentide")
    for _ in range(3):
        lobby.details.next()
    lobby.host.type("wren")
    lobby.back()
    assert field(lobby.details, "name").entry.text == "Bram Oakentide"
    lobby.details.focus("email")
    lobby.details.next()
    assert lobby.host.view().entry.text == "wren"


def test_need_of_assistance_is_kept_and_can_be_taken_back(at_details: LobbyUnderTest) -> None:
    details = at_details.lobby.details
    details.toggle_assistance()
    assert details.view().needs_assistance
    details.toggle_assistance()
    assert not at_details.lobby.turn.given.needs_assistance


def test_typing_at_the_cursor_and_deleting_a_whole_sign(at_details: LobbyUnderTest) -> None:
    details = at_details.lobby.details
    details.type("Bam")
    details.focus("name", 1)
    details.type("r")
    assert field(details, "name").entry.text == "Bram"
    details.press("delete")
    assert field(details, "name").entry.text == "Bam"


@pytest.mark.parametrize("typed", ["odalys@gmial.com", "odalys@gmail.con"])
def test_a_slip_in_the_last_field_is_offered_once_before_the_next_step(at_details: LobbyUnderTest, typed: str) -> None:
    """The address may be right: whoever goes on again goes on."""
    lobby, details = at_details.lobby, at_details.lobby.details
    details.type("Odalys Fernhollow")
    details.next()
    details.next()
    details.type(typed)
    details.next()
    assert at_details.on(Screen.DETAILS)
    assert field(details, "email").offer == "odalys@gmail.com"
    assert field(details, "email").focused
    details.next()
    assert not at_details.on(Screen.DETAILS)
    assert lobby.turn.given.email == typed


@pytest.mark.parametrize("name", ["\u200d", "\u0301\u0301", "\u093f", "-", "'", "...", "\u3164", "\u2800"])
def test_what_nobody_can_call_out_is_no_name(at_details: LobbyUnderTest, name: str) -> None:
    details = at_details.lobby.details
    details.type(name)
    details.next()
    assert field(details, "name").error == "We need a name for your badge"
    assert field(details, "name").focused


@pytest.mark.parametrize("name", ["Ó", "王", "अ", "7", "🦊", "🇩🇪", "O'Brien", "e\u0301"])
def test_one_letter_digit_or_picture_is_a_name(at_details: LobbyUnderTest, name: str) -> None:
    details = at_details.lobby.details
    details.type(name)
    details.next()
    assert not field(details, "name").error
