"""C44: a drop of water, a bag, a panel that never reports the end of a touch; and fingers that overlap while typing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from kiosk.navigation import Screen
from kiosk.ports import PrinterState, StatusNow
from tests.functional.kiosk_face.conftest import LANDSCAPE, PORTRAIT, SMALL, Opener, OpenKiosk
from workbench.sample_kiosk import SampleKiosk
from workbench.sample_texts import PEOPLE

Change = Callable[[SampleKiosk], None]
CORNER = (4.0, 4.0)


def minute(kiosk: SampleKiosk) -> None:
    """Let the clock of the welcome show another time."""
    kiosk.clock.moment += timedelta(minutes=1)


def offline(kiosk: SampleKiosk) -> None:
    """Let the network fall away."""
    kiosk.status.status = StatusNow(offline_since=kiosk.clock.now())


def printer(kiosk: SampleKiosk) -> None:
    """Let the printer stop."""
    kiosk.status.status = StatusNow(printer=PrinterState.TROUBLE)


def rest_at_once(kiosk: OpenKiosk) -> None:
    """Count a touch as resting after a moment, so that nobody has to wait."""
    kiosk.window.stage.fingers.resting_seconds = 0.05


@pytest.mark.parametrize("change", [minute, offline, printer])
@pytest.mark.parametrize("size", [PORTRAIT, SMALL])
def test_c44_a_touch_that_never_ends_does_not_stop_the_welcome(
    open_kiosk: Opener, size: tuple[int, int], change: Change
) -> None:
    kiosk = open_kiosk(size)
    rest_at_once(kiosk)
    kiosk.finger.settle()
    drop = kiosk.finger.down(CORNER)
    before = kiosk.text
    change(kiosk.kiosk)
    kiosk.pass_time(6)
    kiosk.finger.wait_until(lambda: kiosk.text != before, "the change on the glass")
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.wait_for(Screen.DETAILS)
    kiosk.finger.up(drop)
    kiosk.finger.settle()
    assert kiosk.lobby.screen is Screen.DETAILS


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, SMALL])
def test_f14_the_evacuation_list_stays_true_under_a_touch_that_never_ends(
    open_kiosk: Opener, size: tuple[int, int]
) -> None:
    """F14: whoever comes meanwhile is on it, it turns amber, and it still closes."""
    sample = SampleKiosk()
    sample.desk.people = PEOPLE[:3]
    kiosk = open_kiosk(size, sample)
    rest_at_once(kiosk)
    kiosk.lobby.welcome.staff()
    for digit in sample.desk.pin:
        kiosk.lobby.pin.digit(digit)
    kiosk.lobby.staff_room.open("evacuation")
    kiosk.finger.settle()
    kiosk.finger.down(CORNER)
    sample.desk.people = PEOPLE[:6]
    sample.status.status = StatusNow(offline_since=sample.clock.now())
    kiosk.pass_time(6)
    kiosk.finger.wait_until(lambda: "6" in kiosk.finger.words(), "the six people on the glass")
    kiosk.finger.tap("evacuation.done")
    kiosk.finger.pass_frames(3)
    assert kiosk.lobby.screen is not Screen.EVACUATION


def test_c44_three_drops_are_no_palm_for_whoever_comes_after_them(open_kiosk: Opener) -> None:
    kiosk = open_kiosk(SMALL)
    rest_at_once(kiosk)
    kiosk.finger.settle()
    for x in (4.0, 30.0, 60.0):
        kiosk.finger.down((x, 4.0))
    kiosk.finger.wait_until(lambda: not kiosk.window.stage.is_touched, "the drops to rest")
    kiosk.finger.tap("welcome.visit")
    assert kiosk.lobby.screen is Screen.DETAILS


def test_f23_a_slow_hand_may_rest_on_a_button_and_it_acts(open_kiosk: Opener) -> None:
    """F23: nothing waits for the glass, so that nothing takes the touch away."""
    kiosk = open_kiosk(SMALL)
    rest_at_once(kiosk)
    kiosk.finger.settle()
    slow = kiosk.finger.down_on("welcome.visit")
    kiosk.finger.wait_until(lambda: not kiosk.window.stage.is_touched, "the finger to rest")
    kiosk.finger.up(slow)
    kiosk.finger.pass_frames(3)
    assert kiosk.lobby.screen is Screen.DETAILS


@pytest.mark.parametrize("size", [PORTRAIT, SMALL])
def test_c44_what_lies_on_the_glass_does_not_hold_up_the_step_that_another_finger_asked_for(
    open_kiosk: Opener, size: tuple[int, int]
) -> None:
    """C44: a hand that steadies itself on the edge; it has not even begun to rest."""
    kiosk = open_kiosk(size)
    kiosk.finger.settle()
    hand = kiosk.finger.down(CORNER)
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.wait_until(lambda: "keyboard.next" in kiosk.finger.targets(), "the next step on the glass")
    kiosk.finger.up(hand)
    assert kiosk.lobby.screen is Screen.DETAILS


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, SMALL])
def test_who_types_so_fast_that_fingers_overlap_loses_no_letter(open_kiosk: Opener, size: tuple[int, int]) -> None:
    """The first letter takes away what was said of the empty field, which moves all that is beneath it."""
    kiosk = open_kiosk(size)
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.settle()
    kiosk.finger.tap("keyboard.next")
    kiosk.finger.settle()
    assert kiosk.lobby.details.view().fields[0].error
    before = None
    for letter in "maria":
        touch = kiosk.finger.down(kiosk.finger.middle(f"keyboard.{letter}"))
        kiosk.finger.pass_frames(1)
        if before is not None:
            kiosk.finger.up(before)
            kiosk.finger.pass_frames(1)
        before = touch
    kiosk.finger.up(touch)
    kiosk.finger.pass_frames(2)
    assert kiosk.lobby.details.view().fields[0].entry.text == "Maria"
    assert "Maria" in kiosk.text
