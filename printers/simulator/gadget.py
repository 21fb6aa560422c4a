"""A virtual printer on the real kernel's USB: a printer function of a Linux USB gadget (usb_f_printer).

Whatever the machine's USB device port is plugged into finds a printer; with ``dummy_hcd`` that is the machine itself.
The device is described in configfs (Documentation/usb/gadget_configfs.rst), its bytes pass through ``/dev/g_printerN``.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from printers.errors import ControlError
from printers.simulator.faults import FaultKind
from printers.simulator.printer import VirtualPrinter
from printers.simulator.usb import UNPUBLISHED_PRODUCT

SERIAL = "VIRTUAL0001"
_NAME, _FUNCTION, _CONFIGURATION, _ENGLISH = "lodge-printer", "printer.0", "c.1", "0x409"
_USB_2, _RELEASE = "0x0200", "0x0100"
_QUEUE_LENGTH = 2
"""Transfers of 8 KiB that the kernel takes ahead: as much as a small printer's memory, so that a stall is felt."""
_READ_BYTES = 8_192
"""A whole transfer of the kernel's printer function."""
_POLL_SECONDS, _STOP_SECONDS = 0.01, 3.0
_NODE_SECONDS = 5.0
_NOT_ALLOWED = "Only root may make a USB gadget."
_NO_CONFIGFS = (
    "This kernel offers no USB gadgets here: as root, modprobe libcomposite, and mount configfs if it is not."
)
_NO_PORT = "This machine has no USB device port that could be a printer's. To plug one into itself: modprobe dummy_hcd."
_NO_FUNCTION = "This kernel has no printer function for USB gadgets (usb_f_printer)."
_NO_NODE = "The kernel made the gadget, but no {node} for it. Is devtmpfs mounted?"


@dataclass(frozen=True, slots=True)
class KernelPlaces:
    """Where the kernel shows what it has."""

    gadgets: Path = Path("/sys/kernel/config/usb_gadget")
    ports: Path = Path("/sys/class/udc")
    devices: Path = Path("/dev")


class UsbGadget:
    """A printer-class device of a model, made in configfs; not plugged in at first."""

    def __init__(self, printer: VirtualPrinter, places: KernelPlaces | None = None) -> None:
        """Describe the device to the kernel.

        Raises:
            ControlError: the kernel has no gadgets, no port, no printer function, or this user may not.
        """
        self._places = places or KernelPlaces()
        self._folder = self._places.gadgets / _NAME
        if not self._places.gadgets.is_dir():
            raise ControlError(_NO_CONFIGFS)
        ports = sorted(self._places.ports.iterdir()) if self._places.ports.is_dir() else []
        if not ports:
            raise ControlError(_NO_PORT)
        self._port = ports[0].name
        try:
            self._describe(printer)
        except OSError as error:
            self.remove()
            raise ControlError(_refusal(error)) from error

    @property
    def node(self) -> Path:
        """The device file on the printer's side."""
        return self._places.devices / "g_printer0"

    def _describe(self, printer: VirtualPrinter) -> None:
        model, folder = printer.model, self._folder
        self.remove()
        folder.mkdir()
        product = model.usb_product or UNPUBLISHED_PRODUCT
        numbers = {"idVendor": f"0x{model.usb_vendor or 0:04x}", "idProduct": f"0x{product:04x}"}
        for name, value in {**numbers, "bcdUSB": _USB_2, "bcdDevice": _RELEASE}.items():
            (folder / name).write_text(value)
        strings = folder / "strings" / _ENGLISH
        strings.mkdir(parents=True)
        for name, value in {"manufacturer": model.family, "product": model.name, "serialnumber": SERIAL}.items():
            (strings / name).write_text(value)
        configuration, function = folder / "configs" / _CONFIGURATION, folder / "functions" / _FUNCTION
        configuration.mkdir(parents=True)
        function.mkdir(parents=True)
        (function / "pnp_string").write_text(f"MFG:{model.family};MDL:{model.name};CLS:PRINTER;SN:{SERIAL};")
        (function / "q_len").write_text(str(_QUEUE_LENGTH))
        (configuration / _FUNCTION).symlink_to(function)

    def plug(self) -> None:
        """Put the plug into the port.

        Raises:
            ControlError: the port is taken, or the kernel makes no device file.
        """
        try:
            (self._folder / "UDC").write_text(self._port)
        except OSError as error:
            raise ControlError(_refusal(error)) from error
        until = time.monotonic() + _NODE_SECONDS
        while not self.node.exists():
            if time.monotonic() > until:
                raise ControlError(_NO_NODE.format(node=self.node))
            time.sleep(_POLL_SECONDS)

    def unplug(self) -> None:
        """Pull the plug; whatever was on the way is lost."""
        with contextlib.suppress(OSError):
            (self._folder / "UDC").write_text("\n")

    def remove(self) -> None:
        """Take the device away, part after part as configfs wants it; whatever is not there is passed over."""
        self.unplug()
        with contextlib.suppress(OSError):
            (self._folder / "configs" / _CONFIGURATION / _FUNCTION).unlink()
        for part in (f"configs/{_CONFIGURATION}", f"functions/{_FUNCTION}", f"strings/{_ENGLISH}", ""):
            with contextlib.suppress(OSError):
                (self._folder / part).rmdir()


