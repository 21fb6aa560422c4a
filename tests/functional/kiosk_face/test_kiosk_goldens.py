"""F22, F23: the kiosk looks as it did when somebody last looked at it. ``./lodge gallery --golden`` draws the pictures
anew, to be looked at and committed.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from workbench.golden_set import FOLDER, RUNS, GoldenRun, difference, kept_size
from workbench.picture_names import picture_name


def name_of(run: GoldenRun) -> str:
    return picture_name(run.size[0], run.size[1], run.language, run.display)


def golden(run: GoldenRun, scene: str) -> Path:
    return FOLDER / f"{scene}-{name_of(run)}.png"


@pytest.mark.parametrize("run", RUNS, ids=name_of)
def test_f23_screens_look_as_they_were_last_looked_at(kivy_ready: None, run: GoldenRun, tmp_path: Path) -> None:
    from workbench.gallery_scenes import draw_goldens  # noqa: PLC0415 - only after Kivy's environment is set

    wrong = {}
    for scene, path in draw_goldens(tmp_path, run):
        with Image.open(path) as drawn, Image.open(golden(run, scene)) as kept:
            wrong[scene] = difference(drawn, kept)
    assert {scene: said for scene, said in wrong.items() if said} == {}
    assert set(wrong) == set(run.scenes)


def test_nothing_is_kept_that_is_not_compared() -> None:
    assert {path.name for path in FOLDER.glob("*.png")} == {
        golden(run, scene).name for run in RUNS for scene in run.scenes
    }


def test_a_button_that_is_missing_or_another_colour_is_a_difference() -> None:
    with Image.open(golden(RUNS[0], "07-done")) as picture:
        kept = picture.convert("RGB")
    wide, tall = kept.size
    assert (wide, tall) == kept_size(RUNS[0].size)
    whole = kept.resize((3 * wide, 3 * tall), Image.Resampling.NEAREST)
    assert difference(whole, kept) == ""
    assert "off by" in difference(whole.point(lambda value: max(0, value - 3)), kept)
    ImageDraw.Draw(whole).rectangle((72, 1690, 1008, 1810), fill="#F3F1EB")
    assert "% of the pixels" in difference(whole, kept)
