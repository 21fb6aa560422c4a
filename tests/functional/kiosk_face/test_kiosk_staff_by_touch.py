"""F24: staff mode in a real window, in both orientations and on a small panel."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest

from kiosk.navigation import Screen
from kiosk.presenters.second_lines import SecondLine
from tests.functional.kiosk_face.conftest import LANDSCAPE, PORTRAIT, SMALL, Opener
from workbench.gallery_staff import EVERYTHING
from workbench.sample_kiosk import SampleKiosk
from workbench.sample_texts import PEOPLE


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, SMALL])
def test_f24_staff_sign_somebody_out_look_at_the_kiosk_and_start_it_anew(
    open_kiosk: Opener, size: tuple[int, int]
) -> None:
    """F13, F24."""
    kiosk = open_kiosk(size)
    finger, desk = kiosk.finger, kiosk.kiosk.desk
    desk.scopes = EVERYTHING
    somebody = next(person for person in desk.people if person.name.startswith("Odalys"))
    finger.tap("welcome.staff")
    for digit in desk.pin:
        finger.tap(f"pin.{digit}")
    finger.wait_for(Screen.STAFF_ROOM)
    finger.tap("staff.on-site")
    finger.type_text("on-site.search", "odal")
    finger.tap(f"on-site.row.{somebody.stay_id}")
    finger.tap("sheet.depart")
    finger.tap("sheet.depart.sure")
    finger.wait_for_words("Signed out")
    finger.tap("sheet.close")
    assert desk.departed == [(somebody.stay_id, "desk")]
    finger.wait_for_words("Nobody of that name")
    finger.tap("nav.back")
    finger.tap("staff.device")
    finger.wait_for_words("Ready, 62x100")
    finger.tap("device.restart")
    finger.tap("sheet.restart.sure")
    finger.wait_for(Screen.WELCOME)
    assert kiosk.kiosk.conditions.restarts == 1


@pytest.mark.parametrize("size", [PORTRAIT, SMALL])
def test_f13_a_list_that_is_read_again_stays_where_it_was_dragged(open_kiosk: Opener, size: tuple[int, int]) -> None:
    """F13, F24: somebody comes while reception looks; other letters begin at the top."""
    from kiosk.views.parts import parts_of  # noqa: PLC0415 - only after Kivy's environment is set
    from kiosk.views.scroll import RowList  # noqa: PLC0415 - as above

    sample = SampleKiosk()
    sample.desk.scopes = EVERYTHING
    sample.desk.people = tuple(replace(PEOPLE[4], stay_id=f"s{n}", name=f"Guest {n:03}") for n in range(200))
    kiosk = open_kiosk(size, sample)
    kiosk.lobby.welcome.staff()
    for digit in sample.desk.pin:
        kiosk.lobby.pin.digit(digit)
    kiosk.lobby.staff_room.open("on-site")
    kiosk.finger.settle()
    (rows,) = (part for part in parts_of(kiosk.window.stage) if isinstance(part, RowList))
    rows.scroll_to(2000.0)
    sample.desk.people = (replace(PEOPLE[4], stay_id="new", name="Zoe Sample"), *sample.desk.people)
    kiosk.pass_time(6)
    (again,) = (part for part in parts_of(kiosk.window.stage) if isinstance(part, RowList))
    assert (again is rows, again.offset) == (True, 2000.0)
    assert size == SMALL or "201 people" in kiosk.text
    kiosk.lobby.on_site.type("gue")
    kiosk.finger.pass_frames()
    assert rows.offset == 0.0


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, SMALL])
def test_f13_a_second_tap_that_was_not_meant_signs_nobody_out(open_kiosk: Opener, size: tuple[int, int]) -> None:
    """F13: where the finger was stands what keeps them on the list, or nothing; in a row the main choice is last."""
    sample = SampleKiosk()
    sample.desk.scopes = EVERYTHING
    kiosk = open_kiosk(size, sample)
    finger, lobby = kiosk.finger, kiosk.lobby
    lobby.welcome.staff()
    for digit in sample.desk.pin:
        lobby.pin.digit(digit)
    lobby.staff_room.open("on-site")
    lobby.on_site.open(PEOPLE[0].stay_id)
    finger.pass_frames()
    first = finger.target("sheet.depart")
    touched, ends = (first.center_x, first.center_y), finger.target("sheet.close").x >= first.right
    finger.tap("sheet.depart")
    sure, keep = finger.target("sheet.depart.sure"), finger.target("sheet.close")
    assert keep.collide_point(*touched) or size == PORTRAIT
    assert not sure.collide_point(*touched)
    assert (ends, sure.x >= keep.right) == (size != PORTRAIT, size != PORTRAIT)


def test_f24_a_long_company_leaves_the_host_to_be_read(open_kiosk: Opener) -> None:
    """F24: a guard who looks for somebody asks the host."""
    from kiosk.views.second_line import lay_second_line  # noqa: PLC0415 - only after Kivy's environment is set

    look = open_kiosk(SMALL).finger.target("welcome.staff").look
    line = SecondLine("Workshop", "Brindlewick Lifts and Escalators", "with Tobiah Wrenfield")
    full = lay_second_line(look, line, 10_000)
    assert full.text == str(line)
    for share in (0.95, 0.8, 0.7):
        told = lay_second_line(look, line, share * full.width)
        assert told.text.startswith("Workshop · Brindle")
        assert told.text.endswith("… · with Tobiah Wrenfield")
        assert not told.cut
    assert lay_second_line(look, line, 0.5 * full.width).text == "Workshop · with Tobiah Wrenfield"
    assert lay_second_line(look, line, 0.3 * full.width).cut
    accented = SecondLine("", "e\u0301" * 20, "")
    for wide in range(20, 120, 3):
        told = lay_second_line(look, accented, wide)
        assert set(unicodedata.normalize("NFC", told.text)) <= {"é", "…"}
