"""A signature that is being drawn: whole strokes in the units of ``sync.protocol.ink``, in memory only."""

from __future__ import annotations

from collections.abc import Sequence

from sync.protocol.ink import MAX_HEIGHT, MAX_POINTS, MAX_STROKES, MIN_HEIGHT, WIDTH, Ink, Stroke, encode_ink, length_of

LEAST_LENGTH = 60
"""In thousandths of the pad's width: what is shorter was a touch in passing."""
LEAST_STEP = 4
"""Points nearer than this to the one before are left out: a finger gives more than a curve needs."""


class SigningPad:
    """What was drawn on one pad. Beyond the limits nothing more is taken."""

    def __init__(self) -> None:
        self.strokes: tuple[Stroke, ...] = ()
        self._height = MAX_HEIGHT

    def draw(self, points: Sequence[tuple[float, float]], ratio: float) -> bool:
        """Add a stroke; ``points`` from 0 to 1 across and down, ``ratio`` the pad's height by its width. Return
        whether it was taken.
        """
        self.fit(ratio)
        room = MAX_POINTS - sum(len(stroke) for stroke in self.strokes)
        stroke = _thinned([self._place(point) for point in points])[:room]
        if not stroke or len(self.strokes) >= MAX_STROKES:
            return False
        self.strokes = (*self.strokes, stroke)
        return True

    def fit(self, ratio: float) -> None:
        """Make what was drawn smaller where the pad has become lower, so that all of it stays on it."""
        before, self._height = self._height, min(max(round(WIDTH * ratio), MIN_HEIGHT), MAX_HEIGHT)
        share, middle = self._height / before, WIDTH / 2
        if share < 1:
            self.strokes = tuple(
                tuple((round(middle + (x - middle) * share), round(y * share)) for x, y in stroke)
                for stroke in self.strokes
            )

    def clear(self) -> None:
        """Begin again."""
        self.strokes = ()

    @property
    def signed(self) -> bool:
        """Return whether this can be meant as a signature."""
        return length_of(self.strokes) >= LEAST_LENGTH

    def picture(self) -> bytes | None:
        """Return the signature as SVG, None while there is none."""
        return encode_ink(Ink(self._height, self.strokes)) if self.signed else None

    def _place(self, point: tuple[float, float]) -> tuple[int, int]:
        x, y = (min(max(share, 0.0), 1.0) for share in point)
        return round(x * WIDTH), round(y * self._height)


def _thinned(points: Sequence[tuple[int, int]]) -> Stroke:
    kept: list[tuple[int, int]] = []
    for point in points:
        if not kept or max(abs(point[0] - kept[-1][0]), abs(point[1] - kept[-1][1])) >= LEAST_STEP:
            kept.append(point)
    return tuple(kept)
