"""F03, F07, F13, C33: what becomes of a code, by the screen that it is shown to; what a wrong one is told, in every
language.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from kiosk.admission_values import InvitationProblem, InvitationRefused, Invited
from kiosk.asked_values import AnswerKind, AskedField
from kiosk.navigation import Screen, Stop
from kiosk.ports import CameraState, DepartureProblem, Step, VisitorType
from kiosk.presenters.details import FieldState
from kiosk.presenters.sheets import Sheet
from kiosk.words.catalogue import languages
from sync.protocol import base45
from tests.fakes.kiosk_lobby import LobbyUnderTest
from workbench.sample_licence import MODERN, licence_text
from workbench.sample_types import thistledown

OTTILIE = Invited("2f0f1d7e-3c3b-4b7e-9d6c-0a5e6f1c2b3a", "visitor", "Ottilie Marchbanks", "", "de")
BADGE_OF_SOMEBODY, INVITATION_OF_SOMEBODY = (base45.encode(bytes([1, purpose]) + bytes(92)) for purpose in (1, 2))
WRONG = {
    "web": "https://example.org/menu",
    "wifi": "WIFI:S:guest;T:WPA;P:secret;;",
    "contact": "BEGIN:VCARD\nN:Hazelgrove;Pim\nEND:VCARD",
    "message": "tel:+4420",
    "boarding": "M1FERNHOLLOW/ODALYS   EABC123 ZZAYYBXX 0834 326J001A0025 100",
    "payment": "BCD\n002\n1\nSCT",
    "event": "BEGIN:VEVENT",
    "sign-in": "otpauth://totp/x?secret=ABC",
    "product": "4006381333931",
}
UNSIGNED = "2f0f1d7e-3c3b-4b7e-9d6c-0a5e6f1c2b3a"


@pytest.fixture
def bench() -> LobbyUnderTest:
    made = LobbyUnderTest()
    made.kiosk.camera.picture = np.full((48, 64, 3), 120, dtype=np.uint8)
    made.kiosk.directory.types, made.kiosk.directory.documents = thistledown().types, thistledown().documents
    made.kiosk.desk.codes = {"GOOD-CODE": "Odalys Fernhollow"}
    made.kiosk.invitations.by_text = {
        "INVITED": OTTILIE,
        "EARLY": InvitationRefused(InvitationProblem.EXPIRED),
        "GOOD-CODE": InvitationRefused(InvitationProblem.BADGE),
    }
    made.lobby.reset()
    return made


def show(bench: LobbyUnderTest, text: str) -> None:
    """Hold a code to the camera."""
    bench.seen.codes = (text,)
    bench.kiosk.scheduler.pass_time(0.5)


def begin(bench: LobbyUnderTest, kind: str = "driver") -> None:
    bench.lobby.welcome.visit()
    bench.lobby.type.choose(kind)
    bench.lobby.details.type("Pim Hazelgrove")
    for _ in range(3):
        bench.lobby.details.next()


def licence_field(bench: LobbyUnderTest) -> FieldState:
    return next(field for field in bench.lobby.fields.view().fields if field.id == "licence")


@pytest.mark.parametrize("code", languages())
def test_c33_a_code_of_something_else_says_what_it_was_not_in_every_language(bench: LobbyUnderTest, code: str) -> None:
    """C33: at the departure, with an invitation, and at a licence; nothing of the code is repeated."""
    lobby, words = bench.lobby, languages()[code]
    problems: dict[str, list[str]] = {}
    for kind, text in {**WRONG, "licence": licence_text(), "": UNSIGNED}.items():
        for way in ("badge", "invitation", "licence"):
            lobby.reset()
            lobby.choose_language(code)
            if way == "badge":
                lobby.welcome.leave()
            elif way == "invitation":
                lobby.welcome.visit()
                lobby.type.by_code()
            else:
                begin(bench)
                lobby.fields.scan()
            if (kind, way) == ("licence", "licence"):
                continue
            scanner = {"badge": lobby.leaving, "invitation": lobby.invited, "licence": lobby.licence}[way]
            show(bench, text)
            problem = scanner.view().problem
            known = {
                "badge": "leaving.unknown-code",
                "invitation": "invited.unknown-code",
                "licence": "licence.unknown",
            }
            assert problem.startswith(words.say(f"code.is.{kind}") if kind else words.say(known[way]))
            assert not kind or problem.endswith(words.say(f"code.wanted.{way}"))
            assert text not in problem
            problems.setdefault(way, []).append(problem)
    assert all(len(set(said)) == len(said) for said in problems.values())


@pytest.mark.parametrize("by_hand", [True, False])
def test_c33_an_invitation_shown_at_the_departure_offers_to_check_in(bench: LobbyUnderTest, *, by_hand: bool) -> None:
    lobby = bench.lobby
    bench.kiosk.desk.problem = DepartureProblem.INVITATION
    lobby.welcome.leave()
    if by_hand:
        lobby.scanned("INVITED")
    else:
        show(bench, "INVITED")
    sheet = lobby.view().sheet
    assert sheet is not None
    assert (sheet.sheet, [choice.id for choice in sheet.choices]) == (Sheet.CODE, ["accept", "close"])
    lobby.choose("close")
    bench.kiosk.scheduler.pass_time(1)
    assert (bench.on(Screen.LEAVING), lobby.view().sheet) == (True, None)
    show(bench, "EARLY")
    assert lobby.leaving.view().problem == (
        "This is an invitation. This invitation was for an earlier time. Reception can help."
    )
    lobby.scanned("INVITED")
    lobby.choose("accept")
    assert bench.on(Screen.DETAILS)
    assert lobby.view().language == "de"
    assert lobby.details.view().fields[0].entry.text == "Ottilie Marchbanks"


def test_c33_a_badge_shown_as_an_invitation_offers_to_leave_and_nobody_is_signed_out_before(
    bench: LobbyUnderTest,
) -> None:
    lobby, desk = bench.lobby, bench.kiosk.desk
    lobby.welcome.visit()
    lobby.type.by_code()
    show(bench, "GOOD-CODE")
    sheet = lobby.view().sheet
    assert sheet is not None
    assert (sheet.title, desk.asked) == ("This is a badge", [])
    lobby.choose("accept")
    assert bench.on(Screen.GOODBYE)
    assert desk.asked == ["GOOD-CODE"]


def test_f13_f03_at_the_welcome_a_badge_begins_the_departure_and_an_invitation_the_visit(
    bench: LobbyUnderTest,
) -> None:
    lobby, desk = bench.lobby, bench.kiosk.desk
    bench.kiosk.scheduler.held = True
    lobby.scanned("GOOD-CODE")
    lobby.welcome.visit()
    bench.kiosk.scheduler.held = False
    bench.kiosk.scheduler.release()
    assert bench.on(Screen.GOODBYE)
    desk.codes["OF-THE-NEXT"] = "Pim Hazelgrove"
    lobby.scanned("OF-THE-NEXT")
    goodbye = lobby.goodbye.view()
    assert goodbye is not None
    assert (bench.on(Screen.GOODBYE), goodbye.name) == (True, "Pim Hazelgrove")
    desk.problem = DepartureProblem.NOT_ON_SITE
    lobby.scanned("GONE")
    sheet = lobby.view().sheet
    assert sheet is not None
    assert (bench.on(Screen.WELCOME), sheet.sentence[:27]) == (True, "You are already signed out.")
    desk.problem = DepartureProblem.UNKNOWN_CODE
    lobby.scanned(WRONG["wifi"])
    sheet = lobby.view().sheet
    assert sheet is not None
    assert sheet.sentence == "This is a code for a wireless network. Here we read badges and invitations."
    desk.problem = DepartureProblem.INVITATION
    lobby.scanned("INVITED")
    assert bench.on(Screen.DETAILS)
    assert lobby.turn.given.invited == OTTILIE


def test_f03_a_code_is_taken_by_the_way_in_which_it_serves(bench: LobbyUnderTest) -> None:
    """A scanner of another layout than the kiosk's: of both readings one is ours, whichever comes first."""
    bench.kiosk.desk.problem = DepartureProblem.OTHER_PLACE
    for readings in (("GOOD:CODE", "GOOD-CODE"), ("GOOD-CODE", "GOODßCODE")):
        bench.lobby.scanned(*readings)
        assert bench.on(Screen.GOODBYE)
        bench.lobby.reset()
    assert bench.kiosk.desk.asked == ["GOOD:CODE", "GOOD-CODE", "GOOD-CODE"]


