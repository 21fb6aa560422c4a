"""The component sheet: all parts of the kiosk's design system on one picture.

    for picture in draw_sheet(out, "en", Contrast.DARK): ...

The parts are those of the product, in the states in which its own presenters put them; nothing is drawn a second time.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

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
from workbench.gallery_tour import Tour

if TYPE_CHECKING:
    from kiosk.views.parts import Part

UPRIGHT = Measure(756, 1344)
"""The screen of which these are the parts: upright, seven pixels a unit, so that 8u is 56 px."""


def component_sheet(language: str, contrast: Contrast) -> Part:
    """Return the sheet in a language and theme, turned over where the language runs from right to left."""
    tour = Tour(language, Display(contrast))
    words = tour.lobby.turn.words
    look = Look(PALETTES[contrast], UPRIGHT, words.direction == "rtl")
    tokens, entry = token_groups(look, words.name), entry_groups(look, tour)
    controls, rows, pictures = control_groups(look, tour), row_groups(look, tour), picture_groups(look, tour)
    *buttons, choices, staff = controls
    columns = ([*tokens, *buttons], [*entry, choices], [*rows, staff], pictures)
    return turned(look, Bench(look, columns))


def draw_sheet(out: Path, language: str, contrast: Contrast) -> Path:
    """Draw the sheet and return the picture; Kivy's window must be there."""
    sheet = component_sheet(language, contrast)
    texture = sheet.export_as_image().texture
    picture = Image.frombytes("RGBA", texture.size, texture.pixels).convert("RGB")
    path = out / f"components-{contrast.value}-{language}.png"
    picture.save(path, optimize=True)
    return path
