"""A name in two scripts in a field: one rule for its order, its side, its cursor, and what a finger means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.navigation import Screen
from sync.visual_order import is_mixed, visual
from tests.functional.kiosk_face.conftest import SMALL, Opener, OpenKiosk

if TYPE_CHECKING:
    from kiosk.views.field import Field

HEBREW_FIRST, LATIN_FIRST = "ליאן Odalys בוקר", "Odalys ליאן Brek"
"""No letter of theirs stands twice in them, so that each is found where it is drawn."""
NEAR = 3.5
"""Pixels: a cursor's own width, for it stands on the side of its sign, and what is rounded."""


@pytest.fixture(params=["en", "ar"])
def kiosk(request: pytest.FixtureRequest, open_kiosk: Opener) -> OpenKiosk:
    kiosk = open_kiosk(SMALL)
    kiosk.lobby.choose_language(request.param)
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.wait_for(Screen.DETAILS)
    kiosk.finger.settle()
    return kiosk


def typed(kiosk: OpenKiosk, name: str) -> None:
    kiosk.lobby.details.type(name)
    kiosk.finger.pass_frames()


def field_of(kiosk: OpenKiosk) -> Field:
    found: Field = kiosk.finger.target("details.name")
    return found


def edges(field: Field, x: float, wide: float) -> tuple[float, float]:
    """The left and the right edge, on the screen, of what a field draws from ``x`` on."""
    left, right = sorted(float(field.to_window(at, 0)[0]) for at in (x, x + wide))
    return left, right


def cursor(kiosk: OpenKiosk, index: int) -> tuple[float, float]:
    """The edges of the cursor before a sign."""
    kiosk.lobby.details.focus("name", index)
    kiosk.finger.pass_frames(1)
    return _cursor(field_of(kiosk))


def _cursor(field: Field) -> tuple[float, float]:
    from kivy.graphics import Rectangle  # noqa: PLC0415 -- only after Kivy's environment is set

    (drawn,) = [each for each in field.ink.children if isinstance(each, Rectangle) and 4 * each.size[0] < each.size[1]]
    return edges(field, drawn.pos[0], drawn.size[0])


@pytest.mark.parametrize("name", [HEBREW_FIRST, LATIN_FIRST])
def test_f22_the_cursor_stands_at_the_letter_before_it(kiosk: OpenKiosk, name: str) -> None:
    """F22: behind it in its own direction, where the next one like it appears; on screens of either direction."""
    from kiosk.views.text import width_of  # noqa: PLC0415 -- only after Kivy's environment is set
    from kiosk.views.theme import FIELD  # noqa: PLC0415 -- as above

    typed(kiosk, name)
    field = field_of(kiosk)
    x, _, wide, _ = field.places[field.words.index(name)]
    left, right = edges(field, x, wide)
    outer = edges(field, field.x, field.width)
    assert (outer[1] - right < left - outer[0]) is (name is HEBREW_FIRST), "it begins at the side of its first letter"
    drawn, size = visual(name), field.look.measure.size(FIELD)
    for index, letter in enumerate(name, 1):
        if letter == " ":
            continue
        at = drawn.index(letter)
        found = cursor(kiosk, index)
        if is_mixed(letter):
            assert abs(found[1] - left - width_of(drawn[:at], FIELD.face, size)) <= NEAR, name[:index]
        else:
            assert abs(found[0] - left - width_of(drawn[: at + 1], FIELD.face, size)) <= NEAR, name[:index]


@pytest.mark.parametrize("name", [HEBREW_FIRST, "Noa 42 ليان", "ليان O’Neill وادي"])
def test_f22_a_finger_puts_the_cursor_where_it_is(kiosk: OpenKiosk, name: str) -> None:
    typed(kiosk, name)
    field = field_of(kiosk)
    for index in range(len(name) + 1):
        before = cursor(kiosk, index)
        kiosk.lobby.details.focus("name", (index + 3) % len(name))
        finger = kiosk.finger.down((sum(before) / 2, field.center_y))
        kiosk.finger.up(finger)
        kiosk.finger.pass_frames(1)
        assert _cursor(field) == pytest.approx(before, abs=NEAR), name[:index]
    assert {kiosk.lobby.details.view().fields[0].entry.text} == {name}


def test_f22_digits_begin_where_the_lines_of_the_screen_do(kiosk: OpenKiosk) -> None:
    typed(kiosk, "12-")
    field = field_of(kiosk)
    x, _, wide, _ = field.places[field.words.index("12-")]
    left, right = edges(field, x, wide)
    outer = edges(field, field.x, field.width)
    assert (outer[1] - right < left - outer[0]) is field.look.mirrored
    assert abs(cursor(kiosk, 3)[0] - right) <= NEAR


@pytest.mark.usefixtures("kivy_ready")
def test_f22_where_two_cursors_meet_the_sign_under_the_finger_decides() -> None:
    """Between "Odalys" and the space before it the cursor stands behind either; beyond an end, at the text's own."""
    from kiosk.views.theme import FIELD, Measure  # noqa: PLC0415 -- only after Kivy's environment is set
    from kiosk.views.typed_line import TypedLine  # noqa: PLC0415 -- as above

    line = TypedLine(HEBREW_FIRST, FIELD, Measure(*SMALL), right_to_left=True)
    behind_space, behind_latin = HEBREW_FIRST.index("O"), HEBREW_FIRST.index("s") + 1
    x = line.cursor_at(behind_space)[0]
    assert x == line.cursor_at(behind_latin)[0]
    assert [line.index_at(x - 0.4), line.index_at(x + 0.4)] == [behind_latin, behind_space]
    assert [line.index_at(-5.0), line.index_at(line.width + 5.0)] == [len(HEBREW_FIRST), 0]
