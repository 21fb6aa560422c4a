"""A machine's clocks: a wall clock that may say anything, and one that counts since the machine started."""

from __future__ import annotations

import random
from uuid import UUID

from sync.protocol.hlc import ClockQuality
from tests.simulation.scheduler import Scheduler

TEN_YEARS_MS = 10 * 365 * 86_400_000


class MachineClock:
    """Implements ``sync.device.clock.DeviceClock`` as ``SystemClock`` does, over simulated time.

    ``off_ms``: by how much the system's wall clock is wrong. ``synchronised``: NTP has set it.
    """

    def __init__(self, scheduler: Scheduler, stream: random.Random) -> None:
        self._scheduler = scheduler
        self._stream = stream
        self.off_ms = 0
        self.synchronised = True
        self.start()

    def start(self) -> None:
        """The machine was started: another boot, and nothing is known of receipts of the boot before."""
        self.boot = UUID(bytes=self._stream.randbytes(16), version=4)
        self._started_ms = self._scheduler.now_ms
        self.begin_process()

    def begin_process(self) -> None:
        """The program was started: what it was told by receipts is gone with its memory."""
        self._anchor_ms: int | None = None

    def jump(self, wall_ms: int) -> None:
        """The battery is empty, or a boot without a network: the wall clock says something else."""
        self.off_ms = wall_ms - self._scheduler.now_ms
        self.synchronised = False

    def set_by_ntp(self) -> None:
        """The wall clock is right."""
        self.off_ms, self.synchronised = 0, True

    def wall_ms(self) -> int:
        if self._anchor_ms is not None and not self.synchronised:
            return self.mono_ms() + self._anchor_ms
        return max(self._scheduler.now_ms + self.off_ms, 0)

    def mono_ms(self) -> int:
        return self._scheduler.now_ms - self._started_ms

    def quality(self) -> ClockQuality:
        if self.synchronised:
            return ClockQuality.NTP
        return ClockQuality.UNSYNCED if self._anchor_ms is None else ClockQuality.ANCHORED

    def anchor(self, server_ms: int) -> None:
        self._anchor_ms = server_ms - self.mono_ms()
