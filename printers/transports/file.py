"""A device file such as ``/dev/usb/lp0``, which answers, or a plain file, which keeps what it is given.

Jobs are appended to a plain file, so that a second badge never erases the first. A file is only made where its name has
an ending such as ``.bin``: an unplugged ``/dev/usb/lp0`` must be missing, not a new plain file that swallows badges.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import stat
from collections.abc import Iterator
from pathlib import Path

from printers.clock import Clock, SystemClock
from printers.errors import (
    PrinterGoneError,
    PrinterNotFoundError,
    PrinterPermissionError,
    TransportError,
)
from printers.transports.port import Patience

_PORTION_BYTES = 16_384
_READ_BYTES = 512
_KERNEL_PRINTERS = Path("/dev/usb")
_GONE = {errno.EIO, errno.ENODEV, errno.ENXIO, errno.EPIPE}


class FileTransport:
    """An open device or file."""

    def __init__(self, path: Path, *, clock: Clock | None = None) -> None:
        """Open ``path``; a plain file with an ending is created when its folder exists.

        Raises:
            PrinterNotFoundError, PrinterPermissionError, TransportError: as they say.
        """
        self._clock = clock or SystemClock()
        self._path = path
        with _own_errors(path):
            self._descriptor: int | None = _opened(path)
            self._is_device = stat.S_ISCHR(os.fstat(self._descriptor).st_mode)

    @property
    def answers(self) -> bool:
        """A device answers, a file does not."""
        return self._is_device

    def write(self, data: bytes, stall_seconds: float, total_seconds: float) -> None:
        """See ``Transport.write``."""
        position = 0
        patience = Patience(self._clock, stall_seconds, total_seconds)
        while position < len(data):
            if not self._wait(select.POLLOUT, patience.left(position, len(data))):
                continue
            with _own_errors(self._path, written=position), contextlib.suppress(BlockingIOError):
                position += os.write(self._opened, data[position : position + _PORTION_BYTES])
                patience.progress()

    def read(self, timeout_seconds: float) -> bytes:
        """See ``Transport.read``."""
        if not self._is_device or not self._wait(select.POLLIN, timeout_seconds):
            return b""
        with _own_errors(self._path), contextlib.suppress(BlockingIOError):
            return os.read(self._opened, _READ_BYTES)
        return b""

    def close(self) -> None:
        """See ``Transport.close``."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    @property
    def _opened(self) -> int:
        if self._descriptor is None:
            raise TransportError(f"{self._path} is closed already.")
        return self._descriptor

    def _wait(self, event: int, seconds: float) -> bool:
        """Wait until the descriptor is ready; a hang-up counts, for the next call then tells what happened."""
        poll = select.poll()
        poll.register(self._opened, event)
        return bool(poll.poll(max(0, round(seconds * 1000))))


def _opened(path: Path) -> int:
    exists = path.exists()
    if exists and stat.S_ISCHR(path.stat().st_mode):
        return os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
    create = os.O_CREAT if path.suffix else 0
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | create, 0o600)


def _others(path: Path) -> str:
    """What to do where the kernel's own printer device is missing; it counts them in the order of plugging in."""
    if path.parent != _KERNEL_PRINTERS:
        return ""
    there = ", ".join(str(other) for other in sorted(path.parent.glob("lp*")))
    if there:
        return f"The kernel calls its printers: {there}. The address usb: finds a printer whatever it is called."
    return "The kernel's usblp has no printer: plug it in and switch it on. The address usb: does without usblp."


@contextlib.contextmanager
def _own_errors(path: Path, *, written: int = 0) -> Iterator[None]:
    try:
        yield
    except BlockingIOError:
        raise
    except FileNotFoundError as error:
        raise PrinterNotFoundError(f"There is no {path}.", todo=_others(path)) from error
    except PermissionError as error:
        raise PrinterPermissionError(
            f"This user may not use {path}. Add the user to the group 'lp' and sign in again."
        ) from error
    except OSError as error:
        if error.errno in _GONE:
            raise PrinterGoneError(f"{path} was unplugged or switched off.", written=written) from error
        raise TransportError(f"{path} cannot be used: {error.strerror}.", written=written) from error
