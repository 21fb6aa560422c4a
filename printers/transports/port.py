"""The way to a printer and back: bytes, time limits, and errors of our own."""

from __future__ import annotations

from typing import Protocol

from printers.clock import Clock
from printers.errors import PrinterStalledError


class Transport(Protocol):
    """One open connection. Not for several threads at once.

    Every method raises only ``TransportError`` and its kinds; whatever the operating system raised is its cause.
    """

    @property
    def answers(self) -> bool:
        """Whether anything can come back; a plain file never answers."""
        ...

    def write(self, data: bytes, stall_seconds: float, total_seconds: float) -> None:
        """Hand over all of ``data``, however small the portions the printer takes.

        Raises:
            PrinterStalledError: when nothing was taken for ``stall_seconds``, or not all in ``total_seconds``;
                ``written`` says how much was.
            PrinterGoneError: when the printer went away.
        """
        ...

    def read(self, timeout_seconds: float) -> bytes:
        """Return what has arrived, waiting at most ``timeout_seconds`` for something; empty when nothing did.

        Raises:
            PrinterGoneError: when the printer went away.
        """
        ...

    def close(self) -> None:
        """Give the printer back; safe to call twice and after the printer went away."""
        ...


class Patience:
    """The two time limits of one write: without progress, and over all."""

    def __init__(self, clock: Clock, stall_seconds: float, total_seconds: float) -> None:
        self._clock = clock
        self._stall_seconds = stall_seconds
        self._end = clock.monotonic() + total_seconds
        self._stalled = clock.monotonic() + stall_seconds

    def left(self, written: int, total: int) -> float:
        """Return the seconds that may still be waited.

        Raises:
            PrinterStalledError: when there are none.
        """
        now = self._clock.monotonic()
        seconds = min(self._end, self._stalled) - now
        if seconds > 0:
            return seconds
        reason = "and then no more" if now >= self._stalled else "which is too slow"
        raise PrinterStalledError(f"The printer took {written:,} of {total:,} bytes {reason}.", written=written)

    def progress(self) -> None:
        """Note that something was taken."""
        self._stalled = self._clock.monotonic() + self._stall_seconds
