"""The badge as laid out: what stands where, in which ink, and that it is the same each time."""

from __future__ import annotations

import json

import pytest
import zxingcpp
from PIL import Image, ImageChops, features

from printers.badge import BadgeStyle, render_badge
from printers.bitmap import BadgeBitmap
from printers.catalogue.brother import MEDIA as BROTHER_MEDIA
from printers.errors import BadgeContentError, EncodingError, TextShapingError
from printers.layout.canvas import mark_mask
from printers.layout.content import BadgeLabels
from printers.layout.photo import photo_dots
from printers.mark import MARK_HEIGHT, MARK_WIDTH
from printers.media import MEDIA, Medium, medium
from tests.vectors.printers.generate import BADGES, FOLDER, badge_cases, toolchain
from tests.vectors.printers.samples import AWKWARD_NAMES, CODE, LONGEST_CODE, drawn_face, sample_badge

BAND_TOP, BAND_BOTTOM = 120, 224
MARGIN = 36
FOOT = 1109 - 48
QUICK = [paper for paper in MEDIA if max(paper.width_dots, paper.badge_height_dots) < 1_250]


def ink(bitmap: BadgeBitmap) -> Image.Image:
    """All ink, black and red, as one mask."""
    black, red = bitmap.black_ink().convert("L"), bitmap.red_ink()
    return black if red is None else ImageChops.lighter(black, red.convert("L"))


def share(mask: Image.Image, box: tuple[int, int, int, int]) -> float:
    """How much of a box is ink, 0 to 1."""
    part = mask.crop(box)
    return part.histogram()[255] / (part.width * part.height)


@pytest.mark.parametrize("paper", QUICK, ids=lambda paper: paper.name)
def test_badge_has_exactly_the_printable_dots_of_its_medium(paper: Medium) -> None:
    bitmap = render_badge(sample_badge(photo=drawn_face()), paper)
    assert (bitmap.width, bitmap.height) == (paper.width_dots, paper.badge_height_dots)
    assert (bitmap.red is not None) == paper.two_colour


def test_same_badge_gives_the_same_dots() -> None:
    content = sample_badge(photo=drawn_face())
    assert render_badge(content, medium("62x100")) == render_badge(content, medium("62x100"))


@pytest.mark.parametrize("photo", [True, False], ids=["photo", "no photo"])
@pytest.mark.parametrize("name", AWKWARD_NAMES.values(), ids=AWKWARD_NAMES)
def test_no_name_leaves_the_margins_or_touches_the_foot(name: str, photo: bool) -> None:
    content = sample_badge(name=name, photo=drawn_face() if photo else None, escort_required=True)
    mask = ink(render_badge(content, medium("62x100")))
    assert mask.crop((0, BAND_BOTTOM + 1, MARGIN, FOOT)).getbbox() is None
    assert mask.crop((696 - MARGIN, BAND_BOTTOM + 1, 696, FOOT)).getbbox() is None
    assert mask.crop((0, FOOT - 10, 696, FOOT)).getbbox() is None
    name_box = (MARGIN, 600, 660, 880) if photo else (MARGIN, 250, 660, 600)
    assert mask.crop(name_box).getbbox() is not None


@pytest.mark.parametrize(
    ("media", "payload"),
    [(paper.name, payload) for paper in BROTHER_MEDIA for payload in (CODE, LONGEST_CODE, "A")]
    + [(paper.name, LONGEST_CODE) for paper in QUICK if paper not in BROTHER_MEDIA],
)
def test_code_scans_to_its_payload_on_every_medium(media: str, payload: str) -> None:
    content = sample_badge(code_payload=payload, photo=drawn_face(), style=BadgeStyle.ESCORT)
    found = zxingcpp.read_barcodes(render_badge(content, medium(media)).preview())
    assert [code.text for code in found] == [payload]


@pytest.mark.parametrize(("media", "dots"), [("62x100", 6), ("29x90", 5), ("62x29", 4)])
def test_code_has_whole_dots_and_a_quiet_zone(media: str, dots: int) -> None:
    bitmap = render_badge(sample_badge(code_payload=LONGEST_CODE), medium(media))
    code = zxingcpp.read_barcodes(bitmap.preview())[0]
    corners = [code.position.top_left, code.position.top_right, code.position.bottom_right, code.position.bottom_left]
    left, right = min(c.x for c in corners), max(c.x for c in corners)
    top, bottom = min(c.y for c in corners), max(c.y for c in corners)
    assert abs((right - left) - 45 * dots) <= 2
    quiet = 4 * dots - 2
    mask = ink(bitmap)
    around = (max(0, left - quiet), max(0, top - quiet), right + quiet, min(bitmap.height, bottom + quiet))
    frame = mask.crop(around)
    frame.paste(0, (left - around[0] - 1, top - around[1] - 1, right - around[0] + 2, bottom - around[1] + 2))
    assert frame.getbbox() is None


