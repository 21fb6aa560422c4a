"""What every transport must do, run on each of them: USB by pyusb, raw TCP, a device file, a plain file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from printers.catalogue.brother import brother_model
from printers.clock import SystemClock
from printers.encodings.brother_ql import STATUS_REQUEST, encode
from printers.encodings.brother_status import StatusKind, parse_status
from printers.errors import (
    PrinterBusyError,
    PrinterGoneError,
    PrinterNotFoundError,
    PrinterStalledError,
    TransportError,
)
from printers.media import medium
from printers.simulator.brother import VirtualBrother
from printers.simulator.device import VirtualDevice
from printers.simulator.network import VirtualSocket
from printers.simulator.paper import Tray
from printers.simulator.usb import VirtualUsbBackend
from printers.transports.file import FileTransport
from printers.transports.port import Transport
from printers.transports.tcp import TcpTransport
from printers.transports.usb import UsbAddress, UsbTransport
from tests.vectors.printers.samples import dot_pattern

# A QL is silent on the network; what is tested here is the way, which must carry answers.
MODEL = replace(brother_model("QL-820NWB"), answers_on_network=True)
JOB = encode(dot_pattern(696, 1109, seed=7), medium("62x100"), MODEL)

# A switched-off network printer is a time-out; on loopback nobody listens, which is a refusal.
ABSENT = (PrinterNotFoundError, PrinterBusyError)


@dataclass
class Subject:
    """A transport under test with the printer, if any, at its other end."""

    open: Callable[[], Transport]
    printer: VirtualBrother | None
    received: Callable[[], int]


@pytest.fixture(params=["usb", "device file", "tcp"])
def answering(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Subject]:
    tray = Tray(tmp_path / "tray")
    printer = VirtualBrother(MODEL, medium("62x100"), tray, SystemClock())
    if request.param == "usb":
        bus = VirtualUsbBackend(printer, serial="S1", clock=SystemClock())
        yield Subject(lambda: UsbTransport.open(UsbAddress(0x04F9), backend=bus), printer, lambda: tray.printed)
        return
    if request.param == "tcp":
        with closing(VirtualSocket(printer, "127.0.0.1", 0)) as served:
            yield Subject(lambda: TcpTransport("127.0.0.1", served.port), printer, lambda: tray.printed)
        return
    path = tmp_path / "lp0"
    with closing(VirtualDevice(printer, path)):
        yield Subject(lambda: FileTransport(path), printer, lambda: tray.printed)


@pytest.fixture
def plain_file(tmp_path: Path) -> Subject:
    path = tmp_path / "badges.bin"
    return Subject(lambda: FileTransport(path), None, lambda: path.stat().st_size)


def read_until(transport: Transport, wanted: StatusKind) -> bool:
    for _ in range(400):
        data = transport.read(0.05)
        if data and parse_status(data[:32]).kind is wanted:
            return True
    return False


def test_question_is_answered(answering: Subject) -> None:
    with closing(answering.open()) as transport:
        transport.write(STATUS_REQUEST, 1, 1)
        assert transport.answers
        assert read_until(transport, StatusKind.REPLY)


def test_nothing_to_say_reads_as_nothing_and_comes_back(answering: Subject) -> None:
    with closing(answering.open()) as transport:
        assert transport.read(0.02) == b""


def test_whole_job_arrives_and_is_printed_once(answering: Subject) -> None:
    with closing(answering.open()) as transport:
        transport.write(JOB, 2, 10)
        assert read_until(transport, StatusKind.COMPLETED)
    assert answering.received() == 1


def test_stalled_printer_is_given_up_on_with_the_count_of_what_it_took(answering: Subject) -> None:
    assert answering.printer is not None
    answering.printer.control({"fault": "stall", "after_bytes": 40_000})
    with closing(answering.open()) as transport, pytest.raises(PrinterStalledError) as caught:
        transport.write(JOB, 0.2, 5)
    assert 40_000 <= caught.value.written < len(JOB)
    assert answering.received() == 0


def test_printer_unplugged_in_the_middle_is_gone(answering: Subject) -> None:
    assert answering.printer is not None
    answering.printer.control({"fault": "unplug", "after_bytes": 40_000})
    with closing(answering.open()) as transport, pytest.raises(PrinterGoneError):
        transport.write(JOB, 1, 5)
    assert answering.received() == 0


def test_unplugged_printer_is_not_found_and_found_again_when_plugged_in(answering: Subject) -> None:
    assert answering.printer is not None
    answering.printer.control({"fault": "unplug"})
    for _ in range(100):
        try:
            answering.open().close()
        except ABSENT:
            break
        SystemClock().sleep(0.02)
    with pytest.raises(ABSENT):
        answering.open()
    answering.printer.control({"fault": None})
    for _ in range(100):
        try:
            transport = answering.open()
        except ABSENT:
            SystemClock().sleep(0.02)
            continue
        with closing(transport):
            transport.write(STATUS_REQUEST, 1, 1)
            assert read_until(transport, StatusKind.REPLY)
        return
    pytest.fail("the printer did not come back")


def test_closing_twice_is_harmless(answering: Subject) -> None:
    transport = answering.open()
    transport.close()
    transport.close()
    with closing(answering.open()) as again:
        assert again.answers


def test_plain_file_keeps_every_job_and_never_answers(plain_file: Subject) -> None:
    for _ in range(2):
        with closing(plain_file.open()) as transport:
            assert not transport.answers
            transport.write(JOB, 1, 5)
            assert transport.read(0.01) == b""
    assert plain_file.received() == 2 * len(JOB)


def test_file_in_a_missing_folder_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(PrinterNotFoundError, match="There is no"):
        FileTransport(tmp_path / "missing" / "lp0")


def test_folder_is_no_printer(tmp_path: Path) -> None:
    with pytest.raises(TransportError, match="cannot be used"):
        FileTransport(tmp_path)


def test_full_disk_is_said_and_nothing_is_claimed() -> None:
    if not os.access("/dev/full", os.W_OK):
        pytest.fail("this test needs /dev/full")
    with closing(FileTransport(Path("/dev/full"))) as transport, pytest.raises(TransportError, match="space"):
        transport.write(JOB, 1, 5)


def test_closed_file_refuses_further_use(plain_file: Subject) -> None:
    transport = plain_file.open()
    transport.close()
    with pytest.raises(TransportError, match="closed"):
        transport.write(b"x", 1, 1)


def test_second_computer_waits_while_a_printer_serves_the_first(tmp_path: Path) -> None:
    """Several kiosks may share a networked printer: nobody hears an answer that is for another."""
    printer = VirtualBrother(MODEL, medium("62x100"), Tray(tmp_path), SystemClock())
    with (
        closing(VirtualSocket(printer, "127.0.0.1", 0)) as served,
        closing(TcpTransport("127.0.0.1", served.port)) as one,
        closing(TcpTransport("127.0.0.1", served.port)) as two,
    ):
        two.write(STATUS_REQUEST, 1, 1)
        one.write(STATUS_REQUEST, 1, 1)
        assert read_until(one, StatusKind.REPLY)
        assert two.read(0.1) == b""


def test_port_that_nobody_listens_on_refuses_and_says_what_that_may_mean(tmp_path: Path) -> None:
    printer = VirtualBrother(MODEL, medium("62x100"), Tray(tmp_path), SystemClock())
    with closing(VirtualSocket(printer, "127.0.0.1", 0)) as served:
        port = served.port
    with pytest.raises(PrinterBusyError, match="serves another computer just now, or does not print there"):
        TcpTransport("127.0.0.1", port)
