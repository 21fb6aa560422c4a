"""F23: forms with arrows, *Enter*, *Tab* and *Escape* alone, as on a keypad that has no more keys than these."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.navigation import Screen
from kiosk.ports import AskedDocument, Step, VisitorType
from kiosk.presenters.sheets import Sheet
from tests.functional.kiosk_face.conftest import PORTRAIT, SMALL, Opener, OpenKiosk
from tests.functional.kiosk_face.test_kiosk_by_arrows import DOWN, Voice, act, enter, focus_of, go_to, write
from workbench.sample_kiosk import SampleKiosk
from workbench.sample_types import thistledown

TAB, ESCAPE, LEFT = 9, 27, 276


@pytest.mark.parametrize("size", [PORTRAIT, SMALL])
def test_f23_whoever_says_that_they_need_assistance_by_arrows_goes_on_by_enter(
    open_kiosk: Opener, size: tuple[int, int]
) -> None:
    """With the ring on the screen *Enter* only turned to a field, again and again."""
    kiosk = open_kiosk(size)
    kiosk.finger.tap("welcome.visit")
    write(kiosk, "Odalys Fernhollow")
    act(kiosk, "details.assistance")
    assert kiosk.lobby.turn.given.needs_assistance
    act(kiosk, "details.name")
    for _ in range(3):
        assert kiosk.lobby.screen is Screen.DETAILS
        enter(kiosk)
    kiosk.finger.wait_for(Screen.HOST)
    assert kiosk.lobby.turn.given.name == "Odalys Fernhollow"


def test_f23_a_code_that_was_typed_is_sent_by_enter_where_arrows_went(open_kiosk: Opener) -> None:
    kiosk = open_kiosk(PORTRAIT)
    kiosk.finger.tap("welcome.leave")
    kiosk.finger.tap("leaving.type")
    kiosk.lobby.code.type("K7QF2M9D")
    act(kiosk, "code.entry")
    enter(kiosk)
    kiosk.finger.wait_until(lambda: kiosk.kiosk.desk.asked == ["K7QF2M9D"], "the question")


def tab(kiosk: OpenKiosk) -> None:
    """Press *Tab*, and wait until it is sure that it was no scanner's."""
    kiosk.window._key(None, TAB)
    kiosk.finger.wait_until(lambda: not kiosk.window._keys._held, "the end of what may be a scanner's")
    kiosk.finger.pass_frames()


def test_f23_tab_goes_on_and_acts_nowhere(open_kiosk: Opener) -> None:
    """As whoever listens to a screen is used to; on the welcome it had opened the pad of the staff."""
    kiosk = open_kiosk(PORTRAIT)
    seen = []
    for _ in range(4):
        tab(kiosk)
        seen.append(focus_of(kiosk))
        assert kiosk.lobby.screen is Screen.WELCOME
    assert len(set(seen)) == 4
    kiosk.window.stage.leave_arrows()
    kiosk.finger.tap("welcome.visit")
    write(kiosk, "Pim")
    tab(kiosk)
    assert [field.focused for field in kiosk.lobby.details.view().fields] == [False, True, False], "the next field"
    kiosk.window._key(None, DOWN)
    here = focus_of(kiosk)
    tab(kiosk)
    assert focus_of(kiosk) not in {"", here}
    assert kiosk.lobby.screen is Screen.DETAILS


def test_f23_escape_closes_a_sheet_and_leaves_no_screen(open_kiosk: Opener) -> None:
    """C45: it leads nowhere else; a warning waits for its own answer."""
    kiosk = open_kiosk(PORTRAIT)
    kiosk.finger.tap("welcome.visit")
    kiosk.window._key(None, ESCAPE)
    assert kiosk.lobby.screen is Screen.DETAILS
    kiosk.finger.tap("nav.help")
    kiosk.finger.settle()
    go_to(kiosk, "sheet.close")
    kiosk.window._key(None, ESCAPE)
    kiosk.finger.pass_frames()
    assert kiosk.lobby.view().sheet is None
    kiosk.pass_time(66)
    kiosk.finger.settle()
    kiosk.window._key(None, ESCAPE)
    kiosk.finger.pass_frames()
    sheet = kiosk.lobby.view().sheet
    assert sheet is not None
    assert sheet.sheet is Sheet.TIMEOUT


def test_f23_an_offered_address_is_heard_by_its_domain_where_arrows_come_to_it(open_kiosk: Opener) -> None:
    kiosk, voice = open_kiosk(PORTRAIT), Voice()
    kiosk.lobby.ports = replace(kiosk.lobby.ports, speech=voice)
    kiosk.finger.tap("welcome.visit")
    kiosk.lobby.details.focus("email")
    kiosk.lobby.details.type("odalys.secret@gmial.com")
    kiosk.lobby.details.focus("company")
    kiosk.lobby.display = replace(kiosk.lobby.display, spoken=True)
    kiosk.window.stage.draw()
    kiosk.finger.settle()
    go_to(kiosk, "details.offer")
    assert voice.said[-1] == ("Did you mean gmail.com", "en")
    assert not [said for said, _ in voice.said if "secret" in said]


