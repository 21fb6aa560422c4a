"""F22: wherever Lodge draws a name, in any script, there are letters, and they stand as it is written."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import ShapedStr, TTFont
from reportlab.pdfgen.canvas import Canvas

from cloud_api.paper import typeface as cloud_paper
from kiosk.paper import paper_fonts
from kiosk.paper.evacuation_pdf import evacuation_pdf
from kiosk.ports import EvacuationList, Freshness, PersonOnSite
from kiosk.views.typeface import font_file
from kiosk.words.catalogue import languages
from printers.layout.faces import Role, font_files
from printers.layout.runs import visual_runs
from printers.layout.text import clusters
from sync.visual_order import visual
from sync.writing import NAMES_ONLY, SHAPED, Script, runs, script_of
from tests.fakes.names_in_scripts import BEFORE_ITS_LETTER, NAMES
from workbench.still_time import MORNING

FACES = ("Inter-400", "Inter-600", "InterDisplay-600")
ALL = list(Script)
EARLIER = [script for script in Script if script not in SHAPED]


def letters_of(path: str) -> dict[int, int]:
    """What a font draws, by its own table."""
    found: dict[int, int] = TTFont("asked", path).face.charToGlyph
    return found


def has(name: str, text: str) -> bool:
    """Whether a font of reportlab has each sign of a text."""
    font: Any = pdfmetrics.getFont(name)
    return all(font.face.charToGlyph.get(ord(sign)) for sign in text)


@pytest.mark.parametrize("script", ALL)
def test_the_names_of_this_test_are_in_the_scripts_they_stand_for(script: Script) -> None:
    assert {found for _, found in runs(NAMES[script])} == {script}


@pytest.mark.parametrize("script", ALL)
def test_f22_screens_have_the_letters_of_every_script(script: Script) -> None:
    drawn = {ord(sign) for sign in visual(NAMES[script])}
    for path in {font_file(face, script) for face in FACES}:
        assert drawn <= {point for point, glyph in letters_of(path).items() if glyph}, path


@pytest.mark.parametrize("name", ["Əliyev Cəfər", "Kɔfi Mɛnsah", "Ŋbaɖe Ɣeɖu"])
def test_f22_letters_of_latin_that_english_does_not_have_are_there(name: str) -> None:
    """Of Azerbaijan and of West Africa, on screens, papers and badges."""
    for path in {font_file(face, Script.LATIN) for face in FACES}:
        assert {ord(sign) for sign in name} <= {point for point, glyph in letters_of(path).items() if glyph}, path
    for face in FACES:
        assert all(has(part.font, part.text) for part in paper_fonts.stretches(name, face, 10))
    for weight in (cloud_paper.REGULAR, cloud_paper.BOLD):
        assert all(has(font, text) for text, font, _ in cloud_paper.drawn(name, weight, 10))
    for role in Role:
        for run in visual_runs(name, role, right_to_left=False):
            (badge,) = [path for path in font_files() if path.name == run.face.file]
            assert all(letters_of(str(badge)).get(ord(sign)) for sign in run.text), run


@pytest.mark.parametrize("script", ALL)
def test_f22_papers_have_the_letters_of_every_script(script: Script) -> None:
    for face in FACES:
        for part in paper_fonts.stretches(NAMES[script], face, 10):
            assert has(part.font, part.text), part
    for weight in (cloud_paper.REGULAR, cloud_paper.BOLD):
        for text, font, _ in cloud_paper.drawn(NAMES[script], weight, 10):
            assert has(font, text), text


@pytest.mark.parametrize("script", ALL)
@pytest.mark.parametrize("role", list(Role))
def test_f22_badges_have_the_letters_of_every_script(script: Script, role: Role) -> None:
    found = visual_runs(NAMES[script], role, right_to_left=False)
    assert sorted("".join(run.text for run in found)) == sorted(NAMES[script]), "no box in place of a letter"
    if script in NAMES_ONLY:
        (face,) = {run.face.file for run in found if run.text != " "}
        (path,) = [path for path in font_files() if path.name == face]
        assert all(letters_of(str(path)).get(ord(sign)) for sign in NAMES[script] if sign != " ")


@pytest.mark.parametrize(("script", "written"), BEFORE_ITS_LETTER.items())
def test_f22_on_paper_a_vowel_stands_before_its_letter_where_it_is_read_so(script: Script, written: str) -> None:
    (part,) = paper_fonts.stretches(written, "Inter-400", 10)
    assert script_of(written[0]) is script
    assert part.text[-1] == written[0]
    ((text, _, width),) = cloud_paper.drawn(written, cloud_paper.REGULAR, 10)
    assert (text[-1], width) == (written[0], part.width)


@pytest.mark.parametrize("writes", ["kiosk", "cloud"])
def test_f22_letters_behind_two_signs_beneath_one_another_stand_on_the_line(writes: str) -> None:
    """Khmer: two letters hang beneath the third; reportlab left those behind them down there."""
    out = BytesIO()
    canvas: Any = Canvas(out, pageCompression=0)
    if writes == "kiosk":
        (part,) = paper_fonts.stretches("កម្ពុជា", "Inter-400", 10)
        paper_fonts.draw(canvas, part, 10, 10, 10)
    else:
        ((text, font, _),) = cloud_paper.drawn("កម្ពុជា", cloud_paper.REGULAR, 10)
        cloud_paper.write(canvas, text, font, 10, (10, 10))
    heights = re.findall(r"(\S+) Ts|(T[jJ])", " ".join(canvas._code))
    at, drawn = 0.0, list[float]()
    for rise, shown in heights:
        at = at if shown else float(rise)
        drawn += [at] if shown else []
    assert len(set(drawn)) == 3, "the test's word needs two that hang at different heights"
    assert drawn[-1] == 0.0


def test_the_width_of_a_shaped_name_is_that_of_its_signs_as_they_are_drawn() -> None:
    (part,) = paper_fonts.stretches(NAMES[Script.KHMER], "Inter-400", 10)
    assert isinstance(part.text, ShapedStr)
    shaped: Any = part.text
    assert part.width == pytest.approx(sum(sign.x_advance for sign in shaped.__shapeData__) / 100)
    assert paper_fonts.width_of(NAMES[Script.KHMER], "Inter-400", 10) == part.width


def test_what_was_drawn_before_changes_nothing_of_a_list() -> None:
    """The same list gives the same bytes: signs that no letter stands for keep one number each."""
    (part,) = paper_fonts.stretches("कि", "Inter-400", 10)
    font: Any = pdfmetrics.getFont(part.font)
    before = dict(font.face.charToGlyph)
    paper_fonts.stretches("श्रीमती क्षितिज ज्ञानेश्वर द्ध्र", "Inter-400", 10)
    assert font.face.charToGlyph == before


def test_a_list_without_such_names_is_never_shaped(monkeypatch: pytest.MonkeyPatch) -> None:
    def shape(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(paper_fonts, "shapeFragWord", shape)
    people = tuple(PersonOnSite(script, NAMES[script], "", "", "Dock", MORNING) for script in EARLIER)
    listed = EvacuationList("Thistledown Works", "Mill Lane", people, MORNING, Freshness.COMPLETE)
    assert evacuation_pdf(listed, languages()["en"]).startswith(b"%PDF")


@pytest.mark.parametrize("letters", ["ক্ষ", "ક્ષ", "క్ష", "ಕ್ಷ", "ക്ഷ", "ନ୍ଦ", "ក្ម", "ပ္ပ"])
def test_letters_that_stand_on_one_another_are_not_torn_apart_on_a_badge(letters: str) -> None:
    assert clusters(letters) == [letters]
