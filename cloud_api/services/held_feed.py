"""Requests for the feed that wait until there is something new, without a database connection and in bounded number."""

import asyncio
from dataclasses import dataclass

import msgspec

from cloud_api.services.devices import Device, Devices
from cloud_api.services.feed import Feed
from cloud_api.services.ticks import Ticks
from sync.protocol.exchange import FEED_PAUSE_SECONDS, HOLD_SECONDS, FeedAnswer


@dataclass(frozen=True, slots=True)
class HoldTerms:
    """For how long a request is held at most, and how many at once in this process; one for each key.

    ``at_once`` leaves room below the 1,000 requests that a process takes at all, or uploads would be turned away.
    """

    longest_seconds: float = float(HOLD_SECONDS)
    at_once: int = 600


class HeldFeed:
    """Answers kiosks at once where there is news, else when it comes. Who finds no room asks again after a pause."""

    def __init__(self, feed: Feed, devices: Devices, ticks: Ticks, terms: HoldTerms | None = None) -> None:
        self._feed = feed
        self._devices = devices
        self._ticks = ticks
        self._terms = terms or HoldTerms()
        self._held: dict[str, asyncio.Event] = {}

    @property
    def held(self) -> int:
        """How many requests wait now."""
        return len(self._held)

    async def answer(self, device: Device, have: dict[str, int], wait_seconds: float) -> FeedAnswer | None:
        """The feed for this kiosk; ``None`` when its key was revoked while it waited.

        ``wait_seconds``: how long the kiosk is ready to wait; 0 where it did not say.
        """
        if wait_seconds <= 0:
            return await self._feed.answer(device, have)
        async with self._ticks.of(device.site_id) as heard:
            answer = await self._feed.answer(device, have)
            if answer.again_seconds == 0:
                return answer
            before = self._held.get(device.epoch)
            if before is not None:
                before.set()  # a kiosk has one line: whoever waited on an earlier one is gone
            elif len(self._held) >= self._terms.at_once:
                return msgspec.structs.replace(answer, again_seconds=FEED_PAUSE_SECONDS)
            if not await self._hear(device.epoch, heard, min(wait_seconds, self._terms.longest_seconds)):
                return msgspec.structs.replace(answer, again_seconds=0)
        found = await self._devices.find(device.epoch)
        if found is None or found.standing == "revoked":
            return None
        return msgspec.structs.replace(await self._feed.answer(device, have), again_seconds=0)

    async def _hear(self, epoch: str, heard: asyncio.Event, seconds: float) -> bool:
        """Whether something changed within that time; nothing of the database is held meanwhile."""
        if self._ticks.ended:
            return False
        self._held[epoch] = heard
        try:
            async with asyncio.timeout(seconds):
                await heard.wait()
        except TimeoutError:
            return False
        finally:
            if self._held.get(epoch) is heard:
                del self._held[epoch]
        return not self._ticks.ended
