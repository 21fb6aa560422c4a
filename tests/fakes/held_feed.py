"""Requests for the feed that a cloud under test holds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cloud_api.services.devices import Device
from cloud_api.services.held_feed import HeldFeed, HoldTerms
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_server import Ground
from tests.fakes.feed_pages import versions_of

LONG = 60.0


@asynccontextmanager
async def holding(ground: Ground, **terms: float) -> AsyncIterator[HeldFeed]:
    """The service with its ears open: it listens before the block begins."""
    cloud = ground.cloud
    chosen = HoldTerms(longest_seconds=terms.get("longest_seconds", LONG), at_once=int(terms.get("at_once", 10)))
    held = HeldFeed(cloud.feed, cloud.devices, cloud.feed_ticks, chosen)
    async with cloud.feed_ticks.of(ground.tenant) as heard, cloud.feed_ticks.running():
        await heard.wait()  # who begins to listen wakes everybody: something may have been missed
        yield held


async def device_of(ground: Ground, kiosk: FakeKiosk) -> tuple[Device, dict[str, int]]:
    """A kiosk that is up to date."""
    device = await ground.cloud.devices.find(kiosk.key.epoch)
    assert device is not None
    return device, versions_of((await ground.cloud.feed.answer(device, {})).pages)


async def until_held(held: HeldFeed, count: int = 1) -> None:
    while held.held < count:  # noqa: ASYNC110 -- nothing tells when a request begins to wait
        await asyncio.sleep(0)
