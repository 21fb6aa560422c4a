"""The handbook's pictures, made anew from what ``./lodge gallery`` and ``./lodge demo`` leave.

    ./lodge gallery --size 1080x1920 --language en --theme light --out GALLERY
    ./lodge gallery --size 1080x1920 --language en --theme high --text largest --out GALLERY
    ./lodge demo --headless --out DEMO
    .lodge/venv/bin/python -P -m workbench.handbook_pictures GALLERY DEMO

A picture without a source in either folder stays as it is.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

from PIL import Image

OUT = Path(__file__).parents[1] / "docs" / "pictures"
PORTRAIT_WIDE, DESK_WIDE = 360, 800
COLOURS = 256
_EASY = "1080x1920-en-high-largest"


class Wanted(NamedTuple):
    """One picture: what it is called in the two folders, how wide it becomes, and how much of its height is kept."""

    source: str
    wide: int = PORTRAIT_WIDE
    kept: float = 1.0


PICTURES = {
    "kiosk-type.png": Wanted("19-types-1080x1920-en.png", kept=0.77),
    "kiosk-easier.png": Wanted("01-welcome-display-1080x1920-en.png"),
    "kiosk-person.png": Wanted("15-on-site-person-1080x1920-en.png"),
    "kiosk-evacuation.png": Wanted("13-evacuation-stale-1080x1920-en.png", kept=0.545),
    "kiosk-high-contrast.png": Wanted(f"03-details-{_EASY}.png"),
    "kiosk-arabic.png": Wanted("kiosk-15-announced-arabic.png"),
    "kiosk-held.png": Wanted("kiosk-17-held.png"),
    "board-held.png": Wanted("console-08-board-held-phone.png"),
    "console-visit.png": Wanted("console-04-visit-b.png", DESK_WIDE),
    "console-kiosks.png": Wanted("console-03-kiosks.png", DESK_WIDE, 0.65),
    "console-types.png": Wanted("console-09-types.png", DESK_WIDE),
}


def scale(source: Path, wanted: Wanted, target: Path) -> None:
    """Write ``source`` as the handbook shows it: small, in few colours, from its top."""
    picture = Image.open(source).convert("RGB")
    picture = picture.crop((0, 0, picture.width, round(picture.height * wanted.kept)))
    size = (wanted.wide, round(picture.height * wanted.wide / picture.width))
    small = picture.resize(size, Image.Resampling.LANCZOS)
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)


def main() -> None:
    """Write every picture that the folders have a source for; say which they have not."""
    parser = argparse.ArgumentParser(description="Write the handbook's pictures.")
    parser.add_argument("folders", nargs="+", type=Path)
    folders = parser.parse_args().folders
    for name, wanted in PICTURES.items():
        source = next((found for folder in folders for found in folder.rglob(wanted.source)), None)
        if source is None:
            print(f"{name} stays as it is: there is no {wanted.source}")
            continue
        scale(source, wanted, OUT / name)
        print(f"{name} {(OUT / name).stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
