"""How much room the kiosk's disk has, and what stops first when there is little: photos first, check-ins last (C03)."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

_MIB = 1024 * 1024


class Room(Enum):
    """``AMPLE``; ``LOW``: told in the status, no photos are kept; ``UNKNOWN``: the disk does not say."""

    AMPLE = "ample"
    LOW = "low"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SpaceLimits:
    """Below ``floor_bytes`` the kiosk says so and keeps no photos. An event needs 2 KiB, a photo fifty times it."""

    floor_bytes: int = 256 * _MIB


class FreeSpace:
    """Asks the disk each time. ``read`` gives the free bytes.

    Check-ins are never refused here: only the disk itself refuses them, visibly, when a commit fails.
    """

    def __init__(self, read: Callable[[], int], limits: SpaceLimits | None = None) -> None:
        self._read = read
        self._floor = (limits or SpaceLimits()).floor_bytes

    def free_bytes(self) -> int | None:
        """The free bytes, or ``None`` when the disk does not say."""
        try:
            return max(self._read(), 0)
        except OSError:
            return None

    def room(self) -> Room:
        """How much there is."""
        free = self.free_bytes()
        if free is None:
            return Room.UNKNOWN
        return Room.LOW if free < self._floor else Room.AMPLE

    def takes_photo(self, size_bytes: int) -> bool:
        """Whether a photo may be kept: it must leave the floor free, and an unknown disk takes none."""
        free = self.free_bytes()
        return free is not None and free - max(size_bytes, 0) >= self._floor


def statvfs_reading(folder: Path) -> Callable[[], int]:
    """Reads the bytes that this user may still write below a folder. What it returns raises OSError."""

    def read() -> int:
        state = os.statvfs(folder)
        return state.f_bavail * state.f_frsize

    return read
