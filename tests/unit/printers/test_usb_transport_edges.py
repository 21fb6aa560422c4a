"""The corners of USB that the contract suite does not reach."""

from __future__ import annotations

import errno
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import usb.core

from printers.doctor import examine
from printers.errors import (
    PrinterGoneError,
    PrinterNotFoundError,
    PrinterPermissionError,
    TransportError,
)
from printers.layout.faces import font_files, font_records
from printers.transports.usb import UsbAddress, UsbTransport, find_printers
from tests.contract.printers.virtual_bus import SERIAL, VirtualDesk, virtual_desk


@pytest.fixture
def desk(tmp_path: Path) -> VirtualDesk:
    return virtual_desk(tmp_path)


def test_printer_is_found_by_interface_class_and_serial_number(desk: VirtualDesk) -> None:
    found = find_printers(UsbAddress(), desk.bus)
    assert [(printer.vendor, printer.product) for printer in found] == [(0x04F9, 0x209D)]
    assert found[0].serial_number() == SERIAL
    assert find_printers(UsbAddress(serial="OTHER"), desk.bus) == []
    assert find_printers(UsbAddress(product=1), desk.bus) == []


def test_device_of_another_class_is_no_printer(desk: VirtualDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    describe = desk.bus.get_interface_descriptor

    def as_a_disk(*place: Any) -> Any:
        interface = describe(*place)
        interface.bInterfaceClass = 8
        return interface

    monkeypatch.setattr(desk.bus, "get_interface_descriptor", as_a_disk)
    assert find_printers(UsbAddress(), desk.bus) == []
    words = [finding.words for finding in examine(backend=desk.bus, clock=desk.clock) if finding.ok is False]
    assert any("Editor Lite" in sentence for sentence in words)


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (errno.EIO, PrinterGoneError),
        (errno.ENODEV, PrinterGoneError),
        (errno.EACCES, PrinterPermissionError),
        (errno.EBUSY, TransportError),
        (errno.EPIPE, TransportError),
    ],
)
def test_what_libusb_raises_becomes_our_own_error(
    desk: VirtualDesk, monkeypatch: pytest.MonkeyPatch, number: int, error: type[TransportError]
) -> None:
    def fail(*_: Any) -> int:
        raise usb.core.USBError("as libusb says", errno=number)

    monkeypatch.setattr(desk.bus, "bulk_write", fail)
    transport = UsbTransport.open(UsbAddress(), backend=desk.bus, clock=desk.clock)
    with closing(transport), pytest.raises(error):
        transport.write(b"x", 1, 1)


def test_empty_packets_are_waited_out_and_not_taken_for_an_answer(
    desk: VirtualDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some printers answer an empty packet at once when they have nothing to say."""
    answers = [b"", b"", b"\x80" * 32]

    def read(_handle: object, _ep: int, _intf: int, buffer: Any, _timeout: int) -> int:
        data = answers.pop(0)
        for index, byte in enumerate(data):
            buffer[index] = byte
        return len(data)

    monkeypatch.setattr(desk.bus, "bulk_read", read)
    with closing(UsbTransport.open(UsbAddress(), backend=desk.bus, clock=desk.clock)) as transport:
        assert transport.read(0.5) == b"\x80" * 32


def test_absent_printer_is_not_found(desk: VirtualDesk) -> None:
    with pytest.raises(PrinterNotFoundError):
        UsbTransport.open(UsbAddress(vendor=1), backend=desk.bus)


def test_doctor_names_the_printer_and_its_address(desk: VirtualDesk) -> None:
    findings = examine(backend=desk.bus, clock=desk.clock)
    assert {finding.name: finding.ok for finding in findings} | {"text shaping": True, "fonts": True} == {
        finding.name: finding.ok for finding in findings
    }
    assert any(f"usb:04f9:209d:{SERIAL}" in finding.words for finding in findings)


def test_doctor_says_when_the_printer_may_not_be_used(desk: VirtualDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> int:
        raise usb.core.USBError("Access denied", errno=errno.EACCES)

    monkeypatch.setattr(desk.bus, "open_device", refuse)
    words = [finding.words for finding in examine(backend=desk.bus, clock=desk.clock) if finding.ok is False]
    assert any("group 'lp'" in sentence for sentence in words)


def test_committed_fonts_are_those_on_record_with_a_licence() -> None:
    records = {str(record["file"]): record for record in font_records()}
    assert {path.name for path in font_files()} == set(records)
    findings = {finding.name: finding for finding in examine()}
    assert findings["fonts"].ok, findings["fonts"].words
    folder = font_files()[0].parent
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text(encoding="utf-8").upper()
    assert all(record["licence"] == "OFL-1.1" for record in records.values())
