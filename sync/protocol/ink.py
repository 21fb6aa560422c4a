"""A signature as it was drawn with a finger: one SVG path of bounded length, in one exact form.

    raw = encode_ink(Ink(320, (((100, 200), (140, 180), (200, 210)),)))
    assert decode_ink(raw).strokes[0][0] == (100, 200)

Kiosks write it, the cloud reads it before it shows it: what is not exactly of this form is refused, so that no picture
of a signature can carry anything but strokes. The curves run through the middles between points, as on the screen.
"""

import math
import re
from dataclasses import dataclass
from itertools import pairwise

from sync.protocol.errors import EncodingError, LimitError

MEDIA_TYPE = "image/svg+xml"
WIDTH = 1000
MIN_HEIGHT, MAX_HEIGHT = 100, 1000
MAX_STROKES = 64
MAX_POINTS = 1500
MAX_INK_BYTES = 32 * 1024

Point = tuple[int, int]
Stroke = tuple[Point, ...]

_FORM = re.compile(
    rb'<svg xmlns="http://www\.w3\.org/2000/svg" viewBox="0 0 1000 ([0-9]{3,4})"><path d="([MLQ0-9 ]+)" fill="none" '
    rb'stroke="#000" stroke-width="6" stroke-linecap="round" stroke-linejoin="round"/></svg>'
)
_STROKE = re.compile(r"M(\d+ \d+)((?:Q\d+ \d+ \d+ \d+)*)L(\d+ \d+)")
_CURVE = re.compile(r"Q(\d+ \d+) \d+ \d+")


@dataclass(frozen=True, slots=True)
class Ink:
    """Strokes on a pad that is 1,000 wide and ``height`` high; points from its upper left corner."""

    height: int
    strokes: tuple[Stroke, ...]


def encode_ink(ink: Ink) -> bytes:
    """The exact SVG of a signature.

    Raises:
        LimitError: no stroke, too many strokes or points, or a point that is not on the pad.
    """
    fault = _fault(ink)
    if fault is not None:
        raise LimitError(f"a signature {fault}")
    path = "".join(_path(stroke) for stroke in ink.strokes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {ink.height}"><path d="{path}" fill="none" '
        'stroke="#000" stroke-width="6" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    ).encode("ascii")


def decode_ink(raw: bytes) -> Ink:
    """Read a signature; refused unless its bytes equal the re-encoding of what they say.

    Raises:
        EncodingError: not a signature in its exact form.
        LimitError: longer than 32 KiB, or beyond another limit.
    """
    if len(raw) > MAX_INK_BYTES:
        raise LimitError("a signature has more than 32 KiB")
    form = _FORM.fullmatch(raw)
    if form is None:
        raise EncodingError("this is not a signature")
    strokes = []
    for start, curves, end in _STROKE.findall(form[2].decode("ascii")):
        points = (_point(start), *(_point(control) for control in _CURVE.findall(curves)), _point(end))
        strokes.append(points[:1] if len(points) == 2 and points[0] == points[1] else points)  # noqa: PLR2004 -- a dot
    ink = Ink(int(form[1]), tuple(strokes))
    if encode_ink(ink) != raw:
        raise EncodingError("a signature is not in its exact form")
    return ink


def length_of(strokes: tuple[Stroke, ...]) -> float:
    """How long the strokes are together, in the units of the pad."""
    return sum(math.hypot(x2 - x1, y2 - y1) for stroke in strokes for (x1, y1), (x2, y2) in pairwise(stroke))


def _fault(ink: Ink) -> str | None:
    if not MIN_HEIGHT <= ink.height <= MAX_HEIGHT:
        return "is on a pad of another form"
    if not 1 <= len(ink.strokes) <= MAX_STROKES or not all(ink.strokes):
        return "has no stroke, or too many"
    if sum(len(stroke) for stroke in ink.strokes) > MAX_POINTS:
        return "has too many points"
    if any(not (0 <= x <= WIDTH and 0 <= y <= ink.height) for stroke in ink.strokes for x, y in stroke):
        return "leaves its pad"
    return None


def _path(stroke: Stroke) -> str:
    first, last = stroke[0], stroke[-1]
    curves = "".join(
        f"Q{x} {y} {(x + next_x) // 2} {(y + next_y) // 2}" for (x, y), (next_x, next_y) in pairwise(stroke[1:])
    )
    return f"M{first[0]} {first[1]}{curves}L{last[0]} {last[1]}"


def _point(text: str) -> Point:
    x, _, y = text.partition(" ")
    return int(x), int(y)
