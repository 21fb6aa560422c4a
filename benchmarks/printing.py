"""Badges: render and encode for each family beside 60 ms, bytes on the wire, and the wait for the first byte.

Rendering and encoding are counted in processor time, which other programs on the machine do not lengthen.

Other people's encoders stand beside ours where ``LODGE_PRINT_PEERS`` names a Python that has python-escpos and
brother_ql (GPL, so never imported here).
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from PIL import Image

from benchmarks.rows import Row, beside, skipped
from printers.badge import BadgeContent, BadgeStyle, render_badge
from printers.bitmap import BadgeBitmap
from printers.clock import SystemClock
from printers.drivers import VirtualSetup, open_printer
from printers.job import JobOptions
from printers.media import Medium, medium
from printers.models import family_of, printer_model
from printers.simulator.usb import VirtualUsbBackend

RUNS, WARM = 15, 3
BAR_MS = 60.0
SUBJECTS = (
    ("QL-820NWB", "62x100"),
    ("ZD421-300", "76x102-300dpi"),
    ("TM-T20", "80mm"),
    ("LabelWriter-450", "dymo-99014"),
    ("LabelWriter-550", "dymo-99014"),
    ("PDF", "pdf-62x100"),
)
PEERS = "LODGE_PRINT_PEERS"
_BROTHER_SCRIPT = """
import sys, time
from PIL import Image
from brother_ql.conversion import convert
from brother_ql.raster import BrotherQLRaster
picture = Image.open(sys.argv[1])
picture.load()
spans = []
for _ in range(int(sys.argv[2])):
    begun = time.process_time()
    convert(BrotherQLRaster("QL-820NWB"), [picture], "62x100", cut=True, dither=False, threshold=50)
    spans.append(time.process_time() - begun)
print(sorted(spans)[len(spans) // 2] * 1000)
"""
_ESCPOS_SCRIPT = """
import sys, time
from PIL import Image
from escpos.printer import Dummy
picture = Image.open(sys.argv[1])
picture.load()
spans = []
for _ in range(int(sys.argv[2])):
    begun = time.process_time()
    printer = Dummy()
    printer.image(picture, impl="bitImageRaster")
    printer.cut()
    spans.append(time.process_time() - begun)
print(sorted(spans)[len(spans) // 2] * 1000)
"""


def rows() -> Iterator[Row]:
    """Every row; the bar is the issue's 60 ms for render and encode together."""
    for model, media in SUBJECTS:
        yield from _family(model, medium(media))
    yield _first_byte()
    yield _beside_peer("receipt encoder beside python-escpos", _ESCPOS_SCRIPT, "TM-T20", medium("80mm"))
    yield _beside_peer("Brother encoder beside brother_ql", _BROTHER_SCRIPT, "QL-820NWB", medium("62x100"))


def _content() -> BadgeContent:
    return BadgeContent(
        name="Odalys Fernhollow",
        company="Larkspur Looms",
        host="Ines Caldermoor",
        visitor_type="Visitor",
        style=BadgeStyle.VISITOR,
        organisation="Thistledown Works",
        place="Mill Lane",
        valid_until="Today 18:00",
        code_payload="LODGE1:B:7KQF2M9D$AWE4T-ZZ09.K7QF2M9D:0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        readable_code="K7QF2M9D",
        photo=Image.radial_gradient("L").resize((480, 640)),
    )


def _milliseconds(spans: list[float]) -> float:
    return median(spans[WARM:]) * 1000


def _family(name: str, paper: Medium) -> Iterator[Row]:
    model = printer_model(name)
    family = family_of(model)
    both, alone = [], []
    for _ in range(RUNS + WARM):
        begun = time.process_time()
        bitmap = render_badge(_content(), paper)
        drawn = time.process_time()
        data = family.job(bitmap, paper, model, JobOptions())
        ended = time.process_time()
        both.append(ended - begun)
        alone.append(ended - drawn)
    what = f"{family.name}, {paper.name}"
    yield beside(f"badge, render + encode: {what}", _milliseconds(both), "ms of processor", BAR_MS, "60 ms", bar=1.0)
    yield beside(f"badge, encode alone: {what}", _milliseconds(alone), "ms of processor", BAR_MS, "60 ms", bar=None)
    raw = bitmap.height * ((bitmap.width + 7) // 8)
    yield beside(f"badge, bytes on the wire: {what}", len(data), "bytes", raw, "its dots, packed", bar=None)


class _TimedBus(VirtualUsbBackend):
    """A virtual cable that notes when the first byte came."""

    first: float | None = None

    def bulk_write(self, dev_handle: object, ep: int, intf: int, data: object, timeout: int) -> int:
        """See ``VirtualUsbBackend``."""
        if self.first is None:
            self.first = time.perf_counter()
        return super().bulk_write(dev_handle, ep, intf, data, timeout)  # type: ignore[arg-type]  # pyusb's array


def _first_byte() -> Row:
    """From the call to the first byte on the (virtual) cable: finding, claiming and encoding."""
    model, paper = printer_model("QL-820NWB"), medium("62x100")
    bitmap = render_badge(_content(), paper)
    spans = []
    for _ in range(RUNS):
        clock = SystemClock()
        bus = _TimedBus(VirtualSetup(model, media=paper.name).printer(clock), serial="BENCH", clock=clock)
        driver = open_printer(f"usb:{model.usb_id}", backend=bus, clock=clock)
        begun = time.perf_counter()
        driver.print_badge(bitmap, paper)
        spans.append((bus.first or begun) - begun)
        driver.close()
    value = median(spans) * 1000
    return beside("badge, request to first byte on USB", value, "ms p50", BAR_MS, "60 ms", bar=1.0)


def _ours(name: str, paper: Medium, bitmap: BadgeBitmap) -> float:
    model = printer_model(name)
    spans = []
    for _ in range(RUNS + WARM):
        begun = time.process_time()
        family_of(model).job(bitmap, paper, model, JobOptions())
        spans.append(time.process_time() - begun)
    return _milliseconds(spans)


def _beside_peer(what: str, script: str, model: str, paper: Medium) -> Row:
    """The same picture through another encoder, in a process and an environment of its own (one of them is GPL)."""
    python = os.environ.get(PEERS)
    if python is None:
        return skipped(what, f"{PEERS} names no Python that has it")
    bitmap = render_badge(_content(), paper)
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "badge.png"
        bitmap.preview().save(picture)
        command = [python, "-c", script, str(picture), str(RUNS)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        return skipped(what, (done.stderr.strip().splitlines() or ["it failed"])[-1])
    theirs = float(done.stdout.split()[-1])
    return beside(what, _ours(model, paper, bitmap), "ms of processor", theirs, "own process", bar=1.0)
