"""F23: where a panel is small and letters are large, nothing is cut lengthwise by an edge or covered by a picture; the
field in use is in sight with its label and with what is wrong with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.display_values import Contrast, Display, TextSize
from tests.functional.kiosk_face.conftest import LANDSCAPE, PORTRAIT, SMALL, UPRIGHT

if TYPE_CHECKING:
    from kiosk.views.field import Field
    from kiosk.views.stage import Stage

LARGEST = Display(text=TextSize.LARGEST)
LARGEST_LOW = Display(text=TextSize.LARGEST, reach=True)
TYPED = ("03-", "09-code", "22-", "27-", "30-", "33-")
"""Scenes with a field over the keys."""


@pytest.mark.parametrize(
    ("size", "language", "display", "scene"),
    [
        (PORTRAIT, "de", Display(Contrast.HIGH, TextSize.LARGEST), "14-welcome-offline"),
        (LANDSCAPE, "en", LARGEST, "08-done-offline"),
        (LANDSCAPE, "he", LARGEST, "08-done-offline"),
        (UPRIGHT, "en", Display(Contrast.HIGH, reach=True), "01-welcome"),
    ],
    ids=["the greeting on the door", "since when on the arch", "the same in a mirror", "a small door"],
)
def test_f23_no_words_stand_on_a_picture(
    kivy_ready: None, size: tuple[int, int], language: str, display: Display, scene: str
) -> None:
    from workbench.gallery_scenes import crooked_scenes  # noqa: PLC0415 - only after Kivy's environment is set

    assert crooked_scenes(size, language, display, (scene,)) == {}


@pytest.mark.parametrize(("size", "language", "scene"), [(LANDSCAPE, "fr", "13-evac"), (SMALL, "de", "26-quiz")])
def test_f23_the_strip_pushes_no_words_onto_buttons(
    kivy_ready: None, size: tuple[int, int], language: str, scene: str
) -> None:
    from workbench.gallery_scenes import crooked_scenes  # noqa: PLC0415 - only after Kivy's environment is set

    assert crooked_scenes(size, language, LARGEST_LOW, (scene,), offline=True) == {}


@pytest.mark.parametrize("offline", [False, True], ids=["online", "offline"])
@pytest.mark.parametrize(
    ("language", "display"),
    [("de", LARGEST_LOW), ("ar", LARGEST), ("fr", Display())],
    ids=["largest-low", "largest-mirrored", "normal"],
)
def test_f23_over_the_keys_of_a_small_panel_the_field_in_use_is_whole_and_no_line_is_cut(
    kivy_ready: None, language: str, display: Display, offline: bool
) -> None:
    from workbench.crooked import crooked  # noqa: PLC0415 - only after Kivy's environment is set
    from workbench.gallery_scenes import laid_out  # noqa: PLC0415 - as above

    hidden, wrong = {}, {}
    for name, stage in laid_out(SMALL, language, display, TYPED, offline=offline):
        wrong[name] = crooked(stage)
        field = _field_in_use(stage)
        if field is not None:
            hidden[name] = _hidden(stage, field)
            assert bool(stage.lobby.view().offline) == _says_offline(stage)
    assert len(hidden) > 8
    assert {name: found for name, found in hidden.items() if found} == {}
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize("language", ["de", "ar", "hi"])
def test_f23_without_a_network_the_search_of_a_small_panel_shows_its_field_and_two_people_whole(
    kivy_ready: None, language: str
) -> None:
    from kiosk.views.keyboard import Keyboard  # noqa: PLC0415 - only after Kivy's environment is set
    from kiosk.views.parts import find_target, parts_of  # noqa: PLC0415 - as above
    from kiosk.views.scroll import RowList  # noqa: PLC0415 - as above
    from workbench.gallery_scenes import laid_out  # noqa: PLC0415 - as above

    _, stage = next(laid_out(SMALL, language, LARGEST_LOW, ("04-host",), offline=True))
    field = find_target(stage, "host.search")
    (board,) = [part for part in parts_of(stage) if isinstance(part, Keyboard)]
    (rows,) = [part for part in parts_of(stage) if isinstance(part, RowList)]
    assert field is not None
    assert field.y >= board.top
    assert rows.y >= board.top
    whole = [
        part for part in parts_of(rows) if getattr(part, "touch_id", "").startswith("host.row.") and part.y >= rows.y
    ]
    assert len(whole) >= 2
    assert _says_offline(stage)


@pytest.mark.parametrize(
    ("language", "display", "offline"),
    [
        ("de", Display(Contrast.HIGH, TextSize.LARGEST, reach=True), True),
        ("ar", Display(text=TextSize.LARGE), False),
        ("en", Display(reach=True), False),
    ],
    ids=["largest-low-offline", "large-mirrored", "normal-low"],
)
def test_f23_a_small_panel_that_hangs_upright_is_whole_in_every_size_of_text(
    kivy_ready: None, language: str, display: Display, offline: bool
) -> None:
    from workbench.gallery_scenes import crooked_scenes  # noqa: PLC0415 - only after Kivy's environment is set

    assert crooked_scenes(UPRIGHT, language, display, offline=offline) == {}


def test_a_line_that_an_edge_cuts_and_words_on_a_picture_are_found(kivy_ready: None) -> None:
    from kiosk.views.parts import Label, Look, Part  # noqa: PLC0415 - only after Kivy's environment is set
    from kiosk.views.picture import Brackets  # noqa: PLC0415 - as above
    from kiosk.views.sliding import Page  # noqa: PLC0415 - as above
    from kiosk.views.theme import LIGHT, TITLE, Measure  # noqa: PLC0415 - as above
    from workbench.crooked import crooked  # noqa: PLC0415 - as above

    look = Look(LIGHT, Measure(*SMALL))
    stage, screen = Part(look, (0.0, 0.0, *SMALL)), Part(look, (0.0, 0.0, *SMALL))
    words = look.text("Odalys", TITLE, "#000000")
    stage.put(screen)
    page = Page(look, (0.0, 0.0, 400.0, 200.0))
    screen.put(page)
    page.put(Label(look, words, (0.0, -0.5 * words.height, 400.0, words.height)))
    page.put(Label(look, words, (0.0, 100.0, 400.0, words.height)))
    page.scroll_to(0.0)
    assert crooked(stage) == ["a line of ['Odalys'] is cut by an edge of the page"]
    page.ends(-0.5 * words.height)
    assert crooked(stage) == []  # it came to rest, and does not begin that line
    assert page.shown[0] >= 0.3 * words.height
    screen.put(Label(look, words, (500.0, 300.0, 200.0, words.height)))
    screen.put(Brackets(look, (520.0, 260.0, 100.0, 100.0)))
    assert crooked(stage) == ["'Odalys' stands on the picture of Brackets"]


def _field_in_use(stage: Stage) -> Field | None:
    from kiosk.views.field import Field  # noqa: PLC0415 - only after Kivy's environment is set
    from kiosk.views.parts import parts_of  # noqa: PLC0415 - as above

    return next((part for part in parts_of(stage) if isinstance(part, Field) and part.focused), None)


def _hidden(stage: Stage, field: Field) -> list[str]:
    """What is not in sight of a field's box, its label and what is said to be wrong."""
    from kiosk.views.parts import parts_of  # noqa: PLC0415 - only after Kivy's environment is set
    from kiosk.views.sliding import Page  # noqa: PLC0415 - as above

    (page,) = [part for part in parts_of(stage) if isinstance(part, Page)]
    (lower, upper), shift = page.shown, page.offset
    last = len(field.words) if field.error else len(field.words) - bool(field.helper)
    places = [("the box", field.box), *zip(field.words[:last], field.places[:last], strict=True)]
    return [
        name
        for name, (_, y, _, tall) in places
        if y + 0.1 * tall + shift < lower - 1 or y + 0.9 * tall + shift > upper + 1
    ]


def _says_offline(stage: Stage) -> bool:
    from kiosk.views.parts import visible_words  # noqa: PLC0415 - only after Kivy's environment is set

    said = stage.lobby.view().offline
    return bool(said) and any(said in words for words in visible_words(stage))
