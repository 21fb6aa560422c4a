"""Which pictures of the kiosk are kept and compared: every screen at least once, in each theme, size, direction.

./lodge gallery --golden      draws them anew into tests/golden/kiosk, to be looked at before they are committed
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

from kiosk.display_values import Contrast, Display, TextSize

FOLDER = Path("tests/golden/kiosk")
SHARE = 1 / 3
"""Of a window's width: so large is a picture that is kept. Edges of letters differ a little from one driver of the
graphics card to the next, and hardly at this size.
"""
MEAN_LIMIT, FAR, FAR_LIMIT = 1.2, 48, 0.004
"""A picture differs where a channel is off by more than so much on average (of 255), or more than this share of the
pixels by more than ``FAR``: half a word, or one button.
"""


@dataclass(frozen=True, slots=True)
class GoldenRun:
    """One run through the gallery, of which some scenes are kept."""

    size: tuple[int, int]
    language: str
    display: Display
    scenes: tuple[str, ...]


PORTRAIT, LANDSCAPE, SMALL = (1080, 1920), (1280, 800), (800, 480)
CANVAS = (1280, 1920)
"""A window off screen never grows: one that is to take all these sizes begins as large as this."""
RUNS = (
    GoldenRun(
        PORTRAIT,
        "en",
        Display(),
        (
            "01-welcome",
            "01-welcome-logo",
            "01-welcome-display",
            "03-details-error",
            "04-host",
            "06-photo",
            "06-photo-counting",
            "07-done",
            "08-refused",
            "09-leaving-unknown",
            "10-goodbye",
            "11-timeout",
            "11-more-time",
            "12-pin",
            "13-evacuation-stale",
            "15-staff",
            "15-on-site",
            "15-on-site-presumed",
            "15-device-trouble",
            "19-types",
            "24-document-signed",
            "25-quiz",
            "27-fields-several",
        ),
    ),
    GoldenRun(
        LANDSCAPE,
        "de",
        Display(),
        (
            "01-welcome",
            "02-type",
            "03-details",
            "04-host-nobody",
            "05-document",
            "06-photo-no-camera",
            "08-done-offline",
            "13-evacuation-reprint",
            "15-on-site-person",
            "15-on-site-presumed-person",
            "21-choice-yes-no",
            "23-document-to-sign",
        ),
    ),
    GoldenRun(
        SMALL,
        "fr",
        Display(),
        (
            "01-welcome",
            "03-details",
            "06-photo-taken",
            "08-done-no-paper",
            "12-pin",
            "13-evacuation",
            "30-fields-number",
        ),
    ),
    GoldenRun(
        PORTRAIT,
        "ar",
        Display(Contrast.DARK),
        ("01-welcome", "03-details-arabic-name", "05-document-decline", "07-done", "13-evacuation", "15-device"),
    ),
    GoldenRun(
        LANDSCAPE,
        "he",
        Display(Contrast.HIGH),
        (
            "01-welcome",
            "03-details-error",
            "09-leaving",
            "13-evacuation-printing",
            "13-evacuation-presumed",
            "26-quiz-once-more",
        ),
    ),
    GoldenRun(
        PORTRAIT,
        "hi",
        Display(text=TextSize.LARGEST),
        ("01-welcome", "03-details-error", "08-done-no-paper", "11-help", "22-fields-missing"),
    ),
    GoldenRun(
        SMALL,
        "zh",
        Display(Contrast.DARK, TextSize.LARGE, reach=True),
        ("01-welcome", "03-details", "04-host", "09-code", "15-on-site", "28-choice"),
    ),
    GoldenRun(
        SMALL,
        "de",
        Display(text=TextSize.LARGEST),
        ("02-type", "13-evacuation-stale", "15-staff", "15-on-site-presumed"),
    ),
    GoldenRun(SMALL, "ar", Display(text=TextSize.LARGEST), ("11-help", "27-licence-read")),
    GoldenRun(PORTRAIT, "es", Display(), ("19-types",)),
    GoldenRun(LANDSCAPE, "ar", Display(), ("13-evacuation-presumed",)),
)


def kept_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return how large a picture of a window of this size is kept."""
    return round(size[0] * SHARE), round(size[1] * SHARE)


def reduce(picture: Image.Image) -> Image.Image:
    """Return a picture as it is kept."""
    return picture.convert("RGB").resize(kept_size(picture.size), Image.Resampling.BOX)


def difference(drawn: Image.Image, kept: Image.Image) -> str:
    """Say how a picture that was just drawn (in its whole size) differs from the one kept; empty where it does not."""
    small = reduce(drawn)
    if small.size != kept.size:
        return f"it is {small.size}, and was {kept.size}"
    apart = ImageChops.difference(small, kept.convert("RGB"))
    mean = max(ImageStat.Stat(apart).mean)
    most = apart.split()[0]
    for channel in apart.split()[1:]:
        most = ImageChops.lighter(most, channel)
    far = sum(most.histogram()[FAR:]) / (small.width * small.height)
    if mean <= MEAN_LIMIT and far <= FAR_LIMIT:
        return ""
    return f"a channel is off by {mean:.2f} on average, and {far:.2%} of the pixels by more than {FAR}"
