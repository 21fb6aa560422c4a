"""F23: a panel of 800 by 480 with the largest text is one to work with: people, choices and what was filled in are in
sight, and a name of any length leaves the rest of a screen alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from kiosk.display_values import Display, TextSize
from kiosk.navigation import Screen
from kiosk.ports import Freshness, StatusNow
from tests.functional.kiosk_face.conftest import LANDSCAPE, PORTRAIT, SMALL, Opener
from workbench.still_time import MORNING

if TYPE_CHECKING:
    from kiosk.views.parts import Part
    from kiosk.views.sliding import Sliding

LARGEST = Display(text=TextSize.LARGEST)
BADGE_U = 44
"""How high the badge in its slot is, in landscape."""
LONG = {
    "words": " ".join(["Wilhelmina Featherstonehaugh-Okonjo"] * 6)[:200],
    "one word": "Ashgrove" * 25,
    "pictures": "🌿" * 25,
}


def in_sight(root: object) -> Iterator[Part]:
    """Yield what slides and is in sight as a whole."""
    from kiosk.views.parts import parts_of  # noqa: PLC0415 - only after Kivy's environment is set
    from kiosk.views.sliding import Sliding  # noqa: PLC0415 - as above

    def is_whole(part: Part, around: Sliding) -> bool:
        return bool(part.y + around.offset >= around.y - 1 and part.top + around.offset <= around.top + 1)

    for around in parts_of(root):
        if isinstance(around, Sliding):
            yield from (part for part in parts_of(around) if is_whole(part, around))


def people_in_sight(root: object) -> int:
    from kiosk.views.evacuation_people import PersonView  # noqa: PLC0415 - only after Kivy's environment is set
    from kiosk.views.screens.on_site import OnSiteRowView  # noqa: PLC0415 - as above

    return sum(isinstance(part, PersonView | OnSiteRowView) for part in in_sight(root))


def touched_in_sight(root: object) -> list[str]:
    from kiosk.views.parts import Target  # noqa: PLC0415 - only after Kivy's environment is set

    return [part.touch_id for part in in_sight(root) if isinstance(part, Target)]


def is_there(root: object, touch_id: str) -> bool:
    from kiosk.views.parts import find_target  # noqa: PLC0415 - only after Kivy's environment is set

    return find_target(root, touch_id) is not None


def choices_in_sight(root: object) -> int:
    return sum(touch_id.startswith("sheet.") for touch_id in touched_in_sight(root))


CHECKS: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(
        ("13-evacuation", "13-evacuation-stale", "13-evacuation-printing"),
        lambda stage: people_in_sight(stage) >= 2 and is_there(stage, "evacuation.print"),
    ),
    **dict.fromkeys(("15-on-site", "15-on-site-presumed"), lambda stage: people_in_sight(stage) >= 2),
    # A zone that was chosen, and a name of seventy letters of somebody who has probably left.
    "13-evacuation-presumed": lambda stage: people_in_sight(stage) >= 1,
    "04-host": lambda stage: sum(touch_id.startswith("host.row.") for touch_id in touched_in_sight(stage)) >= 2,
    **dict.fromkeys(("11-help", "15-on-site-presumed-person"), lambda stage: choices_in_sight(stage) >= 2),
    "27-licence-read": lambda stage: "fields.licence" in touched_in_sight(stage),
    "27-licence-expired": lambda stage: "fields.licence" in touched_in_sight(stage),
}


@pytest.mark.parametrize("language", ["de", "ar"])
def test_f23_a_small_panel_with_the_largest_text_shows_people_choices_and_what_was_filled_in(
    kivy_ready: None, language: str
) -> None:
    from kiosk.views.stage import Stage  # noqa: PLC0415 - only after Kivy's environment is set
    from workbench.gallery_scenes import scenes  # noqa: PLC0415 - as above
    from workbench.gallery_tour import Tour  # noqa: PLC0415 - as above

    tour = Tour(language, LARGEST)
    stage = Stage(tour.lobby, SMALL)
    tour.lobby.on_change = lambda: None  # each scene is laid out once, not each touch on the way there
    found = {}
    for name in scenes(tour):
        if name in CHECKS:
            stage.draw()
            found[name] = CHECKS[name](stage)
    assert found == dict.fromkeys(CHECKS, True)


@pytest.mark.parametrize("language", ["ar", "de", "en", "es", "fr", "he", "hi", "zh"])
def test_f14_without_a_network_print_still_stands_beside_the_list(open_kiosk: Opener, language: str) -> None:
    """F14, F23: the strip at the top takes place from the column, and what is said in it goes first."""
    from workbench.crooked import crooked  # noqa: PLC0415 - only after Kivy's environment is set

    kiosk = open_kiosk(SMALL)
    kiosk.kiosk.desk.freshness = Freshness.STALE
    kiosk.kiosk.status.status = StatusNow(offline_since=MORNING)
    kiosk.lobby.choose_language(language)
    kiosk.lobby.display = LARGEST
    kiosk.lobby.welcome.staff()
    for digit in kiosk.kiosk.desk.pin:
        kiosk.lobby.pin.digit(digit)
    kiosk.finger.wait_for(Screen.EVACUATION)
    state = kiosk.lobby.evacuation.view()
    assert {"evacuation.print", "evacuation.done"} <= set(kiosk.finger.targets())
    assert {state.title, state.count} <= set(kiosk.finger.words())
    assert crooked(kiosk.window.stage) == []
    assert people_in_sight(kiosk.window.stage) >= 1


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_small_panel_shows_two_hosts_whole_above_the_keys(kivy_ready: None, language: str) -> None:
    from kiosk.views.stage import Stage  # noqa: PLC0415 - only after Kivy's environment is set
    from workbench.gallery_scenes import scenes  # noqa: PLC0415 - as above
    from workbench.gallery_tour import Tour  # noqa: PLC0415 - as above

    tour = Tour(language, Display())
    stage = Stage(tour.lobby, SMALL)
    assert "04-host" in scenes(tour)
    stage.draw()
    assert CHECKS["04-host"](stage)
    assert is_there(stage, "host.without")


def test_f13_the_folded_banner_unfolds_and_what_becomes_of_printing_with_it(open_kiosk: Opener) -> None:
    kiosk = open_kiosk(SMALL)
    kiosk.lobby.display = LARGEST
    finger = kiosk.finger
    finger.tap("welcome.staff")
    for digit in kiosk.kiosk.desk.pin:
        finger.tap(f"pin.{digit}")
    finger.wait_for(Screen.EVACUATION)
    stage = kiosk.window.stage
    assert people_in_sight(stage) >= 2
    state = kiosk.lobby.evacuation.view()
    assert {state.brief, state.count, state.place} <= set(finger.words())
    assert state.banner not in kiosk.text
    finger.tap("evacuation.belief")
    assert state.banner in kiosk.text
    x, y = finger.middle("evacuation.belief")
    finger.swipe((x, y - 300), (x, y - 100))
    finger.tap("evacuation.pdf")
    finger.tap("evacuation.belief")
    assert people_in_sight(stage) >= 2
    finger.tap("evacuation.print")
    assert kiosk.lobby.evacuation.view().note in kiosk.text


def test_f24_the_keys_of_a_small_panel_come_when_the_field_is_touched_and_go_with_the_last(open_kiosk: Opener) -> None:
    kiosk = open_kiosk(SMALL)
    kiosk.lobby.display = LARGEST
    kiosk.kiosk.desk.scopes = frozenset({"evacuation", "departure"})
    finger = kiosk.finger
    finger.tap("welcome.staff")
    for digit in kiosk.kiosk.desk.pin:
        finger.tap(f"pin.{digit}")
    finger.tap("staff.on-site")
    finger.wait_for(Screen.ON_SITE)
    assert "keyboard.next" not in finger.targets()
    finger.type_text("on-site.search", "mossgate")
    assert people_in_sight(kiosk.window.stage) == 2
    finger.tap("keyboard.next")
    assert "keyboard.next" not in finger.targets()
    assert people_in_sight(kiosk.window.stage) == 2


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, SMALL], ids=["portrait", "landscape", "small"])
@pytest.mark.parametrize("name", LONG.values(), ids=list(LONG))
def test_f23_a_name_of_any_length_leaves_the_last_screens_whole(
    kivy_ready: None, size: tuple[int, int], name: str
) -> None:
    from kiosk.views.parts import parts_of  # noqa: PLC0415 - only after Kivy's environment is set
    from kiosk.views.screens.done import DoneHead  # noqa: PLC0415 - as above
    from kiosk.views.stage import Stage  # noqa: PLC0415 - as above
    from workbench.crooked import crooked  # noqa: PLC0415 - as above
    from workbench.gallery_tour import Tour  # noqa: PLC0415 - as above

    tour = Tour("de", LARGEST)
    tour.to_photo()
    tour.lobby.photo.decline()
    arrived = tour.lobby.turn.given.arrived
    assert arrived is not None
    tour.lobby.turn.given.arrived = replace(arrived, display_name=name)
    stage = Stage(tour.lobby, size)
    assert crooked(stage) == []
    (head,) = [part for part in parts_of(stage) if isinstance(part, DoneHead)]
    assert name[:8] in head.words[0]
    badge = BADGE_U * head.look.u if size == LANDSCAPE else 0.0
    assert min(y for _, y, _, _ in head.places) >= head.y + badge
