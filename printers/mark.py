"""The mark that stands for an organisation without a logo of its own: three leaves over a bowl, in one colour.

Strokes with round ends, in a box of 44 by 54 with the origin at the top left. The badge and the kiosk draw the same
ones, so that a visitor meets one mark.
"""

from dataclasses import dataclass

MARK_WIDTH, MARK_HEIGHT = 44, 54


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight stroke between the middles of its round ends."""

    start: tuple[float, float]
    end: tuple[float, float]
    width: float


MARK = (
    Stroke((22, 5), (22, 29.5), 10),
    Stroke((5.5, 13.5), (22, 30), 11),
    Stroke((38.5, 13.5), (22, 30), 11),
    Stroke((9.5, 47.5), (34.5, 47.5), 13),
)
