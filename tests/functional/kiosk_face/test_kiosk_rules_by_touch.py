"""Coming by invitation and being held, by touches on the real window."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.admission_values import InvitationProblem, InvitationRefused, Invited
from kiosk.navigation import Screen
from kiosk.ports import HostChoice, StatusNow
from tests.functional.kiosk_face.conftest import LANDSCAPE, PORTRAIT, SMALL, Opener
from workbench.sample_kiosk import SampleKiosk
from workbench.sample_pictures import held_badge
from workbench.sample_types import thistledown

CODE = "LODGE-INVITATION-1"
LIAN = Invited(
    invitation="2f0f1d7e-3c3b-4b7e-9d6c-0a5e6f1c2b3a",
    visitor_type="visitor",
    name="ليان وادي النسيم",
    company="Barid Silk",
    language="ar",
    host=HostChoice("h4", "Ines Caldermoor", "Offices"),
)


def sample() -> SampleKiosk:
    kiosk = SampleKiosk()
    kiosk.directory.types, kiosk.directory.documents = thistledown().types, thistledown().documents
    return kiosk


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, SMALL])
def test_f03_an_invitation_before_the_camera_begins_a_visit_in_its_language(
    open_kiosk: Opener, size: tuple[int, int]
) -> None:
    """F03: from the welcome to the details in three touches and a look; the host is known, the type not asked."""
    made = sample()
    made.invitations.by_text = {CODE: LIAN}
    made.camera.picture = held_badge("Lian", CODE)
    kiosk = open_kiosk(size, made)
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.tap("type.by_code")
    kiosk.finger.wait_for(Screen.INVITED)
    kiosk.pass_time(1)
    kiosk.finger.wait_for(Screen.DETAILS)
    assert (kiosk.lobby.view().language, kiosk.lobby.view().direction) == ("ar", "rtl")
    assert LIAN.name in kiosk.text
    assert size == SMALL or "جئت لزيارة Ines Caldermoor" in kiosk.text
    kiosk.finger.tap("keyboard.next")
    kiosk.finger.tap("keyboard.next")
    kiosk.finger.tap("keyboard.next")
    kiosk.finger.wait_for(Screen.DOCUMENT)
    lobby = kiosk.lobby
    lobby.document.reached_end()
    lobby.document.agree()
    lobby.photo.decline()
    kiosk.finger.wait_for(Screen.DONE)
    (draft,) = kiosk.kiosk.desk.drafts
    assert (draft.display_name, draft.company, draft.host_id, draft.language, draft.invitation) == (
        LIAN.name,
        "Barid Silk",
        "h4",
        "ar",
        LIAN.invitation,
    )


def test_f04_f05_somebody_who_comes_again_is_welcomed_back_corrects_the_company_and_reads_nothing_twice(
    open_kiosk: Opener,
) -> None:
    """F04, F05: by their pass; what they correct is what is kept, and the next visitor sees nothing of it."""
    made = sample()
    made.invitations.by_text = {CODE: replace(LIAN, language="en", returning=True, agreed={"site-rules": "3"})}
    made.camera.picture = held_badge("Lian", CODE)
    kiosk = open_kiosk(PORTRAIT, made)
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.tap("type.by_code")
    kiosk.pass_time(1)
    kiosk.finger.wait_for(Screen.DETAILS)
    assert "Welcome back" in kiosk.text
    kiosk.finger.tap("details.company")
    for _ in "Silk":
        kiosk.finger.tap("keyboard.delete")
    kiosk.finger.type_text("", "Wool")
    kiosk.finger.tap("keyboard.next")
    kiosk.finger.tap("keyboard.next")
    kiosk.finger.wait_for(Screen.PHOTO)
    kiosk.lobby.photo.decline()
    kiosk.finger.wait_for(Screen.DONE)
    (draft,) = kiosk.kiosk.desk.drafts
    assert (draft.company, draft.consents, draft.invitation) == ("Barid Wool", (), LIAN.invitation)
    kiosk.finger.tap("done.finish")
    kiosk.finger.tap("welcome.visit")
    assert not {"Barid", LIAN.name} & set(kiosk.text.split())


def test_a_code_that_does_not_serve_says_why_and_the_way_on_stays_open(open_kiosk: Opener) -> None:
    made = sample()
    begins = made.clock.now().replace(hour=14, minute=30)
    made.invitations.by_text = {
        "K7QF2M9D": InvitationRefused(InvitationProblem.TOO_EARLY, begins),
        "K7QF2M9E": InvitationRefused(InvitationProblem.BADGE),
        "K7QF2M9F": replace(LIAN, visitor_type="gone", language="xx", host=None),
    }
    kiosk = open_kiosk(PORTRAIT, made)
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.tap("type.by_code")
    kiosk.finger.tap("invited.type")
    kiosk.finger.type_text("", "K7QF2M9D")
    kiosk.finger.tap("keyboard.next")
    assert "good from 14:30" in kiosk.text
    kiosk.finger.tap("keyboard.delete")
    kiosk.finger.type_text("", "E")
    kiosk.finger.tap("keyboard.next")
    assert "Would you like to leave and sign out with it?" in kiosk.text
    kiosk.finger.tap("sheet.close")
    kiosk.finger.tap("keyboard.delete")
    kiosk.finger.type_text("", "F")
    kiosk.finger.tap("keyboard.next")
    kiosk.finger.wait_for(Screen.TYPE)
    kiosk.finger.tap("type.visitor")
    assert kiosk.lobby.view().language == "en"
    assert LIAN.name in kiosk.text


@pytest.mark.parametrize("size", [PORTRAIT, SMALL])
def test_f08_f10_whoever_is_held_sees_no_reason_and_a_pin_of_the_staff_checks_them_in(
    open_kiosk: Opener, size: tuple[int, int]
) -> None:
    """F08, F10, F24: one screen whatever the reason; back from the pad it stands as it was."""
    made = sample()
    made.desk.holds = True
    kiosk = open_kiosk(size, made)
    lobby = kiosk.lobby
    kiosk.finger.tap("welcome.visit")
    lobby.type.choose("visitor")
    lobby.details.type("Barnaby Thrale")
    for _ in range(3):
        lobby.details.next()
    lobby.host.go_without()
    lobby.document.reached_end()
    lobby.document.agree()
    lobby.photo.decline()
    kiosk.finger.wait_for(Screen.HELD)
    assert "A little longer, please, Barnaby" in kiosk.text
    assert not any(word in kiosk.text.lower() for word in ("list", "watch", "insur", "approv", "security", "refus"))
    assert kiosk.kiosk.desk.drafts == []
    assert "Tell them that you are here" in kiosk.text
    made.bell.told = True
    kiosk.pass_time(2)
    assert "Reception has been told. Please take a seat" in kiosk.text
    kiosk.finger.tap("held.staff")
    kiosk.finger.wait_for(Screen.OVERRIDE)
    kiosk.finger.tap("nav.back")
    kiosk.finger.wait_for(Screen.HELD)
    kiosk.finger.tap("held.staff")
    for digit in "000000":
        kiosk.finger.tap(f"pin.{digit}")
    assert "4 tries left" in kiosk.text
    for digit in kiosk.kiosk.overrides.pin:
        kiosk.finger.tap(f"pin.{digit}")
    kiosk.finger.wait_for(Screen.DONE)
    (draft,) = kiosk.kiosk.desk.drafts
    assert (draft.display_name, draft.stay_id, draft.admitted_by) == ("Barnaby Thrale", "held-1", "security")
    kiosk.finger.tap("done.finish")
    assert "Barnaby" not in kiosk.text


@pytest.mark.parametrize("size", [PORTRAIT, SMALL])
def test_f23_a_finger_calls_reception_and_reads_only_what_is_so(open_kiosk: Opener, size: tuple[int, int]) -> None:
    """F23: once, from the help sheet; with the cable out the words send the visitor there, and name the telephone."""
    made = sample()
    made.bell.number = "+44 20 7946 0000"
    kiosk = open_kiosk(size, made)
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.tap("nav.help")
    made.status.status = StatusNow(offline_since=made.clock.now())
    kiosk.finger.tap("sheet.call")
    kiosk.pass_time(2)
    assert "Please go to reception. Or telephone +44\u00a020\u00a07946\u00a00000." in kiosk.text
    assert "Call reception" not in kiosk.text
    made.status.status, made.bell.told = StatusNow(), True
    kiosk.pass_time(2)
    assert "Reception has been told. Please wait here." in kiosk.text
    assert len(made.bell.wishes) == 1
    kiosk.finger.tap("sheet.close")
    kiosk.finger.wait_for(Screen.TYPE)


def test_a_type_by_invitation_only_asks_for_the_code_and_needed_hosts_and_photos_are_not_passed_over(
    open_kiosk: Opener,
) -> None:
    made = sample()
    visitor = next(kind for kind in made.directory.types if kind.id == "visitor")
    strict = replace(visitor, id="strict", host_required=True, photo_required=True)
    made.directory.types = (strict, replace(visitor, id="guest", invited_only=True))
    kiosk = open_kiosk(PORTRAIT, made)
    lobby = kiosk.lobby
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.tap("type.guest")
    kiosk.finger.wait_for(Screen.INVITED)
    assert "This visit is by invitation" in kiosk.text
    kiosk.finger.tap("nav.back")
    kiosk.finger.tap("type.strict")
    lobby.details.type("Pim")
    for _ in range(3):
        lobby.details.next()
    lobby.host.type("nobody")
    lobby.host.go_without()
    kiosk.finger.pass_frames()
    assert lobby.screen is Screen.HOST
    assert "we need to know whom you are meeting" in kiosk.text
    lobby.host.clear()
    lobby.host.type("ines")
    lobby.host.choose("h4")
    lobby.document.reached_end()
    lobby.document.agree()
    kiosk.finger.wait_for(Screen.PHOTO)
    assert "This visit needs a photo" in kiosk.text
    assert "No photo: ask reception" in kiosk.text


def test_f04_without_the_code_an_address_and_a_short_code_begin_the_visit(open_kiosk: Opener) -> None:
    made = sample()
    made.invitations.claims = {("lian@example.org", "K7M4P9"): replace(LIAN, language="de")}
    kiosk = open_kiosk(LANDSCAPE, made)
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.tap("type.by_code")
    kiosk.finger.tap("invited.otherwise")
    kiosk.finger.type_text("", "lian@example.org")
    kiosk.finger.tap("keyboard.next")
    kiosk.finger.type_text("", "K7M4P8")
    kiosk.finger.tap("keyboard.next")
    assert "We do not find an invitation" in kiosk.text
    assert LIAN.name not in kiosk.text
    kiosk.finger.tap("keyboard.delete")
    kiosk.finger.type_text("", "9")
    kiosk.finger.tap("keyboard.next")
    kiosk.finger.wait_for(Screen.DETAILS)
    assert kiosk.lobby.view().language == "de"
    assert LIAN.name in kiosk.text


@pytest.mark.parametrize("size", [PORTRAIT, SMALL])
def test_f04_a_code_by_mail_is_asked_for_typed_and_begins_the_visit(open_kiosk: Opener, size: tuple[int, int]) -> None:
    """F04: with the network, by one touch more; the words do not say whether the address is known."""
    made = sample()
    made.mailed_codes.on = True
    made.mailed_codes.codes = {("lian@example.org", "204816"): (LIAN.invitation,)}
    made.invitations.by_text = {CODE: replace(LIAN, language="en")}
    kiosk = open_kiosk(size, made)
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.tap("type.by_code")
    kiosk.finger.tap("invited.otherwise")
    kiosk.finger.type_text("", "lian@example.org")
    kiosk.finger.tap("keyboard.next")
    kiosk.finger.tap("claim.offer")
    kiosk.pass_time(1)
    kiosk.finger.pass_frames()
    assert "If this address is invited" in kiosk.text
    assert made.mailed_codes.wanted == ["lian@example.org"]
    kiosk.finger.type_text("", "204816")
    kiosk.finger.tap("keyboard.next")
    kiosk.pass_time(1)
    kiosk.finger.wait_for(Screen.DETAILS)
    assert LIAN.name in kiosk.text
