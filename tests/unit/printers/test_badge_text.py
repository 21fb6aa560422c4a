"""Names made safe to draw, and fitted: nothing dropped in silence, nothing cut, nothing over the edge."""

from __future__ import annotations

import pytest

from printers.layout.faces import Role
from printers.layout.lines import fit_block, fit_line, name_stages, set_line
from printers.layout.runs import visual_runs
from printers.layout.text import BOX, clean, clusters, is_right_to_left
from tests.vectors.printers.samples import AWKWARD_NAMES


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("  Anna \t\n Lund ", "Anna Lund"),
        ("A\x1b@B\x00", f"A{BOX}@B{BOX}"),
        ("^XA~JA", "^XA~JA"),
        ("a\u202eb\u2066c\u200f", "abc"),
        ("Zoe\u0308", "Zoë"),
        ("x\ud800y", f"x{BOX}y"),
        ("\ue000", BOX),
        ("a\u200bb\ufeff", "ab"),
        ("漢\U000e0100字", "漢字"),
        ("क्\u200dष", "क्\u200dष"),
        ("Z" + "\u0323" * 9, "Ẓ\u0323\u0323\u0323" + BOX),
    ],
)
def test_text_is_made_safe_without_silent_loss(given: str, shown: str) -> None:
    assert clean(given) == shown


def test_letters_stay_with_their_marks_and_emoji_whole() -> None:
    assert clusters("né") == ["n", "é"]
    assert clusters("e\u0301x") == ["e\u0301", "x"]
    assert clusters("👩‍🚀🇫🇷👍🏽") == ["👩‍🚀", "🇫🇷", "👍🏽"]
    assert clusters("क्षि") == ["क्षि"]


def test_direction_is_that_of_the_first_letter() -> None:
    assert is_right_to_left("12 محمد Levin")
    assert not is_right_to_left("Levin אב")
    assert not is_right_to_left("123 !")


def test_characters_without_a_font_become_boxes() -> None:
    assert "".join(run.text for run in visual_runs("𒀀 Ur", Role.DISPLAY, right_to_left=False)) == f"{BOX} Ur"


def test_a_joiner_that_joins_nothing_is_no_box() -> None:
    assert "".join(run.text for run in visual_runs("A \u200cB", Role.DISPLAY, right_to_left=False)) == "A B"


def test_mixed_line_is_ordered_as_unicode_says() -> None:
    """In a right-to-left line the first word stands rightmost, digits and Latin run their own way."""
    runs = visual_runs("אב 42 Levin", Role.DISPLAY, right_to_left=True)
    assert [(run.text, run.direction) for run in runs if run.text != " "] == [
        ("Levin", "ltr"),
        ("42", "ltr"),
        ("אב", "rtl"),
    ]


def test_every_script_has_its_own_face() -> None:
    files = {
        word: visual_runs(word, Role.DISPLAY, right_to_left=False)[0].face.file
        for word in ("Anna", "محمد", "אבג", "लता", "欧阳", "한국", "🌻")
    }
    assert len(set(files.values())) == 6
    assert files["欧阳"] == files["한국"]


@pytest.mark.parametrize("name", AWKWARD_NAMES.values(), ids=AWKWARD_NAMES)
@pytest.mark.parametrize(("width", "height"), [(624, 250), (470, 170), (330, 90)])
def test_whole_name_fits_its_room_at_any_length(name: str, width: int, height: int) -> None:
    text = clean(name) or "\u2013"
    block = fit_block(text, Role.DISPLAY, width=width, height=height, stages=name_stages(104))
    assert "".join(line.text for line in block.lines).replace(" ", "") == text.replace(" ", "")
    assert block.height <= height
    assert all(line.ink_width <= width for line in block.lines)


def test_two_lines_are_preferred_and_words_kept_whole() -> None:
    def set_name(name: str) -> list[str]:
        block = fit_block(name, Role.DISPLAY, width=624, height=280, stages=name_stages(104))
        return [line.text for line in block.lines]

    assert set_name("Odalys Fernhollow") == ["Odalys", "Fernhollow"]
    assert set_name("Li Wen") == ["Li Wen"]
    assert set_name("Maximiliana Featherstonehaugh-Okonjo") == ["Maximiliana", "Featherstonehaugh-", "Okonjo"]


def test_ordinary_long_names_never_go_below_the_smallest_readable_size() -> None:
    name = AWKWARD_NAMES["two hundred letters"]
    block = fit_block(name, Role.DISPLAY, width=624, height=220, stages=name_stages(104))
    assert block.size >= 28


def test_second_lines_shrink_then_end_in_an_ellipsis() -> None:
    line = fit_line("The Honourable Company of Weavers " * 3, Role.PLAIN, width=300, largest=44, smallest=28)
    assert line.size == 28
    assert line.text.endswith("\u2026")
    assert line.ink_width <= 300
    assert fit_line("Larkspur", Role.PLAIN, width=300, largest=44, smallest=28).size == 44


def test_measured_extent_is_that_of_the_drawn_ink() -> None:
    from printers.layout.canvas import line_mask  # noqa: PLC0415 - the drawing half of the same question

    for name in AWKWARD_NAMES.values():
        line = set_line(clean(name) or "x", Role.DISPLAY, 60)
        wide = line_mask(line)
        box = wide.getbbox()
        assert box is not None
        assert box[0] >= 0
        assert box[2] <= wide.width
