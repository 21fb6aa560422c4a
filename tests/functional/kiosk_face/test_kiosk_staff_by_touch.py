"""F24: staff mode in a real window, in both orientations and on a small panel."""

from __future__ import annotations

import pytest

from kiosk.navigation import Screen
from tests.functional.kiosk_face.conftest import LANDSCAPE, PORTRAIT, SMALL, Opener
from workbench.gallery_staff import EVERYTHING


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
