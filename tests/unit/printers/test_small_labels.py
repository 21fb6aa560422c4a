"""What is large enough is a matter of millimetres: labels at 203 dots per inch lose nothing, and no word is torn."""

from __future__ import annotations

from itertools import combinations

import pytest
from PIL import Image

from printers.badge import BadgeContent, lay_out
from printers.layout.canvas import DESIGN_DPI, SMALLEST_TEXT
from printers.layout.photo import photo_dots
from printers.layout.vector import PlacedLine, VectorCanvas
from printers.media import medium
from printers.template import BUILT_IN
from tests.vectors.printers.samples import LONGEST_CODE, drawn_face, sample_badge

ORIENTATION = 0x0112
TURNED_TO_THE_RIGHT = 6
SMALL = ("76x51-203dpi", "51x76-203dpi", "102x51-203dpi", "58mm", "80mm-180dpi")
LARGE_TOO = (*SMALL, "102x152-203dpi", "76x102-600dpi", "62x100")


def placed(content: BadgeContent, media: str, template: str = "standard") -> list[PlacedLine]:
    return lay_out(content, medium(media), VectorCanvas, BUILT_IN[template]).canvas.placed


def name_lines(name: str, media: str) -> list[str]:
    lines = [one.line.text for one in placed(sample_badge(name=name), media)]
    rest = lines[next(index for index, line in enumerate(lines) if name.startswith(line)) :]
    taken = ""
    for count, line in enumerate(rest, 1):
        taken += line
        if taken.replace(" ", "") == name.replace(" ", ""):
            return rest[:count]
    raise AssertionError(lines)


@pytest.mark.parametrize("media", SMALL)
@pytest.mark.parametrize(
    "name", ["Maximiliana-Theodora Featherstonehaugh", "Wolfeschlegelsteinhausenbergerdorff", "林小溪", "Ng"]
)
def test_long_name_gets_smaller_before_a_word_is_torn(name: str, media: str) -> None:
    for line in name_lines(name, media):
        end = name.index(line) + len(line)
        assert end == len(name) or name[end] == " " or line.endswith("-"), line


@pytest.mark.parametrize("media", SMALL)
def test_host_and_zone_are_whole_on_small_labels(media: str) -> None:
    content = sample_badge(host="Ines Caldermoor", zone="Weaving shed", code_payload=LONGEST_CODE, photo=drawn_face())
    written = [one.line.text for one in placed(content, media, "contractor")]
    assert {"Ines Caldermoor", "Weaving shed"} <= set(written)


@pytest.mark.parametrize("media", LARGE_TOO)
def test_nothing_is_under_2_4_mm_at_any_resolution(media: str) -> None:
    least = SMALLEST_TEXT * medium(media).dpi / DESIGN_DPI
    sizes = [one.line.size for one in placed(sample_badge(photo=drawn_face(), zone="Weaving shed"), media)]
    assert min(sizes) >= round(least)


def test_letter_under_a_tower_of_marks_keeps_clear_of_its_caption() -> None:
    content = sample_badge(zone="Z" + "\u0301" * 60, host="\u0301" * 60 + "x", photo=None)
    lines = placed(content, "102x152", "contractor")
    boxes = [
        (one.x + one.line.left, one.baseline + one.line.top, one.x + one.line.right, one.baseline + one.line.bottom)
        for one in lines
    ]
    for one, other in combinations(boxes, 2):
        across = min(one[2], other[2]) - max(one[0], other[0])
        assert across <= 4 or min(one[3], other[3]) - max(one[1], other[1]) <= SMALLEST_TEXT


def test_photo_stands_as_its_camera_says_it_was_held() -> None:
    upright = drawn_face().convert("RGB")
    held = upright.transpose(Image.Transpose.ROTATE_90)
    held.getexif()[ORIENTATION] = TURNED_TO_THE_RIGHT
    assert photo_dots(held, 120, 150).tobytes() == photo_dots(upright, 120, 150).tobytes()
