"""The organisation's colour in place of pine, moved until everything on it and of it can be read. Arithmetic alone."""

from __future__ import annotations

from dataclasses import replace

from kiosk.views.theme import ENOUGH, Palette, channels, contrast_ratio, mix

GREY, STRONG = 0.12, 10.0
"""A colour whose channels lie no further apart than ``GREY`` (of 1) looks like something that is switched off, unless
it has this contrast: nearly ink on a light ground, nearly white on a dark one.
"""
_GROUNDS = ("chalk", "paper", "oat")
_ON_ACCENT = (
    ("pine", "pine_tint"),
    *((text, ground) for text in ("on_pine", "on_pine_soft") for ground in ("pine", "pine_deep")),
    *((text, "wall") for text in ("on_wall", "on_wall_soft")),
)
"""On which grounds the accent stands, and which texts on which, of those that it changes."""
MOST_STEPS = 80


def with_accent(palette: Palette, accent: str | None) -> Palette:
    """Return ``palette`` with the organisation's accent in place of pine, darkened until text on it can be read, or
    lightened where the ground is dark; a grey is moved on until it looks like ink.

    High contrast keeps its own colours, and an accent that is no colour changes nothing.
    """
    if accent is None or palette.outlined:
        return palette
    try:
        channels(accent)
    except ValueError:
        return palette
    light = not palette.flat
    ends, deeper, lighter = ("#000000", 0.25, "#FFFFFF") if light else ("#FFFFFF", 0.2, palette.paper)
    wall = "" if light else _towards("#000000", accent, (palette.on_wall, palette.on_wall_soft))
    colour, found = accent, palette
    for _ in range(MOST_STEPS):
        soft = mix(colour, "#FFFFFF", 0.78) if light else palette.on_pine
        found = replace(
            palette,
            pine=colour,
            pine_deep=mix(colour, "#000000", deeper),
            pine_tint=_tint(palette, colour, lighter),
            on_pine_soft=soft,
            wall=colour if light else wall,
            on_wall_soft=soft if light else palette.on_wall,
        )
        away = min(contrast_ratio(colour, getattr(palette, ground)) for ground in _GROUNDS)
        pairs = ((getattr(found, text), getattr(found, ground)) for text, ground in _ON_ACCENT)
        if all(contrast_ratio(*pair) >= ENOUGH for pair in pairs) and away >= _least(colour):
            break
        colour = mix(colour, ends, 0.06)
    return found


def _tint(palette: Palette, colour: str, towards: str) -> str:
    """``colour``, paler and paler until texts in all inks can be read on it."""
    shares = (0.84, 0.88, 0.92, 0.96)
    tints = [mix(colour, towards, share) for share in shares]
    inks = (palette.ink, palette.soft)
    return next((tint for tint in tints if all(contrast_ratio(ink, tint) >= ENOUGH for ink in inks)), tints[-1])


def _least(colour: str) -> float:
    """The contrast that an accent needs."""
    parts = channels(colour)
    return STRONG if max(parts) - min(parts) < GREY else ENOUGH


def _towards(end: str, colour: str, grounds: tuple[str, ...]) -> str:
    """``colour``, moved in small steps towards ``end`` until it has enough contrast to each of ``grounds``."""
    while min(contrast_ratio(colour, ground) for ground in grounds) < _least(colour) and colour != end:
        colour = mix(colour, end, 0.06)
    return colour
