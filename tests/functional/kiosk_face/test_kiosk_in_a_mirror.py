"""F22: screens for languages that run from right to left are turned over, and everything on them is read as ever."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kiosk.navigation import Screen
from tests.functional.kiosk_face.conftest import LANDSCAPE, PORTRAIT, SMALL, Opener, OpenKiosk

NAME = "جمال الدين"
"""With an alef before a lam: drawn from left to right, fonts join the two unless they are kept apart."""


def place_of(kiosk: OpenKiosk, touch_id: str) -> float:
    """Where a target's middle is, from 0 (left) to 1."""
    return kiosk.finger.middle(touch_id)[0] / float(kiosk.window.stage.width)


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, SMALL])
def test_f22_a_whole_visit_in_arabic_by_touch(open_kiosk: Opener, size: tuple[int, int]) -> None:
    kiosk = open_kiosk(size)
    finger = kiosk.finger
    finger.tap("language.ar")
    assert "أنا في زيارة" in kiosk.text
    finger.tap("welcome.visit")
    finger.type_text("details.name", NAME)
    assert place_of(kiosk, "nav.back") > 0.5
    assert place_of(kiosk, "keyboard.ض") < place_of(kiosk, "keyboard.ج")
    finger.tap("keyboard.next")
    finger.tap("keyboard.next")
    finger.type_text("", "j.d@example.org")
    finger.tap("keyboard.next")
    finger.wait_for(Screen.HOST)
    finger.tap("host.without")
    finger.wait_for(Screen.DOCUMENT)
    while finger.target("document.agree").words != ["أوافق"]:
        finger.tap("document.agree")
    finger.tap("document.agree")
    finger.wait_for(Screen.PHOTO)
    finger.tap("photo.decline")
    finger.wait_for(Screen.DONE)
    (draft,) = kiosk.kiosk.desk.drafts
    assert (draft.display_name, draft.email, draft.language) == (NAME, "j.d@example.org", "ar")
    finger.tap("done.finish")
    finger.tap("welcome.staff")
    assert place_of(kiosk, "pin.1") < place_of(kiosk, "pin.3")


def test_f22_letters_and_pictures_are_not_turned_over(open_kiosk: Opener, pictures: Path) -> None:
    """The head of the screen has a name in Latin letters: the same dots, at the other end."""
    kiosk = open_kiosk(drawn=True)
    english = _head(kiosk, pictures / "en.png")
    kiosk.finger.tap("language.he")
    hebrew = _head(kiosk, pictures / "he.png")
    columns = np.flatnonzero(english[:, 130:520].any(axis=0)) + 130  # beyond the mark, before the clock
    name = english[:, columns[0] : columns[-1] + 1]
    assert name.shape[1] > 150
    assert _is_in(name, hebrew)
    assert not _is_in(name[:, ::-1], hebrew)


def _head(kiosk: OpenKiosk, path: Path) -> np.ndarray:
    """The bright dots of the line with the organisation's name."""
    return np.asarray(Image.open(kiosk.finger.picture(path)).convert("L"))[60:110] > 160


def _is_in(part: np.ndarray, whole: np.ndarray) -> bool:
    wide = part.shape[1]
    unlike = [(whole[:, at : at + wide] != part).mean() for at in range(whole.shape[1] - wide)]
    return bool(min(unlike) < 0.01)


@pytest.mark.parametrize(("language", "mirrored"), [("en", True), ("he", True), ("en", False), ("he", False)])
def test_f22_a_face_is_seen_as_in_a_mirror_and_a_badge_as_it_is(
    open_kiosk: Opener, pictures: Path, *, language: str, mirrored: bool
) -> None:
    """F06: whatever the language, people see themselves as they know themselves, and codes can be read."""
    kiosk = open_kiosk(drawn=True)
    frame = np.zeros((480, 640, 3), np.uint8)
    frame[:, :320], frame[:, 320:] = (220, 30, 30), (30, 30, 220)
    kiosk.kiosk.camera.picture = frame
    kiosk.finger.tap(f"language.{language}")
    if mirrored:
        kiosk.finger.tap("welcome.visit")
        _skip_to_photo(kiosk)
    else:
        kiosk.finger.tap("welcome.leave")
    kiosk.pass_time(0.2)
    seen = np.asarray(Image.open(kiosk.finger.picture(pictures / "seen.png")).convert("RGB")).astype(int)
    redness = (seen[..., 0] - seen[..., 2])[300:1100]
    left_is_red = bool((redness[:, :540] > 100).sum() > (redness[:, 540:] > 100).sum())
    assert left_is_red != mirrored


def _skip_to_photo(kiosk: OpenKiosk) -> None:
    finger = kiosk.finger
    kiosk.window.real_keys.type("Odalys Fernhollow")
    for _ in range(3):
        finger.tap("keyboard.next")
    finger.wait_for(Screen.HOST)
    finger.tap("host.without")
    finger.wait_for(Screen.DOCUMENT)
    for _ in range(12):
        if kiosk.lobby.screen is Screen.PHOTO:
            return
        finger.tap("document.agree")
    finger.wait_for(Screen.PHOTO)
