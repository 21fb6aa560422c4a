"""Screens and sheets come over a short way and stand still then; for whoever wishes nothing to move, at once."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from kiosk.navigation import Screen
from kiosk.ports import BadgeProgress, BadgeState
from tests.functional.kiosk_face.conftest import LANDSCAPE, PORTRAIT, SMALL, Opener, OpenKiosk
from tests.functional.kiosk_face.test_kiosk_visit_by_touch import check_in


def seen_moving(kiosk: OpenKiosk, act: Callable[[], object]) -> bool:
    """Whether something is on its way after an act; and that it arrives."""
    act()
    moved = kiosk.window.stage.is_moving
    kiosk.finger.wait_until(lambda: not kiosk.window.stage.is_moving, "everything to arrive")
    return bool(moved)


def test_f23_what_comes_moves_for_a_moment_and_not_at_all_for_whoever_wishes_so(open_kiosk: Opener) -> None:
    kiosk = open_kiosk(SMALL)
    lobby = kiosk.lobby
    assert seen_moving(kiosk, lobby.welcome.visit)
    assert seen_moving(kiosk, lambda: kiosk.finger.tap("nav.help"))
    assert not seen_moving(kiosk, lambda: lobby.choose("contrast"))
    lobby.choose("still")
    assert not seen_moving(kiosk, lambda: lobby.choose("close"))
    assert not seen_moving(kiosk, lobby.back)
    assert kiosk.finger.look().screen is Screen.WELCOME
    assert not lobby.display.still


def test_a_touch_on_the_way_finds_what_is_shown_at_its_end(open_kiosk: Opener) -> None:
    kiosk = open_kiosk(SMALL)
    stage, finger = kiosk.window.stage, kiosk.finger
    finger.tap("welcome.display")
    finger.wait_until(lambda: not stage.is_moving, "the sheet to arrive")
    place = finger.middle("sheet.close")
    kiosk.lobby.choose("close")
    finger.tap("welcome.display")
    assert stage.is_moving
    assert finger.middle("sheet.close") == place
    finger.tap("sheet.close")
    assert "sheet.close" not in finger.targets()


@pytest.mark.parametrize("still", [False, True])
def test_a_badge_comes_out_of_its_slot_once_when_its_printer_has_started(open_kiosk: Opener, *, still: bool) -> None:
    from kiosk.views.badge_slot import BadgeSlot  # noqa: PLC0415 - only after Kivy's environment is set
    from kiosk.views.parts import parts_of  # noqa: PLC0415 - as above

    kiosk = open_kiosk(LANDSCAPE)
    stage, desk = kiosk.window.stage, kiosk.kiosk.desk
    if still:
        kiosk.lobby.choose("still")
    desk.badge = BadgeProgress(BadgeState.QUEUED)
    check_in(kiosk)
    kiosk.finger.tap("photo.decline")
    kiosk.finger.wait_for(Screen.DONE)
    assert not [part for part in parts_of(stage) if isinstance(part, BadgeSlot)]
    paper = BytesIO()
    Image.new("L", (60, 100), "white").save(paper, "PNG")
    for state in (BadgeState.PRINTING, BadgeState.PRINTED):
        desk.badge = BadgeProgress(state, picture=paper.getvalue())
        kiosk.pass_time(1)
        (slot,) = (part for part in parts_of(stage) if isinstance(part, BadgeSlot))
        assert slot.is_moving is (state is BadgeState.PRINTING and not still)
        kiosk.finger.wait_until(lambda: not stage.is_moving, "the badge to be out")
        assert slot._badge.size[1] > LANDSCAPE[1] / 4


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, SMALL])
def test_a_toast_hides_nothing_that_can_be_touched(open_kiosk: Opener, size: tuple[int, int], language: str) -> None:
    """With the largest text, where *Back* and *Help* are wide; and on the welcome, to whoever has just left."""
    from kiosk.views.parts import Target, parts_of  # noqa: PLC0415 - only after Kivy's environment is set
    from kiosk.views.toast import ToastView  # noqa: PLC0415 - as above

    kiosk = open_kiosk(size)
    lobby = kiosk.lobby
    lobby.choose_language(language)
    lobby.choose("text.largest")
    lobby.welcome.visit()
    kiosk.finger.pass_frames(8)
    for act, screen in ((lobby._stay, Screen.DETAILS), (lobby._start_again, Screen.WELCOME)):
        act()
        kiosk.finger.pass_frames(8)
        assert lobby.screen is screen
        stage = kiosk.window.stage
        (toast,) = (part for part in parts_of(stage) if isinstance(part, ToastView))
        for target in parts_of(stage._screen):
            if isinstance(target, Target):
                assert not toast.collide_widget(target), target.touch_id


def test_a_toast_takes_no_touch_from_what_lies_under_it(open_kiosk: Opener) -> None:
    kiosk = open_kiosk(SMALL)
    kiosk.finger.tap("welcome.visit")
    kiosk.pass_time(65)
    kiosk.finger.tap("sheet.more")
    assert kiosk.text.count("Take your time") == 1
    kiosk.finger.tap("nav.back")
    assert kiosk.lobby.screen is Screen.WELCOME
