"""A virtual printer as a device file: what ``/dev/usb/lp0`` is to a real one.

A pseudo-terminal in raw mode carries bytes both ways, so any program that can write to a printer's device file, and
read its status from there, can use the virtual printer.
"""

from __future__ import annotations

import contextlib
import os
import select
import threading
import tty
from pathlib import Path

from printers.errors import ControlError
from printers.simulator.faults import FaultKind
from printers.simulator.printer import VirtualPrinter

_READ_BYTES = 4_096
_POLL_SECONDS = 0.01
_STOP_SECONDS = 2.0


class VirtualDevice:
    """Serves a virtual printer at a path until closed; the path is a link to the pseudo-terminal."""

    def __init__(self, printer: VirtualPrinter, path: Path) -> None:
        """Make the device.

        Raises:
            ControlError: when there is something at ``path`` already, or nothing can be made there.
        """
        self._printer = printer
        self._path = path
        if path.exists() and not path.is_symlink():
            raise ControlError(f"{path} exists and is not a virtual printer's device. Choose another path.")
        self._stop = threading.Event()
        self._master, self._slave = -1, -1
        self._plug()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving and remove the path."""
        self._stop.set()
        self._thread.join(_STOP_SECONDS)
        self._unplug()

    def wait(self) -> None:
        """Block until closed or interrupted."""
        self._stop.wait()

    def _plug(self) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        try:
            with contextlib.suppress(FileNotFoundError):
                self._path.unlink()
            self._path.symlink_to(os.ttyname(self._slave))
        except OSError as error:
            os.close(self._master)
            os.close(self._slave)
            raise ControlError(f"The device {self._path} cannot be made: {error.strerror}.") from error

    def _unplug(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()
        for descriptor in (self._master, self._slave):
            if descriptor >= 0:
                os.close(descriptor)
        self._master, self._slave = -1, -1

    def _serve(self) -> None:
        while not self._stop.is_set():
            gone = self._printer.fault is FaultKind.UNPLUG
            if gone and self._master >= 0:
                self._unplug()
            elif not gone and self._master < 0:
                self._plug()
            if gone:
                self._stop.wait(_POLL_SECONDS)
                continue
            self._carry()

    def _carry(self) -> None:
        """Carry what there is one way and the other; a stalled printer leaves it where it is."""
        if self._printer.takes_nothing:
            self._stop.wait(_POLL_SECONDS)
            return
        readable, _, _ = select.select([self._master], [], [], _POLL_SECONDS)
        with contextlib.suppress(BlockingIOError):
            if readable:
                amount = max(1, min(_READ_BYTES, self._printer.room()))
                self._printer.receive(os.read(self._master, amount))
            answer = self._printer.answer()
            if answer:
                os.write(self._master, answer)
