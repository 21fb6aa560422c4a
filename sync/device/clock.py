"""The kiosk's clocks. The only module of the package that reads the time."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from uuid import UUID

from sync.device.kernel_clock import kernel_synchronised
from sync.protocol.hlc import ClockQuality

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_NTP_MARK = Path("/run/systemd/timesync/synchronized")


def monotonic_seconds() -> float:
    """Seconds of a clock that never jumps, for measuring how long something takes."""
    return time.monotonic()


class DeviceClock(Protocol):
    """What the event log needs to know about time. All figures are milliseconds."""

    boot: UUID

    def wall_ms(self) -> int:
        """Milliseconds since 1970 as believed now; may be badly wrong at quality 0."""
        ...

    def mono_ms(self) -> int:
        """Milliseconds since the machine started, sleep included."""
        ...

    def quality(self) -> ClockQuality:
        """How far the wall time can be believed."""
        ...

    def anchor(self, server_ms: int) -> None:
        """Take the server's time (milliseconds since 1970) from a receipt signed just now."""
        ...


class SystemClock:
    """Linux: CLOCK_BOOTTIME, the boot id, and what the kernel or systemd-timesyncd's mark says of NTP.

    The kernel hears of every NTP program (chrony, ntpd, timesyncd); it takes the mark back hours after the last
    correction, so the mark counts as well: the clock was right in this boot. Where the kernel may not be asked (a
    container, a VM) only the mark can tell. A receipt anchors a clock that nothing has synchronised.
    """

    def __init__(self, *, ntp_mark: Path = _NTP_MARK, kernel: Callable[[], bool | None] = kernel_synchronised) -> None:
        self.boot = UUID(_BOOT_ID.read_text(encoding="ascii").strip())
        self._ntp_mark = ntp_mark
        self._kernel = kernel
        self._offset_ms: int | None = None

    def wall_ms(self) -> int:
        """System time, or the anchored time while the system's is not synchronised."""
        if self._offset_ms is not None and not self._synchronised():
            return self.mono_ms() + self._offset_ms
        return max(time.time_ns() // 1_000_000, 0)

    def mono_ms(self) -> int:
        """Milliseconds of CLOCK_BOOTTIME."""
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000

    def quality(self) -> ClockQuality:
        """NTP, else anchored by a receipt of this boot, else unsynced."""
        if self._synchronised():
            return ClockQuality.NTP
        return ClockQuality.UNSYNCED if self._offset_ms is None else ClockQuality.ANCHORED

    def anchor(self, server_ms: int) -> None:
        """Remember the server's time against the monotonic clock."""
        self._offset_ms = server_ms - self.mono_ms()

    def _synchronised(self) -> bool:
        return self._kernel() is True or self._ntp_mark.exists()
