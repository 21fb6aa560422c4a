"""The bench on which specimens of components are laid out: in columns, in groups, each with its caption beneath."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from kiosk.views import shapes
from kiosk.views.parts import Label, Part, Target
from kiosk.views.theme import HEADING, Radius, Style

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box
    from kiosk.views.text import TextBlock

Touched = TypeVar("Touched", bound=Target)
COLUMN_U = 93.6
"""As wide as what stands inside the margins of an upright screen."""
MARGIN_U, BETWEEN_U, APART_U = 6.0, 6.4, 2.8
CAPTION_GAP_U = 1.4
ROW_GAP_U, GROUP_GAP_U = 2.2, 4.8
GROUND_U = 0.8
NAME = Style("Inter-500", 2.2, 1.35)
"""Of captions: no text of the product is so small."""


def nothing() -> None:
    """What a touch of a specimen does."""


@dataclass(frozen=True, slots=True)
class Specimen:
    """One part in one state: ``height`` in pixels, how to make it in a box, and a ``ground`` where it never stands on
    the wall. ``across``: so many of its kind stand side by side.
    """

    caption: str
    height: float
    make: Callable[[Box], Part]
    across: int = 1
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Specimens beneath one heading."""

    title: str
    specimens: Sequence[Specimen]


def width_of(look: Look, across: int) -> float:
    """How wide a specimen is of which so many stand side by side, in pixels."""
    return (COLUMN_U - (across - 1) * APART_U) * look.u / across


def pressed(part: Touched) -> Touched:
    """Lay a finger on a part."""
    part.show_pressed(pressed=True)
    return part


class Several(Part):
    """Parts that belong together, on a card or not."""

    def __init__(self, look: Look, box: Box, parts: Sequence[Part], *, card: bool = False) -> None:
        self._is_card = card
        super().__init__(look, box)
        for part in parts:
            self.put(part)

    def paint(self) -> None:
        """Draw the card."""
        if self._is_card:
            self.card()


class _Ground(Part):
    """What a specimen stands on."""

    def __init__(self, look: Look, box: Box, colour: str) -> None:
        self._colour = colour
        super().__init__(look, box)

    def paint(self) -> None:
        """Fill it."""
        shapes.rounded(self.ink, self.box, self._colour, Radius.FIELD * self.look.u)


class Bench(Part):
    """All columns; as wide and high as they need."""

    def __init__(self, look: Look, columns: Sequence[Sequence[Group]]) -> None:
        u = look.u
        wide = 2 * MARGIN_U + len(columns) * COLUMN_U + (len(columns) - 1) * BETWEEN_U
        heights = [sum(_group_height(look, group) for group in column) for column in columns]
        size = (round(wide * u), round(max(heights) + 2 * MARGIN_U * u - GROUP_GAP_U * u))
        super().__init__(look, (0.0, 0.0, float(size[0]), float(size[1])))
        x = MARGIN_U * u
        for column in columns:
            y = self.top - MARGIN_U * u
            for group in column:
                self._lay(group, x, y)
                y -= _group_height(look, group)
            x += (COLUMN_U + BETWEEN_U) * u

    def paint(self) -> None:
        """Draw the wall."""
        shapes.fill(self.ink, self.box, self.look.palette.chalk)

    def _lay(self, group: Group, x: float, top: float) -> None:
        title = _title(self.look, group)
        self.put(Label(self.look, title, (x, top - title.height, COLUMN_U * self.look.u, title.height)))
        top -= title.height + ROW_GAP_U * self.look.u
        for row in _rows(group):
            wide = width_of(self.look, row[0].across)
            for number, specimen in enumerate(row):
                self._put_one(specimen, (x + number * (wide + APART_U * self.look.u), top, wide))
            top -= _row_height(self.look, row)

    def _put_one(self, specimen: Specimen, at: tuple[float, float, float]) -> None:
        x, top, wide = at
        box = (x, top - specimen.height, wide, specimen.height)
        if specimen.ground:
            self.put(_Ground(self.look, shapes.shrink(box, -GROUND_U * self.look.u), specimen.ground))
        self.put(specimen.make(box))
        caption = self.look.text(specimen.caption, NAME, self.look.palette.soft, wide)
        place = (x, box[1] - CAPTION_GAP_U * self.look.u - caption.height, wide, caption.height)
        self.put(Label(self.look, caption, place))


def _title(look: Look, group: Group) -> TextBlock:
    return look.text(group.title, HEADING, look.palette.ink)


def _rows(group: Group) -> list[list[Specimen]]:
    """Specimens side by side: as many as fit, of one width each."""
    rows: list[list[Specimen]] = []
    for specimen in group.specimens:
        if rows and rows[-1][0].across == specimen.across and len(rows[-1]) < specimen.across:
            rows[-1].append(specimen)
        else:
            rows.append([specimen])
    return rows


def _row_height(look: Look, row: list[Specimen]) -> float:
    """How high a row is, with its captions and the gap beneath it, in pixels."""
    wide = width_of(look, row[0].across)
    captions = [look.text(each.caption, NAME, "#000000", wide).height for each in row]
    tall = max(each.height + caption for each, caption in zip(row, captions, strict=True))
    return tall + (CAPTION_GAP_U + ROW_GAP_U) * look.u


def _group_height(look: Look, group: Group) -> float:
    """How high a group is, with the gap beneath it, in pixels."""
    rows = sum(_row_height(look, row) for row in _rows(group))
    return _title(look, group).height + rows + GROUP_GAP_U * look.u
