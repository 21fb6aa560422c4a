"""The badge's own few fonts: which there are, what they cover, and how to load them.

The fonts and ``SOURCES.json`` beside them are made by ``workbench/badge_fonts.py``.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from importlib import resources
from pathlib import Path

from PIL import ImageFont, features

from printers.errors import TextShapingError

_FOLDER = Path(str(resources.files("printers"))) / "fonts"
_LOADED_SIZES = 256


class Role(Enum):
    """What a text is for decides its weight."""

    DISPLAY = "display"
    STRONG = "strong"
    PLAIN = "plain"


@dataclass(frozen=True)
class Face:
    """One font file."""

    file: str

    def covers(self, character: str) -> bool:
        """Whether the font has a picture for this character."""
        starts, ends = _coverage()[self.file]
        index = bisect_right(starts, ord(character)) - 1
        return index >= 0 and ord(character) <= ends[index]


_BOLD_FALLBACKS = ("LodgeArabic-Bold.ttf", "LodgeHebrew-Bold.ttf", "LodgeDevanagari-Bold.ttf", "LodgeThai-Bold.ttf")
_MEDIUM_FALLBACKS = (
    "LodgeArabic-Medium.ttf",
    "LodgeHebrew-Medium.ttf",
    "LodgeDevanagari-Medium.ttf",
    "LodgeThai-Medium.ttf",
)
_SHARED_FALLBACKS = (
    "LodgeHan-Bold.otf",
    "LodgeArmenian-Medium.ttf",
    "LodgeGeorgian-Medium.ttf",
    "LodgeEthiopic-Medium.ttf",
    "LodgeBengali-Medium.ttf",
    "LodgeGurmukhi-Medium.ttf",
    "LodgeGujarati-Medium.ttf",
    "LodgeOriya-Medium.ttf",
    "LodgeTamil-Medium.ttf",
    "LodgeTelugu-Medium.ttf",
    "LodgeKannada-Medium.ttf",
    "LodgeMalayalam-Medium.ttf",
    "LodgeSinhala-Medium.ttf",
    "LodgeLao-Medium.ttf",
    "LodgeMyanmar-Medium.ttf",
    "LodgeKhmer-Medium.ttf",
    "LodgeEmoji-Medium.ttf",
)
FACES: dict[Role, tuple[Face, ...]] = {
    Role.DISPLAY: tuple(map(Face, ("LodgeDisplay-Bold.ttf", *_BOLD_FALLBACKS, *_SHARED_FALLBACKS))),
    Role.STRONG: tuple(map(Face, ("LodgeText-SemiBold.ttf", *_BOLD_FALLBACKS, *_SHARED_FALLBACKS))),
    Role.PLAIN: tuple(map(Face, ("LodgeText-Medium.ttf", *_MEDIUM_FALLBACKS, *_SHARED_FALLBACKS))),
}
DRAWN_BY_THEIR_NEIGHBOURS = frozenset("\u200c\u200d") | {chr(code) for code in range(0xE0020, 0xE0080)}
"""Joiners and tags: they change what stands beside them, and are nothing by themselves."""


def choose_face(cluster: str, role: Role, preferred: Face | None) -> Face | None:
    """Return the first face that can draw the whole cluster; punctuation stays with the run before it."""
    needed = [character for character in cluster if character not in DRAWN_BY_THEIR_NEIGHBOURS]
    candidates = FACES[role]
    if preferred is not None and not cluster.isalnum() and cluster != " ":
        candidates = (preferred, *candidates)
    for face in candidates:
        if needed and all(face.covers(character) for character in needed):
            return face
    return None


@lru_cache(maxsize=_LOADED_SIZES)
def load_font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    """Load a face at a size in dots."""
    return ImageFont.truetype(str(_FOLDER / face.file), size, layout_engine=ImageFont.Layout.RAQM)


def check_text_shaping() -> None:
    """Refuse to go on where Arabic and Hindi would come out as loose letters.

    Raises:
        TextShapingError: with the package to install.
    """
    if not features.check("raqm"):
        raise TextShapingError(
            "Badge text cannot be shaped on this machine, so Arabic or Hindi names would be wrong. "
            "Install the system packages libraqm0 and libfribidi0."
        )


def font_files() -> list[Path]:
    """Return every font file that badges use, for checks."""
    return sorted({_FOLDER / face.file for faces in FACES.values() for face in faces})


def font_records() -> list[dict[str, object]]:
    """Return what ``SOURCES.json`` says about each font."""
    records: list[dict[str, object]] = json.loads((_FOLDER / "SOURCES.json").read_text(encoding="utf-8"))
    return records


@lru_cache(maxsize=1)
def _coverage() -> dict[str, tuple[list[int], list[int]]]:
    found: dict[str, tuple[list[int], list[int]]] = {}
    for record in font_records():
        spans = [span.partition("-") for span in str(record["covers"]).split()]
        starts = [int(first, 16) for first, _, _ in spans]
        ends = [int(last or first, 16) for first, _, last in spans]
        found[str(record["file"])] = (starts, ends)
    return found
