"""Templates: what they choose, what they cannot break, and every fault by its path."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageChops

from printers.badge import BadgeStyle, lay_out, render_badge
from printers.badge_pdf import render_badge_pdf
from printers.errors import BadgeContentError, EncodingError, TemplateError
from printers.job import JobOptions
from printers.layout import lines
from printers.layout.canvas import Canvas
from printers.layout.lines import SetLine, set_line
from printers.layout.vector import VectorCanvas
from printers.media import Medium, medium
from printers.models import family_of, printer_model
from printers.template import (
    BUILT_IN,
    ICONS,
    MOST_ELEMENTS,
    STANDARD,
    Element,
    ElementKind,
    Orientation,
    Size,
    Template,
)
from printers.template_file import find_template, read_template, template_json
from tests.vectors.printers.samples import CODE, drawn_face, sample_badge

LABEL = medium("62x100")


def _template(*kinds: str, footer: str = "") -> Template:
    made = tuple(Element(ElementKind(kind)) for kind in kinds)
    return Template("ours", made, footer={"en": footer})


def _lines(template: Template, paper: Medium = LABEL, **changes: object) -> list[str]:
    made = lay_out(sample_badge(photo=drawn_face(), **changes), paper, VectorCanvas, template)
    return [placed.line.text for placed in made.canvas.placed]


def test_elements_stand_in_the_template_s_order_and_no_others_do() -> None:
    """F12."""
    assert _lines(_template("company", "name", "valid_until")) == [
        "In an alarm: muster at the pond",
        "Larkspur Looms",
        "Odalys",
        "Fernhollow",
        "Valid until",
        "Today 18:00",
    ]
    upside_down = _lines(_template("valid_until", "type", "name", "organisation", footer="Stay with us"))
    assert upside_down == [
        "Stay with us",
        "Valid until",
        "Today 18:00",
        "VISITOR",
        "Odalys",
        "Fernhollow",
        "Thistledown Works",
    ]


def test_words_of_a_template_are_in_the_visitors_language_else_in_english() -> None:
    """F22."""
    words = {"en": "Hard hat", "de": "Nur mit Helm"}
    ours = Template("ours", (Element(ElementKind.NAME), Element(ElementKind.TEXT, words=words)))
    assert [_lines(ours, language=code)[-1] for code in ("de-AT", "de", "fr")] == ["Nur mit Helm"] * 2 + ["Hard hat"]


def test_long_words_of_a_template_end_after_three_lines_in_an_ellipsis() -> None:
    long = {"en": "Weaving shed " * 12, "de": "W" * 160}
    ours = Template("ours", (Element(ElementKind.NAME), Element(ElementKind.TEXT, Size.LARGE, long)))
    for language in long:
        *before, first, second, third = _lines(ours, language=language)
        assert before[-1] == "Fernhollow"
        assert len(first) >= len(second) > 0
        assert third.endswith("…")


def test_no_template_takes_the_escorts_mark_from_who_needs_one_and_any_may_add_it() -> None:
    plain, marked = _template("name"), _template("name", "escort")
    assert "ESCORT AT ALL TIMES" in _lines(plain, style=BadgeStyle.ESCORT)
    assert "ESCORT AT ALL TIMES" in _lines(marked)
    assert "ESCORT AT ALL TIMES" not in _lines(plain)


@pytest.mark.parametrize("orientation", [Orientation.PORTRAIT, Orientation.LANDSCAPE])
@pytest.mark.parametrize("name", ["62x100", "29x90", "62x29", "102x51", "58mm", "dymo-99015"])
def test_every_built_in_template_stands_and_lies_on_every_shape_of_medium(name: str, orientation: Orientation) -> None:
    paper = medium(name)
    turned = (orientation is Orientation.PORTRAIT) != (paper.badge_height_dots > paper.width_dots)
    for template in BUILT_IN.values():
        laid_out = lay_out(sample_badge(photo=drawn_face()), paper, Canvas, replace(template, orientation=orientation))
        assert laid_out.turned is turned
        (code,) = zxingcpp.read_barcodes(laid_out.canvas.bitmap().preview())
        assert code.text == CODE
        assert (abs(code.orientation) == 90) is turned


def test_the_fewest_that_will_do_are_left_out_by_rank_and_said() -> None:
    everything = _template(*(kind.value for kind in ElementKind if kind not in {ElementKind.TEXT, ElementKind.ICON}))
    content = sample_badge(photo=drawn_face(), zone="Weaving shed")
    gone = lay_out(content, medium("dymo-99015"), Canvas, everything).left_out
    assert gone == {ElementKind.MUSTER_POINT, ElementKind.PHOTO}
    for roomy in ("80mm", "51x76-203dpi"):
        assert lay_out(content, medium(roomy), Canvas, everything).left_out == set()
    cramped = _template("organisation", "place", "photo", "code", "name", "company", "host", "valid_until", "zone")
    assert lay_out(content, medium("54"), Canvas, cramped).left_out == set()


def test_the_accent_is_printed_in_the_nearer_ink_of_two_colour_paper() -> None:
    inks = {}
    for accent in ("", "#C81D25", "#7A4700", "#24683A", "#000000"):
        red = render_badge(sample_badge(), medium("62red"), replace(STANDARD, accent=accent)).red_ink()
        assert red is not None
        inks[accent] = red.getbbox() is not None
    assert inks == {"": True, "#C81D25": True, "#7A4700": True, "#24683A": False, "#000000": False}
    assert render_badge(sample_badge(), LABEL, replace(STANDARD, accent="#C81D25")) == render_badge(
        sample_badge(), LABEL
    )


def test_an_organisations_own_logo_stands_in_for_the_mark_and_a_flood_of_pixels_is_refused() -> None:
    logo = Image.new("RGB", (300, 100), "white")
    logo.paste((30, 90, 200), (20, 20, 280, 80))
    plain, own = (render_badge(sample_badge(logo=picture), LABEL).black_ink() for picture in (None, logo))
    assert ImageChops.logical_xor(plain, own).crop((0, 120, 696, 1109)).getbbox() is None
    assert (
        own.crop((40, 40, 200, 90)).convert("L").histogram()[255]
        > 2 * plain.crop((40, 40, 200, 90)).convert("L").histogram()[255]
    )
    with pytest.raises(BadgeContentError, match="9000 x 9000"):
        render_badge(sample_badge(logo=Image.new("1", (9_000, 9_000))), LABEL)


def test_a_wide_logo_stands_for_a_name_that_would_be_cut_and_no_other_does() -> None:
    """A wordmark with half of the name beside it says less than a larger wordmark."""
    names = [f"{first} Works of the Northern Isles and Skerries" for first in ("Thistledown", "Larkspur")]
    for shape, told_apart in ((400, 100), False), ((200, 100), True):
        logo = Image.new("L", shape)
        drawn = {render_badge(sample_badge(logo=logo, organisation=name), LABEL).black for name in names}
        assert (len(drawn) == 2) is told_apart
    wordmark = Image.new("L", (400, 100))
    beside = render_badge(sample_badge(logo=wordmark, organisation="Thistle"), LABEL)
    assert beside != render_badge(sample_badge(logo=wordmark, organisation="Thimble"), LABEL)


def test_a_medium_too_small_for_any_badge_is_refused_in_words() -> None:
    with pytest.raises(EncodingError, match="118 x 118 dots; a badge needs 240 x 560"):
        render_badge(sample_badge(), medium("pdf-10x10"))


def test_c34_words_of_a_template_and_a_visitor_are_never_a_command_of_the_printer() -> None:
    """C34: on ZPL, the one family whose data is text."""
    evil = "^XA~JA^XZ\x1b@\u202e" * 8
    ours = Template(
        "ours",
        (Element(ElementKind.NAME), Element(ElementKind.TEXT, words={"en": evil}), Element(ElementKind.ZONE)),
        footer={"en": evil},
    )
    model, paper = printer_model("ZD421-203"), medium("102x152-203dpi")
    content = sample_badge(name=evil, zone=evil, company=evil)
    job = family_of(model).job(render_badge(content, paper, ours), paper, model, JobOptions())
    assert (job.count(b"^XA"), job.count(b"~JA"), job.count(b"\x1b")) == (1, 0, 0)


def test_the_longest_words_of_a_full_template_are_not_a_way_to_hold_the_printer_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Counted in lines that are set: a template of nineteen texts once took a minute."""
    made: list[str] = []

    def counted(text: str, *rest: object, **named: object) -> SetLine:
        made.append(text)
        return set_line(text, *rest, **named)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(lines, "set_line", counted)
    words = [{"en": f"{number}" + "欧阳娜娜龍田한국" * 50} for number in range(MOST_ELEMENTS)]
    texts = tuple(Element(ElementKind.TEXT, Size.LARGE, each) for each in words[1:])
    full = Template("full", (Element(ElementKind.NAME), *texts), footer=words[0])
    render_badge(sample_badge(name="Odalys Fernhollow", company=words[0]["en"]), LABEL, full)
    assert len(made) < 20_000


