"""The virtual printer refuses what the real one refuses, and obeys its control socket."""

from __future__ import annotations

import json
import tracemalloc
from base64 import b64encode
from binascii import crc_hqx
from collections.abc import Callable
from pathlib import Path
from zlib import compress

import pytest
from PIL import Image

from printers.catalogue.brother import brother_model
from printers.drivers import VirtualSetup
from printers.encodings.brother_ql import STATUS_REQUEST, encode
from printers.encodings.brother_status import BrotherFault, BrotherStatus, StatusKind, parse_status
from printers.errors import ControlError
from printers.media import medium
from printers.models import printer_model
from printers.simulator.brother import VirtualBrother
from printers.simulator.control import obey_line
from printers.simulator.paper import Tray
from tests.contract.printers.virtual_bus import SteppedClock
from tests.vectors.printers.samples import dot_pattern

MODEL = brother_model("QL-820NWB")
PACKED = b64encode(compress(bytes(32 << 20), 1))


def virtual(tmp_path: Path, media: str = "62x29") -> tuple[VirtualBrother, Tray, SteppedClock]:
    clock, tray = SteppedClock(), Tray(tmp_path)
    return VirtualBrother(MODEL, medium(media), tray, clock), tray, clock


def answers(printer: VirtualBrother, clock: SteppedClock, seconds: float = 20) -> list[BrotherStatus]:
    clock.sleep(seconds)
    found = []
    while data := printer.answer():
        found.append(parse_status(data))
    return found


def job(media: str = "62x29") -> bytes:
    paper = medium(media)
    return encode(dot_pattern(paper.width_dots, paper.height_dots or 200, seed=5), paper, MODEL)


def test_good_job_is_phase_change_completed_phase_change(tmp_path: Path) -> None:
    printer, tray, clock = virtual(tmp_path)
    printer.receive(job())
    said = answers(printer, clock)
    assert [status.kind for status in said] == [
        StatusKind.PHASE_CHANGE,
        StatusKind.COMPLETED,
        StatusKind.PHASE_CHANGE,
    ]
    assert [status.printing for status in said] == [True, False, False]
    assert tray.printed == 1


def test_completed_is_not_said_before_the_paper_is_out(tmp_path: Path) -> None:
    printer, _, clock = virtual(tmp_path)
    printer.receive(job())
    assert [status.kind for status in answers(printer, clock, seconds=0)] == [StatusKind.PHASE_CHANGE]
    printer.receive(STATUS_REQUEST)
    busy = answers(printer, clock, seconds=0)
    assert [status.printing for status in busy] == [True]


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda data: data.replace(b"\x1biz\xce\x0b\x3e\x1d", b"\x1biz\xce\x0b\x1d\x1d"), BrotherFault.WRONG_MEDIA),
        (lambda data: data.replace(b"\x1biz\xce\x0b", b"\x1biz\xce\x0a"), BrotherFault.WRONG_MEDIA),
        (lambda data: data.replace(b"\x1biK\x08", b"\x1biK\x09"), BrotherFault.COMMUNICATION),
        (lambda data: data.replace(b"\x1bia\x01", b"\x1bia\x00"), BrotherFault.COMMUNICATION),
        (lambda data: data[:-94] + data[-1:], BrotherFault.COMMUNICATION),
        (lambda data: data[:-1] + b"g\x00\x02ab\x1a", BrotherFault.COMMUNICATION),
        (lambda data: data[:-1] + b"\xff\x1a", BrotherFault.COMMUNICATION),
    ],
    ids=["other width", "other form", "two-colour bit", "other mode", "row missing", "short row", "unknown command"],
)
def test_spoilt_job_is_refused_and_nothing_printed(
    tmp_path: Path, spoil: Callable[[bytes], bytes], fault: BrotherFault
) -> None:
    printer, tray, clock = virtual(tmp_path)
    spoilt = spoil(job())
    assert spoilt != job()
    printer.receive(spoilt)
    said = answers(printer, clock)
    assert [status.kind for status in said] == [StatusKind.ERROR]
    assert said[0].faults is fault
    assert tray.printed == 0


def test_two_colour_bit_clear_on_the_red_roll_answers_replace_media(tmp_path: Path) -> None:
    """As DK-22251 does."""
    printer, tray, clock = virtual(tmp_path, "62red")
    printer.receive(encode(dot_pattern(696, 200, seed=5), medium("62"), MODEL))
    assert [status.faults for status in answers(printer, clock)] == [BrotherFault.WRONG_MEDIA]
    printer.receive(job("62red"))
    assert StatusKind.COMPLETED in [status.kind for status in answers(printer, clock)]
    assert tray.printed == 1


