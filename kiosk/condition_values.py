"""How each part of the kiosk is: plain values for the staff's screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.badge_values import BadgeTest, BadgeTrouble


class Room(StrEnum):
    """How much room the disk has."""

    AMPLE = "ample"
    LOW = "low"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PrinterNow:
    """One printer; ``trouble`` is None while it can print; ``test``: the test badge that was asked for last."""

    name: str
    medium: str
    trouble: BadgeTrouble | None
    test: BadgeTest | None = None


@dataclass(frozen=True, slots=True)
class KioskCondition:
    """``offline_since`` and ``stale_since`` are local times, None while there is nothing to say.

    ``waiting``: events that the cloud does not have yet; ``photos_waiting`` the same of photos, None where the disk
    refuses to say. ``unsure_clock``: nothing has set the clock since the kiosk was started. ``kiosks_silent``: names of
    kiosks that were not heard lately.
    """

    version: str
    printers: tuple[PrinterNow, ...]
    offline_since: datetime | None
    waiting: int
    photos_waiting: int | None
    stale_since: datetime | None
    unsure_clock: bool
    room: Room
    kiosks_silent: tuple[str, ...] = ()
