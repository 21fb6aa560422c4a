"""The time at the kiosk's place: the kiosk's own clock, told in the site's zone."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sync.device.clock import DeviceClock
from sync.protocol.hlc import Hlc

_MAX_MS = 253_402_300_799_000  # the end of the year 9999, datetime's last


def site_zone(name: str) -> tzinfo:
    """The zone of this name, or UTC when this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


class LocalTime:
    """Turns the device's milliseconds into local times; ``zone`` is asked each time: the feed may change it."""

    def __init__(self, clock: DeviceClock, zone: Callable[[], tzinfo]) -> None:
        self._clock = clock
        self._zone = zone

    def now(self) -> datetime:
        """The local time."""
        return self.at_ms(self._clock.wall_ms())

    def at_ms(self, unix_ms: int) -> datetime:
        """A local time from milliseconds since 1970."""
        return datetime.fromtimestamp(min(unix_ms, _MAX_MS) / 1000, tz=UTC).astimezone(self._zone())

    def at_stamp(self, hlc: str) -> datetime:
        """A local time from the clock stamp of an event."""
        return self.at_ms(Hlc.parse(hlc).wall_ms)
