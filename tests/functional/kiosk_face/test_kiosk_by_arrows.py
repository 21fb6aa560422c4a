"""A keyboard or keypad with arrows reaches every act: for whoever cannot touch the screen, or does not see it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from kiosk.display_values import Contrast
from kiosk.navigation import Screen
from kiosk.ports import NoSpeech
from tests.functional.kiosk_face.conftest import LANDSCAPE, PORTRAIT, SMALL, Opener, OpenKiosk

UP, DOWN, RIGHT, LEFT, ENTER = 273, 274, 275, 276, 13


class Voice(NoSpeech):
    """Remembers what it was to say."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    def say(self, text: str, language: str) -> None:
        self.said.append((text, language))


def focus_of(kiosk: OpenKiosk) -> str:
    """The id of what the ring is around; nothing where there is no ring."""
    return kiosk.window.stage.focus.touch_id


def go_to(kiosk: OpenKiosk, touch_id: str) -> None:
    """Press *down* until the ring is there."""
    for _ in range(40):
        if focus_of(kiosk) == touch_id:
            return
        kiosk.window._key(None, DOWN)
    raise AssertionError(f"no arrow leads to {touch_id}; the ring is around {focus_of(kiosk)}")


def act(kiosk: OpenKiosk, touch_id: str) -> None:
    """Go there and press *Enter*."""
    kiosk.finger.settle()
    go_to(kiosk, touch_id)
    enter(kiosk)


def enter(kiosk: OpenKiosk) -> None:
    """Press *Enter*, and wait until it is sure that it was no scanner's."""
    kiosk.window._key(None, ENTER)
    kiosk.finger.wait_until(lambda: not kiosk.window._keys._held, "the end of what may be a scanner's")
    kiosk.finger.pass_frames()


def write(kiosk: OpenKiosk, text: str) -> None:
    """Type on a real keyboard, and wait until it is sure that it was no scanner's."""
    kiosk.window._text(None, text)
    kiosk.finger.wait_until(lambda: not kiosk.window._keys._held, "the end of what may be a scanner's")


@pytest.mark.parametrize("size", [PORTRAIT, SMALL])
def test_f23_a_whole_visit_without_a_touch(open_kiosk: Opener, size: tuple[int, int]) -> None:
    kiosk = open_kiosk(size)
    act(kiosk, "welcome.visit")
    kiosk.finger.wait_for(Screen.DETAILS)
    kiosk.lobby.details.type("Odalys Fernhollow")
    while kiosk.lobby.screen is Screen.DETAILS:
        enter(kiosk)
    kiosk.finger.wait_for(Screen.HOST)
    act(kiosk, "host.without")
    kiosk.finger.wait_for(Screen.DOCUMENT)
    go_to(kiosk, "document.agree")
    assert kiosk.finger.target("document.agree").words == ["I agree"], "arrows went through the text to its end"
    act(kiosk, "document.agree")
    kiosk.finger.wait_for(Screen.PHOTO)
    act(kiosk, "photo.decline")
    kiosk.finger.wait_for(Screen.DONE)
    act(kiosk, "done.finish")
    kiosk.finger.wait_for(Screen.WELCOME)
    assert not focus_of(kiosk)


def test_f23_what_the_arrows_come_to_is_read_aloud_with_how_a_switch_stands(open_kiosk: Opener) -> None:
    kiosk, voice = open_kiosk(PORTRAIT), Voice()
    kiosk.lobby.ports = replace(kiosk.lobby.ports, speech=voice)
    kiosk.finger.tap("welcome.display")
    go_to(kiosk, "sheet.contrast")
    assert not voice.said
    kiosk.lobby.display = replace(kiosk.lobby.display, spoken=True, reach=True)
    kiosk.window.stage.draw()
    go_to(kiosk, "sheet.reach")
    kiosk.window._key(None, UP)
    assert voice.said[-2:] == [("Everything lower down. on", "en"), ("High contrast. off", "en")]


