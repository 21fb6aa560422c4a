"""F04: a code by mail, asked for at the kiosk, which keeps nobody waiting and tells nobody who is invited."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kiosk.admission_values import Invited
from kiosk.mailed_code_values import MailedCodeOutcome, MailedCodeProblem
from kiosk.navigation import Screen
from kiosk.ports import StatusNow
from kiosk.presenters.details import FieldState
from tests.fakes.kiosk_lobby import LobbyUnderTest

ID = "2f0f1d7e-3c3b-4b7e-9d6c-0a5e6f1c2b3a"
ADA = Invited(ID, "visitor", "Ada Sample", "", "en")


@pytest.fixture
def bench() -> LobbyUnderTest:
    made = LobbyUnderTest()
    made.kiosk.mailed_codes.on = True
    made.kiosk.mailed_codes.codes = {("ada@example.org", "123456"): (ID,)}
    made.kiosk.invitations.by_text = {"K7QF2M9D": ADA}
    return made


def to_the_code(bench: LobbyUnderTest, email: str = "ada@example.org") -> None:
    lobby = bench.lobby
    lobby.welcome.visit()
    lobby.type.by_code()
    assert lobby.invited.view().otherwise == "I don’t have my code here"
    lobby.invited.go_otherwise()
    lobby.claim.type(email)
    lobby.claim.next()


def code_field(bench: LobbyUnderTest) -> FieldState:
    return bench.lobby.claim.view().fields[1]


def send(bench: LobbyUnderTest) -> None:
    assert code_field(bench).offer == "Send me a code"
    bench.lobby.claim.take_offer("code")


def type_code(bench: LobbyUnderTest, code: str) -> None:
    bench.lobby.claim.type(code)
    bench.lobby.claim.next()
    bench.kiosk.scheduler.pass_time(1)


def test_f04_a_code_is_sent_and_begins_the_visit(bench: LobbyUnderTest) -> None:
    to_the_code(bench)
    send(bench)
    assert (code_field(bench).offer, code_field(bench).helper) == ("", "Asking for a code …")
    bench.kiosk.scheduler.pass_time(1)
    assert code_field(bench).helper.startswith("If this address is invited, a code is on its way by mail. It is good")
    type_code(bench, "123456")
    assert bench.on(Screen.DETAILS)
    assert bench.lobby.turn.given.invited == ADA
    assert bench.kiosk.mailed_codes.wanted == ["ada@example.org"]


def test_f04_a_wrong_code_and_one_before_anything_was_sent_open_nothing(bench: LobbyUnderTest) -> None:
    """F04: before one was sent six digits are a short code, which the kiosk itself looks up."""
    to_the_code(bench)
    type_code(bench, "123456")
    assert code_field(bench).error.startswith("We do not find an invitation")
    send(bench)
    bench.kiosk.scheduler.pass_time(1)
    bench.lobby.claim.press("delete")
    type_code(bench, "7")
    assert bench.on(Screen.CLAIM)
    assert code_field(bench).error.startswith("We do not find an invitation")
    bench.lobby.claim.press("delete")
    type_code(bench, "6")
    assert bench.on(Screen.DETAILS)


def test_f04_an_invitation_that_is_not_on_the_kiosk_s_page_opens_nothing(bench: LobbyUnderTest) -> None:
    bench.kiosk.mailed_codes.codes = {("ada@example.org", "123456"): ("0d2f1d7e-3c3b-4b7e-9d6c-0a5e6f1c2b3a",)}
    to_the_code(bench)
    send(bench)
    bench.kiosk.scheduler.pass_time(1)
    type_code(bench, "123456")
    assert code_field(bench).error.startswith("This kiosk does not have this invitation")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (MailedCodeProblem.OFFLINE, "That needs the network"),
        (MailedCodeProblem.UNSERVED, "No code can be sent from here"),
        (MailedCodeProblem.RESTING, "There were many tries"),
    ],
)
def test_f04_what_could_not_be_sent_is_said_and_can_be_tried_again(
    bench: LobbyUnderTest, answer: MailedCodeOutcome, said: str
) -> None:
    bench.kiosk.mailed_codes.answers = answer
    to_the_code(bench)
    send(bench)
    bench.kiosk.scheduler.pass_time(1)
    assert code_field(bench).error.startswith(said)
    bench.kiosk.mailed_codes.answers = None
    send(bench)
    bench.kiosk.scheduler.pass_time(1)
    assert code_field(bench).helper.startswith("If this address")


def test_f04_a_network_that_says_nothing_is_given_up_and_the_screen_can_be_left_meanwhile(
    bench: LobbyUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F04: nothing is pressed by an answer that comes late, and the next visitor finds an empty screen."""
    monkeypatch.setattr(bench.kiosk.mailed_codes, "outcome", lambda _question: None)
    to_the_code(bench)
    send(bench)
    bench.kiosk.scheduler.pass_time(21)
    assert code_field(bench).error.startswith("That needs the network")
    send(bench)
    bench.lobby.back()
    assert (bench.on(Screen.INVITED), bench.kiosk.mailed_codes.asked) == (True, None)
    monkeypatch.undo()
    bench.lobby.reset()
    to_the_code(bench, "other@example.org")
    assert (code_field(bench).entry.text, code_field(bench).helper) == (
        "",
        "Six characters or more, from your invitation",
    )


