"""What is built anew while somebody reads or types: lists go on from where they were, keys stay within the window."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kiosk.navigation import Screen
from kiosk.ports import StatusNow
from tests.functional.kiosk_face.conftest import LANDSCAPE, PORTRAIT, SMALL, UPRIGHT, Opener, OpenKiosk
from workbench.sample_kiosk import SampleKiosk
from workbench.sample_texts import PEOPLE
from workbench.sample_types import thistledown

if TYPE_CHECKING:
    from kiosk.views.scroll import RowList

SIZES = [PORTRAIT, LANDSCAPE, SMALL, UPRIGHT]


def rows(kiosk: OpenKiosk) -> RowList:
    """Return the list on the screen."""
    from kiosk.views.parts import parts_of  # noqa: PLC0415 - only after Kivy's environment is set
    from kiosk.views.scroll import RowList  # noqa: PLC0415 - as above

    return next(part for part in parts_of(kiosk.window.stage) if isinstance(part, RowList))


def go_offline_and_back(kiosk: OpenKiosk, offset: float) -> list[float]:
    """Return from where on the list is shown then, each time."""
    rows(kiosk).scroll_to(offset)
    seen = [rows(kiosk).offset]
    for status in (StatusNow(offline_since=kiosk.kiosk.clock.now()), StatusNow()):
        kiosk.kiosk.status.status = status
        before = rows(kiosk)
        kiosk.pass_time(6)
        kiosk.finger.pass_frames(3)
        assert rows(kiosk) is not before, "the screen was built anew"
        seen.append(rows(kiosk).offset)
    return seen


@pytest.mark.parametrize("size", SIZES)
def test_f05_a_text_stays_where_it_was_read_when_the_network_goes_and_comes(
    open_kiosk: Opener, size: tuple[int, int]
) -> None:
    sample = SampleKiosk()
    sample.directory.types = thistledown().types
    sample.directory.documents = tuple(
        replace(text, paragraphs=text.paragraphs * 12) for text in thistledown().documents
    )
    kiosk = open_kiosk(size, sample)
    kiosk.lobby.welcome.visit()
    kiosk.lobby.type.choose("visitor")
    kiosk.lobby.details.type("Odalys Fernhollow")
    while kiosk.lobby.screen is Screen.DETAILS:
        kiosk.lobby.details.next()
    kiosk.lobby.host.go_without()
    kiosk.finger.settle()
    assert kiosk.lobby.screen is Screen.DOCUMENT
    assert go_offline_and_back(kiosk, 100.0) == [100.0] * 3


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, UPRIGHT])
@pytest.mark.parametrize("where", ["evacuation", "on-site"])
def test_f14_lists_of_people_stay_where_they_were_and_another_search_begins_at_the_top(
    open_kiosk: Opener, size: tuple[int, int], where: str
) -> None:
    sample = SampleKiosk()
    sample.desk.scopes = frozenset({"evacuation", "departure", "reprint"})
    sample.desk.people = tuple(replace(PEOPLE[number % len(PEOPLE)], stay_id=f"stay-{number}") for number in range(60))
    kiosk = open_kiosk(size, sample)
    kiosk.lobby.welcome.staff()
    for digit in sample.desk.pin:
        kiosk.lobby.pin.digit(digit)
    kiosk.lobby.staff_room.open(where)
    kiosk.finger.settle()
    assert go_offline_and_back(kiosk, 200.0) == [200.0] * 3
    if where == "on-site":
        kiosk.lobby.on_site.type("o")
        kiosk.finger.pass_frames(3)
        assert rows(kiosk).offset == 0.0


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
@pytest.mark.parametrize("size", SIZES)
def test_f22_all_rows_of_keys_stay_in_the_window_where_names_are_looked_for(
    open_kiosk: Opener, size: tuple[int, int], language: str
) -> None:
    """F22: signs have a row more than letters, and so has Chinese."""
    sample = SampleKiosk()
    sample.desk.scopes = frozenset({"evacuation", "departure", "reprint"})
    kiosk = open_kiosk(size, sample)
    kiosk.lobby.choose_language(language)
    kiosk.lobby.welcome.staff()
    for digit in sample.desk.pin:
        kiosk.lobby.pin.digit(digit)
    kiosk.lobby.staff_room.open("on-site")
    kiosk.finger.settle()
    if "keyboard.symbols" not in kiosk.finger.targets():
        kiosk.finger.tap("on-site.search")
    look_at_keys(kiosk)
    kiosk.window.leave()

    kiosk = open_kiosk(size)
    kiosk.lobby.choose_language(language)
    kiosk.lobby.welcome.visit()
    kiosk.lobby.details.type("Odalys Fernhollow")
    while kiosk.lobby.screen is Screen.DETAILS:
        kiosk.lobby.details.next()
    assert kiosk.lobby.screen is Screen.HOST
    look_at_keys(kiosk)


def look_at_keys(kiosk: OpenKiosk) -> None:
    """Go to the signs and back, and to each other script, by touch; every key is in the window."""
    from kiosk.views.parts import parts_of  # noqa: PLC0415 - only after Kivy's environment is set

    for key in ("symbols", "symbols", *["layout"] * 9):
        kiosk.finger.tap(f"keyboard.{key}")
        kiosk.finger.pass_frames(3)
        keys = [part for part in parts_of(kiosk.window.stage) if getattr(part, "touch_id", "").startswith("keyboard.")]
        assert len(keys) > 20
        assert min(part.y for part in keys) >= 0.0
        assert max(part.right for part in keys) <= kiosk.window.stage.width + 1
