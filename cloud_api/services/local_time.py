"""Moments as a place's clocks show them."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone_named(name: str) -> tzinfo:
    """A time zone; UTC where this machine does not know it, which every shown time then says."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def start_of_day(moment: datetime, zone: tzinfo) -> datetime:
    """Midnight before a moment, where the place is."""
    return moment.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
