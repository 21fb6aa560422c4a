"""Whose turn it is among things that are sent one after the other, where the server fails on one of them.

A server that answers 5xx to one thing again and again cannot digest that one; what lies behind it must not wait for
ever. So after a few such answers in a row the others go first, and it is tried again at growing intervals, for ever. No
answer at all is the network's fault and is never counted here.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sync.device.backoff import Backoff

FEW = 3
"""So many failures in a row are the fault of what was sent."""

T = TypeVar("T", bound=Hashable)


@dataclass(slots=True)
class _Trouble:
    backoff: Backoff
    fault: str = ""
    times: int = 0
    turn: int = 0
    due_ms: int = 0
    stuck_at: int = -1


class Turns(Generic[T]):
    """Counts failures by what was sent. ``mono_ms`` is the machine's monotonic clock; ``random`` gives 0 to 1."""

    def __init__(self, mono_ms: Callable[[], int], random: Callable[[], float]) -> None:
        self._mono_ms = mono_ms
        self._random = random
        self._troubles: dict[T, _Trouble] = {}
        self._turn = 0

    def fail(self, one: T, fault: str, *, at: int = -1) -> None:
        """The server failed on it; ``fault`` says how, for staff; ``at`` how much of it the server had by then."""
        trouble = self._troubles.setdefault(one, _Trouble(Backoff(self._random)))
        self._turn += 1
        trouble.fault, trouble.turn = fault, self._turn
        trouble.stuck_at = max(trouble.stuck_at, at)
        trouble.times += 1
        trouble.due_ms = self._mono_ms() + int(trouble.backoff.fail() * 1000)

    def succeed(self, one: T) -> None:
        """It was answered. What made it fail is over, perhaps for the others too: they are due now."""
        if self._troubles.pop(one, None) is not None:
            for other in self._troubles.values():
                other.due_ms = self._mono_ms()

    def advance(self, one: T, to: int) -> None:
        """The server has so much of it: a success where that is more than it had at any failure."""
        if one in self._troubles and to > self._troubles[one].stuck_at:
            self.succeed(one)

    def forget(self, one: T) -> None:
        """It is not there any more."""
        self._troubles.pop(one, None)

    def is_failing(self, one: T) -> bool:
        """Whether the last answer about it was a failure."""
        return one in self._troubles

    def is_put_off(self, one: T) -> bool:
        """Whether the server failed on it so often that the others go first."""
        trouble = self._troubles.get(one)
        return trouble is not None and trouble.times >= FEW

    def is_due(self, one: T) -> bool:
        """Whether it may be tried now."""
        return not self.is_put_off(one) or self._troubles[one].due_ms <= self._mono_ms()

    def put_off(self) -> tuple[T, ...]:
        """All that the others go before, the one first that was tried the longest time ago."""
        return self.order(one for one in self._troubles if self.is_put_off(one))

    def order(self, all_of_them: Iterable[T]) -> tuple[T, ...]:
        """As given, with those that are put off behind the others, least recently tried first."""
        return tuple(sorted(all_of_them, key=lambda one: self._troubles[one].turn if self.is_put_off(one) else 0))

    def next_due(self) -> tuple[float, str] | None:
        """In how many seconds the first of those put off is due, and its fault; ``None`` where none is put off."""
        waiting = [trouble for trouble in self._troubles.values() if trouble.times >= FEW]
        if not waiting:
            return None
        first = min(waiting, key=lambda trouble: trouble.due_ms)
        return max(0.1, (first.due_ms - self._mono_ms()) / 1000), first.fault
