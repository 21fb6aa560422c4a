"""F23: text size, contrast and reach are a visitor's own, at any moment, and end with their turn."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from kiosk.display_values import Contrast, Display, TextSize
from kiosk.navigation import Screen
from tests.functional.kiosk_face.conftest import PORTRAIT, SMALL, Opener, OpenKiosk


def height_of(kiosk: OpenKiosk, touch_id: str) -> float:
    """Where a target's middle is, from 0 (bottom) to 1."""
    return kiosk.finger.middle(touch_id)[1] / float(kiosk.window.stage.height)


@pytest.mark.parametrize("size", [PORTRAIT, SMALL])
def test_f23_a_whole_visit_with_the_largest_text_and_everything_lower_down(
    open_kiosk: Opener, size: tuple[int, int]
) -> None:
    kiosk = open_kiosk(size)
    finger = kiosk.finger
    finger.tap("welcome.display")
    finger.tap("sheet.text.largest")
    x, y = finger.middle("sheet.contrast")
    finger.swipe((x, y), (x, y + 400))
    finger.tap("sheet.reach")
    finger.tap("sheet.close")
    assert kiosk.lobby.display == Display(text=TextSize.LARGEST, reach=True)
    finger.tap("welcome.visit")
    finger.type_text("details.name", "Odalys Fernhollow")
    assert max(height_of(kiosk, touch_id) for touch_id in ("nav.back", "nav.help", "keyboard.next")) < 1 / 3
    for _ in range(3):
        finger.tap("keyboard.next")
    finger.wait_for(Screen.HOST)
    finger.tap("host.without")
    finger.wait_for(Screen.DOCUMENT)
    while finger.target("document.agree").words != ["I agree"]:
        finger.tap("document.agree")
    finger.tap("document.agree")
    finger.wait_for(Screen.PHOTO)
    finger.tap("photo.decline")
    finger.wait_for(Screen.DONE)
    finger.tap("done.finish")
    finger.wait_for(Screen.WELCOME)
    assert kiosk.lobby.display == Display()


def test_f23_larger_text_in_the_middle_of_typing_keeps_what_was_typed_and_shows_the_field(open_kiosk: Opener) -> None:
    kiosk = open_kiosk(PORTRAIT)
    finger = kiosk.finger
    finger.tap("welcome.visit")
    finger.type_text("details.name", "Odalys")
    finger.type_text("details.email", "odalys@")
    finger.tap("nav.help")
    for choice in ("text.largest", "reach", "contrast"):
        finger.tap(f"sheet.{choice}")
    assert kiosk.lobby.display.contrast is Contrast.HIGH
    finger.tap("sheet.close")
    assert [field.entry.text for field in kiosk.lobby.details.view().fields] == ["Odalys", "", "odalys@"]
    field = finger.target("details.email")
    lower = field.to_window(*field.pos)[1]
    board = finger.target("keyboard.1")
    assert lower >= board.to_window(board.x, board.top)[1]  # not behind the keyboard
    finger.tap("details.email")
    finger.type_text("", "example.org")
    assert kiosk.lobby.details.view().fields[2].entry.text == "odalys@example.org"


def test_high_contrast_is_one_tap_away_and_ends_with_the_visitor(open_kiosk: Opener, pictures: Path) -> None:
    kiosk = open_kiosk()
    kiosk.finger.tap("welcome.display")
    kiosk.finger.tap("sheet.contrast")
    kiosk.finger.tap("sheet.close")
    picture = Image.open(kiosk.finger.picture(pictures / "high.png")).convert("RGB")
    assert picture.getpixel((10, 10)) == (0, 0, 0)
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.tap("nav.back")
    assert kiosk.lobby.display == Display()
