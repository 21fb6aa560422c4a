"""The time of day, as something that is passed in: the only module of the cloud that reads a clock."""

from datetime import UTC, datetime
from typing import Protocol


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
    """The moment of so many milliseconds since 1970, in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
