"""C44: a second tap that was not meant, and a finger that never lifts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.navigation import Screen
from tests.functional.kiosk_face.conftest import LANDSCAPE, PORTRAIT, SMALL, Opener, OpenKiosk
from workbench.sample_kiosk import SampleKiosk
from workbench.sample_texts import PEOPLE


def tap_twice(kiosk: OpenKiosk, touch_id: str) -> None:
    """Tap a place twice, the second time before the screen has settled, however slow the machine is."""
    kiosk.finger.settle()
    point = kiosk.finger.middle(touch_id)
    stage = kiosk.window.stage
    usual, stage.settle_seconds = stage.settle_seconds, 0.0
    kiosk.finger.up(kiosk.finger.down(point))
    stage.settle_seconds = 3600.0
    kiosk.finger.pass_frames(3)
    kiosk.finger.up(kiosk.finger.down(point))
    kiosk.finger.pass_frames(3)
    stage.settle_seconds = usual


@pytest.mark.parametrize("size", [PORTRAIT, SMALL])
def test_c44_a_double_tap_does_not_answer_the_sheet_that_it_let_rise(open_kiosk: Opener, size: tuple[int, int]) -> None:
    kiosk = open_kiosk(size)
    kiosk.finger.tap("welcome.visit")
    kiosk.lobby.details.type("Odalys Fernhollow")
    while kiosk.lobby.screen is Screen.DETAILS:
        kiosk.lobby.details.next()
    kiosk.finger.settle()
    kiosk.finger.tap("host.without")
    kiosk.finger.wait_for(Screen.DOCUMENT)
    tap_twice(kiosk, "document.decline")
    assert kiosk.lobby.screen is Screen.DOCUMENT
    kiosk.lobby.choose("close")
    while kiosk.finger.target("document.agree").words != ["I agree"]:
        kiosk.finger.tap("document.agree")
    kiosk.pass_time(65)
    tap_twice(kiosk, "sheet.more")
    assert kiosk.lobby.screen is Screen.DOCUMENT
    assert not kiosk.finger.stage().lobby.view().sheet


def test_c44_what_lies_on_the_glass_keeps_no_visitor_on_the_screen_and_acts_for_nobody(open_kiosk: Opener) -> None:
    kiosk = open_kiosk(SMALL)
    kiosk.finger.tap("welcome.visit")
    kiosk.lobby.details.type("Odalys Fernhollow")
    kiosk.finger.settle()
    resting = kiosk.finger.down(kiosk.finger.middle("nav.back"))
    kiosk.pass_time(100)
    screens = [kiosk.lobby.screen]
    assert "welcome.visit" in kiosk.finger.targets()
    assert "Odalys" not in kiosk.text
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.settle()
    kiosk.finger.up(resting)
    assert [*screens, kiosk.lobby.screen] == [Screen.WELCOME, Screen.DETAILS]


@pytest.mark.parametrize("again", [(), ("before",)])
@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, SMALL])
def test_c44_a_slow_double_tap_signs_nobody_out(
    open_kiosk: Opener, size: tuple[int, int], again: tuple[str, ...]
) -> None:
    """C44, F13: under the finger that asked lies what keeps the person on the list, or nothing."""
    sample = SampleKiosk()
    sample.desk.scopes = frozenset({"evacuation", "departure", "reprint"})
    sample.desk.people = (replace(PEOPLE[2], again=again), *PEOPLE[3:])
    kiosk = open_kiosk(size, sample)
    kiosk.window.stage.settle_seconds = 0.0
    kiosk.lobby.welcome.staff()
    for digit in sample.desk.pin:
        kiosk.lobby.pin.digit(digit)
    kiosk.lobby.staff_room.open("on-site")
    kiosk.lobby.on_site.open(PEOPLE[2].stay_id)
    kiosk.finger.settle()
    point = kiosk.finger.middle("sheet.depart")
    for _ in range(2):
        kiosk.finger.up(kiosk.finger.down(point))
        kiosk.finger.settle()
    assert sample.desk.departed == []
