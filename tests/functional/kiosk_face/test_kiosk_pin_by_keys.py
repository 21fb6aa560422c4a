"""The staff PIN on a real keyboard or number pad; what a hand scanner sends is none."""

from __future__ import annotations

import pytest

from kiosk.navigation import Screen
from kiosk.us_keys import PAD_DIGITS
from tests.functional.kiosk_face.conftest import LANDSCAPE, Opener, OpenKiosk

BACKSPACE = 8


def at_the_pin(open_kiosk: Opener) -> OpenKiosk:
    """A kiosk that asks for the PIN."""
    kiosk = open_kiosk(LANDSCAPE)
    kiosk.finger.tap("welcome.staff")
    kiosk.finger.wait_for(Screen.PIN)
    return kiosk


def entered(kiosk: OpenKiosk) -> int:
    """How many dots are filled."""
    filled: int = kiosk.lobby.pin.view().entered
    return filled


def test_f24_the_pin_is_typed_on_a_real_keyboard_and_backspace_takes_a_digit_back(open_kiosk: Opener) -> None:
    kiosk = at_the_pin(open_kiosk)
    kiosk.scanner().type("24x9", seconds=0.1)
    assert entered(kiosk) == 3
    kiosk.window._key(None, BACKSPACE)
    assert entered(kiosk) == 2
    kiosk.scanner().type("6813", seconds=0.1)
    kiosk.finger.wait_for(Screen.EVACUATION)


def test_f24_a_number_pad_enters_the_pin_without_numlock_too(open_kiosk: Opener) -> None:
    """Then the system makes no text of its keys, of which the kiosk knows the places."""
    kiosk = at_the_pin(open_kiosk)
    places = dict(zip("1234567890", sorted(PAD_DIGITS), strict=True))
    for digit in kiosk.kiosk.desk.pin:
        kiosk.window._key(None, 257, places[digit])
        kiosk.finger.wait_until(lambda: not kiosk.window._keys.is_held_back, "the end of what may be a scanner's")
    kiosk.finger.wait_for(Screen.EVACUATION)


@pytest.mark.parametrize("code", ["246813", "24681324", "111111", "2468"])
def test_f24_what_a_scanner_sends_is_no_pin_even_if_it_reads_like_one(open_kiosk: Opener, code: str) -> None:
    kiosk = at_the_pin(open_kiosk)
    kiosk.scanner().scan(code)
    assert not kiosk.window._keys.is_held_back
    assert entered(kiosk) == 0
    assert kiosk.lobby.screen is Screen.PIN
    assert kiosk.kiosk.desk.tries == 5
