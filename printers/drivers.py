"""From a printer's address to its driver.

usb:                                   the first Brother QL that is plugged in
usb:04f9:209d                          a QL-820NWB
usb:04f9:209d:000A1B234567             that very one, wherever it is plugged in
file:/dev/usb/lp0?model=QL-820NWB      a device file
file:badges.bin?model=QL-800           a plain file (named with an ending); badges are appended
virtual:QL-820NWB?out=DIR&media=62x100&control=SOCKET    a virtual printer, all three optional

>>> from printers.drivers import open_printer
>>> printer = open_printer("virtual:QL-820NWB?out=badges&media=62x100")  # doctest: +SKIP
>>> printer.print_badge(bitmap, medium("62x100"))  # doctest: +SKIP
Printed()
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

import usb.backend

from printers.brother import BrotherDriver, Connection
from printers.clock import Clock, SystemClock
from printers.driver import PrinterDriver
from printers.errors import PrinterAddressError, PrinterNotFoundError
from printers.media import medium
from printers.models import BROTHER_VENDOR, PrinterModel, model_by_usb_id, printer_model
from printers.simulator.brother import VirtualBrother
from printers.simulator.control import ControlSocket
from printers.simulator.paper import Tray
from printers.simulator.usb import VirtualUsbBackend
from printers.transports.file import FileTransport
from printers.transports.usb import UsbAddress, UsbTransport, find_printers

_FORMS = "usb:, usb:VENDOR:PRODUCT, usb:VENDOR:PRODUCT:SERIAL, file:PATH?model=NAME or virtual:NAME?out=DIR"
_DEFAULT_MODEL = "QL-820NWB"
_VIRTUAL_SERIAL = "VIRTUAL0001"


def open_printer(uri: str, *, backend: usb.backend.IBackend | None = None, clock: Clock | None = None) -> PrinterDriver:
    """Return the driver for an address; the printer itself is looked for at each call, so it may be absent now.

    Args:
        uri: see above.
        backend: another USB bus than the machine's.
        clock: for time limits.

    Raises:
        PrinterAddressError: the address cannot be understood.
        MediumUnknownError: the model or medium in it is not known.
        ControlError: a virtual printer cannot be set up as asked.
    """
    time = clock or SystemClock()
    kind, colon, rest = uri.partition(":")
    target, _, query = rest.partition("?")
    if kind == "usb" and colon:
        _options(uri, query, set())
        return BrotherDriver(functools.partial(_connect_usb, _usb_address(uri, target), backend, time), clock=time)
    if kind == "file" and target:
        model = printer_model(_options(uri, query, {"model"}).get("model", _DEFAULT_MODEL))
        return BrotherDriver(functools.partial(_connect_file, Path(target), model, time), clock=time)
    if kind == "virtual" and target:
        options = _options(uri, query, {"out", "media", "control"})
        return _virtual(VirtualSetup.of(target, options), time)
    raise PrinterAddressError(f"{uri!r} is not a printer's address. Use {_FORMS}.")


def _options(uri: str, query: str, known: set[str]) -> dict[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    unknown = sorted(set(options) - known)
    if unknown:
        raise PrinterAddressError(f"{uri!r} has an option {unknown[0]!r} that is not known. Use {_FORMS}.")
    return options


def _usb_address(uri: str, target: str) -> UsbAddress:
    if not target:
        return UsbAddress(vendor=BROTHER_VENDOR)
    vendor, _, rest = target.partition(":")
    product, _, serial = rest.partition(":")
    try:
        address = UsbAddress(int(vendor, 16), int(product, 16), serial or None)
    except ValueError:
        raise PrinterAddressError(f"{uri!r} is not a USB address. Use {_FORMS}.") from None
    if model_by_usb_id(address.vendor or 0, address.product or 0) is None:
        raise PrinterAddressError(f"No printer model with the USB id {vendor}:{product} is supported.")
    return address


def _connect_usb(address: UsbAddress, backend: usb.backend.IBackend | None, clock: Clock) -> Connection:
    for printer in find_printers(address, backend):
        model = model_by_usb_id(printer.vendor, printer.product)
        if model is not None:
            return Connection(UsbTransport(printer, clock), model)
    raise PrinterNotFoundError("No supported label printer is plugged in by USB and switched on.")


def _connect_file(path: Path, model: PrinterModel, clock: Clock) -> Connection:
    return Connection(FileTransport(path, clock=clock), model)


@dataclass(frozen=True)
class VirtualSetup:
    """How a virtual printer is to be set up."""

    model: PrinterModel
    media: str = "62x100"
    out: Path | None = None
    control: Path | None = None

    @classmethod
    def of(cls, model: str, options: dict[str, str]) -> VirtualSetup:
        """Read the options of an address."""
        return cls(
            model=printer_model(model),
            media=options.get("media", cls.media),
            out=Path(options["out"]) if "out" in options else None,
            control=Path(options["control"]) if "control" in options else None,
        )

    def printer(self, clock: Clock) -> VirtualBrother:
        """Set the printer up."""
        return VirtualBrother(self.model, medium(self.media), Tray(self.out), clock)


def _virtual(setup: VirtualSetup, clock: Clock) -> PrinterDriver:
    printer = setup.printer(clock)
    bus = VirtualUsbBackend(printer, serial=_VIRTUAL_SERIAL, clock=clock)
    address = UsbAddress(setup.model.usb_vendor, setup.model.usb_product, _VIRTUAL_SERIAL)
    socket = None if setup.control is None else ControlSocket(printer, setup.control)
    return BrotherDriver(
        functools.partial(_connect_usb, address, bus, clock),
        clock=clock,
        on_close=(lambda: None) if socket is None else socket.close,
    )
