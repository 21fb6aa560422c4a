"""The audit log on every store of it: in memory and on PostgreSQL alike."""

from dataclasses import dataclass

import pytest

from cloud_api.services.devices import Device
from cloud_api.services.log_proofs import LogProofs, Place
from cloud_api.services.log_witnesses import LogWitnesses
from cloud_api.services.sequencer import Sequencer
from cloud_api.store.log_generations import Generation
from sync.protocol import exact_json
from sync.protocol.checkpoint import Checkpoint
from sync.protocol.exchange import Hello
from sync.protocol.log_witness import AlarmKind, LogCheckpoint, WitnessEvidence, check_continues, log_name, read_place
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.ingest_bench import Bench, receipt_of

pytestmark = pytest.mark.anyio


@dataclass
class Log:
    """The services on one store, and a kiosk whose receipts tell the newest checkpoint."""

    bench: Bench
    kiosk: FakeKiosk

    def __post_init__(self) -> None:
        store, clock = self.bench.ledger.log_store, self.bench.ledger.clock
        self.store = store
        self.sequencer = Sequencer(store, clock)
        self.proofs = LogProofs(store)
        self.witnesses = LogWitnesses(store, _Heard(), clock)

    async def device(self) -> Device:
        return await self.bench.ledger.device(self.kiosk.key.epoch)

    async def grow(self, many: int) -> LogCheckpoint:
        """Some arrivals, taken into the log; the checkpoint that the next receipt brings."""
        for _ in range(many):
            self.kiosk.arrive(self.bench.ledger.clock.now())
        await self.bench.send(self.kiosk, self.kiosk.batch(len(self.kiosk.events) - many + 1))
        while await self.sequencer.integrate(self.bench.ledger.tenant):
            pass
        self.kiosk.arrive(self.bench.ledger.clock.now())
        note = receipt_of(await self.bench.send(self.kiosk, self.kiosk.batch(len(self.kiosk.events)))).checkpoint
        assert note is not None
        return read_place(note, log=await self.name())

    async def name(self) -> str:
        async with self.store.open(self.bench.ledger.tenant) as tx:
            return await tx.log_name()

    async def generations(self) -> list[Generation]:
        async with self.store.open(self.bench.ledger.tenant, snapshot=True) as tx:
            return await tx.generations()

    async def hear(self, note: str, alarm: WitnessEvidence | None = None) -> None:
        """The kiosk says in a greeting which checkpoint it holds, and its alarm."""
        said = exact_json.read(self.kiosk.hello(checkpoint=note, alarm=alarm), Hello, what="a hello")
        await self.witnesses.hear(await self.device(), said, "192.0.2.1")

    async def prove(self, first: LogCheckpoint, second: LogCheckpoint) -> tuple[str, ...] | None:
        places = [Place(seen.generation, seen.size) for seen in (first, second)]
        answer = await self.proofs.answer(await self.device(), *places)
        return None if answer is None else answer.hashes


class _Heard:
    async def note(self, kind: str, *, address: str, name: str) -> None:
        assert kind == "log.alarm.withheld"


@pytest.fixture
async def log(bench: Bench) -> Log:
    return Log(bench, await bench.ledger.enrol("Front door"))


async def test_c40_each_checkpoint_is_proven_to_continue_the_one_before(log: Log) -> None:
    """C40: also over many sizes; what is no history of this log has no proof."""
    seen = [await log.grow(many) for many in (1, 2, 5, 9)]
    for first, second in [(seen[0], seen[1]), (seen[1], seen[3]), (seen[2], seen[3])]:
        hashes = await log.prove(first, second)
        assert hashes is not None
        check_continues(first, second, hashes)
    assert await log.prove(seen[3], seen[1]) is None
    beyond = LogCheckpoint(1, Checkpoint(seen[3].checkpoint.origin, seen[3].size + 100, bytes(32)))
    assert await log.prove(seen[3], beyond) is None
    (one,) = await log.generations()
    assert (one.number, one.base_size, one.closed_at) == (1, 0, None)


async def test_c09_a_checkpoint_that_is_not_continued_opens_one_generation_that_cites_it(log: Log) -> None:
    """C09, C40: a server restored from a copy; whoever says it first or again, it is answered once."""
    before = await log.grow(4)
    name = await log.name()
    async with log.store.open(log.bench.ledger.tenant) as tx:
        lost = await tx.sign_checkpoint(Checkpoint(log_name(name, 1), before.size + 50, b"\x07" * 32))
        held = await tx.sign_checkpoint(before.checkpoint)
    for said in (held, lost, held, lost):
        await log.hear(said)
    after = await log.grow(2)
    first, second = await log.generations()
    assert (second.number, second.cites, first.closed_at is not None) == (2, lost, True)
    assert (after.generation, second.base_size) == (2, first.size)
    hashes = await log.prove(before, after)
    assert hashes is not None, "one history as far as nothing was lost"
    check_continues(before, after, hashes)
    await log.hear(held)
    await log.hear(lost)
    await log.grow(1)
    assert len(await log.generations()) == 2


async def test_c09_what_was_shown_before_a_restore_and_never_proven_opens_a_generation_too(log: Log) -> None:
    """C09: the kiosk holds what the log continues; what it was last shown stands in its alarm alone."""
    seen = await log.grow(3)
    async with log.store.open(log.bench.ledger.tenant) as tx:
        held, lost = [
            await tx.sign_checkpoint(Checkpoint(seen.checkpoint.origin, size, root))
            for size, root in ((seen.size, seen.checkpoint.root), (seen.size + 50, b"\x07" * 32))
        ]
    alarm = WitnessEvidence(
        v=1,
        tenant=log.bench.ledger.tenant,
        kind=AlarmKind.WITHHELD,
        held=held,
        offered=lost,
        hashes=None,
        since_ms=1,
        times=1,
    )
    await log.hear(held, alarm)
    await log.grow(1)
    assert [generation.cites for generation in await log.generations()] == [None, lost]
