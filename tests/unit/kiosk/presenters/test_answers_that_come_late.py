"""Answers that come late, invitations that go, offers beside each other: nothing happens that nobody touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.admission_values import Invited
from kiosk.asked_values import AnswerKind, AskedField
from kiosk.navigation import Screen
from kiosk.ports import Step, VisitorType
from kiosk.presenters.email_hint import suggestion
from kiosk.presenters.idle import BUSY_SECONDS
from tests.fakes.kiosk_lobby import LobbyUnderTest
from workbench.gallery_staff import EVERYTHING
from workbench.sample_texts import PEOPLE
from workbench.sample_types import thistledown

ADA = Invited("2f0f1d7e-3c3b-4b7e-9d6c-0a5e6f1c2b3a", "visitor", "Ada Sample", "Fictional Freight", "en")
EMAIL, CODE = "ada@example.org", "K7M4P9"


@pytest.fixture
def bench() -> LobbyUnderTest:
    made = LobbyUnderTest()
    made.kiosk.directory.types, made.kiosk.directory.documents = thistledown().types, thistledown().documents
    made.kiosk.invitations.claims = {(EMAIL, CODE): ADA}
    made.kiosk.invitations.by_text = {"ADA": ADA, "K7QF2M9D": ADA}
    made.lobby.reset()
    return made


def to_the_claim(bench: LobbyUnderTest, email: str = EMAIL) -> None:
    bench.lobby.welcome.visit()
    bench.lobby.type.by_code()
    bench.lobby.invited.go_otherwise()
    bench.lobby.claim.type(email)
    bench.lobby.claim.next()


def test_f04_a_claim_that_is_answered_late_changes_no_screen_of_whoever_went_on(bench: LobbyUnderTest) -> None:
    to_the_claim(bench)
    bench.lobby.claim.type(CODE)
    bench.kiosk.scheduler.held = True
    bench.lobby.claim.next()
    bench.lobby.back()
    bench.lobby.back()
    bench.lobby.type.choose("contractor")
    bench.lobby.details.type("Somebody Else")
    bench.kiosk.scheduler.held = False
    bench.kiosk.scheduler.release()
    assert bench.on(Screen.DETAILS)
    assert bench.lobby.turn.given.invited is None
    assert bench.lobby.details.view().fields[0].entry.text == "Somebody Else"


def test_f04_whoever_comes_back_to_the_claim_is_not_answered_what_they_asked_before(bench: LobbyUnderTest) -> None:
    to_the_claim(bench)
    bench.lobby.claim.type(CODE)
    bench.kiosk.scheduler.held = True
    bench.lobby.claim.next()
    bench.lobby.back()
    bench.lobby.invited.go_otherwise()
    bench.kiosk.scheduler.held = False
    bench.kiosk.scheduler.release()
    assert bench.on(Screen.CLAIM)
    bench.lobby.claim.next()
    assert bench.on(Screen.DETAILS)


def test_f03_a_typed_code_that_is_answered_late_changes_no_screen_of_whoever_went_on(bench: LobbyUnderTest) -> None:
    bench.lobby.welcome.visit()
    bench.lobby.type.by_code()
    bench.lobby.invited.type_code()
    bench.lobby.invited_code.type("K7QF2M9D")
    bench.kiosk.scheduler.held = True
    bench.lobby.invited_code.submit()
    bench.lobby.back()
    bench.lobby.back()
    bench.lobby.type.choose("contractor")
    bench.kiosk.scheduler.held = False
    bench.kiosk.scheduler.release()
    assert bench.on(Screen.DETAILS)
    assert bench.lobby.turn.given.invited is None


def test_f02_the_page_of_types_works_on_where_the_last_invitation_goes(bench: LobbyUnderTest) -> None:
    """With one type it is there for the sake of invitations alone."""
    bench.kiosk.directory.types = (thistledown().types[0],)
    bench.lobby.reset()
    bench.lobby.welcome.visit()
    assert bench.on(Screen.TYPE)
    bench.kiosk.invitations.by_text, bench.kiosk.invitations.claims = {}, {}
    bench.lobby.type.choose(thistledown().types[0].id)
    assert not bench.on(Screen.TYPE)
    bench.lobby.back()
    assert bench.on(Screen.TYPE)
    bench.lobby.back()
    assert bench.on(Screen.WELCOME)


def test_of_two_corrected_addresses_only_the_one_that_is_touched_is_taken(bench: LobbyUnderTest) -> None:
    fields = tuple(AskedField(name, {"en": name}, AnswerKind.EMAIL) for name in ("work", "home"))
    bench.kiosk.directory.types = (
        VisitorType("visitor", {"en": "V"}, fields=fields, steps=(Step.DETAILS, Step.FIELDS)),
    )
    bench.kiosk.invitations.by_text, bench.kiosk.invitations.claims = {}, {}
    bench.lobby.reset()
    bench.fill_details()
    asked = bench.lobby.fields
    asked.type("a@gmial.com")
    asked.next()
    asked.type("b@gmial.com")
    asked.focus("work")
    assert [field.offer for field in asked.view().fields] == ["a@gmail.com", "b@gmail.com"]
    asked.take_offer("home")
    assert [field.entry.text for field in asked.view().fields] == ["a@gmial.com", "b@gmail.com"]
    asked.take_offer("elsewhere")
    assert [field.entry.text for field in asked.view().fields] == ["a@gmial.com", "b@gmail.com"]


def test_f04_an_address_that_looks_like_a_slip_has_a_code_sent_all_the_same(bench: LobbyUnderTest) -> None:
    """Nobody else than its owner knows that it is right."""
    address = "ada@gmial.com"
    assert suggestion(address) is not None
    bench.kiosk.mailed_codes.on = True
    to_the_claim(bench, address)
    email, code = bench.lobby.claim.view().fields
    assert (email.offer, code.offer) == (suggestion(address), "Send me a code")
    bench.lobby.claim.take_offer("code")
    assert bench.kiosk.mailed_codes.wanted == [address]
    bench.lobby.claim.take_offer("email")
    assert bench.lobby.claim.view().fields[0].entry.text == suggestion(address)


def test_a_short_name_is_never_taken_for_a_slip() -> None:
    """One letter makes another firm of it; a longer one is most likely meant."""
    for domain in (
        "weg.de",
        "wed.de",
        "gm.de",
        "gms.de",
        "free.it",
        "tree.fr",
        "line.com",
        "love.com",
        "web.dev",
        "gmx.dev",
    ):
        assert suggestion(f"ana@{domain}") is None, domain
    for domain, meant in (("gmial.com", "gmail.com"), ("hotmial.com", "hotmail.com"), ("yaho.com", "yahoo.com")):
        assert suggestion(f"ana@{domain}") == f"ana@{meant}"


def test_a_voice_that_hangs_does_not_keep_a_visitor_on_the_screen(bench: LobbyUnderTest) -> None:
    """Whoever listens is there; whoever listens for longer than anything takes to be read is not."""
    bench.lobby.welcome.visit()
    bench.lobby.type.choose("contractor")
    bench.lobby.details.type("Odalys")
    bench.lobby.choose("spoken")
    bench.kiosk.voice.speaking = True
    bench.kiosk.scheduler.pass_time(BUSY_SECONDS)
    assert bench.on(Screen.DETAILS)
    bench.kiosk.scheduler.pass_time(180)
    assert bench.on(Screen.WELCOME)


def to_the_list(bench: LobbyUnderTest) -> None:
    bench.kiosk.desk.people, bench.kiosk.desk.scopes = PEOPLE, frozenset(EVERYTHING)
    bench.lobby.welcome.staff()
    for digit in bench.kiosk.desk.pin:
        bench.lobby.pin.digit(digit)
    bench.lobby.staff_room.open("evacuation")


def test_f14_a_list_that_is_read_late_is_not_kept_by_whoever_has_closed_it(bench: LobbyUnderTest) -> None:
    to_the_list(bench)
    bench.kiosk.scheduler.held = True
    bench.kiosk.scheduler.pass_time(6)
    bench.lobby.evacuation.done()
    bench.kiosk.scheduler.release()
    assert bench.lobby.evacuation.view().loading, "names are in memory while they are shown, and no longer"
    bench.lobby.staff_room.open("evacuation")
    bench.kiosk.scheduler.release()
    assert not bench.lobby.evacuation.view().loading


def test_f14_a_list_that_is_opened_again_shows_everybody_and_says_nothing_of_an_older_one(
    bench: LobbyUnderTest, tmp_path: Path
) -> None:
    to_the_list(bench)
    shown, bench.kiosk.desk.pdf_folder = bench.lobby.evacuation, tmp_path
    shown.zone("Dock")
    shown.save_pdf()
    assert "evacuation.pdf" in shown.view().note
    shown.done()
    bench.lobby.staff_room.open("evacuation")
    assert shown.view().note == ""
    assert [tab.label for tab in shown.view().tabs if tab.chosen] == ["All 12"]
    bench.kiosk.scheduler.held = True
    shown.save_pdf()
    shown.done()
    bench.lobby.staff_room.open("evacuation")
    assert shown.view().note == "Writing the PDF"
    shown.done()
    bench.kiosk.scheduler.held = False
    bench.kiosk.scheduler.release()
    bench.lobby.staff_room.open("evacuation")
    assert shown.view().note == "", "it was written while nobody looked"