def test_c44_a_scan_presses_nothing_where_no_code_is_waited_for(bench: LobbyUnderTest) -> None:
    """C33: whoever types, chooses, reads or takes a photo is told that a code is for the beginning."""
    lobby, desk = bench.lobby, bench.kiosk.desk
    begin(bench, "visitor")
    acts = (lobby.host.go_without, lobby.document.reached_end, lobby.document.agree, lobby.photo.decline)
    for act in acts:
        here = lobby.turn.stop
        lobby.scanned("INVITED")
        shown = lobby.view().sheet
        assert lobby.turn.stop == here
        assert shown is not None
        assert shown.sentence == lobby.turn.say("scanned.not_here")
        lobby.choose("close")
        assert lobby.view().sheet is None
        act()
    lobby.ask(Sheet.HELP)
    lobby.scanned("GOOD-CODE")
    sheet = lobby.view().sheet
    assert sheet is not None
    assert (bench.on(Screen.DONE), sheet.sheet, desk.asked) == (True, Sheet.HELP, [])


def test_c44_one_scan_leads_one_step_also_where_camera_and_scanner_read_the_same_code(bench: LobbyUnderTest) -> None:
    lobby, scheduler = bench.lobby, bench.kiosk.scheduler
    begin(bench)
    lobby.fields.scan()
    for code, there in ((licence_text(), Stop(Screen.FIELDS, "licence")), ("GOOD-CODE", Stop(Screen.GOODBYE))):
        scheduler.held = True
        bench.seen.codes = (code,)
        scheduler.pass_time(0.3)
        lobby.scanned(code)
        for _ in range(4):
            scheduler.release()
        assert lobby.turn.stop == there
        scheduler.held = False
        lobby.reset()
        lobby.welcome.leave()


