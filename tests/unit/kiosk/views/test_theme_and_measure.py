from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.views.accent import STRONG, with_accent
from kiosk.views.icons import ICONS
from kiosk.views.theme import (
    DARK,
    ENOUGH,
    HIGH_CONTRAST,
    LIGHT,
    Measure,
    Palette,
    channels,
    colour_names,
    contrast_ratio,
    under_finger,
)
from kiosk.views.typeface import FONTS, font_file
from sync.writing import Script

TEXT_PAIRS = [
    ("ink", "chalk"), ("ink", "paper"), ("ink", "oat"), ("soft", "chalk"), ("soft", "paper"), ("soft", "oat"),
    ("pine", "chalk"), ("pine", "paper"), ("pine", "oat"), ("on_pine", "pine"), ("on_pine", "pine_deep"),
    ("on_pine_soft", "pine"), ("brick", "chalk"), ("brick", "paper"), ("moss", "paper"),
    ("on_alarm", "alarm"), ("on_wall", "wall"), ("on_wall_soft", "wall"),
    ("on_tint", "ochre_tint"), ("on_tint", "moss_tint"), ("on_tint", "brick_tint"), ("ochre", "chalk"),
    ("ink", "key_function"), ("pine", "pine_tint"), ("ink", "key"), ("ink", "pine_tint"), ("soft", "pine_tint"),
    ("on_pine_soft", "pine_deep"), ("brick", "brick_tint"), ("moss", "moss_tint"), ("moss", "chalk"),
    ("ochre", "ochre_tint"), ("on_lamp", "lamp"),
]  # fmt: skip
SHAPE_PAIRS = [
    ("edge", "paper"), ("edge", "chalk"), ("edge", "oat"), ("ochre", "paper"), ("pine", "paper"), ("pine", "chalk"),
    ("pine", "pine_tint"), ("brick", "paper"), ("on_wall", "wall"), ("on_alarm", "alarm"),
]  # fmt: skip
"""The edges of controls, and what tells a state of one."""
DECORATION = {"line", "key_edge", "scrim"}
THEMES = {"light": LIGHT, "dark": DARK, "high": HIGH_CONTRAST, "high, under a finger": under_finger(HIGH_CONTRAST)}


@pytest.mark.parametrize("palette", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_f23_text_can_be_read_on_its_ground(palette: Palette, text: str, ground: str) -> None:
    assert contrast_ratio(getattr(palette, text), getattr(palette, ground)) >= ENOUGH


@pytest.mark.parametrize("palette", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS)
def test_f23_outlines_that_carry_meaning_can_be_seen(palette: Palette, shape: str, ground: str) -> None:
    assert contrast_ratio(getattr(palette, shape), getattr(palette, ground)) >= 3


def test_f23_no_colour_is_left_out_of_the_contrast_tests() -> None:
    judged = {colour for pair in (*TEXT_PAIRS, *SHAPE_PAIRS) for colour in pair}
    assert judged | DECORATION == set(colour_names())


def test_only_high_contrast_changes_its_colours_under_a_finger() -> None:
    assert under_finger(LIGHT) == LIGHT
    assert under_finger(DARK) == DARK
    turned = under_finger(HIGH_CONTRAST)
    assert (turned.paper, turned.ink) == (HIGH_CONTRAST.ink, HIGH_CONTRAST.paper)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast_ratio("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast_ratio("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("plain", [LIGHT, DARK])
@given(parts=st.tuples(*[st.integers(0, 255)] * 3))
@example(parts=(0, 255, 255))
@example(parts=(255, 255, 255))
@example(parts=(0, 0, 0))
def test_any_accent_is_moved_until_it_can_be_read(plain: Palette, parts: tuple[int, int, int]) -> None:
    """F23: darkened on a light ground, lightened on a dark one, and darkened on walls; every text that stands on it."""
    palette = with_accent(plain, "#" + "".join(f"{part:02X}" for part in parts))
    for text, ground in TEXT_PAIRS:
        assert contrast_ratio(getattr(palette, text), getattr(palette, ground)) >= ENOUGH, (text, ground)
    assert palette.lamp == plain.lamp


@pytest.mark.parametrize("plain", [LIGHT, DARK])
@pytest.mark.parametrize("accent", ["#7F7F7F", "#FFFFFF", "#000000", "#6B7280", "#101418"])
def test_f23_a_grey_accent_looks_like_ink_and_not_like_something_switched_off(plain: Palette, accent: str) -> None:
    """What is switched off is soft on oat: a button that can be pressed is far from both."""
    palette = with_accent(plain, accent)
    assert all(contrast_ratio(palette.pine, ground) >= STRONG for ground in (plain.chalk, plain.paper, plain.oat))
    assert contrast_ratio(palette.on_pine, palette.pine) >= STRONG


@pytest.mark.parametrize("accent", ["#24683A", "#B00000", "#2222FF", "#475569"])
def test_an_accent_with_a_colour_of_its_own_keeps_it(accent: str) -> None:
    assert with_accent(LIGHT, accent).pine == accent


@pytest.mark.parametrize("accent", [None, "red", "#12345", "#GGGGGG"])
def test_an_accent_that_is_no_colour_changes_nothing(accent: str | None) -> None:
    assert with_accent(LIGHT, accent) == LIGHT


def test_high_contrast_keeps_its_own_colours() -> None:
    assert with_accent(HIGH_CONTRAST, "#123456") == HIGH_CONTRAST


def test_every_colour_is_one() -> None:
    for palette in (LIGHT, DARK, HIGH_CONTRAST):
        for name in colour_names():
            assert len(channels(getattr(palette, name))) == 3


@pytest.mark.parametrize(
    ("size", "u", "landscape", "compact"),
    [((1080, 1920), 10.0, False, False), ((1280, 800), 7.017, True, False), ((800, 480), 5.9, True, True)],
)
def test_f23_the_unit_keeps_targets_large_enough(
    size: tuple[int, int], u: float, landscape: bool, compact: bool
) -> None:
    measure = Measure(*size)
    assert measure.u == pytest.approx(u, abs=0.01)
    assert 8 * measure.u >= 44
    assert (measure.landscape, measure.compact) == (landscape, compact)


@pytest.mark.parametrize("script", list(Script))
@pytest.mark.parametrize("face", ["Inter-400", "Inter-600", "InterDisplay-600", "InterTabular-600"])
def test_there_is_a_font_for_every_script_and_weight(script: Script, face: str) -> None:
    assert (FONTS / font_file(face, script).rsplit("/", 1)[-1]).is_file()


def test_icons_have_distinct_signs() -> None:
    assert len(set(ICONS.values())) == len(ICONS)
