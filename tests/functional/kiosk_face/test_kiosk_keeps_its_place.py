"""What is built anew while somebody reads or types: lists go on from where they were, keys stay within the window."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from kiosk.navigation import Screen
from kiosk.ports import StatusNow
from kiosk.presenters.sheets import Sheet
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


@pytest.mark.parametrize("size", [SMALL, UPRIGHT, PORTRAIT])
def test_f01_types_of_visit_stay_where_they_were_and_take_no_touch_while_they_move(
    open_kiosk: Opener, size: tuple[int, int]
) -> None:
    """C44: the strip of the network moves all that is beneath it."""
    from kiosk.views.sliding import Page  # noqa: PLC0415 - only after Kivy's environment is set

    sample = SampleKiosk()
    sample.directory.types = tuple(
        replace(thistledown().one("visitor"), id=f"t{number}", labels={"en": f"Kind of visit {number}"})
        for number in range(40)
    )
    kiosk = open_kiosk(size, sample)
    kiosk.lobby.welcome.visit()
    kiosk.finger.settle()
    dragged(kiosk, Page).scroll_to(1e9)
    end = dragged(kiosk, Page).offset
    assert end > 0
    kiosk.window.stage.settle_seconds = 3600.0
    sample.status.status = StatusNow(offline_since=sample.clock.now())
    kiosk.pass_time(6)
    kiosk.finger.pass_frames(3)
    assert dragged(kiosk, Page).offset >= end
    stage = kiosk.window.stage
    kiosk.finger.up(kiosk.finger.down((stage.width / 2, stage.height / 2)))
    kiosk.finger.pass_frames(3)
    assert kiosk.lobby.screen is Screen.TYPE


def dragged(kiosk: OpenKiosk, kind: type) -> Any:
    """Return what of this kind is on the screen."""
    from kiosk.views.parts import parts_of  # noqa: PLC0415 - only after Kivy's environment is set

    return next(part for part in parts_of(kiosk.window.stage) if isinstance(part, kind))


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, UPRIGHT])
def test_f14_the_evacuation_list_stays_where_it_was_when_a_zone_empties(
    open_kiosk: Opener, size: tuple[int, int]
) -> None:
    sample = SampleKiosk()
    hall = tuple(replace(PEOPLE[0], stay_id=f"hall-{number}", zone="Hall") for number in range(60))
    sample.desk.people = (*hall, replace(PEOPLE[0], stay_id="yard", zone="Yard"))
    kiosk = open_kiosk(size, sample)
    kiosk.lobby.welcome.staff()
    for digit in sample.desk.pin:
        kiosk.lobby.pin.digit(digit)
    kiosk.lobby.staff_room.open("evacuation")
    kiosk.finger.settle()
    rows(kiosk).scroll_to(900.0)
    for people in (hall, sample.desk.people):
        sample.desk.people = people
        kiosk.pass_time(6)
        kiosk.finger.pass_frames(3)
        assert rows(kiosk).offset == 900.0


@pytest.mark.parametrize("size", [SMALL, UPRIGHT])
def test_f23_the_sheet_of_help_stays_where_it_was_when_a_switch_is_touched(
    open_kiosk: Opener, size: tuple[int, int]
) -> None:
    """With the largest letters, a second touch had fallen on the call to reception."""
    from kiosk.views.places import places_in  # noqa: PLC0415 - as above
    from kiosk.views.sheet import SheetView  # noqa: PLC0415 - only after Kivy's environment is set

    kiosk = open_kiosk(size)
    kiosk.lobby.welcome.visit()
    kiosk.lobby.ask(Sheet.HELP)
    kiosk.lobby.choose("text.largest")
    kiosk.finger.pass_frames(3)
    kiosk.finger.settle()
    parts_within(dragged(kiosk, SheetView))[0].scroll_to(1e9)
    before = places_in(dragged(kiosk, SheetView))
    assert max(before) > 0
    kiosk.lobby.choose("assistance")
    kiosk.finger.pass_frames(3)
    assert places_in(dragged(kiosk, SheetView)) == before


def parts_within(root: Any) -> list[Any]:
    """Return what is dragged in it."""
    from kiosk.views.parts import parts_of  # noqa: PLC0415 - only after Kivy's environment is set
    from kiosk.views.sliding import Sliding  # noqa: PLC0415 - as above

    return [part for part in parts_of(root) if isinstance(part, Sliding)]