def test_after_an_error_only_initialising_lets_it_print_again(tmp_path: Path) -> None:
    printer, tray, clock = virtual(tmp_path)
    printer.receive(job("62x100"))
    answers(printer, clock)
    printer.receive(b"\x1a")
    assert answers(printer, clock) == []
    printer.receive(job())
    assert tray.printed == 1


def test_packed_rows_are_unpacked_as_the_printer_does(tmp_path: Path) -> None:
    """`M 02` selects PackBits; the encoder does not use it, other programs do."""
    printer, tray, _ = virtual(tmp_path)
    plain = encode(dot_pattern(8, 271, seed=1), medium("62x29"), MODEL)
    start = plain.index(b"g\x00\x5a")
    rows = [plain[at + 3 : at + 93] for at in range(start, len(plain) - 1, 93)]
    packed = b"".join(b"g\x00" + bytes([93]) + b"\x2c" + row[:45] + b"\x80" + b"\x2c" + row[45:] for row in rows)
    printer.receive(plain[:start] + b"M\x02" + packed + b"\x1a")
    printer.receive(plain)
    first, second = (Image.open(path).tobytes() for path in sorted(tmp_path.glob("badge-*.png")))
    assert tray.printed == 2
    assert first == second


def test_empty_rows_may_be_sent_short(tmp_path: Path) -> None:
    printer, tray, _ = virtual(tmp_path)
    blank = encode(dot_pattern(8, 1, seed=1), medium("62x29"), MODEL)
    start = blank.index(b"g\x00\x5a")
    printer.receive(blank[: start + 93] + b"Z" * 270 + b"\x1a")
    assert tray.printed == 1


def test_badges_are_numbered_on_and_never_half_written(tmp_path: Path) -> None:
    (tmp_path / "badge-007.png").write_bytes(b"an earlier run")
    printer, _, _ = virtual(tmp_path)
    printer.receive(job())
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["badge-007.png", "badge-008.png"]
    assert (tmp_path / "badge-007.png").read_bytes() == b"an earlier run"


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"nonsense",
        b"[]",
        b"{}",
        b'{"fault": "earthquake"}',
        b'{"fault": 3}',
        b'{"media": "A4"}',
        b'{"media": "102x152"}',
        b'{"fault": "stall", "after_bytes": -1}',
        b'{"colour": "red"}',
        b"[" * 3_000,
        b"\xff\xfe",
    ],
)
def test_senseless_order_is_answered_with_a_reason(tmp_path: Path, line: bytes) -> None:
    printer, _, _ = virtual(tmp_path)
    answer = obey_line(printer, line)
    assert answer["ok"] is False
    assert str(answer["error"]).endswith(".")


def test_orders_change_the_printer_and_tell_its_state(tmp_path: Path) -> None:
    printer, _, _ = virtual(tmp_path)
    assert obey_line(printer, b'{"media": "62red"}')["media"] == "62red"
    assert obey_line(printer, b'{"fault": "wrong-media"}')["media"] != "62red"
    back = obey_line(printer, b'{"fault": null}')
    assert back == {"ok": True, "model": "QL-820NWB", "media": "62red", "fault": None, "printed": 0}
    assert json.dumps(obey_line(printer, b'{"status": true}'))


def test_printer_cannot_hold_paper_that_is_not_made_for_it(tmp_path: Path) -> None:
    with pytest.raises(ControlError, match="cannot hold"):
        VirtualBrother(brother_model("QL-700"), medium("62red"), Tray(None), SteppedClock())
    assert Tray(tmp_path / "new" / "folder").printed == 0


@pytest.mark.parametrize(
    "body",
    [
        b"^PW" + b"9" * 5_000,
        b"^GFA,99999,99999,1," + b"z" * 20_000 + b"F" + b":" * 2_000,
        b"^GFA,9,9999999999999999,1,FF",
        b"^GFA,99999,99999,9,:Z64:" + PACKED + b":%04X" % crc_hqx(PACKED, 0),
    ],
    ids=["digits", "repeats", "size", "packed"],
)
def test_virtual_zebra_survives_what_no_printer_is_sent_and_takes_the_next_label(tmp_path: Path, body: bytes) -> None:
    printer = VirtualSetup(printer_model("ZD421-203"), media="51x76-203dpi", out=tmp_path).printer(SteppedClock())
    tracemalloc.start()
    try:
        printer.receive(b"^XA" + body + b"^FS^XZ^XA^XZ")
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert printer.control({"status": True})["printed"] == 1
    assert peak_bytes < 24 << 20
