"""PDF badges: the dots without loss, and text that is text. Read back by pypdf, and by poppler where there is one."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pypdf
import pytest
from PIL import Image, ImageChops

from printers.badge import render_badge
from printers.badge_pdf import render_badge_pdf
from printers.bitmap import BadgeBitmap
from printers.driver import PrinterState, SentUnconfirmed
from printers.drivers import open_printer
from printers.encodings.pdf import encode
from printers.errors import ControlError, EncodingError, MediumUnknownError
from printers.job import JobOptions
from printers.media import medium
from printers.models import printer_model
from tests.vectors.printers.samples import dot_pattern, sample_badge

CARD = medium("pdf-86x54")
PDF = printer_model("PDF")


def only_picture(data: bytes) -> Image.Image:
    (page,) = pypdf.PdfReader(io.BytesIO(data)).pages
    (picture,) = page.images
    assert isinstance(picture.image, Image.Image)
    return picture.image


def test_dots_are_embedded_without_loss_on_a_page_of_the_mediums_size() -> None:
    pattern = dot_pattern(CARD.width_dots, CARD.height_dots or 0, seed=9)
    data = encode(pattern, CARD, PDF, JobOptions())
    (page,) = pypdf.PdfReader(io.BytesIO(data)).pages
    assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [86, 54]
    found = only_picture(data).convert("RGB")
    assert ImageChops.difference(found, pattern.preview()).getbbox() is None
    assert encode(pattern, CARD, PDF, JobOptions()) == data


def test_small_picture_stands_at_the_top_left_of_the_page() -> None:
    found = only_picture(encode(BadgeBitmap(8, 1, b"\x01"), CARD, PDF, JobOptions())).convert("L")
    assert found.size == (CARD.width_dots, CARD.height_dots)
    assert ImageChops.invert(found).getbbox() == (7, 0, 8, 1)


def test_text_is_text_and_other_scripts_stay_pictures() -> None:
    data = render_badge_pdf(sample_badge(name="Odalys Ωmega Жук محمد"), medium("pdf-62x100"))
    (page,) = pypdf.PdfReader(io.BytesIO(data)).pages
    words = page.extract_text()
    assert {"Odalys", "Ωmega", "Жук", "Larkspur", "VISITOR", "18:00"} <= set(words.split())
    assert "محمد" not in words
    assert len(page.images) == 2
    assert render_badge_pdf(sample_badge(name="Odalys Ωmega Жук محمد"), medium("pdf-62x100")) == data


def test_marks_stand_over_their_letters_and_joiners_are_no_boxes() -> None:
    """A PDF sets each letter by itself: what only a font can put together is a picture."""
    paper = medium("pdf-62x100")
    joined, marked = sample_badge(name="Jose\u0301 Fern\u200dhollow"), sample_badge(name="Ọ̀ṣun")
    (page,) = pypdf.PdfReader(io.BytesIO(render_badge_pdf(joined, paper))).pages
    assert "José\nFernhollow" in page.extract_text()
    (page,) = pypdf.PdfReader(io.BytesIO(render_badge_pdf(marked, paper))).pages
    assert "ṣun" not in page.extract_text()
    assert len(page.images) == 2


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm (poppler-utils) is not installed")
@pytest.mark.parametrize("name", ["pdf-62x100", "pdf-86x54", "29x90"])
def test_poppler_draws_text_where_the_printed_badge_has_it(tmp_path: Path, name: str) -> None:
    """Within 4 % of the dots: the same glyphs by another rasteriser; ten dots to the right it is another badge."""
    paper = medium(name)
    content = sample_badge(name="Odalys محمد Fernhollow")
    (tmp_path / "badge.pdf").write_bytes(render_badge_pdf(content, paper))
    command = ["pdftoppm", "-r", "300", "-mono", str(tmp_path / "badge.pdf"), str(tmp_path / "page")]
    subprocess.run(command, check=True, timeout=60)
    (drawn,) = tmp_path.glob("page*.pbm")
    bitmap = render_badge(content, paper)
    with Image.open(drawn) as picture:
        page = picture.convert("1").crop((0, 0, bitmap.width, bitmap.height))

    def share(ink: Image.Image) -> float:
        different = ImageChops.logical_xor(ImageChops.invert(page), ink)
        return different.convert("L").histogram()[255] / (bitmap.width * bitmap.height)

    assert share(bitmap.black_ink()) < 0.04
    assert share(ImageChops.offset(bitmap.black_ink(), 10, 0)) > 0.06


def test_any_size_is_a_medium_and_nonsense_is_none() -> None:
    assert (medium("pdf-148x105").width_mm, medium("pdf-148x105").height_dots) == (148, 1240)
    for nonsense in ("pdf-0x10", "pdf-5x5", "pdf-1000x1000", "pdf-10x", "pdf-10x10x10", "PDF-86x54"):
        with pytest.raises(MediumUnknownError):
            medium(nonsense)
    with pytest.raises(EncodingError, match="cannot print on 62"):
        encode(dot_pattern(8, 8, seed=1), medium("62"), PDF, JobOptions())


def test_pdf_is_written_to_a_file_and_never_called_printed(tmp_path: Path) -> None:
    printer = open_printer(f"file:{tmp_path}/badge.pdf?model=PDF")
    assert printer.status().confirmed is False
    assert printer.status().state is PrinterState.READY
    outcome = printer.print_badge(render_badge(sample_badge(), CARD), CARD)
    assert isinstance(outcome, SentUnconfirmed)
    assert only_picture((tmp_path / "badge.pdf").read_bytes()).width == CARD.width_dots
    assert isinstance(printer.print_badge(BadgeBitmap(8, 1, b"\x01"), CARD), SentUnconfirmed)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["badge-2.pdf", "badge.pdf"]
    with pytest.raises(ControlError, match="file format"):
        open_printer("virtual:PDF")
