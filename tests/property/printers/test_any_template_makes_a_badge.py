"""Any valid template, text and medium: all words inside the medium, the name whole, the code scans, twice the same."""

from __future__ import annotations

from itertools import combinations

import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from printers.badge import BadgeContent, BadgeStyle, lay_out, render_badge
from printers.layout.canvas import SMALLEST_TEXT
from printers.layout.text import clean
from printers.layout.vector import PlacedLine, VectorCanvas
from printers.media import MEDIA, Medium
from printers.template import ICONS, Band, Element, ElementKind, Orientation, Size, Template
from tests.vectors.printers.samples import AWKWARD_NAMES, CODE, LONGEST_CODE, drawn_face, sample_badge

PAPERS = [paper for paper in MEDIA if max(paper.width_dots, paper.badge_height_dots) < 1_700]
FACE = drawn_face()
ANY_TEXT = st.one_of(st.text(st.characters(), max_size=60), st.sampled_from(sorted(AWKWARD_NAMES.values())))


@st.composite
def elements(draw: st.DrawFn) -> tuple[Element, ...]:
    """Every kind at most once, but texts; the name among them; in any order."""
    others = draw(st.sets(st.sampled_from([kind for kind in ElementKind if kind is not ElementKind.NAME])))
    kinds = draw(st.permutations([ElementKind.NAME, *sorted(others, key=lambda kind: kind.value)]))
    return tuple(_element(draw, kind) for kind in kinds)


def _element(draw: st.DrawFn, kind: ElementKind) -> Element:
    sizes = [Size.NORMAL, Size.LARGE] if kind in {ElementKind.NAME, ElementKind.CODE} else list(Size)
    words = {"en": draw(ANY_TEXT) + "x"} if kind is ElementKind.TEXT else {}
    icon = draw(st.sampled_from(sorted(ICONS))) if kind is ElementKind.ICON else ""
    band = draw(st.sampled_from(Band)) if kind is ElementKind.TYPE else Band.STYLE
    return Element(kind, draw(st.sampled_from(sizes)), words, icon, band)


TEMPLATES = st.builds(
    Template,
    name=st.just("any"),
    elements=elements(),
    orientation=st.sampled_from(Orientation),
    accent=st.sampled_from(["", "#000000", "#C81D25"]),
    footer=st.dictionaries(st.sampled_from(["en", "de"]), ANY_TEXT, max_size=2),
)
CONTENTS = st.builds(
    sample_badge,
    name=ANY_TEXT,
    company=ANY_TEXT,
    host=ANY_TEXT,
    visitor_type=ANY_TEXT,
    zone=ANY_TEXT,
    last_line=ANY_TEXT,
    style=st.sampled_from(BadgeStyle),
    photo=st.sampled_from([None, FACE]),
    logo=st.sampled_from([None, FACE]),
    code_payload=st.sampled_from([CODE, LONGEST_CODE, "A"]),
)


def _box(placed: PlacedLine) -> tuple[int, int, int, int]:
    line = placed.line
    left, top = placed.x + line.left, placed.baseline + line.top
    return left, top, left + line.ink_width, placed.baseline + line.bottom


def _overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    """By more than the marks that tower over a letter."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    along = min(one[3], other[3]) - max(one[1], other[1])
    return across > 4 and along > SMALLEST_TEXT


@settings(max_examples=25, deadline=None)
@given(TEMPLATES, CONTENTS, st.sampled_from(PAPERS))
def test_no_template_loses_the_name_the_code_or_the_margins(
    template: Template, content: BadgeContent, paper: Medium
) -> None:
    """F12."""
    made = lay_out(content, paper, VectorCanvas, template)
    width, height = made.canvas.width, made.canvas.height
    assert (width, height) == (paper.width_dots, paper.badge_height_dots)
    across, along = (height, width) if made.turned else (width, height)
    boxes = [_box(placed) for placed in made.canvas.placed if placed.line.text]
    assert all(left >= 0 and top >= 0 and right <= across + 1 and bottom <= along for left, top, right, bottom in boxes)
    assert not any(_overlap(one, other) for one, other in combinations(boxes, 2))
    written = "".join(placed.line.text for placed in made.canvas.placed).replace(" ", "")
    assert clean(content.name).replace(" ", "") in written
    bitmap = render_badge(content, paper, template)
    if template.has(ElementKind.CODE):
        assert content.code_payload in [code.text for code in zxingcpp.read_barcodes(bitmap.preview())]
    assert render_badge(content, paper, template) == bitmap
