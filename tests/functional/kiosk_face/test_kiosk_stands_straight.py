"""Whatever the language, the size of text and the window: nothing lies over anything else, is cut, broken or out of
sight (F22, F23). Every scene of the gallery is looked at; ``test_kiosk_words_stay_whole`` looks at all others.
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
    from workbench.gallery_scenes import crooked_scenes  # noqa: PLC0415 - only after Kivy's environment is set

    assert crooked_scenes(size, language, display) == {}


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


def test_words_of_the_kiosk_that_are_cut_broken_or_small_are_found_and_names_are_not(kivy_ready: None) -> None:
    from kiosk.views.parts import Label, Look, Part  # noqa: PLC0415 - only after Kivy's environment is set
    from kiosk.views.theme import LIGHT, TITLE, Measure  # noqa: PLC0415 - as above
    from workbench.crooked import crooked  # noqa: PLC0415 - as above

    look, stage = Look(LIGHT, Measure(*SMALL)), Part(Look(LIGHT, Measure(*SMALL)), (0.0, 0.0, *SMALL))
    blocks = [
        look.text("Evakuierungsliste", TITLE, "#000000", 90),
        look.fitted("Evakuierungsliste", TITLE, "#000000", 130),
        look.text("Nächste Person Ihrer Gruppe", TITLE, "#000000", 200, 1),
        look.fitted("Featherstonehaugh", TITLE, "#000000", 130),
        look.text("Evakuierungsliste", TITLE, "#000000", 300, 2),
    ]
    for number, block in enumerate(blocks):
        stage.put(Label(look, block, (300.0 * (number % 2), 480.0 - 160 * (number // 2) - block.height, 300.0, 1.0)))
    assert sorted(crooked(stage)) == [
        "'Evakuierungsliste' is broken in a word, or very small",
        "'Evakuierungsliste' is broken in a word, or very small",
        "the end of 'Nächste Person Ihrer Gruppe' is cut",
    ]
