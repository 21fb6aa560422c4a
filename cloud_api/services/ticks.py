"""Ticks: something of an organisation, or a site's feed, changed. They carry nothing; who hears one asks again, as who
they are.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from cloud_api.errors import CloudError
from cloud_api.store.changes import CHANNEL, listen
from cloud_api.store.db import Database

_REST_AFTER_FAILURE_SECONDS = 2.0

logger = logging.getLogger("lodge.console")


class Ticks:
    """Spreads what one listening connection hears to everybody of this process who waits for it."""

    def __init__(self, db: Database, channel: str = CHANNEL) -> None:
        self._db = db
        self._channel = channel
        self._waiting: dict[UUID, set[asyncio.Event]] = defaultdict(set)
        self.ended = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listen for as long as the block lasts."""
        listening = asyncio.create_task(self._listen_for_ever())
        try:
            yield
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    @asynccontextmanager
    async def of(self, changing: UUID) -> AsyncIterator[asyncio.Event]:
        """An event that is set whenever something of this organisation (or site) changed; who waits clears it."""
        heard = asyncio.Event()
        self._waiting[changing].add(heard)
        try:
            yield heard
        finally:
            self._waiting[changing].discard(heard)
            if not self._waiting[changing]:
                del self._waiting[changing]

    def end(self) -> None:
        """Wake everybody for the last time: the server stops, and must not wait for pages to be closed."""
        self.ended = True
        self._tick_all()

    async def _listen_for_ever(self) -> None:
        while True:
            try:
                async with listen(self._db, self._channel) as changes:
                    # Whatever was missed while nobody listened is a change as well.
                    self._tick_all()
                    async for changing in changes:
                        for heard in self._waiting.get(changing, ()):
                            heard.set()
            except CloudError as error:
                logger.warning("changes are not heard: %s", error)
            await asyncio.sleep(_REST_AFTER_FAILURE_SECONDS)

    def _tick_all(self) -> None:
        for listeners in self._waiting.values():
            for heard in listeners:
                heard.set()
