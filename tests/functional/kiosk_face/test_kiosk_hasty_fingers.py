"""C44: a second tap that was not meant, and a finger that never lifts."""

from __future__ import annotations

import pytest

from kiosk.navigation import Screen
from tests.functional.kiosk_face.conftest import PORTRAIT, SMALL, Opener, OpenKiosk


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
