"""Pictures that people hand in: their dots are kept, and what cannot be printed is said in one line."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from printers.badge_file import read_picture
from printers.bitmap import BadgeBitmap
from printers.errors import BadgeContentError


def test_what_is_transparent_is_paper() -> None:
    picture = Image.new("RGBA", (8, 1), (0, 0, 0, 0))
    picture.putpixel((3, 0), (0, 0, 0, 255))
    assert BadgeBitmap.of_picture(picture).black == b"\x10"


def test_greys_of_sixteen_bits_turn_black_below_the_middle(tmp_path: Path) -> None:
    picture = Image.new("I;16", (2, 1), 40_000)
    picture.putpixel((1, 0), 20_000)
    assert BadgeBitmap.of_picture(picture).black == b"\x40"
    picture.save(tmp_path / "grey.png")
    assert BadgeBitmap.of_picture(read_picture(tmp_path / "grey.png")).black == b"\x40"


@pytest.mark.parametrize("side", [12_000, 60_000])
def test_flood_of_pixels_is_refused_before_it_is_unpacked(side: int, tmp_path: Path) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    flood = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    (tmp_path / "flood.png").write_bytes(flood)
    with pytest.raises(BadgeContentError, match="too many pixels"):
        read_picture(tmp_path / "flood.png")


def test_picture_that_breaks_off_is_refused(tmp_path: Path) -> None:
    whole = io.BytesIO()
    Image.effect_noise((200, 200), 90).save(whole, format="PNG")
    (tmp_path / "half.png").write_bytes(whole.getvalue()[:900])
    with pytest.raises(BadgeContentError, match="not a picture that can be printed"):
        read_picture(tmp_path / "half.png")
