"""USB by pyusb: any device with a printer interface (class 7, subclass 1), endpoints found by their direction.

    >>> transport = UsbTransport.open(UsbAddress(vendor=0x04F9, product=0x209D))  # doctest: +SKIP

libusb may take part of a write and say nothing (300 kB to a stalled printer: 81,920 taken, no exception), hence the
loop. The kernel's usblp holds the interface on most machines: it is detached for the job and attached again after.

A printer may halt an endpoint: every transfer fails (EPIPE) until the host clears it. One that was halted before is
cleared first. In the middle of a transfer libusb does not say how much of it was taken; only a single packet is taken
whole or not at all (USB 2.0, 8.4.5), so that alone is sent again, and for everything else the family's rule decides.
"""

from __future__ import annotations

import contextlib
import errno

import usb.backend
import usb.control
import usb.core
import usb.util

from printers.clock import Clock, SystemClock
from printers.errors import PrinterHaltedError, PrinterNotFoundError, TransportError
from printers.transports.port import Patience
from printers.transports.usb_bus import (
    BROKEN_OFF,
    Endpoint,
    Interface,
    UsbAddress,
    UsbPrinter,
    find_printers,
    own_errors,
)

__all__ = ["UsbAddress", "UsbPrinter", "UsbTransport", "find_printers"]

_PORTION_BYTES = 16_384
_READ_BYTES = 512
_NOTHING_YET_SECONDS = 0.01
_HALTED = 1
_MOST_HALTS = 3


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
        with own_errors():
            with contextlib.suppress(NotImplementedError):
                if self._device.is_kernel_driver_active(self._number):
                    self._device.detach_kernel_driver(self._number)
                    self._detached = True
            self._open = True
            try:
                self._configure()
                usb.util.claim_interface(self._device, self._number)
                self._clear_halted()
            except usb.core.USBError:
                self.close()
                raise

    def _configure(self) -> None:
        """Choose a configuration only where none is set: setting one resets the printer."""
        try:
            self._device.get_active_configuration()
        except usb.core.USBError:
            self._device.set_configuration()

    def _clear_halted(self) -> None:
        """What an earlier program left halted; a printer that does not answer the question is taken as it is."""
        for endpoint in (self._out, self._in):
            with contextlib.suppress(usb.core.USBError):
                if endpoint is not None and usb.control.get_status(self._device, endpoint) & _HALTED:
                    endpoint.clear_halt()

    def write(self, data: bytes, stall_seconds: float, total_seconds: float) -> None:
        """See ``Transport.write``.

        Raises:
            PrinterHaltedError: the printer broke off; ``perhaps`` says how much more than ``written`` it may have.
        """
        position = halts = 0
        patience = Patience(self._clock, stall_seconds, total_seconds)
        while position < len(data):
            left = patience.left(position, len(data))
            portion = data[position : position + _PORTION_BYTES]
            taken = self._write_portion(portion, left, position)
            if taken is None:
                halts += 1
                if halts > _MOST_HALTS or len(portion) > self._out.wMaxPacketSize:
                    raise PrinterHaltedError(BROKEN_OFF, written=position, perhaps=len(portion))
                continue
            position += taken
            if taken:
                patience.progress()

    def _write_portion(self, portion: bytes, seconds: float, before: int) -> int | None:
        """Bytes taken; None where the printer halted the endpoint, which is cleared then."""
        with own_errors(written=before):
            try:
                return int(self._out.write(portion, _milliseconds(seconds)))
            except usb.core.USBTimeoutError:
                return 0
            except usb.core.USBError as error:
                if error.errno != errno.EPIPE:
                    raise
        with contextlib.suppress(usb.core.USBError):
            self._out.clear_halt()
        return None

    def read(self, timeout_seconds: float) -> bytes:
        """See ``Transport.read``; some printers answer an empty packet at once instead of waiting."""
        if self._in is None:
            return b""
        deadline, halts = self._clock.monotonic() + timeout_seconds, 0
        while True:
            left = deadline - self._clock.monotonic()
            with own_errors():
                try:
                    data = bytes(self._in.read(_READ_BYTES, _milliseconds(left)))
                except usb.core.USBTimeoutError:
                    return b""
                except usb.core.USBError as error:
                    halts += 1
                    if error.errno != errno.EPIPE or halts > _MOST_HALTS:
                        raise
                    self._in.clear_halt()
                    continue
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


def _endpoint(interface: Interface, direction: int) -> Endpoint | None:
    for endpoint in interface:
        is_bulk = usb.util.endpoint_type(endpoint.bmAttributes) == usb.util.ENDPOINT_TYPE_BULK
        if is_bulk and usb.util.endpoint_direction(endpoint.bEndpointAddress) == direction:
            return endpoint
    return None


def _milliseconds(seconds: float) -> int:
    """At least 1, for libusb takes 0 as for ever."""
    return max(1, round(seconds * 1000))
