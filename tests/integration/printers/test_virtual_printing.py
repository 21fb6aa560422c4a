"""A badge through the production driver, USB transport and a virtual printer, and what then lies in the tray."""

from __future__ import annotations

import json
import socket
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageChops

from printers.badge import BadgeStyle, render_badge
from printers.driver import Failed, Printed, PrinterState, SentUnconfirmed
from printers.drivers import open_printer
from printers.media import medium
from printers.models import printer_model
from tests.contract.printers.virtual_bus import SteppedClock, virtual_desk
from tests.vectors.printers.samples import CODE, drawn_face, sample_badge


@pytest.mark.parametrize(
    ("model", "media"),
    [
        *[("QL-820NWB", paper.name) for paper in printer_model("QL-820NWB").media],
        ("QL-500", "62"),
        ("QL-1115NWB", "102x152"),
        ("QL-1060N", "102"),
        ("ZD421-203", "102x51-203dpi"),
        ("ZT411-300", "76x102-300dpi"),
        ("GK420d", "51x76-203dpi"),
        ("TM-T88V", "80mm-180dpi"),
        ("ESCPOS-58", "58mm"),
        ("LabelWriter-450", "dymo-99010"),
        ("LabelWriter-5XL", "dymo-1744907"),
    ],
)
def test_badge_is_printed_dot_for_dot(model: str, media: str, tmp_path: Path) -> None:
    described, paper = printer_model(model), medium(media)
    desk = virtual_desk(tmp_path, model=model, media=media)
    bitmap = render_badge(sample_badge(style=BadgeStyle.CONTRACTOR), paper)
    outcome = desk.driver.print_badge(bitmap, paper)
    assert isinstance(outcome, Printed if described.confirms else SentUnconfirmed)
    (printed,) = desk.badges()
    with Image.open(printed) as picture:
        assert picture.size == (bitmap.width, bitmap.height)
        assert ImageChops.difference(picture.convert("RGB"), bitmap.preview()).getbbox() is None


def test_code_on_the_printed_badge_scans_to_its_payload(tmp_path: Path) -> None:
    desk = virtual_desk(tmp_path)
    bitmap = render_badge(sample_badge(photo=drawn_face()), medium("62x100"))
    assert desk.driver.print_badge(bitmap, medium("62x100")) == Printed()
    with Image.open(desk.badges()[0]) as picture:
        assert [code.text for code in zxingcpp.read_barcodes(picture)] == [CODE]


def read_words(picture: Image.Image, folder: Path) -> str:
    """What tesseract reads on a badge."""
    path = folder / "ocr.png"
    bordered = Image.new("RGB", (picture.width + 80, picture.height + 80), "white")
    bordered.paste(picture, (40, 40))
    bordered.save(path, dpi=(300, 300))
    done = subprocess.run(
        ["tesseract", str(path), "-", "--psm", "11", "-l", "eng"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("photo", "words"),
    [
        (False, ["Odalys", "Fernhollow", "Larkspur", "Looms", "Ines", "Caldermoor", "18:00", "VISITOR", "Thistledown"]),
        (True, ["Odalys", "Fernhollow", "Larkspur", "Looms", "Ines", "Caldermoor", "18:00"]),
    ],
    ids=["no photo", "photo"],
)
def test_printed_words_are_read_by_a_machine(tmp_path: Path, photo: bool, words: list[str]) -> None:
    desk = virtual_desk(tmp_path)
    content = sample_badge(photo=drawn_face() if photo else None)
    assert desk.driver.print_badge(render_badge(content, medium("62x100")), medium("62x100")) == Printed()
    with Image.open(desk.badges()[0]) as picture:
        read = read_words(picture.convert("RGB"), tmp_path)
    assert [word for word in words if word not in read] == []


def test_c34_a_name_of_printer_commands_is_printed_letter_for_letter(tmp_path: Path) -> None:
    """C34: `^XA~JA` lies in the tray as readable letters, once."""
    desk = virtual_desk(tmp_path)
    bitmap = render_badge(sample_badge(name="^XA~JA\x1b@\x1a"), medium("62x100"))
    assert desk.driver.print_badge(bitmap, medium("62x100")) == Printed()
    (only,) = desk.badges()
    with Image.open(only) as picture:
        assert "XA~JA" in read_words(picture.convert("RGB"), tmp_path)


def converse(path: Path, **order: object) -> dict[str, object]:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(path))
        connection.sendall(json.dumps(order).encode() + b"\n")
        with connection.makefile() as lines:
            answer: dict[str, object] = json.loads(lines.readline())
            return answer


def test_virtual_address_serves_a_printer_with_its_control_socket(tmp_path: Path) -> None:
    control, out = tmp_path / "control.sock", tmp_path / "out"
    uri = f"virtual:QL-820NWB?control={control}&out={out}&media=62x29"
    printer = open_printer(uri, clock=SteppedClock())
    label = medium("62x29")
    try:
        assert printer.status(label).state is PrinterState.READY
        assert converse(control, fault="cover-open")["ok"] is True
        outcome = printer.print_badge(render_badge(sample_badge(), label), label)
        assert isinstance(outcome, Failed)
        assert outcome.reason is PrinterState.COVER_OPEN
        assert converse(control, fault=None)["printed"] == 0
        assert printer.print_badge(render_badge(sample_badge(), label), label) == Printed()
        assert converse(control, status=True)["printed"] == 1
        assert converse(control, nonsense=1)["ok"] is False
    finally:
        printer.close()
    assert [path.name for path in out.iterdir()] == ["badge-001.png"]
    assert not control.exists()


def test_virtual_printer_needs_neither_a_folder_nor_a_socket() -> None:
    printer = open_printer("virtual:QL-800", clock=SteppedClock())
    label = medium("62x100")
    assert printer.print_badge(render_badge(sample_badge(), label), label) == Printed()
    printer.close()


def test_left_over_socket_of_a_killed_run_is_replaced(tmp_path: Path) -> None:
    control = tmp_path / "control.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(control))
    printer = open_printer(f"virtual:QL-820NWB?control={control}")
    try:
        assert converse(control, status=True)["model"] == "QL-820NWB"
    finally:
        printer.close()
