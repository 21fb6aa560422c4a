"""``lodge-print doctor`` asks the printer itself: what is wrong is said with what to do, whatever the way to it."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import usb.core

from printers.clock import SystemClock
from printers.doctor import ask_printer, examine
from printers.doctor_usb import UsbPlaces
from printers.drivers import VirtualSetup
from printers.finding import Finding
from printers.media import medium
from printers.models import printer_model
from printers.simulator.network import VirtualSocket
from tests.contract.printers.virtual_bus import SERIAL, VirtualDesk, virtual_desk
from tests.fakes.ipp_printer import ipp_desk

PAPER = medium("62x100")


@pytest.fixture
def desk(tmp_path: Path) -> VirtualDesk:
    return virtual_desk(tmp_path / "tray")


def asked(desk: VirtualDesk, media: str | None = "62x100") -> Finding:
    paper = None if media is None else medium(media)
    return examine([], paper, backend=desk.bus, clock=desk.clock)[-1]


def test_printer_on_usb_is_asked_and_says_what_is_loaded(desk: VirtualDesk) -> None:
    found = asked(desk)
    assert found.name == f"printer usb:04f9:209d:{SERIAL}"
    assert found.ok is True
    assert found.words == "The printer is ready. Loaded: 62 x 100 mm labels (DK-11202)."


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("no-media", "out of paper. Load a new roll."),
        ("cover-open", "cover is open. Close it"),
        ("mute", "does not answer. Switch it off and on again."),
        ("cutter-jam", "cutter is jammed."),
    ],
)
def test_fault_is_said_with_what_to_do(desk: VirtualDesk, fault: str, words: str) -> None:
    desk.printer.control({"fault": fault})
    found = asked(desk, None)
    assert found.ok is False
    assert words in found.words


def test_wrong_medium_names_both_and_either_way_out(desk: VirtualDesk) -> None:
    desk.printer.control({"media": "29x90"})
    found = asked(desk)
    assert found.ok is False
    assert found.words == (
        "The printer holds 29 x 90 mm labels (DK-11201), but badges need 62 x 100 mm labels (DK-11202). "
        "Change the roll. Or keep it, and name it as the printer's medium: 29x90."
    )


def test_kernels_driver_on_the_printer_is_told_and_needs_nothing(desk: VirtualDesk) -> None:
    found = {finding.name: finding for finding in examine(backend=desk.bus, clock=desk.clock)}
    assert found["kernel's usblp"].ok is None
    assert "nothing to do" in found["kernel's usblp"].words
    desk.bus.kernel_driver_active = False
    assert "kernel's usblp" not in {finding.name for finding in examine(backend=desk.bus, clock=desk.clock)}


@pytest.mark.parametrize("installed", [False, True])
def test_missing_udev_rule_is_told_from_one_that_was_not_applied(
    desk: VirtualDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, installed: bool
) -> None:
    def refuse(*_: Any) -> int:
        raise usb.core.USBError("Access denied", errno=errno.EACCES)

    monkeypatch.setattr(desk.bus, "open_device", refuse)
    places = UsbPlaces(tmp_path / "bus", tmp_path / "usb", (tmp_path,))
    (places.nodes / "001").mkdir(parents=True)
    (places.nodes / "001" / "001").touch()
    if installed:
        (tmp_path / "70-lodge-printers.rules").touch()
    words = [found.words for found in examine(backend=desk.bus, places=places) if found.ok is False]
    said = "was not applied" if installed else f"sudo cp deploy/raspberrypi/70-lodge-printers.rules {tmp_path}/"
    assert any(said in sentence and "udevadm trigger" in sentence for sentence in words)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[VirtualSocket]:
    printer = VirtualSetup(printer_model("ZD421-203"), out=tmp_path).printer(SystemClock())
    with closing(VirtualSocket(printer, "127.0.0.1", 0)) as socket_:
        yield socket_


def test_printer_on_the_network_is_asked(served: VirtualSocket) -> None:
    address = f"tcp:127.0.0.1:{served.port}?model=ZD421-203"
    found = examine([address], medium("76x102-203dpi"))
    assert [finding.name for finding in found] == ["text shaping", "fonts", f"printer {address}"]
    assert found[-1].ok is True
    wrong = ask_printer(address, PAPER)
    assert wrong.ok is False
    assert wrong.words.startswith("A ZD421-203 takes no 62x100. Name a medium that it takes: 102x152-203dpi")


def test_office_printer_is_asked() -> None:
    with ipp_desk() as printer:
        assert ask_printer(printer.uri, None).ok is True
        printer.reasons = ("cover-open-error",)
        found = ask_printer(printer.uri, None)
    assert found.ok is False
    assert "cover is open" in found.words


def refused_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("tcp:no..host?model=ZD421-203", "No machine is called 'no..host' on this network. Look the name up"),
        ("ipp://no..host/ipp/print", "No machine is called 'no..host' on this network. Look the name up"),
        ("ipp://127.0.0.1:{port}/ipp/print", "Nothing answers at http://127.0.0.1:{port}/ipp/print. Switch it on"),
        ("tcp:127.0.0.1:{port}?model=ZD421-203", "refuses the connection"),
        ("file:/dev/usb/lp77?model=QL-820NWB", "There is no /dev/usb/lp77. The kernel"),
    ],
)
def test_what_is_not_there_is_named_with_what_to_do(address: str, words: str) -> None:
    port = refused_port()
    found = ask_printer(address.format(port=port), None)
    assert found.ok is not True
    assert words.format(port=port) in found.words
