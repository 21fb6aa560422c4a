"""What a backup covers, while transactions are on their way: several connections, on real PostgreSQL."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

import pytest

from cloud_api.services.backups import Confirmed
from cloud_api.services.ingest import Accepted, Ingest
from cloud_api.services.ingest_store import IngestTransaction
from cloud_api.store import backups, epochs
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_server import Ground, read_receipt

pytestmark = pytest.mark.anyio


@dataclass
class Held:
    """A batch whose transaction has done all its work and does not commit until it is let go."""

    ground: Ground
    kiosk: FakeKiosk
    written: asyncio.Event = field(default_factory=asyncio.Event)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    taking: "asyncio.Task[object] | None" = None

    @contextlib.asynccontextmanager
    async def open(self, tenant: UUID) -> AsyncIterator[IngestTransaction]:
        async with self.ground.cloud.ingest_store.open(tenant) as tx:
            yield tx
            self.written.set()
            await self.let_go.wait()

    async def begin(self) -> "Held":
        self.kiosk.arrive(self.ground.clock.now())
        device = await self.ground.cloud.devices.find(self.kiosk.key.epoch)
        assert device is not None
        wire = self.kiosk.batch(len(self.kiosk.events))
        self.taking = asyncio.create_task(Ingest(self, self.ground.clock).take(device, wire))
        await self.written.wait()
        return self

    async def commit(self) -> object:
        self.let_go.set()
        assert self.taking is not None
        return await self.taking


async def covered(ground: Ground, kiosk: FakeKiosk) -> int:
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        found = await backups.covered(tx, kiosk.identity.kiosk, kiosk.key.epoch)
    assert found is not None
    return found


async def dump(ground: Ground, kiosks: list[FakeKiosk]) -> list[int]:
    """How far a copy of the database that starts now holds each log."""
    async with ground.cloud.db.tenant(ground.tenant, snapshot=True) as tx:
        heads = await epochs.read_heads(tx, [kiosk.identity.kiosk for kiosk in kiosks])
    return [heads[kiosk.key.epoch].seq for kiosk in kiosks]


@pytest.fixture
async def careful(ground: Ground) -> AsyncIterator[Ground]:
    await ground.cloud.backups.expect(expected=True)
    yield ground
    await ground.cloud.backups.expect(expected=False)


@pytest.mark.parametrize("seed", range(3))
async def test_r36_whatever_is_on_its_way_durable_is_what_confirmed_backups_hold_and_no_more(
    careful: Ground, seed: int
) -> None:
    """R36, C10: random turns of batches that hang before their commit, of backups, of confirmations in any order."""
    random, ground = Random(seed), careful
    kiosks = [await ground.enrol(name) for name in ("One", "Two", "Three")]
    hanging: dict[int, Held] = {}
    begun: list[tuple[UUID, list[int]]] = []
    durable, hung = [0, 0, 0], 0
    for _ in range(30):
        at, turn = random.randrange(3), random.choice(("hang", "send", "send", "backup", "confirm"))
        if at in hanging and turn in ("hang", "send"):
            taken = await hanging.pop(at).commit()
            assert (await read_receipt(ground, kiosks[at], taken)).durable <= durable[at]
        elif turn in ("hang", "send"):
            hanging[at] = await Held(ground, kiosks[at]).begin()
            if turn == "send":
                await hanging.pop(at).commit()
        elif turn == "backup":
            started = (await ground.cloud.backups.begin()).id  # nobody who hangs keeps it waiting
            begun.append((started, await dump(ground, kiosks)))
            hung += len(hanging)
        elif begun:
            chosen, held = random.choice(begun)
            assert await ground.cloud.backups.confirm(chosen) is not Confirmed.UNKNOWN
            durable = [max(pair) for pair in zip(durable, held, strict=True)]
        assert [await covered(ground, kiosk) for kiosk in kiosks] == durable
    for held_back in hanging.values():
        assert isinstance(await held_back.commit(), Accepted)
    assert hung > 0
    assert max(durable) > 0


async def test_r36_backups_begin_one_after_the_other(ground: Ground) -> None:
    """R36: else a later number could have seen less, and confirming it would speak for what it does not hold."""
    begun = await asyncio.gather(*(ground.cloud.backups.begin() for _ in range(4)))
    numbers = sorted(each.number for each in begun)
    assert numbers == list(range(numbers[0], numbers[0] + 4))
