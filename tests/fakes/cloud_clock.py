"""A clock that stands still until it is told otherwise."""

from datetime import UTC, datetime, timedelta


class FrozenClock:
    """Implements ``cloud_api.clock.Clock``."""

    def __init__(self, moment: datetime = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def advance(self, **parts: float) -> None:
        self.moment += timedelta(**parts)
