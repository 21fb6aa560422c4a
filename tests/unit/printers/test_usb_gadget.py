"""A virtual printer as a USB gadget: what is told to the kernel, and what is said where the kernel cannot.

The kernel here is a folder; the real one is in tests/integration/printers/test_usb_stack.py.
"""

from __future__ import annotations

import errno
import os
import time
import tty
from pathlib import Path

import pytest

from printers.clock import SystemClock
from printers.drivers import VirtualSetup
from printers.errors import ControlError
from printers.models import printer_model
from printers.simulator.gadget import KernelPlaces, UsbGadget, VirtualGadget
from printers.simulator.printer import VirtualPrinter


@pytest.fixture
def places(tmp_path: Path) -> KernelPlaces:
    for name in ("gadgets", "udc/dummy_udc.0", "dev"):
        (tmp_path / name).mkdir(parents=True)
    return KernelPlaces(tmp_path / "gadgets", tmp_path / "udc", tmp_path / "dev")


def printer(out: Path) -> VirtualPrinter:
    return VirtualSetup(printer_model("QL-820NWB"), media="62x100", out=out).printer(SystemClock())


def test_the_kernel_is_told_which_printer_it_is(places: KernelPlaces, tmp_path: Path) -> None:
    UsbGadget(printer(tmp_path / "tray"), places)
    made = places.gadgets / "lodge-printer"
    assert (made / "idVendor").read_text() == "0x04f9"
    assert (made / "idProduct").read_text() == "0x209d"
    assert (made / "strings/0x409/product").read_text() == "QL-820NWB"
    assert "MDL:QL-820NWB;CLS:PRINTER" in (made / "functions/printer.0/pnp_string").read_text()
    assert (made / "configs/c.1/printer.0").readlink() == made / "functions/printer.0"


def test_a_served_gadget_takes_what_comes_and_answers(places: KernelPlaces, tmp_path: Path) -> None:
    """The device file is a pseudo-terminal: what comes is a status request, what goes is its answer."""
    master, slave = os.openpty()
    tty.setraw(slave)
    node = places.devices / "g_printer0"
    node.symlink_to(os.ttyname(slave))
    served = VirtualGadget(printer(tmp_path / "tray"), places)
    assert (places.gadgets / "lodge-printer/UDC").read_text() == "dummy_udc.0"
    os.write(master, bytes(400) + b"\x1b@\x1biS")
    heard = b""
    until = time.monotonic() + 5
    os.set_blocking(master, False)
    while len(heard) < 32 and time.monotonic() < until:
        try:
            heard += os.read(master, 64)
        except BlockingIOError:
            time.sleep(0.01)
    served.close()
    os.close(master)
    os.close(slave)
    assert heard[:4] == bytes([0x80, 0x20, 0x42, 0x34])
    assert (places.gadgets / "lodge-printer/UDC").read_text() == "\n"


def test_without_gadgets_a_port_or_the_rights_it_says_what_to_do(
    places: KernelPlaces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    virtual = printer(tmp_path / "tray")
    with pytest.raises(ControlError, match="modprobe libcomposite"):
        UsbGadget(virtual, KernelPlaces(tmp_path / "nowhere", places.ports, places.devices))
    with pytest.raises(ControlError, match="modprobe dummy_hcd"):
        UsbGadget(virtual, KernelPlaces(places.gadgets, tmp_path / "nowhere", places.devices))

    def refuse(_self: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "no")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "mkdir", refuse)
        with pytest.raises(ControlError, match="Only root"):
            UsbGadget(virtual, places)