def look_for_a_host(kiosk: OpenKiosk) -> None:
    """Go on to where one host is found."""
    kiosk.lobby.welcome.visit()
    kiosk.lobby.details.type("Odalys Fernhollow")
    while kiosk.lobby.screen is Screen.DETAILS:
        kiosk.lobby.details.next()
    kiosk.lobby.host.type("tobiah")
    kiosk.finger.settle()


@pytest.mark.parametrize("size", [PORTRAIT, SMALL])
def test_f23_tab_leaves_the_last_field_and_records_nothing(open_kiosk: Opener, size: tuple[int, int]) -> None:
    """F23: from a field that ends the visit, from names that were found, and from a badge's code."""
    sample = SampleKiosk()
    sample.directory.types = (replace(thistledown().one("delivery"), documents=()),)
    sample.desk.codes = {"K7QF2M9D": "Odalys Fernhollow"}
    kiosk = open_kiosk(size, sample)
    look_for_a_host(kiosk)
    tab(kiosk)
    assert kiosk.lobby.screen is Screen.HOST
    kiosk.lobby.host.go_without()
    kiosk.lobby.fields.type("3")
    kiosk.finger.settle()
    tab(kiosk)
    assert (kiosk.lobby.screen, sample.desk.drafts) == (Screen.FIELDS, [])
    assert focus_of(kiosk), "it went on"
    kiosk.window.leave()

    kiosk = open_kiosk(size, sample)
    kiosk.lobby.welcome.leave()
    kiosk.lobby.leaving.type_code()
    kiosk.lobby.code.type("K7QF2M9D")
    kiosk.finger.settle()
    tab(kiosk)
    assert (kiosk.lobby.screen, sample.desk.asked) == (Screen.CODE, [])


@pytest.mark.parametrize("size", [PORTRAIT, SMALL])
def test_f23_tab_leaves_a_field_that_must_not_be_empty(open_kiosk: Opener, size: tuple[int, int]) -> None:
    kiosk = open_kiosk(size)
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.settle()
    tab(kiosk)
    assert [field.focused for field in kiosk.lobby.details.view().fields] == [False, True, False]
    assert not any(field.error for field in kiosk.lobby.details.view().fields)


def test_c44_enter_does_nothing_on_a_screen_that_has_only_just_come(open_kiosk: Opener) -> None:
    """C44: pressed twice on the name of the host, it had answered the question after it, too."""
    sample = SampleKiosk()
    sample.directory.types = (replace(thistledown().one("delivery"), documents=()),)
    kiosk = open_kiosk(PORTRAIT, sample)
    look_for_a_host(kiosk)
    kiosk.window.stage.settle_seconds = 3600.0
    for _ in range(2):
        kiosk.window.real_keys.press("next")
        kiosk.finger.pass_frames(3)
    assert (kiosk.lobby.screen, sample.desk.drafts) == (Screen.HOST, [])
    kiosk.window.stage.settle_seconds = 0.02
    kiosk.finger.settle()
    kiosk.window.real_keys.press("next")
    kiosk.window.stage.settle_seconds = 3600.0
    kiosk.finger.pass_frames(3)
    kiosk.window.real_keys.press("next")
    assert (kiosk.lobby.screen, sample.desk.drafts) == (Screen.FIELDS, [])


def test_an_arrow_comes_after_the_letters_before_it(open_kiosk: Opener) -> None:
    """Letters are held back for as long as they may be a scanner's, and an arrow ends that."""
    kiosk = open_kiosk(PORTRAIT)
    kiosk.finger.tap("welcome.visit")
    scanner = kiosk.scanner()
    scanner._press("a")
    scanner._press("b")
    kiosk.window._key(None, LEFT)
    scanner._press("c")
    kiosk.finger.wait_until(lambda: not kiosk.window._keys.is_held_back, "the end of what may be a scanner's")
    assert kiosk.lobby.details.view().fields[0].entry.text.lower() == "acb"


def test_f23_neither_the_address_of_a_copy_nor_the_name_beneath_a_pad_is_read_aloud(open_kiosk: Opener) -> None:
    """R33: both were typed, and others stand near."""
    sample, asked = SampleKiosk(), AskedDocument("rules", copy=True, signature=True)
    steps = (Step.DETAILS, Step.DOCUMENT)
    sample.directory.types = (VisitorType("visitor", {"en": "Visitor"}, steps=steps, documents=(asked,)),)
    voice = sample.voice
    kiosk = open_kiosk(PORTRAIT, sample)
    kiosk.lobby.choose("spoken")
    kiosk.finger.tap("welcome.visit")
    kiosk.lobby.details.type("Odalys Fernhollow")
    kiosk.lobby.details.focus("email")
    kiosk.lobby.details.type("odalys.secret@example.org")
    kiosk.lobby.details.next()
    kiosk.finger.settle()
    for touch_id, said in (("document.sign", "Sign with your finger"), ("document.copy", "Send me a copy. off")):
        go_to(kiosk, touch_id)
        assert voice.said[-1] == (said, "en")
    assert not [said for said, _ in voice.said if "secret" in said or "Fernhollow" in said]
