"""Full-jitter exponential backoff, 1 s to 5 min (Brooker, "Exponential Backoff And Jitter", 2015)."""

from collections.abc import Callable
from dataclasses import dataclass, field

FIRST_SECONDS = 1.0
LONGEST_SECONDS = 300.0


@dataclass(slots=True)
class Backoff:
    """Counts failures. ``random`` gives a number from 0 to 1."""

    random: Callable[[], float]
    _failures: int = field(default=0, init=False)

    def succeed(self) -> None:
        """Begin anew."""
        self._failures = 0

    def fail(self) -> float:
        """Seconds to wait after one more failure: anything between a tenth of a second and the bound."""
        bound = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(self._failures, 12))
        self._failures += 1
        return max(0.1, self.random() * bound)

    def spread(self, seconds: float) -> float:
        """At least that long, and up to a quarter longer: a fleet told to wait must not come back at once."""
        return max(1.0, seconds) * (1.0 + self.random() / 4)


def retry_after_seconds(value: str | None) -> float | None:
    """The seconds of a Retry-After header (RFC 9110 section 10.2.3), bounded; dates are not used here."""
    if value is None or not value.isascii() or not value.isdigit():
        return None
    return float(min(int(value[:6]), int(LONGEST_SECONDS)))
