"""A virtual printer on a virtual cable in virtual time, for every test that needs the three."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from printers.driver import PrinterDriver
from printers.drivers import VirtualSetup, open_printer
from printers.models import printer_model
from printers.simulator.printer import VirtualPrinter
from printers.simulator.usb import VirtualUsbBackend

SERIAL = "TEST0001"


class SteppedClock:
    """A clock that only moves when somebody sleeps, so that time limits are exact and tests are quick."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class VirtualDesk(NamedTuple):
    """Everything on a desk: driver, printer, cable, clock and the tray's folder."""

    driver: PrinterDriver
    printer: VirtualPrinter
    bus: VirtualUsbBackend
    clock: SteppedClock
    tray: Path

    def badges(self) -> list[Path]:
        """Pictures in the tray, oldest first."""
        return sorted(self.tray.glob("badge-*.png"))


def virtual_desk(folder: Path, *, model: str = "QL-820NWB", media: str = "62x100") -> VirtualDesk:
    """Set a desk up; the driver reaches the printer through the production USB transport."""
    clock = SteppedClock()
    described = printer_model(model)
    printer = VirtualSetup(described, media=media, out=folder).printer(clock)
    bus = VirtualUsbBackend(printer, serial=SERIAL, clock=clock)
    known = described.usb_product is not None
    uri = f"usb:{described.usb_id}:{SERIAL}?model={model}" if known else f"usb:?model={model}"
    driver = open_printer(uri, backend=bus, clock=clock)
    return VirtualDesk(driver, printer, bus, clock, folder)