def test_only_the_uppermost_layer_is_reached_and_what_is_dragged_out_of_sight_is_shown(open_kiosk: Opener) -> None:
    kiosk = open_kiosk(SMALL)
    kiosk.finger.tap("welcome.display")
    places = set[str]()
    for _ in range(20):
        kiosk.window._key(None, DOWN)
        places.add(focus_of(kiosk))
        ring = kiosk.window.stage.focus.ring
        assert ring is not None
        assert ring.y >= 0
    assert all(place.startswith("sheet.") for place in places)
    assert {"sheet.contrast", "sheet.still", "sheet.close"} <= places


def test_the_ring_goes_with_a_touch_and_comes_back_where_it_was(open_kiosk: Opener) -> None:
    kiosk = open_kiosk(LANDSCAPE)
    go_to(kiosk, "welcome.leave")
    touch = kiosk.finger.down((2.0, 2.0))
    assert not focus_of(kiosk)
    kiosk.finger.up(touch)
    kiosk.window._key(None, DOWN)
    assert focus_of(kiosk) == "welcome.leave"


def test_c33_a_scan_presses_nothing_where_the_ring_stands_even_one_that_begins_with_an_end(open_kiosk: Opener) -> None:
    kiosk = open_kiosk(LANDSCAPE)
    go_to(kiosk, "welcome.visit")
    kiosk.window._key(None, ENTER)
    kiosk.scanner().scan("LODGE-SAMPLE-CODE")
    kiosk.finger.wait_until(lambda: not kiosk.window._keys._held, "the end of the scan")
    assert kiosk.lobby.screen is Screen.WELCOME


def test_enter_that_is_held_down_acts_once(open_kiosk: Opener) -> None:
    kiosk = open_kiosk(LANDSCAPE)
    kiosk.finger.tap("welcome.display")
    go_to(kiosk, "sheet.contrast")
    kiosk.finger.settle()
    for _ in range(5):
        kiosk.window._key(None, ENTER)
    kiosk.finger.wait_until(lambda: not kiosk.window._keys._held, "the end of what may be a scanner's")
    assert kiosk.lobby.display.contrast is Contrast.HIGH


def test_f22_right_is_onward_in_english_and_back_in_arabic(open_kiosk: Opener) -> None:
    kiosk = open_kiosk(LANDSCAPE)
    order = {}
    for language in ("en", "ar"):
        kiosk.lobby.choose_language(language)
        kiosk.finger.pass_frames()
        go_to(kiosk, "welcome.visit")
        kiosk.window._key(None, RIGHT)
        after = focus_of(kiosk)
        kiosk.window._key(None, LEFT)
        assert focus_of(kiosk) == "welcome.visit"
        kiosk.window._key(None, LEFT)
        order[language] = (after, focus_of(kiosk))
    assert order["en"] == order["ar"][::-1]


def test_arrows_across_move_the_cursor_until_an_act_has_the_ring(open_kiosk: Opener) -> None:
    kiosk = open_kiosk(LANDSCAPE)
    kiosk.finger.tap("welcome.visit")
    kiosk.window._key(None, RIGHT)
    assert focus_of(kiosk), "nothing is typed yet, so that an arrow goes to an act"
    write(kiosk, "Odays")
    for arrow in (LEFT, LEFT):
        kiosk.window._key(None, arrow)
    write(kiosk, "l")
    assert kiosk.lobby.details.view().fields[0].entry.text == "Odalys"
    assert not focus_of(kiosk)
    kiosk.window._key(None, DOWN)
    here = focus_of(kiosk)
    kiosk.window._key(None, RIGHT)
    assert focus_of(kiosk) not in {"", here}


def test_a_ring_is_seen_on_every_ground(open_kiosk: Opener, pictures: Path) -> None:
    kiosk = open_kiosk(SMALL, drawn=True)
    go_to(kiosk, "welcome.visit")
    stage = kiosk.window.stage
    ring, screen = stage.focus.ring, stage._screen
    assert ring is not None
    assert screen is not None
    picture = Image.open(kiosk.finger.picture(pictures / "ring.png")).convert("L")
    middle, u = round(ring.center_x), screen.look.u
    column = [picture.getpixel((middle, round(SMALL[1] - ring.top - out * u))) for out in (0.25, 0.75, 1.3)]
    paper, ink, lamp = (int(str(dot)) for dot in column)
    assert ink < lamp < paper
