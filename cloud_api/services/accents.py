"""What kiosks make of the organisation's accent colour: darker, where text on it or in it could not be read, and nearly
ink, where it is a grey: a grey button looks switched off.

The kiosk does it by itself (``kiosk.views.accent``), for what is on a page may come from any version; a contract test
holds both to the same colours. Here it is only said.
"""

from collections.abc import Iterable

ENOUGH, STRONG, GREY = 4.5, 10.0, 0.12
"""WCAG 2.2, 1.4.3: the least contrast of text; that of a grey, whose channels lie no further apart than this."""
_GROUNDS = ("#F3F1EB", "#FFFEFB", "#E6E2D8")
"""What it is seen on, and what is written on it."""
_INKS = ("#1C2320", "#4C554F")
_STEP, _SOFT, _TINTS = 0.06, 0.78, (0.84, 0.88, 0.92, 0.96)
"""Of white, in its own softer text, and in its tints: the first on which all inks can be read."""


def shown_accent(accent: str) -> str:
    """``#RRGGBB`` as kiosks show it; empty for none."""
    if not accent:
        return ""
    while not _can_be_seen(accent):
        accent = _written(share - share * _STEP for share in _channels(accent))
    return accent


def _can_be_seen(accent: str) -> bool:
    parts = _channels(accent)
    least = STRONG if max(parts) - min(parts) < GREY else ENOUGH
    own = min(_contrast(accent, ground) for ground in (_tint(accent), _paler(accent, _SOFT)))
    return own >= ENOUGH and min(_contrast(accent, ground) for ground in _GROUNDS) >= least


def _tint(accent: str) -> str:
    tints = [_paler(accent, share) for share in _TINTS]
    return next((tint for tint in tints if all(_contrast(ink, tint) >= ENOUGH for ink in _INKS)), tints[-1])


def _paler(accent: str, white: float) -> str:
    return _written(share + (1 - share) * white for share in _channels(accent))


def _written(shares: Iterable[float]) -> str:
    return "#" + "".join(f"{round(share * 255):02X}" for share in shares)


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB, IEC 61966-2-1
        for share in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
