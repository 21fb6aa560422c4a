"""Pictures that people hand in: their dots are kept, and what cannot be printed is said in one line."""

from __future__ import annotations

import io
import json
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from printers.badge_file import read_badge, read_picture
from printers.bitmap import BadgeBitmap
from printers.errors import BadgeContentError, TemplateError
from printers.template_file import read_template


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


def test_postscript_is_no_picture_of_a_badge(tmp_path: Path) -> None:
    """Pillow would start an interpreter for it."""
    (tmp_path / "face.png").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n")
    with pytest.raises(BadgeContentError, match="cannot identify"):
        read_picture(tmp_path / "face.png")


def test_badge_file_without_end_is_refused_and_a_pictures_name_cannot_command_a_terminal(tmp_path: Path) -> None:
    with pytest.raises(BadgeContentError, match="it is a pipe or a device, not a file"):
        read_badge(Path("/dev/zero"))
    (tmp_path / "badge.json").write_bytes(bytes((1 << 20) + 1))
    with pytest.raises(BadgeContentError, match="larger than any badge"):
        read_badge(tmp_path / "badge.json")
    (tmp_path / "badge.json").write_text('{"name": "Odalys", "photo": "\\u001b[31mface.png"}', encoding="utf-8")
    with pytest.raises(BadgeContentError) as caught:
        read_badge(tmp_path / "badge.json")
    assert "\x1b" not in str(caught.value)


def test_template_with_words_in_a_language_of_forty_letters_is_refused_by_its_path() -> None:
    content = json.dumps({"name": "Plain", "footer": {"x" * 40: "Hello"}}).encode()
    with pytest.raises(TemplateError, match="footer: has a name of 40 characters; 35 is the most"):
        read_template(content, "plain.json")


def test_badge_file_that_an_editor_of_windows_saved_is_read(tmp_path: Path) -> None:
    (tmp_path / "badge.json").write_text('{"name": "Odalys"}', encoding="utf-8-sig")
    assert read_badge(tmp_path / "badge.json").name == "Odalys"