def _refusal(error: OSError) -> str:
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return _NOT_ALLOWED
    if error.errno == errno.ENOENT:
        return _NO_FUNCTION
    if error.errno == errno.EBUSY:
        return "The USB device port is taken by another gadget."
    return f"The USB gadget cannot be made: {error.strerror}."


class VirtualGadget:
    """Serves a virtual printer on a gadget until closed. The faults *unplug* and *stall* are the kernel's own here."""

    def __init__(self, printer: VirtualPrinter, places: KernelPlaces | None = None) -> None:
        """Make the gadget and plug it in.

        Raises:
            ControlError: as ``UsbGadget``.
        """
        self._printer = printer
        self._gadget = UsbGadget(printer, places)
        self._stop = threading.Event()
        self._node, self._plugged = -1, True
        self._untaken = self._unsaid = b""
        try:
            self._gadget.plug()
        except ControlError:
            self._gadget.remove()
            raise
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def node(self) -> Path:
        """The device file on the printer's side."""
        return self._gadget.node

    def close(self) -> None:
        """Stop serving, and take the device away."""
        self._stop.set()
        self._thread.join(_STOP_SECONDS)
        self._unplug()
        self._gadget.remove()

    def wait(self) -> None:
        """Block until closed or interrupted."""
        self._stop.wait()

    def _unplug(self) -> None:
        self._let_go()
        self._gadget.unplug()
        self._plugged = False

    def _let_go(self) -> None:
        if self._node >= 0:
            os.close(self._node)
        self._node, self._untaken, self._unsaid = -1, b"", b""

    def _serve(self) -> None:
        while not self._stop.is_set():
            gone = self._printer.fault is FaultKind.UNPLUG
            if gone and self._plugged:
                self._unplug()
            elif not gone and not self._plugged:
                with contextlib.suppress(ControlError):
                    self._gadget.plug()
                    self._plugged = True
            if gone or not self._plugged or self._printer.takes_nothing or not self._is_open():
                self._stop.wait(_POLL_SECONDS)
                continue
            self._carry()

    def _is_open(self) -> bool:
        """The kernel lets nobody open the file before a host has chosen the printer's configuration."""
        if self._node < 0:
            with contextlib.suppress(OSError):
                self._node = os.open(self._gadget.node, os.O_RDWR | os.O_NONBLOCK)
        return self._node >= 0

    def _carry(self) -> None:
        """Carry what there is one way and the other; the host may go at any time.

        A transfer is always read whole: Linux 6.1 frees one twice of which a part was left when the printer went.
        """
        try:
            if not self._untaken and self._is_readable():
                with contextlib.suppress(BlockingIOError):
                    self._untaken = os.read(self._node, _READ_BYTES)
            if self._untaken:
                amount = max(1, min(len(self._untaken), self._printer.room()))
                taken, self._untaken = self._untaken[:amount], self._untaken[amount:]
                self._printer.receive(taken)
            self._unsaid = self._unsaid or self._printer.answer()
            if self._unsaid:
                with contextlib.suppress(BlockingIOError):
                    self._unsaid = self._unsaid[os.write(self._node, self._unsaid) :]
        except OSError:
            self._let_go()

    def _is_readable(self) -> bool:
        poll = select.poll()
        poll.register(self._node, select.POLLIN)
        return bool(poll.poll(int(_POLL_SECONDS * 1000)))