def test_every_icon_has_a_picture_in_the_badges_fonts() -> None:
    boxes = render_badge(sample_badge(), LABEL, _template("name"))
    drawn = {
        render_badge(
            sample_badge(), LABEL, Template("x", (Element(ElementKind.NAME), Element(ElementKind.ICON, icon=name)))
        ).black
        for name in ICONS
    }
    assert len(drawn - {boxes.black}) == len(ICONS)


def test_a_pdf_has_the_template_s_words() -> None:
    """The same layout as the dots, place for place."""
    data = render_badge_pdf(sample_badge(), medium("pdf-86x54"), BUILT_IN["private"])
    assert data != render_badge_pdf(sample_badge(), medium("pdf-86x54"))
    assert data == render_badge_pdf(sample_badge(), medium("pdf-86x54"), BUILT_IN["private"])


@pytest.mark.parametrize("template", BUILT_IN.values(), ids=BUILT_IN)
def test_a_built_in_template_comes_back_from_its_json(template: Template) -> None:
    assert read_template(template_json(template), "itself") == replace(template, name=template.name.capitalize())


FAULTS: list[tuple[object, list[str]]] = [
    ([], ["the template: must be an object, {...}"]),
    ({}, ['parts: there is no "name"; every badge has one']),
    ({"name": 7, "parts": ["name"]}, ['name: must be text, "..."']),
    ({"elments": [], "parts": ["name"]}, ['the template: there is no "elments" here; did you mean "elements"?']),
    ({"parts": ["name", "hologram"]}, ["parts[1]: must be one of "]),
    ({"parts": ["name", "name"]}, ['parts[1].kind: "name" is there twice']),
    ({"parts": ["name"] * 21}, ["parts: has 21; 20 is the most"]),
    (
        {"parts": ["name", "icon", "text"]},
        ["parts[1].icon: must be one of assistance", 'parts[2].words: a "text" needs'],
    ),
    ({"parts": ["name"], "elements": [{"kind": "name"}]}, ["parts: say either parts or elements"]),
    ({"elements": [{"size": "large"}]}, ['elements[0]: "kind" is missing']),
    ({"elements": [{"kind": "name", "sise": "large"}]}, ['elements[0]: there is no "sise" here; did you mean "size"?']),
    (
        {"elements": [{"kind": "name", "size": "small"}]},
        ['elements[0].size: "name" is "normal" or "large"; a badge is'],
    ),
    ({"elements": [{"kind": "name"}, {"kind": "code", "size": "small"}]}, ["elements[1].size: "]),
    ({"elements": [{"kind": "name", "icon": "key"}]}, ['elements[0].icon: only an "icon" has one']),
    ({"elements": [{"kind": "name", "band": "solid"}]}, ['elements[0].band: only the "type" has one']),
    ({"elements": [{"kind": "name", "words": {"en": "x"}}]}, ['elements[0].words: only a "text" has words']),
    ({"elements": [{"kind": "name"}, {"kind": "text", "words": {"en": 3}}]}, ["elements[1].words.en: must be text"]),
    (
        {"parts": ["name"], "media": ["62x100", "77x1"]},
        ['media[1]: there is no medium "77x1"; lodge-print models lists'],
    ),
    ({"parts": ["name"], "footer": {"de": "x" * 161}}, ["footer.de: is longer than 160 characters"]),
    (
        {"elements": [{"kind": "name"}, {"kind": "text", "words": {"en": "x" * 161}}]},
        ["elements[1].words.en: is longer"],
    ),
    ({"parts": ["name"], "accent": "red"}, ['accent: must be a colour such as "#24683A"']),
    ({"parts": ["name"], "portrait": 1}, ["portrait: must be true or false"]),
    ({"parts": ["name"], "portrait": True, "orientation": "landscape"}, ["portrait: it cannot be both"]),
    ({"parts": ["name"], "orientation": "diagonal"}, ['orientation: must be one of "auto", "landscape", "portrait"']),
    ({"parts": ["name", "hologram"], "accent": "red", "media": "62"}, ["parts[1]", "accent", "media: must be a list"]),
]


