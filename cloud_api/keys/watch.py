"""Whether the key service answers: asked now and then beside the work, for ``/readyz`` to tell."""

import asyncio
import logging
import time
from collections.abc import Callable

from cloud_api.errors import CloudError
from cloud_api.keys.ring import KeyRing

_log = logging.getLogger("lodge.keys")
_EVERY_SECONDS = 60.0


class KeyServiceWatch:
    """Answers at once with what the last look found, and looks again where that is a minute old."""

    def __init__(self, ring: KeyRing, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._ring = ring
        self._monotonic = monotonic
        self._looked_at = float("-inf")
        self._looking: asyncio.Task[None] | None = None
        self._answers = True

    async def looked(self) -> None:
        """Wait for the look that is under way, if there is one."""
        if self._looking is not None:
            await self._looking

    def answers(self) -> bool:
        """Whether it did when last asked; ``True`` before that."""
        if self._monotonic() - self._looked_at >= _EVERY_SECONDS and (self._looking is None or self._looking.done()):
            self._looked_at = self._monotonic()
            self._looking = asyncio.get_running_loop().create_task(self._look())
        return self._answers

    async def _look(self) -> None:
        try:
            await self._ring.probe()
        except CloudError as error:
            if self._answers:
                _log.warning("the key service is out of reach; what is opened already goes on: %s", error)
            self._answers = False
        else:
            if not self._answers:
                _log.warning("the key service answers again")
            self._answers = True