def test_f04_without_a_network_there_is_no_button_and_the_words_say_why(bench: LobbyUnderTest) -> None:
    to_the_code(bench)
    bench.kiosk.mailed_codes.on = False
    bench.kiosk.status.status = StatusNow(offline_since=datetime(2026, 3, 16, 8, 0, tzinfo=UTC))
    assert code_field(bench).offer == ""
    assert "only with the network" in code_field(bench).helper
    bench.lobby.claim.take_offer("code")
    assert bench.kiosk.mailed_codes.wanted == []


def test_f04_another_address_is_another_question(bench: LobbyUnderTest) -> None:
    to_the_code(bench)
    send(bench)
    bench.kiosk.scheduler.pass_time(1)
    bench.lobby.claim.focus("email")
    for _ in ".org":
        bench.lobby.claim.press("delete")
    assert code_field(bench).offer == ""  # unfinished
    bench.lobby.claim.type(".org")
    assert code_field(bench).offer == "Send me a code"


def correct_address(bench: LobbyUnderTest) -> None:
    bench.lobby.claim.focus("email")
    for _ in "slip.example":
        bench.lobby.claim.press("delete")
    bench.lobby.claim.type("example.org")
    bench.lobby.claim.focus("code")


def test_f04_nothing_is_on_its_way_to_an_address_that_was_corrected_while_it_was_asked(bench: LobbyUnderTest) -> None:
    """The answer belongs to the address before; for the new one a code can be asked at once."""
    to_the_code(bench, "ada@slip.example")
    send(bench)
    correct_address(bench)
    assert (code_field(bench).helper, bench.kiosk.mailed_codes.asked) == (
        "Six characters or more, from your invitation",
        None,
    )
    bench.kiosk.scheduler.pass_time(1)
    send(bench)
    bench.kiosk.scheduler.pass_time(1)
    assert bench.kiosk.mailed_codes.wanted == ["ada@slip.example", "ada@example.org"]
    assert code_field(bench).helper.startswith("If this address is invited")
    type_code(bench, "123456")
    assert bench.on(Screen.DETAILS)


def test_f04_what_was_asked_for_another_address_opens_nothing_and_keeps_nobody_waiting(bench: LobbyUnderTest) -> None:
    bench.kiosk.mailed_codes.codes = {("ada@slip.example", "123456"): (ID,)}
    to_the_code(bench, "ada@slip.example")
    send(bench)
    bench.kiosk.scheduler.pass_time(1)
    bench.lobby.claim.type("123456")
    bench.lobby.claim.next()
    correct_address(bench)
    bench.kiosk.scheduler.pass_time(1)
    assert bench.on(Screen.CLAIM)
    bench.lobby.claim.next()
    assert code_field(bench).error.startswith("We do not find an invitation")
