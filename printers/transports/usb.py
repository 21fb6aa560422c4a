"""USB by pyusb: any device with a printer interface (class 7, subclass 1), endpoints found by their direction.

    >>> transport = UsbTransport.open(UsbAddress(vendor=0x04F9, product=0x209D))  # doctest: +SKIP

libusb may take part of a write and say nothing (300 kB to a stalled printer: 81,920 taken, no exception), hence the
loop. The kernel's usblp holds the interface on most machines: it is detached for the job and attached again after.
"""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import usb.backend
import usb.core
import usb.util

from printers.clock import Clock, SystemClock
from printers.errors import (
    PrinterGoneError,
    PrinterNotFoundError,
    PrinterPermissionError,
    TransportError,
)
from printers.transports.port import Patience

_PRINTER_CLASS, _PRINTER_SUBCLASS = 7, 1
_PORTION_BYTES = 16_384
_READ_BYTES = 512
_NOTHING_YET_SECONDS = 0.01
_GONE = {errno.EIO, errno.ENODEV, errno.ENXIO, errno.ESHUTDOWN}
_NOT_ALLOWED = "This user may not use the USB printer. Add the user to the group 'lp' and sign in again."
_REFUSED = {errno.EACCES, errno.EPERM}


class _Endpoint(Protocol):
    """What is used of pyusb's endpoint; pyusb carries no types."""

    bEndpointAddress: int  # noqa: N815 - pyusb's name
    bmAttributes: int  # noqa: N815 - as above

    def write(self, data: bytes, timeout: int) -> int: ...

    def read(self, size: int, timeout: int) -> Iterable[int]: ...


class _Interface(Iterable[_Endpoint], Protocol):
    """What is used of pyusb's interface."""

    bInterfaceNumber: int  # noqa: N815 - pyusb's name
    bInterfaceClass: int  # noqa: N815 - as above
    bInterfaceSubClass: int  # noqa: N815 - as above


class _Device(Iterable[Iterable[_Interface]], Protocol):
    """What is used of pyusb's device: it iterates over configurations, and these over interfaces."""

    idVendor: int  # noqa: N815 - pyusb's name
    idProduct: int  # noqa: N815 - as above
    iSerialNumber: int  # noqa: N815 - as above

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
    device: _Device
    interface: _Interface

    def serial_number(self) -> str:
        """Read the serial number; this opens the device.

        Raises:
            PrinterPermissionError: pyusb cannot read any text of it, which is what it says without permission.
        """
        with _own_errors():
            try:
                return str(usb.util.get_string(self.device, self.device.iSerialNumber) or "")
            except ValueError as error:
                raise PrinterPermissionError(_NOT_ALLOWED) from error


def find_printers(address: UsbAddress, backend: usb.backend.IBackend | None = None) -> list[UsbPrinter]:
    """Return every attached printer that matches, in bus order.

    Raises:
        TransportError: when there is no libusb, or the bus cannot be read.
    """
    found: list[UsbPrinter] = []
    with _own_errors():
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


def _printer_interface(device: _Device) -> _Interface | None:
    for configuration in device:
        for interface in configuration:
            kind = (interface.bInterfaceClass, interface.bInterfaceSubClass)
            if kind == (_PRINTER_CLASS, _PRINTER_SUBCLASS):
                return interface
    return None


class UsbTransport:
    """One claimed printer interface."""

    def __init__(self, printer: UsbPrinter, clock: Clock) -> None:
        self._device = printer.device
        self._number = int(printer.interface.bInterfaceNumber)
        self._clock = clock
        out = _endpoint(printer.interface, usb.util.ENDPOINT_OUT)
        if out is None:
            raise TransportError("The USB printer has no way to receive data.")
        self._out = out
        self._in = _endpoint(printer.interface, usb.util.ENDPOINT_IN)
        self._detached = False
        self._open = False
        self._claim()

    @classmethod
    def open(
        cls, address: UsbAddress, *, backend: usb.backend.IBackend | None = None, clock: Clock | None = None
    ) -> UsbTransport:
        """Claim the first printer that matches.

        Raises:
            PrinterNotFoundError: none is attached.
            PrinterPermissionError: this user may not use it.
        """
        printers = find_printers(address, backend)
        if not printers:
            raise PrinterNotFoundError("No such USB printer is attached, or it is switched off.")
        return cls(printers[0], clock or SystemClock())

    @property
    def answers(self) -> bool:
        """Whether the printer has a bulk IN endpoint."""
        return self._in is not None

    def _claim(self) -> None:
        with _own_errors():
            with contextlib.suppress(NotImplementedError):
                if self._device.is_kernel_driver_active(self._number):
                    self._device.detach_kernel_driver(self._number)
                    self._detached = True
            self._open = True
            try:
                self._configure()
                usb.util.claim_interface(self._device, self._number)
            except usb.core.USBError:
                self.close()
                raise

    def _configure(self) -> None:
        """Choose a configuration only where none is set: setting one resets the printer."""
        try:
            self._device.get_active_configuration()
        except usb.core.USBError:
            self._device.set_configuration()

    def write(self, data: bytes, stall_seconds: float, total_seconds: float) -> None:
        """See ``Transport.write``."""
        position = 0
        patience = Patience(self._clock, stall_seconds, total_seconds)
        while position < len(data):
            left = patience.left(position, len(data))
            taken = self._write_portion(data[position : position + _PORTION_BYTES], left, position)
            position += taken
            if taken:
                patience.progress()

    def _write_portion(self, portion: bytes, seconds: float, before: int) -> int:
        with _own_errors(written=before):
            try:
                return int(self._out.write(portion, _milliseconds(seconds)))
            except usb.core.USBTimeoutError:
                return 0

    def read(self, timeout_seconds: float) -> bytes:
        """See ``Transport.read``; some printers answer an empty packet at once instead of waiting."""
        if self._in is None:
            return b""
        deadline = self._clock.monotonic() + timeout_seconds
        while True:
            left = deadline - self._clock.monotonic()
            with _own_errors():
                try:
                    data = bytes(self._in.read(_READ_BYTES, _milliseconds(left)))
                except usb.core.USBTimeoutError:
                    return b""
            if data or self._clock.monotonic() >= deadline:
                return data
            self._clock.sleep(min(_NOTHING_YET_SECONDS, timeout_seconds))

    def close(self) -> None:
        """See ``Transport.close``."""
        if not self._open:
            return
        self._open = False
        with contextlib.suppress(usb.core.USBError):
            usb.util.release_interface(self._device, self._number)
        if self._detached:
            with contextlib.suppress(usb.core.USBError, NotImplementedError):
                self._device.attach_kernel_driver(self._number)
        usb.util.dispose_resources(self._device)


def _endpoint(interface: _Interface, direction: int) -> _Endpoint | None:
    for endpoint in interface:
        is_bulk = usb.util.endpoint_type(endpoint.bmAttributes) == usb.util.ENDPOINT_TYPE_BULK
        if is_bulk and usb.util.endpoint_direction(endpoint.bEndpointAddress) == direction:
            return endpoint
    return None


def _milliseconds(seconds: float) -> int:
    """At least 1, for libusb takes 0 as for ever."""
    return max(1, round(seconds * 1000))


@contextlib.contextmanager
def _own_errors(*, written: int = 0) -> Iterator[None]:
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
    if error.errno == errno.EBUSY:
        return TransportError("Another program is using the printer.", written=written)
    return TransportError(f"The USB connection failed: {error}.", written=written)
