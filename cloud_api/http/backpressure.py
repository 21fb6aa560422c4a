"""Backpressure: a bounded number of batches at once, a bounded queue before them, and a fair share for each kiosk.

Whoever is turned away is told when to come again, and loses nothing: a kiosk keeps what no receipt covers (C25).
"""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.http.problems import ProblemError


@dataclass(frozen=True, slots=True)
class TurnstileTerms:
    """How many batches are worked on at once, how many may wait, for how long, and when to come again."""

    at_once: int = 6
    waiting: int = 64
    wait_seconds: float = 5.0
    again_seconds: int = 5


class Turnstile:
    """Lets so many through at once. The rest waits a little; who finds the queue full, or waits too long, is told to
    come again.
    """

    def __init__(self, terms: TurnstileTerms | None = None) -> None:
        self._terms = terms or TurnstileTerms()
        self._free = asyncio.Semaphore(self._terms.at_once)
        self._waiting = 0

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """A turn for as long as the block lasts.

        Raises:
            ProblemError: 503 with ``Retry-After``.
        """
        await self._wait()
        try:
            yield
        finally:
            self._free.release()

    async def _wait(self) -> None:
        if self._free.locked() and self._waiting >= self._terms.waiting:
            raise busy(self._terms.again_seconds)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._terms.wait_seconds):
                await self._free.acquire()
        except TimeoutError as error:
            raise busy(self._terms.again_seconds) from error
        finally:
            self._waiting -= 1


class ArrivingBodies:
    """Large bodies while they arrive: one of an organisation at a time, so that nobody who sends slowly is in the way
    of another organisation, and ``most`` in all, for each is held in memory.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._from: set[UUID] = set()

    @contextlib.contextmanager
    def place(self, tenant: UUID) -> Iterator[None]:
        """A place for as long as the block lasts.

        Raises:
            ProblemError: 429 with ``Retry-After``, another body of the organisation is arriving; 503, too many are.
        """
        if tenant in self._from:
            title = "Another upload of the organisation is still arriving"
            raise ProblemError(429, "too-many-requests", title, headers={"Retry-After": "10"})
        if len(self._from) >= self._most:
            raise busy(TurnstileTerms().again_seconds)
        self._from.add(tenant)
        try:
            yield
        finally:
            self._from.discard(tenant)


@dataclass(frozen=True, slots=True)
class ShareTerms:
    """How many requests a kiosk may make at once after a pause, and how many a second in the long run."""

    burst: int = 200
    each_second: float = 20.0
    remembered: int = 20_000


class DeviceShares:
    """A share of requests for each kiosk's key, counted in this process."""

    def __init__(self, clock: Clock, terms: ShareTerms | None = None) -> None:
        self._clock = clock
        self._terms = terms or ShareTerms()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, epoch: str) -> None:
        """Count a request of this key.

        Raises:
            ProblemError: 429 with ``Retry-After``, when its share is used up.
        """
        now, terms = self._clock.now().timestamp(), self._terms
        left, since = self._left.pop(epoch, (float(terms.burst), now))
        left = min(float(terms.burst), left + max(0.0, now - since) * terms.each_second)
        self._left[epoch] = (max(0.0, left - 1), now)
        while len(self._left) > terms.remembered:
            self._left.popitem(last=False)
        if left < 1:
            title = "This kiosk asks too often; wait a little"
            raise ProblemError(429, "too-many-requests", title, headers={"Retry-After": "2"})


def busy(again_seconds: int) -> ProblemError:
    """The refusal of a server that has too much to do."""
    title = "The server is busy; come again later"
    return ProblemError(503, "unavailable", title, headers={"Retry-After": str(again_seconds)})
