"""The language chips of the welcome screen."""

from __future__ import annotations

import pytest

from kiosk.navigation import Screen
from kiosk.views.typeface import font_file, open_type_script
from sync.writing import Script
from tests.fakes.names_in_scripts import BEFORE_ITS_LETTER
from tests.functional.kiosk_face.conftest import PORTRAIT, SMALL, Opener


@pytest.mark.parametrize("language", ["de", "fr", "es"])
def test_the_language_chips_change_the_screen(open_kiosk: Opener, language: str) -> None:
    kiosk = open_kiosk()
    kiosk.finger.tap(f"language.{language}")
    assert kiosk.lobby.turn.say("welcome.visit") in kiosk.text
    kiosk.finger.tap("welcome.visit")
    assert kiosk.lobby.turn.say("details.title") in kiosk.text


def test_the_language_that_is_chosen_already_can_be_touched_and_the_screen_stays_alive(open_kiosk: Opener) -> None:
    """A view built for one visitor must not serve the next: its buttons would press presenters that are gone."""
    kiosk = open_kiosk(PORTRAIT)
    kiosk.finger.tap("language.en")
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.wait_for(Screen.DETAILS)
    assert kiosk.lobby.screen is Screen.DETAILS


def test_f22_hindi_is_as_wide_as_it_is_drawn_before_anything_was(open_kiosk: Opener) -> None:
    """A font knows the rules of its script only once it has drawn: words began too far right, and keys were cut."""
    kiosk = open_kiosk()
    from kivy.core.text import Label  # noqa: PLC0415 -- only after Kivy's environment is set

    from kiosk.views.text import width_of  # noqa: PLC0415 -- as above

    welcome, face, size = "स्वागत है", "InterDisplay-600", 63
    first = width_of(welcome, face, size)
    drawn = Label(welcome, font_name=font_file(face, Script.DEVANAGARI), font_size=size, font_script_name="Deva")
    drawn.refresh()
    assert drawn.texture.pixels
    assert drawn.get_extents(welcome)[0] == first
    for script, written in BEFORE_ITS_LETTER.items():
        file = font_file(face, script)
        first = width_of(written, face, size)
        drawn = Label(written, font_name=file, font_size=size, font_script_name=open_type_script(script))
        drawn.refresh()
        shaped = drawn.texture.pixels
        assert drawn.get_extents(written)[0] == first, script
        drawn = Label(written, font_name=file, font_size=size, font_script_name="Latn")
        drawn.refresh()
        assert drawn.texture.pixels != shaped, f"{script}: the vowel stands before its letter"
    kiosk.lobby.choose_language("hi")
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.wait_for(Screen.DETAILS)
    assert kiosk.finger.target("keyboard.ा").words == ["\u25ccा"]


@pytest.mark.parametrize("size", [PORTRAIT, SMALL])
def test_f22_a_chinese_name_is_typed_by_touch(open_kiosk: Opener, size: tuple[int, int]) -> None:
    kiosk = open_kiosk(size)
    kiosk.lobby.choose_language("zh")
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.wait_for(Screen.DETAILS)
    for letter in "wangming":
        kiosk.finger.tap(f"keyboard.{letter}")
    for sign in "王明":
        keys = [touch_id for touch_id in kiosk.finger.targets() if touch_id.startswith("keyboard.choice.")]
        (key,) = [touch_id for touch_id in keys if kiosk.finger.target(touch_id).words == [sign]]
        kiosk.finger.tap(key)
    assert kiosk.lobby.details.view().fields[0].entry.text == "王明"
    assert "keyboard.1" in kiosk.finger.targets(), "digits stand there again"
