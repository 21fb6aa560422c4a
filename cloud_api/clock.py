"""The time of day, as something that is passed in: the only module of the cloud that reads a clock."""

from datetime import UTC, datetime
from typing import Protocol

_LAST_MS = 253_402_300_799_000


class Clock(Protocol):
    """Tells the time of day."""

    def now(self) -> datetime:
        """Now, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Now, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251  this is the clock module that everything else is given


def given_time(clock: Clock) -> datetime | None:
    """What a database is to take for now: ``None``, its own time, where the clock is only this machine's; else what
    the clock says.
    """
    return None if isinstance(clock, SystemClock) else clock.now()


def unix_ms(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return int(moment.timestamp() * 1000)


def from_unix_ms(milliseconds: int) -> datetime:
    """The moment of so many milliseconds since 1970, in UTC; the last second of the year 9999 for all that is later: a
    kiosk's stamp may say that (``protocol.md``, section 12), and no date can.
    """
    return datetime.fromtimestamp(min(milliseconds, _LAST_MS) / 1000, UTC)
