"""One queue of what happens when: the only source of order and of time in a simulated run."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable

START_MS = 1_790_000_000_000
"""The true time at which every run begins, in milliseconds since 1970."""

Action = Callable[[], None]


class Scheduler:
    """Does what was planned in the order of its time. Nothing in a run waits for the real time of day."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.now_ms = START_MS
        self.steps = 0
        self._queue: list[tuple[int, int, Action]] = []
        self._planned = 0

    def stream(self, name: str) -> random.Random:
        """Randomness of its own for each actor: what one of them draws does not move the others."""
        return random.Random(f"{self.seed}/{name}")

    def after(self, seconds: float, action: Action) -> None:
        """Plan something that many seconds from now."""
        self.at(self.now_ms + max(int(seconds * 1000), 0), action)

    def at(self, moment_ms: int, action: Action) -> None:
        """Plan something for a moment; what is planned for the past happens now."""
        self._planned += 1
        heapq.heappush(self._queue, (max(moment_ms, self.now_ms), self._planned, action))

    def run_until(self, moment_ms: int) -> None:
        """Do all that is due up to a moment, which then is now."""
        while self._queue and self._queue[0][0] <= moment_ms:
            self.now_ms, _, action = heapq.heappop(self._queue)
            self.steps += 1
            action()
        self.now_ms = moment_ms