def test_f07_a_licence_before_the_camera_fills_in_its_number_to_be_corrected(bench: LobbyUnderTest) -> None:
    begin(bench)
    lobby = bench.lobby
    assert licence_field(bench).scan == "Scan your licence"
    place = lobby.view().place
    lobby.fields.scan()
    assert (bench.on(Screen.LICENCE), lobby.view().place) == (True, place)
    for text, words in (
        (licence_text(kind="ID"), "identity card"),
        (licence_text()[:40], "cannot be read here"),
        (BADGE_OF_SOMEBODY, "This is a badge. We look for"),
        (INVITATION_OF_SOMEBODY, "This is an invitation. We look for"),
    ):
        show(bench, text)
        assert words in lobby.licence.view().problem
    show(bench, licence_text())
    shown = licence_field(bench)
    assert (shown.entry.text, shown.focused) == (MODERN["DAQ"], True)
    assert shown.helper == "Read from your licence. Please check it."
    assert (bench.kiosk.camera.running, lobby.licence._last) == (False, "")
    lobby.fields.press("delete")
    assert lobby.turn.answers["licence"] == MODERN["DAQ"][:-1]
    assert "Read from" not in licence_field(bench).helper
    assert lobby.details.view().fields[0].entry.text == "Pim Hazelgrove"


def test_f07_an_expired_licence_is_said_and_keeps_nobody_out(bench: LobbyUnderTest) -> None:
    begin(bench)
    bench.lobby.fields.scan()
    show(bench, licence_text(MODERN | {"DBA": "03152026"}))
    assert licence_field(bench).helper == (
        "By its code this licence was good until 15 March 2026. You can go on; reception may ask about it."
    )
    assert bench.kiosk.clock.now().date() == date(2026, 3, 16)
    for _ in range(2):
        bench.lobby.fields.next()
    assert licence_field(bench).error == ""


@pytest.mark.parametrize("state", [CameraState.NONE, CameraState.MISSING])
def test_f07_without_a_camera_there_is_no_button_and_a_hand_scanner_does_as_well(
    bench: LobbyUnderTest, state: CameraState
) -> None:
    bench.kiosk.camera.is_now = state
    begin(bench)
    assert licence_field(bench).scan == ""
    bench.lobby.scanned(WRONG["web"])
    assert licence_field(bench).error.startswith("This is a web address. We look for the code on the back")
    bench.lobby.scanned("", licence_text().replace("\x1e", "").replace("\r", "\n"))
    assert (licence_field(bench).entry.text, licence_field(bench).error) == (MODERN["DAQ"], "")


def test_f07_r33_a_name_is_taken_where_none_was_given_and_nothing_else_of_the_licence_is_kept(
    bench: LobbyUnderTest,
) -> None:
    fields = (AskedField("licence", {"en": "Licence"}, AnswerKind.LICENCE, restricted=True),)
    bench.kiosk.directory.types = (
        VisitorType("driver", {"en": "Driver"}, steps=(Step.FIELDS, Step.DETAILS), fields=fields),
    )
    bench.lobby.reset()
    lobby = bench.lobby
    lobby.welcome.visit()
    lobby.type.choose("driver")
    lobby.scanned(licence_text())
    lobby.fields.next()
    assert lobby.details.view().fields[0].entry.text == "Odalys Fernhollow"
    for _ in range(3):
        lobby.details.next()
    (draft,) = bench.kiosk.desk.drafts
    assert (draft.display_name, draft.answers) == ("Odalys Fernhollow", {"licence": MODERN["DAQ"]})
    left_out = (MODERN[name] for name in ("DAG", "DAI", "DAK", "DBB", "DBA", "DAD", "DAU"))
    assert not any(value.strip() in repr((draft, draft.answers, lobby.turn.given)) for value in left_out)