@pytest.mark.parametrize(("value", "faults"), FAULTS)
def test_all_faults_of_a_template_are_named_by_their_paths(value: object, faults: list[str]) -> None:
    with pytest.raises(TemplateError) as caught:
        read_template(json.dumps(value).encode(), "ours.json")
    assert len(caught.value.faults) == len(faults)
    for fault in faults:
        assert any(said.startswith(fault) for said in caught.value.faults), caught.value.faults
    assert str(caught.value).startswith("ours.json is not a badge template: ")


@pytest.mark.parametrize(
    ("content", "words"), [(b"{name}", "is not JSON"), (b"[" * 5_000, "is not JSON"), (b" " * 100_001, "more than")]
)
def test_bytes_that_are_no_template_are_refused_in_words(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "ours.json").write_bytes(content)
    with pytest.raises(TemplateError, match=words):
        find_template(str(tmp_path / "ours.json"))


def test_a_template_that_is_neither_a_file_nor_built_in_is_answered_with_those_there_are() -> None:
    with pytest.raises(TemplateError, match="standard, private, event, contractor, escorted"):
        find_template("nowhere.json")


def test_a_template_made_in_code_is_held_to_the_same_rules() -> None:
    with pytest.raises(TemplateError, match=r"elements\[0\]\.size"):
        Template("tiny", (Element(ElementKind.NAME, Size.SMALL),))
