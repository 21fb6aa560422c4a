"""The handbook's pictures, drawn anew: screens of the kiosk, and pages of the console as ``./lodge demo`` leaves them.

    .lodge/venv/bin/python -P -m workbench.handbook_pictures [--demo DIR] [--out docs/pictures]

``--demo``: the folder that ``./lodge demo --headless --out DIR`` wrote; without it the console's pictures stay.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

PORTRAIT_WIDE, DESK_WIDE = 360, 900
COLOURS = 64
SIZE = "1080x1920"
KIOSK = {
    "02-type": "kiosk-type.png",
    "01-welcome-display": "kiosk-easier.png",
    "15-on-site-person": "kiosk-person.png",
    "13-evacuation-stale": "kiosk-evacuation.png",
}
CONSOLE: dict[str, str] = {}


def small(source: Path, target: Path, wide: int) -> None:
    """Write ``source`` at a page's width, in few colours."""
    picture = Image.open(source).convert("RGB")
    picture = picture.resize((wide, round(picture.height * wide / picture.width)), Image.Resampling.LANCZOS)
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
