"""Answers that come at a fixed time, so that how long one takes tells nothing of what was found."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Rest = Callable[[float], Awaitable[None]]


class EvenTime:
    """Lets a block take as long as it is told to, and longer only where the machine is slower than that."""

    def __init__(self, seconds: float, rest: Rest = asyncio.sleep) -> None:
        self._seconds = seconds
        self._rest = rest

    @asynccontextmanager
    async def answering(self) -> AsyncIterator["Pace"]:
        """Do the work in the block; ``Pace.at_once`` lets it end without waiting."""
        loop = asyncio.get_running_loop()
        came, pace = loop.time(), Pace()
        yield pace
        if not pace.free:
            await self._rest(max(0.0, came + self._seconds - loop.time()))


class Pace:
    """Whether an answer has to wait for its time."""

    def __init__(self) -> None:
        self.free = False

    def at_once(self) -> None:
        """What was found is shown to whoever asks, so that nothing is to be hidden."""
        self.free = True
