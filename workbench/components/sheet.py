"""The component sheet: all parts of the kiosk's design system on one picture.

    for picture, complaints in draw_sheets(out, ("en", "ar"), (Contrast.DARK,)): ...

The parts are those of the product, in the states in which its own presenters put them; nothing is drawn a second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

from kivy.uix.widget import Widget
from PIL import Image

from kiosk.display_values import Contrast, Display
from kiosk.views.mirror import turned
from kiosk.views.parts import Look
from kiosk.views.theme import PALETTES, Measure
from workbench.components.bench import Bench
from workbench.components.controls import control_groups
from workbench.components.entry import entry_groups
from workbench.components.pictures import picture_groups
from workbench.components.rows import row_groups
from workbench.components.tokens import token_groups
from workbench.crooked import crooked
from workbench.gallery_tour import Tour

UPRIGHT = Measure(756, 1344)
"""The screen of which these are the parts: upright, seven pixels a unit, so that 8u is 56 px."""


class ComponentSheet(Widget):  # type: ignore[misc]  # Kivy carries no types
    """The sheet in a language and theme, turned over where the language runs from right to left; as large as its parts
    ask for.
    """

    def __init__(self, language: str, contrast: Contrast) -> None:
        tour = Tour(language, Display(contrast))
        words = tour.lobby.turn.words
        look = Look(PALETTES[contrast], UPRIGHT, words.direction == "rtl")
        tokens, entry = token_groups(look, words.name), entry_groups(look, tour)
        *buttons, choices, staff = control_groups(look, tour)
        rows, pictures = row_groups(look, tour), picture_groups(look, tour)
        bench = Bench(look, ([*tokens, *buttons], [*entry, choices], [*rows, staff], pictures))
        super().__init__(size_hint=(None, None), pos=(0, 0), size=bench.size)
        self.add_widget(turned(look, bench))

    def draw(self) -> Image.Image:
        """Return it as a picture; Kivy's window must be there, of whatever size."""
        texture = self.export_as_image().texture
        return Image.frombytes("RGBA", texture.size, texture.pixels).convert("RGB")


def draw_sheets(out: Path, languages: Sequence[str], themes: Sequence[Contrast]) -> Iterator[tuple[Path, list[str]]]:
    """Write a picture for each theme and language; yields it with what stands crooked on it."""
    for contrast, language in product(themes, languages):
        sheet = ComponentSheet(language, contrast)
        path = out / f"components-{contrast.value}-{language}.png"
        sheet.draw().save(path, optimize=True)
        yield path, crooked(sheet)
