"""Decoders that others wrote read our jobs, and our virtual printers read other people's. On demand.

``LODGE_PRINT_PEERS`` names a Python with ``brother_ql`` (GPL: a process of its own, never an import) and python-escpos;
``LODGE_ZPL_RENDERER`` a folder in which ``npm install zpl-renderer-js`` was run. What is absent is skipped by name.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from printers.badge import render_badge
from printers.bitmap import BadgeBitmap
from printers.clock import SystemClock
from printers.drivers import VirtualSetup
from printers.job import JobOptions
from printers.media import medium
from printers.models import family_of, printer_model
from tests.vectors.printers.samples import dot_pattern, drawn_face, sample_badge

pytestmark = pytest.mark.slow

PEERS, RENDERER = os.environ.get("LODGE_PRINT_PEERS"), os.environ.get("LODGE_ZPL_RENDERER")
READ_BROTHER = """
import sys
from brother_ql.reader import BrotherQLReader
reader = BrotherQLReader(open(sys.argv[1], "rb"))
reader.filename_fmt = sys.argv[2] + "/page{counter:04d}.png"
reader.analyse()
"""
WRITE_ESCPOS = """
import sys
from escpos.printer import Dummy
printer = Dummy()
printer.image(sys.argv[1], impl="bitImageRaster")
printer.cut()
sys.stdout.buffer.write(printer.output)
"""
READ_ZPL = """
const { ready } = require(process.argv[1] + "/node_modules/zpl-renderer-js");
const fs = require("fs");
(async () => {
  const { api } = await ready;
  const [zpl, width, height, dpmm, out] = process.argv.slice(2);
  const picture = await api.zplToBase64Async(fs.readFileSync(zpl, "latin1"), +width, +height, +dpmm);
  fs.writeFileSync(out, Buffer.from(picture, "base64"));
  process.exit(0);
})();
"""


def run(*command: str | Path) -> bytes:
    done = subprocess.run([str(word) for word in command], capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode()[-500:]
    return done.stdout


def differs(found: Image.Image, wanted: BadgeBitmap) -> object:
    """Where two pictures differ, None for nowhere."""
    dots = found.convert("L").point(lambda value: 255 if value >= 128 else 0).convert("RGB")
    return ImageChops.difference(dots.crop((0, 0, wanted.width, wanted.height)), wanted.preview()).getbbox()


@pytest.mark.skipif(PEERS is None, reason="LODGE_PRINT_PEERS names no Python with brother_ql")
@pytest.mark.parametrize(
    ("model", "media"),
    [("QL-500", "62x29"), ("QL-570", "62"), ("QL-820NWB", "62x100"), ("QL-1050", "102x51"), ("QL-1115NWB", "102")],
)
def test_brother_ql_reads_our_jobs_dot_for_dot(tmp_path: Path, model: str, media: str) -> None:
    described, paper = printer_model(model), medium(media)
    pattern = dot_pattern(paper.width_dots, paper.height_dots or 400, seed=3)
    (tmp_path / "job").write_bytes(family_of(described).job(pattern, paper, described, JobOptions()))
    run(PEERS or "", "-c", READ_BROTHER, tmp_path / "job", tmp_path)
    (page,) = tmp_path.glob("page*.png")
    right = described.head_dots - paper.right_offset_dots - getattr(described, "extra_offset_dots", 0)
    with Image.open(page) as picture:
        assert differs(picture.crop((right - paper.width_dots, 0, right, pattern.height)), pattern) is None


@pytest.mark.skipif(PEERS is None, reason="LODGE_PRINT_PEERS names no Python with python-escpos")
def test_our_receipt_printer_prints_a_job_of_python_escpos_dot_for_dot(tmp_path: Path) -> None:
    pattern = dot_pattern(576, 797, seed=5)
    pattern.preview().save(tmp_path / "in.png")
    job = run(PEERS or "", "-c", WRITE_ESCPOS, tmp_path / "in.png")
    VirtualSetup(printer_model("ESCPOS-80"), out=tmp_path).printer(SystemClock()).receive(job)
    with Image.open(tmp_path / "badge-001.png") as picture:
        assert differs(picture, pattern) is None


@pytest.mark.skipif(RENDERER is None, reason="LODGE_ZPL_RENDERER names no folder with zpl-renderer-js")
@pytest.mark.parametrize("compression", ["z64", "acs", "hex"])
@pytest.mark.parametrize(
    ("model", "media", "dpmm"), [("ZD421-203", "102x51-203dpi", 8), ("ZT411-600", "51x76-600dpi", 24)]
)
def test_zpl_renderer_reads_our_labels_dot_for_dot(
    tmp_path: Path, model: str, media: str, dpmm: int, compression: str
) -> None:
    described, paper = printer_model(model), medium(media)
    height = paper.height_dots or 0
    for bitmap in (
        dot_pattern(paper.width_dots, height, seed=3),
        render_badge(sample_badge(photo=drawn_face()), paper),
    ):
        data = family_of(described).job(bitmap, paper, described, JobOptions(compression=compression))
        (tmp_path / "job").write_bytes(data)
        size = [str(side / dpmm) for side in (paper.width_dots, height)]
        run("node", "-e", READ_ZPL, RENDERER or "", tmp_path / "job", *size, str(dpmm), tmp_path / "out.png")
        with Image.open(tmp_path / "out.png") as picture:
            assert differs(picture, bitmap) is None
