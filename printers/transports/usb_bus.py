"""Which printers are on the USB bus: any device with a printer interface (class 7, subclass 1)."""

# ruff: noqa: D102 - the protocols' methods are pyusb's

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import usb.backend
import usb.core
import usb.util

from printers.errors import PrinterGoneError, PrinterHaltedError, PrinterPermissionError, TransportError

_PRINTER_CLASS, _PRINTER_SUBCLASS = 7, 1
_GONE = {errno.EIO, errno.ENODEV, errno.ENXIO, errno.ESHUTDOWN}
_NOT_ALLOWED = "This user may not use the USB printer. Add the user to the group 'lp' and sign in again."
BROKEN_OFF = "The printer broke the USB transfer off."
_REFUSED = {errno.EACCES, errno.EPERM}


class Endpoint(Protocol):
    """What is used of pyusb's endpoint; pyusb carries no types."""

    bEndpointAddress: int  # noqa: N815 - pyusb's name
    bmAttributes: int  # noqa: N815 - as above
    wMaxPacketSize: int  # noqa: N815 - as above

    def write(self, data: bytes, timeout: int) -> int: ...

    def read(self, size: int, timeout: int) -> Iterable[int]: ...

    def clear_halt(self) -> None: ...


class Interface(Iterable[Endpoint], Protocol):
    """What is used of pyusb's interface."""

    bInterfaceNumber: int  # noqa: N815 - pyusb's name
    bInterfaceClass: int  # noqa: N815 - as above
    bInterfaceSubClass: int  # noqa: N815 - as above


class Device(Iterable[Iterable[Interface]], Protocol):
    """What is used of pyusb's device: it iterates over configurations, and these over interfaces."""

    idVendor: int  # noqa: N815 - pyusb's name
    idProduct: int  # noqa: N815 - as above
    iSerialNumber: int  # noqa: N815 - as above
    bus: int
    address: int

    def is_kernel_driver_active(self, interface: int) -> bool: ...

    def detach_kernel_driver(self, interface: int) -> None: ...

    def attach_kernel_driver(self, interface: int) -> None: ...

    def get_active_configuration(self) -> object: ...

    def set_configuration(self) -> None: ...


@dataclass(frozen=True)
class UsbAddress:
    """Which printer is meant; None matches any."""

    vendor: int | None = None
    product: int | None = None
    serial: str | None = None


@dataclass(frozen=True)
class UsbPrinter:
    """A printer found on the bus."""

    vendor: int
    product: int
    device: Device
    interface: Interface

    def serial_number(self) -> str:
        """Read the serial number; this opens the device.

        Raises:
            PrinterPermissionError: pyusb cannot read any text of it, which is what it says without permission.
        """
        with own_errors():
            try:
                return str(usb.util.get_string(self.device, self.device.iSerialNumber) or "")
            except ValueError as error:
                raise PrinterPermissionError(_NOT_ALLOWED) from error

    def held_by_kernel(self) -> bool:
        """Whether the kernel's usblp holds the interface; this opens the device."""
        with contextlib.suppress(usb.core.USBError, NotImplementedError):
            return self.device.is_kernel_driver_active(int(self.interface.bInterfaceNumber))
        return False

    @property
    def node(self) -> str:
        """Its device file, below ``/dev/bus/usb``."""
        return f"{self.device.bus:03d}/{self.device.address:03d}"


def find_printers(address: UsbAddress, backend: usb.backend.IBackend | None = None) -> list[UsbPrinter]:
    """Return every attached printer that matches, in bus order.

    Raises:
        TransportError: when there is no libusb, or the bus cannot be read.
    """
    found: list[UsbPrinter] = []
    with own_errors():
        for device in usb.core.find(find_all=True, backend=backend) or ():
            interface = _printer_interface(device)
            if interface is None:
                continue
            printer = UsbPrinter(int(device.idVendor), int(device.idProduct), device, interface)
            if _matches(printer, address):
                found.append(printer)
    return found


def _matches(printer: UsbPrinter, address: UsbAddress) -> bool:
    if address.vendor not in {None, printer.vendor} or address.product not in {None, printer.product}:
        return False
    return address.serial is None or printer.serial_number() == address.serial


def _printer_interface(device: Device) -> Interface | None:
    for configuration in device:
        for interface in configuration:
            kind = (interface.bInterfaceClass, interface.bInterfaceSubClass)
            if kind == (_PRINTER_CLASS, _PRINTER_SUBCLASS):
                return interface
    return None


@contextlib.contextmanager
def own_errors(*, written: int = 0) -> Iterator[None]:
    """Turn what libusb raises into this package's errors."""
    try:
        yield
    except usb.core.NoBackendError as error:
        raise TransportError("USB cannot be used: libusb is missing. Install libusb-1.0-0.") from error
    except usb.core.USBError as error:
        raise _translated(error, written) from error


def _translated(error: usb.core.USBError, written: int) -> TransportError:
    if error.errno in _GONE:
        return PrinterGoneError("The printer was unplugged or switched off.", written=written)
    if error.errno in _REFUSED:
        return PrinterPermissionError(_NOT_ALLOWED)
    if error.errno == errno.EPIPE:
        return PrinterHaltedError(BROKEN_OFF, written=written)
    if error.errno == errno.EBUSY:
        words = "Another program is using the printer: stop it, or wait until it has finished."
        return TransportError(words, written=written)
    return TransportError(f"The USB connection failed: {error}.", written=written)
