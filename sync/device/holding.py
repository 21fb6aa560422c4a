"""For how long the cloud may hold a request: less where something on the way cuts long ones off."""

from sync.protocol.exchange import HOLD_SECONDS

_GOOD_ONES = 50
"""After so many answers in a row, longer is tried again."""


class Holding:
    """Learns from what became of held requests. One that failed and was followed by a quick answer was cut off; several
    failures in a row are an outage, and say nothing of its length.
    """

    def __init__(self) -> None:
        self._seconds = HOLD_SECONDS
        self._failures = 0
        self._good = 0

    @property
    def seconds(self) -> int:
        """What to ask for; 0 after a failure, to learn soon whether anybody answers at all."""
        return 0 if self._failures else self._seconds

    def fail(self) -> None:
        """No answer came."""
        self._failures += 1
        self._good = 0

    def succeed(self) -> None:
        """An answer came."""
        self._good += 1
        if self._failures == 1:
            self._seconds //= 2
        elif self._good >= _GOOD_ONES:
            self._seconds, self._good = min(HOLD_SECONDS, 2 * self._seconds + 1), 0
        self._failures = 0
