"""What kiosks make of the organisation's accent colour: darker, where text on it or in it could not be read.

The kiosk does it by itself (``kiosk.views.theme``), for what is on a page may come from any version; a contract test
holds both to the same colours. Here it is only said.
"""

ENOUGH = 4.5
"""WCAG 2.2, 1.4.3: the least contrast of text."""
_GROUNDS = ("#F3F1EB", "#FFFEFB")
"""What it is seen on, and what is written on it."""
_STEP = 0.06


def shown_accent(accent: str) -> str:
    """``#RRGGBB`` as kiosks show it; empty for none."""
    if not accent:
        return ""
    while min(_contrast(accent, ground) for ground in _GROUNDS) < ENOUGH:
        accent = "#" + "".join(f"{round((share - share * _STEP) * 255):02X}" for share in _channels(accent))
    return accent


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