def test_types_differ_in_shape_before_word_and_colour() -> None:
    visitor = ink(render_badge(sample_badge(), medium("62x100")))
    contractor = ink(render_badge(sample_badge(style=BadgeStyle.CONTRACTOR), medium("62x100")))
    escort = ink(render_badge(sample_badge(style=BadgeStyle.ESCORT), medium("62x100")))
    band, foot = (0, BAND_TOP, 696, BAND_BOTTOM), (0, FOOT, 696, 1109)
    assert 0.15 < share(visitor, band) < 0.4
    assert share(contractor, band) > 0.6
    assert share(visitor, (0, BAND_TOP, 696, BAND_TOP + 8)) == 1
    assert share(escort, foot) > 0.6
    assert share(visitor, foot) < 0.2


def test_contractor_can_also_need_an_escort() -> None:
    both = sample_badge(style=BadgeStyle.CONTRACTOR, escort_required=True)
    mask = ink(render_badge(both, medium("62x100")))
    assert share(mask, (0, BAND_TOP, 696, BAND_BOTTOM)) > 0.6
    assert share(mask, (0, FOOT, 696, 1109)) > 0.6


def test_only_the_bands_turn_red_and_no_dot_has_both_inks() -> None:
    content = sample_badge(style=BadgeStyle.CONTRACTOR, escort_required=True, photo=drawn_face())
    bitmap = render_badge(content, medium("62red"))
    red = bitmap.red_ink()
    assert red is not None
    assert share(red.convert("L"), (0, BAND_TOP, 696, BAND_BOTTOM)) > 0.6
    assert red.crop((0, BAND_BOTTOM, 696, FOOT)).getbbox() is None
    assert ImageChops.multiply(red.convert("L"), bitmap.black_ink().convert("L")).getbbox() is None
    assert ink(bitmap).tobytes() == ink(render_badge(content, medium("62x100"))).tobytes()


def test_the_mark_is_the_same_for_every_organisation_and_stands_without_one() -> None:
    """A letter looked like another firm's mark beside the kiosk's; an empty name had a dash in its arch."""
    box = (MARGIN - 2, 30, MARGIN + 48, 92)
    heads = {ink(render_badge(sample_badge(organisation=name), medium("62x100"))).crop(box).tobytes() for name in "AZ"}
    assert heads == {ink(render_badge(sample_badge(organisation=""), medium("62x100"))).crop(box).tobytes()}


def test_the_mark_has_three_leaves_over_a_bowl() -> None:
    mask = mark_mask(44)
    assert mask.size == (MARK_WIDTH, MARK_HEIGHT)
    runs = [sum(1 for part in _row(mask, y).split(b"\x00") if part) for y in (14, 30, 38, 47)]
    assert runs == [3, 1, 0, 1]
    assert _row(mask, 47) == _row(mask, 47)[::-1]


def _row(mask: Image.Image, y: int) -> bytes:
    return mask.crop((0, y, mask.width, y + 1)).tobytes()


def test_photo_is_dithered_inside_an_outlined_arch() -> None:
    mask = ink(render_badge(sample_badge(photo=drawn_face()), medium("62x100")))
    assert share(mask, (36, 259, 36 + 20, 259 + 20)) == 0
    assert share(mask, (36, 500, 42, 580)) == 1
    assert 0.05 < share(mask, (60, 400, 290, 560)) < 0.95


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_photos_of_any_mode_become_dots_of_the_final_size(mode: str) -> None:
    picture = drawn_face().convert(mode) if mode != "I;16" else Image.new(mode, (40, 30), 3_000)
    dots = photo_dots(picture, 100, 120)
    assert dots.size == (100, 120)
    assert set(dots.tobytes()) <= {0, 255}


def test_pixel_flood_is_refused_before_it_is_decoded() -> None:
    flood = Image.new("1", (9_000, 9_000))
    with pytest.raises(BadgeContentError, match="9000 x 9000"):
        render_badge(sample_badge(photo=flood), medium("62x100"))


