"""Whatever the language, the size of text and the window: nothing lies over anything else, is cut or out of sight (F22,
F23). Every scene of the gallery is looked at; ``./lodge gallery`` says the same of all others.
"""

from __future__ import annotations

import pytest

from kiosk.display_values import Contrast, Display, TextSize
from tests.functional.kiosk_face.conftest import LANDSCAPE, PORTRAIT, SMALL

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
