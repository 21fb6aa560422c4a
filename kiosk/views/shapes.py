"""The few shapes of which every screen is made, drawn with smooth edges. Lengths are pixels, colours ``#RRGGBB``."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kivy.graphics import BoxShadow, Color, Rectangle, SmoothLine
from kivy.graphics import SmoothEllipse as Ellipse
from kivy.graphics import SmoothQuad as Quad
from kivy.graphics import SmoothRoundedRectangle as RoundedRectangle

from kiosk.views.theme import channels
from kiosk.views.untyped import Canvas

Box = tuple[float, float, float, float]
"""x, y, width, height; y is the lower edge."""

ARC_STEPS = 96
OFF_CIRCLE = 0.08
"""In pixels, how far from a circle the middle of one of its straight pieces lies: less than eyes and dots can tell."""


def pieces(radius: float, turn: float = math.tau / 4) -> int:
    """Of how many straight pieces a bend (a quarter of a circle, or ``turn`` in radians) looks round. Each more is kept
    in memory and drawn for nothing: by itself Kivy takes 180 for a dot.
    """
    if radius <= OFF_CIRCLE:
        return 1
    return math.ceil(turn / (2 * math.acos(1 - OFF_CIRCLE / radius)))


def shrink(box: Box, by: float) -> Box:
    """Return ``box`` with every edge moved inwards by ``by``."""
    x, y, width, height = box
    return x + by, y + by, width - 2 * by, height - 2 * by


def fill(canvas: Canvas, box: Box, colour: str, alpha: float = 1.0) -> None:
    """Fill a plain rectangle."""
    x, y, width, height = (round(value) for value in box)
    canvas.add(Color(*channels(colour), alpha))
    canvas.add(Rectangle(pos=(x, y), size=(width, height)))


def rounded(canvas: Canvas, box: Box, colour: str, radius: float, *, lower: float | None = None) -> None:
    """Fill a rectangle with round corners; ``lower`` is the radius of the lower two when it differs."""
    x, y, width, height = box
    under = radius if lower is None else lower
    canvas.add(Color(*channels(colour)))
    most = min(width, height) / 2
    upper, under = min(radius, most), min(under, most)
    canvas.add(
        RoundedRectangle(
            pos=(round(x), round(y)),
            size=(round(width), round(height)),
            radius=[upper, upper, under, under],
            segments=pieces(max(upper, under)),
        )
    )


def outlined(canvas: Canvas, box: Box, ground: str, edge: str, radius: float, thickness: float) -> None:
    """Fill a rounded rectangle with an outline inside its edge (stacked, so that the corners stay smooth)."""
    thickness = max(1.0, round(thickness))
    rounded(canvas, box, edge, radius)
    rounded(canvas, shrink(box, thickness), ground, max(0.0, radius - thickness))


def ring(canvas: Canvas, box: Box, colours: tuple[str, ...], steps: tuple[float, ...], radius: float) -> None:
    """Draw rings around ``box``, the outermost first; each is ``steps`` wide."""
    outside = sum(steps)
    for colour, step in zip(colours, steps, strict=True):
        rounded(canvas, shrink(box, -outside), colour, radius + outside)
        outside -= step


def card_shadow(canvas: Canvas, box: Box, radius: float, u: float) -> None:
    """Draw the one soft shadow that a card may cast."""
    x, y, width, height = box
    canvas.add(Color(*channels("#1C2320"), 0.14))
    canvas.add(
        BoxShadow(
            pos=(x, y),
            size=(width, height),
            offset=(0, -0.2 * u),
            blur_radius=1.6 * u,
            spread_radius=(-0.1 * u, -0.1 * u),
            border_radius=(radius, radius, radius, radius),
        )
    )


def arch(canvas: Canvas, box: Box, colour: str, foot: float = 0.0) -> None:
    """Fill the arch: a half circle on a rectangle. A box wider than high is only the crown of one."""
    x, y, width, height = box
    radius = width / 2
    canvas.add(Color(*channels(colour)))
    if height < radius:
        canvas.add(
            Ellipse(
                pos=(x, y),
                size=(width, height * 2),
                angle_start=-90,
                angle_end=90,
                segments=max(3, pieces(radius, math.pi)),
            )
        )
        return
    canvas.add(
        RoundedRectangle(
            pos=(x, y),
            size=(width, height),
            radius=[radius, radius, max(foot, 0.01), max(foot, 0.01)],
            segments=pieces(radius),
        )
    )


def disc(canvas: Canvas, centre: tuple[float, float], diameter: float, colour: str) -> None:
    """Fill a circle."""
    canvas.add(Color(*channels(colour)))
    canvas.add(
        Ellipse(
            pos=(centre[0] - diameter / 2, centre[1] - diameter / 2),
            size=(diameter, diameter),
            segments=max(3, pieces(diameter / 2, math.tau)),
        )
    )


def circle(
    canvas: Canvas, centre: tuple[float, float], diameter: float, colour: str, thickness: float, ground: str
) -> None:
    """Draw an empty circle on a known ground."""
    disc(canvas, centre, diameter, colour)
    disc(canvas, centre, diameter - 2 * thickness, ground)


def arc(
    canvas: Canvas, centre: tuple[float, float], radius: float, thickness: float, colour: str, share: float
) -> None:
    """Draw the part of a circle that is left, from the top clockwise; ``share`` is 0 to 1."""
    if share <= 0:
        return
    x, y = centre
    turns = [math.tau * share * step / ARC_STEPS for step in range(ARC_STEPS + 1)]
    points = [(x + radius * math.sin(turn), y + radius * math.cos(turn)) for turn in turns]
    line(canvas, points, thickness, colour, closed=share >= 1)


def line(
    canvas: Canvas, points: Sequence[tuple[float, float]], thickness: float, colour: str, *, closed: bool = False
) -> None:
    """Draw a bent line; unless it is ``closed``, its ends are round."""
    flat = [value for point in (points[:-1] if closed else points) for value in point]
    canvas.add(Color(*channels(colour)))
    canvas.add(SmoothLine(points=flat, width=thickness / 2, close=closed))
    for end in () if closed else (points[0], points[-1]):
        disc(canvas, end, thickness, colour)


def stroke(canvas: Canvas, start: tuple[float, float], end: tuple[float, float], thickness: float, colour: str) -> None:
    """Draw a straight stroke with round, smooth ends; a point by itself is a disc."""
    (x1, y1), (x2, y2) = start, end
    disc(canvas, start, thickness, colour)
    disc(canvas, end, thickness, colour)
    length = math.hypot(x2 - x1, y2 - y1)
    if length > 0:
        across_x, across_y = (y1 - y2) / length * thickness / 2, (x2 - x1) / length * thickness / 2
        corners = (
            *(x1 + across_x, y1 + across_y, x2 + across_x, y2 + across_y),
            *(x2 - across_x, y2 - across_y, x1 - across_x, y1 - across_y),
        )
        quad(canvas, corners, colour)


def quad(canvas: Canvas, points: tuple[float, ...], colour: str) -> None:
    """Fill four points given as x1, y1 ... x4, y4."""
    canvas.add(Color(*channels(colour)))
    canvas.add(Quad(points=points))