def test_badge_without_a_photo_gives_the_name_its_room() -> None:
    plain, pictured = (
        ink(render_badge(sample_badge(name="Li Wen", photo=photo), medium("62x100"))) for photo in (None, drawn_face())
    )
    alone, beside = plain.crop((36, 260, 660, 590)).getbbox(), pictured.crop((36, 620, 660, 800)).getbbox()
    assert alone is not None
    assert beside is not None
    assert alone[2] - alone[0] > 1.2 * (beside[2] - beside[0])


def test_arabic_badge_is_mirrored_but_its_code_is_not() -> None:
    labels = BadgeLabels(visiting="زيارة", valid_until="صالح حتى", escort="مرافقة")
    bitmap = render_badge(sample_badge(labels=labels, name="محمد الفارسي", photo=drawn_face()), medium("62x100"))
    found = zxingcpp.read_barcodes(bitmap.preview())
    assert [code.text for code in found] == [CODE]
    assert found[0].position.top_left.x < 60


def test_lengthwise_badge_is_turned_a_quarter_to_the_left() -> None:
    bitmap = render_badge(sample_badge(style=BadgeStyle.CONTRACTOR), medium("29x90"))
    assert share(ink(bitmap), (0, 991 - 84, 306, 991)) > 0.6
    assert zxingcpp.read_barcodes(bitmap.preview())[0].orientation in {-90, 90, 270}


def test_badge_without_a_code_is_still_a_badge() -> None:
    for media in ("62x100", "29x90"):
        content = sample_badge(code_payload="", readable_code="", photo=drawn_face())
        assert zxingcpp.read_barcodes(render_badge(content, medium(media)).preview()) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code_payload": "abc"}, "QR alphanumeric"),
        ({"code_payload": "A" * 161}, "160"),
        ({"readable_code": "K7QF"}, "8 characters"),
        ({"company": "x" * 501}, "too long"),
    ],
)
def test_content_that_cannot_be_printed_as_promised_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(BadgeContentError, match=words):
        sample_badge(**changes)


def test_machine_that_cannot_shape_text_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check", lambda name: name != "raqm")
    with pytest.raises(TextShapingError, match="libfribidi0"):
        render_badge(sample_badge(), medium("62x100"))


@pytest.mark.parametrize("name", badge_cases())
def test_badges_equal_their_golden_pictures(name: str) -> None:
    """Exact with the tools that drew them; another FreeType or HarfBuzz may move the edge of a letter."""
    content, media = badge_cases()[name]
    drawn = render_badge(content, medium(media)).preview()
    with Image.open(FOLDER / f"{name}.png") as stored:
        difference = ImageChops.difference(stored.convert("RGB"), drawn).convert("L")
    differing = sum(difference.point(lambda value: 1 if value else 0).histogram()[1:2])
    same_tools = json.loads(BADGES.read_text(encoding="utf-8")) == toolchain()
    assert differing <= (0 if same_tools else drawn.width * drawn.height // 100)


def test_preview_has_the_printed_dots_in_their_colours() -> None:
    bitmap = BadgeBitmap(3, 1, bytes([0b10000000]), bytes([0b01000000]))
    assert bitmap.preview().tobytes() == bytes([0, 0, 0, 200, 29, 37, 255, 255, 255])
    assert BadgeBitmap.of_picture(bitmap.preview(), red=True) == bitmap


def test_bitmap_of_the_wrong_length_or_size_is_refused() -> None:
    with pytest.raises(EncodingError, match="needs 2 bytes"):
        BadgeBitmap(9, 1, b"\x00")
    with pytest.raises(EncodingError, match="nothing to print"):
        BadgeBitmap(0, 1, b"")


def test_toolchain_is_named() -> None:
    assert toolchain()["raqm"] == features.version("raqm")


def test_on_a_nearly_square_label_the_name_has_the_room_of_the_photo() -> None:
    label = medium("dymo-99015")
    assert render_badge(sample_badge(photo=drawn_face()), label) == render_badge(sample_badge(), label)


def test_typed_code_is_whole_beside_the_smallest_symbol() -> None:
    """A short payload makes a symbol that is narrower than the code for people to type."""
    for name in ("62x100", "62x29", "58mm"):
        paper = medium(name)
        bitmap = render_badge(sample_badge(code_payload="A"), paper)
        ink = bitmap.black_ink()
        edges = [(bitmap.width - 6, 230, bitmap.width, bitmap.height - 60)] if name == "62x100" else []
        edges += [(bitmap.width - 6, 0, bitmap.width, bitmap.height)] if name == "62x29" else []
        edges += [(0, 0, bitmap.width, 6)] if name == "58mm" else []
        assert all(ink.crop(edge).getbbox() is None for edge in edges)
