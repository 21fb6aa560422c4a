"""F22: the letters under a long press, each large enough for a finger and none beside the display."""

from __future__ import annotations

import pytest

from kiosk.presenters.key_layouts import ACCENTS
from tests.functional.kiosk_face.conftest import LANDSCAPE, PORTRAIT, SMALL, UPRIGHT, Opener

MOST = "a"


def test_the_key_with_the_most_letters_is_the_one_that_is_tried() -> None:
    assert max(map(len, ACCENTS.values())) == len(ACCENTS[MOST])


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, SMALL, UPRIGHT])
def test_f22_the_letters_of_a_held_key_stay_on_the_display_and_type(open_kiosk: Opener, size: tuple[int, int]) -> None:
    """By a real touch; a German keyboard has the narrowest keys."""
    kiosk = open_kiosk(size)
    kiosk.lobby.choose_language("de")
    kiosk.finger.tap("welcome.visit")
    wanted = ACCENTS[MOST].upper()
    for letter in (wanted[0], wanted[-1]):
        kiosk.finger.hold(f"keyboard.{MOST}")
        keys = [kiosk.finger.target(f"keyboard.accent.{each}") for each in wanted]
        assert all(key.x >= 0 and key.right <= size[0] and key.top <= size[1] for key in keys)
        boxes = {(round(key.x), round(key.y)) for key in keys}
        assert len(boxes) == len(wanted)
        assert min(min(key.width, key.height) for key in keys) >= 40
        kiosk.finger.tap(f"keyboard.accent.{letter}")
        assert kiosk.lobby.details.view().fields[0].entry.text == letter
        kiosk.finger.tap("keyboard.delete")
