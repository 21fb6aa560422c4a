"""Parts of a line in their own direction, whatever stands beside them, also where they are broken over lines."""

from __future__ import annotations

import pytest

from printers.layout.faces import Role
from printers.layout.isolates import bare, isolated, paragraph_toward, unended
from printers.layout.lines import Stage, fit_block
from printers.layout.runs import visual_runs


def drawn(text: str) -> str:
    """The runs from left to right, each as it is read."""
    return "|".join(run.text.strip() for run in visual_runs(text, Role.PLAIN, right_to_left=False) if run.text.strip())


def test_each_part_reads_whole_and_the_first_stands_rightmost() -> None:
    """Without isolates the names stick together, and the time to them: "Mill · Lane · 8:52" runs from the left."""
    parts = ("Larkspur Looms", "Mill Lane", "8:52", "16 במרץ 2026")
    line = paragraph_toward(" · ".join(isolated(part) for part in parts), right_to_left=True)
    assert drawn(line) == "2026|במרץ|16|·|8:52|·|Mill Lane|·|Larkspur Looms"


def test_from_left_to_right_a_name_that_runs_the_other_way_keeps_its_place() -> None:
    """The time after it belongs to the line, not to the name."""
    line = paragraph_toward(f"{isolated('נועה ברושים')} · 8:52 · Mill", right_to_left=False)
    assert drawn(line) == "ברושים|נועה|· 8:52 · Mill"


def test_where_nothing_runs_from_right_to_left_nothing_is_put_around() -> None:
    assert paragraph_toward(f"{isolated('Mill Lane')} · {isolated('8:52')}", right_to_left=False) == "Mill Lane · 8:52"


@pytest.mark.parametrize(
    ("text", "from_the_right"),
    [("Dock", False), ("8:52", False), ("8:52 ص", True), (f"{isolated('Dock')} נועה", True), (isolated("נועה"), True)],
)
def test_the_first_letter_outside_parts_within_decides(text: str, from_the_right: bool) -> None:
    assert (isolated(text)[0] == "\u2067") is from_the_right
    assert bare(isolated(text)) == bare(text)


def test_a_part_that_is_broken_over_lines_goes_on_as_it_began() -> None:
    text = paragraph_toward(f"נועה {isolated('Mill Lane kiosk at the dock')} נשמעה", right_to_left=True)
    block = fit_block(text, Role.PLAIN, width=200, height=999, stages=(Stage(9, 28, 28),))
    assert len(block.lines) > 2
    assert [unended(line.text) for line in block.lines] == ["\u2067\u2066"] * (len(block.lines) - 1) + [""]
    assert drawn(block.lines[0].text).endswith("|נועה")
    assert drawn(block.lines[-1].text).startswith("נשמעה|")
