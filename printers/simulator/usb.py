"""The cable of a virtual printer: a pyusb back end; the production transport speaks to it unchanged (ADR 0032)."""

# ruff: noqa: ARG002 - the signatures are pyusb's, and on a bus with one printer most parameters have one value

from __future__ import annotations

import errno
from collections.abc import MutableSequence, Sequence
from types import SimpleNamespace

import usb.backend
import usb.core

from printers.clock import Clock
from printers.simulator.faults import FaultKind
from printers.simulator.printer import VirtualPrinter

_OUT_ENDPOINT, _IN_ENDPOINT = 0x02, 0x81
_BULK, _PACKET = 0x02, 64
_PRINTER_CLASS, _PRINTER_SUBCLASS, _BIDIRECTIONAL = 7, 1, 2
_GET_DESCRIPTOR, _STRING_DESCRIPTOR = 0x06, 0x03
_ENGLISH = b"\x04\x03\x09\x04"
UNPUBLISHED_PRODUCT = 0x7FFF
_SHORT_WRITE_BYTES = 1_000
_SLOW_BYTES, _SLOW_SECONDS = 512, 0.2
_POLL_SECONDS = 0.005
_GET_STATUS, _OF_ENDPOINT = 0x00, 0x82


class VirtualUsbBackend(usb.backend.IBackend):  # type: ignore[misc]  # pyusb carries no types
    """A bus with one printer on it.

    Args:
        printer: what hangs on the cable.
        serial: its serial number.
        clock: lets time-outs pass.
        kernel_driver: whether usblp holds the interface at first, as it does on most machines.
    """

    def __init__(self, printer: VirtualPrinter, *, serial: str, clock: Clock, kernel_driver: bool = True) -> None:
        self._printer = printer
        self._clock = clock
        self._strings = {1: printer.model.family, 2: printer.model.name, 3: serial}
        self._claimed = False
        self._halted: set[int] = set()
        self._halts_after: int | None = None
        self.kernel_driver_active = kernel_driver

    def halt(self, *, after_bytes: int = 0) -> None:
        """Halt both endpoints, now or once so many more bytes were taken, until the host clears them."""
        self._halts_after = after_bytes
        if after_bytes == 0:
            self._strike()

    def _strike(self) -> None:
        self._halted, self._halts_after = {_OUT_ENDPOINT, _IN_ENDPOINT}, None

    # --- descriptors -------------------------------------------------------------------------------------------------

    def enumerate_devices(self) -> list[str]:
        """List what is plugged in."""
        return [] if self._printer.fault is FaultKind.UNPLUG else [self._strings[3]]

    def get_device_descriptor(self, dev: object) -> SimpleNamespace:
        """Describe the device."""
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x0200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=_PACKET, idVendor=self._printer.model.usb_vendor or 0,
            idProduct=self._printer.model.usb_product or UNPUBLISHED_PRODUCT, bcdDevice=0x0100,
            iManufacturer=1, iProduct=2, iSerialNumber=3, bNumConfigurations=1,
            address=1, bus=1, port_number=1, port_numbers=(1,), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev: object, config: int) -> SimpleNamespace:
        """Describe the only configuration."""
        _only(config)
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=1, bConfigurationValue=1, iConfiguration=0,
            bmAttributes=0xC0, bMaxPower=0, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, dev: object, intf: int, alt: int, config: int) -> SimpleNamespace:
        """Describe the only interface: a bidirectional printer."""
        _only(intf, alt, config)
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0, bNumEndpoints=2,
            bInterfaceClass=_PRINTER_CLASS, bInterfaceSubClass=_PRINTER_SUBCLASS,
            bInterfaceProtocol=_BIDIRECTIONAL, iInterface=0, extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev: object, ep: int, intf: int, alt: int, config: int) -> SimpleNamespace:
        """Describe bulk IN and bulk OUT."""
        _only(intf, alt, config)
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=(_IN_ENDPOINT, _OUT_ENDPOINT)[ep], bmAttributes=_BULK,
            wMaxPacketSize=_PACKET, bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=[],
        )  # fmt: skip

    # --- opening and claiming ----------------------------------------------------------------------------------------

    def open_device(self, dev: object) -> object:
        """Open the device."""
        self._must_be_there()
        return dev

    def close_device(self, dev_handle: object) -> None:
        """Close the device."""
        self._claimed = False

    def set_configuration(self, dev_handle: object, config_value: int) -> None:
        """Choose the only configuration."""
        self._must_be_there()

    def get_configuration(self, dev_handle: object) -> int:
        """Return the only configuration."""
        self._must_be_there()
        return 1

    def is_kernel_driver_active(self, dev_handle: object, intf: int) -> bool:
        """Whether usblp holds the interface."""
        self._must_be_there()
        return self.kernel_driver_active

    def detach_kernel_driver(self, dev_handle: object, intf: int) -> None:
        """Take the interface from usblp."""
        self.kernel_driver_active = False

    def attach_kernel_driver(self, dev_handle: object, intf: int) -> None:
        """Give the interface back to usblp."""
        self._must_be_there()
        self.kernel_driver_active = True

    def claim_interface(self, dev_handle: object, intf: int) -> None:
        """Claim the interface; refused while somebody else has it."""
        self._must_be_there()
        if self._claimed or self.kernel_driver_active:
            raise usb.core.USBError("Resource busy", errno=errno.EBUSY)
        self._claimed = True

    def release_interface(self, dev_handle: object, intf: int) -> None:
        """Release the interface."""
        self._claimed = False

    # --- data --------------------------------------------------------------------------------------------------------

    def ctrl_transfer(  # noqa: PLR0917 - pyusb's signature
        self,
        dev_handle: object,
        bmRequestType: int,  # noqa: N803 - pyusb's name
        bRequest: int,  # noqa: N803 - as above
        wValue: int,  # noqa: N803 - as above
        wIndex: int,  # noqa: N803 - as above
        data: MutableSequence[int],
        timeout: int,
    ) -> int:
        """Answer string descriptors and whether an endpoint is halted; anything else is refused as a device does."""
        self._must_be_there()
        if (bmRequestType, bRequest) == (_OF_ENDPOINT, _GET_STATUS):
            return _filled(data, bytes([wIndex in self._halted, 0]))
        if bRequest != _GET_DESCRIPTOR or wValue >> 8 != _STRING_DESCRIPTOR:
            raise usb.core.USBError("Pipe error", errno=errno.EPIPE)
        text = self._strings.get(wValue & 0xFF, "").encode("utf-16-le")
        answer = bytes([len(text) + 2, _STRING_DESCRIPTOR]) + text if wValue & 0xFF else _ENGLISH
        return _filled(data, answer)

    def clear_halt(self, dev_handle: object, ep: int) -> None:
        """Open an endpoint again that was halted."""
        self._must_be_there()
        self._halted.discard(ep)

    def bulk_write(self, dev_handle: object, ep: int, intf: int, data: Sequence[int], timeout: int) -> int:
        """Take as much as the printer takes now; like libusb, a part of it without an exception.

        Where the printer halts in the middle, what it took before stays taken, and nobody is told how much that is.
        """
        self._must_be_there()
        self._must_not_be_halted(ep)
        taken = min(len(data), self._room_now(timeout / 1000))
        if self._halts_after is not None:
            whole, self._halts_after = taken, self._halts_after - taken
            if self._halts_after < 0:
                packets = (whole + self._halts_after) // _PACKET * _PACKET
                self._strike()
                self._printer.receive(bytes(data[:packets]))
                self._must_not_be_halted(ep)
        if taken == 0:
            self._clock.sleep(timeout / 1000)
            raise usb.core.USBTimeoutError("Operation timed out", errno=errno.ETIMEDOUT)
        self._printer.receive(bytes(data[:taken]))
        return taken

    def _room_now(self, seconds: float) -> int:
        before_fault = self._printer.room()
        fault = self._printer.fault
        if self._printer.takes_nothing:
            return 0
        if fault is FaultKind.SHORT_WRITES:
            return _SHORT_WRITE_BYTES
        if fault is FaultKind.SLOW:
            self._clock.sleep(min(_SLOW_SECONDS, seconds))
            return _SLOW_BYTES
        return max(1, before_fault)

    def bulk_read(self, dev_handle: object, ep: int, intf: int, buff: MutableSequence[int], timeout: int) -> int:
        """Hand over a status when there is one, else time out."""
        deadline = self._clock.monotonic() + timeout / 1000
        self._must_not_be_halted(ep)
        while True:
            self._must_be_there()
            answer = self._printer.answer()
            if answer:
                return _filled(buff, answer)
            left = deadline - self._clock.monotonic()
            if left <= 0:
                raise usb.core.USBTimeoutError("Operation timed out", errno=errno.ETIMEDOUT)
            self._clock.sleep(min(_POLL_SECONDS, left))

    def _must_not_be_halted(self, endpoint: int) -> None:
        if endpoint in self._halted:
            raise usb.core.USBError("Pipe error", errno=errno.EPIPE)

    def _must_be_there(self) -> None:
        if self._printer.fault is FaultKind.UNPLUG:
            raise usb.core.USBError("No such device (it may have been disconnected)", errno=errno.ENODEV)


def _only(*numbers: int) -> None:
    """There is one of each; pyusb asks until IndexError."""
    if any(numbers):
        raise IndexError


def _filled(buffer: MutableSequence[int], answer: bytes) -> int:
    length = min(len(buffer), len(answer))
    for index in range(length):
        buffer[index] = answer[index]
    return length
