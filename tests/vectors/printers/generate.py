"""Write the golden vectors of the printers: jobs byte for byte, badges dot for dot.

    python -m tests.vectors.printers.generate

Run it only when a format is meant to change; the drift test then shows the change in review.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from zlib import compress

from PIL import Image, features

from printers.badge import BadgeContent, BadgeStyle, render_badge
from printers.bitmap import BadgeBitmap
from printers.catalogue.brother import brother_model
from printers.encodings.brother_ql import encode
from printers.job import Cut, JobOptions
from printers.media import medium
from printers.models import family_of, printer_model
from tests.vectors.printers.samples import dot_pattern, drawn_face, sample_badge

FOLDER = Path(__file__).parent
JOBS = FOLDER / "brother_ql_jobs.json"
BADGES = FOLDER / "badges.json"
FAMILY_JOBS = FOLDER / "family_jobs.json"
FAMILY_CASES = [
    ("ZD421-203", "76x51-203dpi", JobOptions()),
    ("ZD421-203", "76x51-203dpi", JobOptions(compression="acs")),
    ("ZD421-203", "76x51-203dpi", JobOptions(Cut.FULL, darkness=12, speed=4, compression="hex")),
    ("ZT411-600", "51x76-600dpi", JobOptions(compression="acs")),
    ("TM-T20", "80mm", JobOptions()),
    ("TM-T88V", "80mm-180dpi", JobOptions(Cut.FULL)),
    ("ESCPOS-58", "58mm", JobOptions()),
    ("LabelWriter-450", "dymo-99010", JobOptions(darkness=30)),
    ("LabelWriter-4XL", "dymo-99015", JobOptions()),
    ("LabelWriter-550", "dymo-99010", JobOptions()),
    ("LabelWriter-5XL", "dymo-99015", JobOptions(darkness=0)),
]
JOB_CASES = [
    ("QL-820NWB", "62x29", 696, 271, True),
    ("QL-820NWB", "62x29", 100, 40, False),
    ("QL-820NWB", "62red", 696, 160, True),
    ("QL-700", "29x90", 306, 991, True),
    ("QL-800", "62", 696, 10, True),
    ("QL-1100", "62x29", 696, 271, True),
]


def job_bitmap(media: str, width: int, height: int) -> BadgeBitmap:
    """Return the dots of a job; on two-colour paper with a red plane of its own."""
    black = dot_pattern(width, height, seed=width * height)
    if not medium(media).two_colour:
        return black
    return replace(black, red=bytes(~byte & 0xFF for byte in black.black))


def jobs() -> list[dict[str, object]]:
    """Return every job vector."""
    vectors: list[dict[str, object]] = []
    for model, media, width, height, cut in JOB_CASES:
        data = encode(job_bitmap(media, width, height), medium(media), brother_model(model), cut=cut)
        packed = b64encode(compress(data, 9)).decode()
        vectors.append(
            {"model": model, "media": media, "width": width, "height": height, "cut": cut, "zlib_base64": packed}
        )
    return vectors


def family_jobs() -> list[dict[str, object]]:
    """Return the job vectors of the other families; each has the same 133 dots by 41."""
    vectors: list[dict[str, object]] = []
    for model, media, options in FAMILY_CASES:
        described = printer_model(model)
        data = family_of(described).encode(dot_pattern(133, 41, seed=7), medium(media), described, options)
        vectors.append(
            {
                "model": model,
                "media": media,
                "options": {
                    "cut": None if options.cut is None else options.cut.value,
                    "darkness": options.darkness,
                    "speed": options.speed,
                    "compression": options.compression,
                },
                "zlib_base64": b64encode(compress(data, 9)).decode(),
            }
        )
    return vectors


def badge_cases() -> dict[str, tuple[BadgeContent, str]]:
    """Return the golden badges by file name, with their medium."""
    contractor = sample_badge(
        name="Maximiliana Featherstonehaugh-Okonjo",
        company="Brindlewick Lifts",
        visitor_type="Contractor",
        style=BadgeStyle.CONTRACTOR,
        escort_required=True,
    )
    return {
        "visitor-62x100": (sample_badge(photo=drawn_face()), "62x100"),
        "contractor-62red": (contractor, "62red"),
        "arabic-62x100": (sample_badge(name="محمد عبد الرحمن الفارسي"), "62x100"),
        "visitor-29x90": (sample_badge(), "29x90"),
        "visitor-pdf-86x54": (sample_badge(photo=drawn_face()), "pdf-86x54"),
    }


def toolchain() -> dict[str, str | None]:
    """Return what dots depend on besides this repository."""
    return {name: features.version(name) for name in ("pil", "freetype2", "raqm", "harfbuzz")}


def main() -> None:
    """Write all vectors."""
    JOBS.write_text(json.dumps(jobs(), indent=1) + "\n", encoding="utf-8")
    FAMILY_JOBS.write_text(json.dumps(family_jobs(), indent=1) + "\n", encoding="utf-8")
    for name, (content, media) in badge_cases().items():
        picture = render_badge(content, medium(media)).preview()
        picture.quantize(4, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)
    BADGES.write_text(json.dumps(toolchain(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
