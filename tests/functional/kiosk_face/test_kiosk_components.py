"""The component sheet: every part of the kiosk that can be touched, in its states, from the product's own parts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk.display_values import Contrast

LEAST_PIXELS = 44


@pytest.mark.parametrize(("language", "contrast"), [("en", Contrast.LIGHT), ("ar", Contrast.HIGH)])
def test_f23_the_component_sheet_shows_every_target_and_none_is_small_or_lies_over_another(
    kivy_ready: None, language: str, contrast: Contrast
) -> None:
    from kiosk.views import parts  # noqa: PLC0415 - only after Kivy's environment is set
    from workbench.components.sheet import ComponentSheet  # noqa: PLC0415 - as above
    from workbench.crooked import crooked  # noqa: PLC0415 - as above

    def kinds(kind: type[parts.Target]) -> Iterator[type[parts.Target]]:
        for each in kind.__subclasses__():
            yield each
            yield from kinds(each)

    sheet = ComponentSheet(language, contrast)
    assert crooked(sheet) == []
    targets = [part for part in parts.parts_of(sheet) if isinstance(part, parts.Target)]
    small = [part.touch_id for part in targets if min(part.width, part.height) < LEAST_PIXELS]
    assert small == []
    known = {kind for kind in kinds(parts.Target) if kind.__module__.startswith("kiosk.views")}
    assert known - {type(part) for part in targets} == set()
    picture = sheet.draw()
    assert picture.size == tuple(sheet.size)
    grounds = {each for _, each in picture.resize((160, 200)).getcolors(1 << 15) or []}
    assert len(grounds) > LEAST_PIXELS, "nothing was drawn"


def test_f23_high_contrast_shows_what_a_finger_is_on(kivy_ready: None) -> None:
    """Black and white change places in every part, which has no tint to show it with."""
    from kivy.graphics import Color  # noqa: PLC0415 - only after Kivy's environment is set

    from kiosk.views.pad import SigningPadView  # noqa: PLC0415 - as above
    from kiosk.views.parts import Target, parts_of  # noqa: PLC0415 - as above
    from workbench.components.sheet import ComponentSheet  # noqa: PLC0415 - as above

    def colours(part: Target) -> list[tuple[float, ...]]:
        return [tuple(each.rgba) for each in part.ink.children if isinstance(each, Color)]

    unseen = set()
    for part in parts_of(ComponentSheet("en", Contrast.HIGH)):
        if isinstance(part, Target) and part.enabled and not isinstance(part, SigningPadView):
            part.show_pressed(pressed=False)
            rest = colours(part)
            part.show_pressed(pressed=True)
            unseen |= {part.touch_id} if colours(part) == rest else set()
            part.show_pressed(pressed=False)
            assert colours(part) == rest, f"{part.touch_id} stays pressed"
    assert unseen == set()
