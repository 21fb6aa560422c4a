"""Whatever the language, the size of text and the window: nothing lies over anything else, is cut or out of sight (F22,
F23). Every scene of the gallery is looked at; ``./lodge gallery`` says the same of all others.
"""

from __future__ import annotations

import pytest

from kiosk.display_values import Contrast, Display, TextSize
from tests.functional.kiosk_face.conftest import LANDSCAPE, PORTRAIT, SMALL
from workbench.still_time import MORNING

WIDEST = Display(text=TextSize.LARGEST)
LOW = Display(Contrast.DARK, TextSize.LARGEST, reach=True)


@pytest.mark.parametrize(
    ("size", "language", "display"),
    [(SMALL, "fr", WIDEST), (PORTRAIT, "ar", LOW), (LANDSCAPE, "de", WIDEST)],
    ids=["small", "portrait-low-mirrored", "landscape"],
)
def test_f23_nothing_lies_over_anything_else_or_is_cut(
    kivy_ready: None, size: tuple[int, int], language: str, display: Display
) -> None:
    from kiosk.views.stage import Stage  # noqa: PLC0415 - only after Kivy's environment is set
    from workbench.crooked import crooked  # noqa: PLC0415 - as above
    from workbench.gallery_scenes import scenes  # noqa: PLC0415 - as above
    from workbench.gallery_tour import Tour  # noqa: PLC0415 - as above

    tour = Tour(language, display)
    stage = Stage(tour.lobby, size)
    tour.lobby.on_change = lambda: None  # each scene is drawn once, not each touch on the way there
    complaints = {}
    for name in scenes(tour):
        stage.draw()
        complaints[name] = crooked(stage)
    assert {name: found for name, found in complaints.items() if found} == {}


@pytest.mark.parametrize(("size", "language"), [(PORTRAIT, "ar"), (LANDSCAPE, "de"), (SMALL, "de")])
def test_the_welcome_moves_a_little_from_hour_to_hour_and_nothing_falls_off(
    kivy_ready: None, size: tuple[int, int], language: str
) -> None:
    """A panel keeps for good what it shows all day in one place."""
    from kiosk.views.parts import find_target, parts_of  # noqa: PLC0415 - only after Kivy's environment is set
    from kiosk.views.sliding import Page  # noqa: PLC0415 - as above
    from kiosk.views.stage import Stage  # noqa: PLC0415 - as above
    from workbench.crooked import crooked  # noqa: PLC0415 - as above
    from workbench.gallery_tour import Tour  # noqa: PLC0415 - as above

    tour = Tour(language, Display())
    places = []
    for hour in range(8, 12):
        tour.kiosk.clock.moment = MORNING.replace(hour=hour)
        stage = Stage(tour.lobby, size)
        staff, visit = find_target(stage, "welcome.staff"), find_target(stage, "welcome.visit")
        assert staff is not None
        assert visit is not None
        places.append((round(staff.x), round(staff.y), round(visit.x)))
        assert crooked(stage) == []
        assert [part.furthest for part in parts_of(stage) if isinstance(part, Page)] == [0.0]
    assert len(set(places)) == len(places)


def test_what_lies_over_something_else_is_found(kivy_ready: None) -> None:
    from kiosk.views.parts import find_target  # noqa: PLC0415 - only after Kivy's environment is set
    from kiosk.views.stage import Stage  # noqa: PLC0415 - as above
    from workbench.crooked import crooked  # noqa: PLC0415 - as above
    from workbench.gallery_tour import Tour  # noqa: PLC0415 - as above

    tour = Tour("en", Display())
    stage = Stage(tour.lobby, LANDSCAPE)
    visit, leave = find_target(stage, "welcome.visit"), find_target(stage, "welcome.leave")
    assert visit is not None
    assert leave is not None
    leave.pos = visit.pos
    leave.repaint()
    assert "welcome.visit and welcome.leave stand in one place" in crooked(stage)
    staff = find_target(stage, "welcome.staff")
    assert staff is not None
    staff.x -= 2000
    staff.repaint()
    assert any(complaint.startswith("welcome.staff is out of sight") for complaint in crooked(stage))
