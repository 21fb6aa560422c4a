"""What pictures of the gallery are called."""

from kiosk.display_values import Contrast, Display, TextSize


def picture_name(width: int, height: int, language: str, display: Display) -> str:
    """The end of a picture's name: ``1080x1920-en``, ``1280x800-ar-dark-largest-reach``."""
    parts = [f"{width}x{height}", language]
    parts += [display.contrast.value] if display.contrast is not Contrast.LIGHT else []
    parts += [display.text.value] if display.text is not TextSize.NORMAL else []
    return "-".join([*parts, *(["reach"] if display.reach else [])])
