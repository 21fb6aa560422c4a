"""Where the two copies of a kiosk's log stand, and what the kiosk says of itself."""

from cloud_api.clock import Clock, unix_ms
from cloud_api.services.devices import Device
from cloud_api.services.ingest_store import HeldEpoch, IngestStore, IngestTransaction
from cloud_api.services.receipts import sign_news
from cloud_api.store.kiosks import Greeting, Head
from sync.protocol.chain import Head as ChainHead
from sync.protocol.exchange import Hello, HelloAnswer, settle_heads

SPEAKS = (1,)
_MOST_VERSIONS = 16
_HIGHEST_VERSION = 1_000


class Hellos:
    """Answers greetings."""

    def __init__(self, store: IngestStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def answer(self, device: Device, hello: Hello) -> HelloAnswer:
        """Compare where the kiosk says that its log stands with our copy of it."""
        now = self._clock.now()
        async with self._store.open(device.tenant) as tx:
            held = await tx.lock_epoch(device.kiosk_id, device.epoch)
            head = Head(0, ChainHead.genesis(device.epoch).hash) if held is None else held.head
            known = await _hash_at(tx, device, head, hello.seq)
            await tx.note_hello(device.kiosk_id, _greeting(hello), now)
            covered = await tx.covered(device.kiosk_id, device.epoch)
            beside = await tx.find_branch_end(device.kiosk_id, device.epoch, Head(hello.seq, hello.head))
            news = None if held is None else await sign_news(tx, device, head, hello, beside, now)
        return HelloAnswer(
            v=1,
            accepted=head.seq,
            durable=head.seq if covered is None else min(covered, head.seq),
            head=head.hash,
            verdict=settle_heads(
                kiosk=ChainHead(device.epoch, hello.seq, hello.head),
                cloud=ChainHead(device.epoch, head.seq, head.hash),
                cloud_hash_at_kiosk_seq=known,
            ),
            standing=_standing(device, held),
            at_ms=unix_ms(now),
            speaks=SPEAKS,
            receipt=news,
            beside=None if hello.seq == 0 or hello.head in (known, head.hash) else beside is not None,
        )


async def _hash_at(tx: IngestTransaction, device: Device, head: Head, seq: int) -> str | None:
    if not 0 < seq < head.seq:
        return None
    return (await tx.log_hashes(device.kiosk_id, device.epoch, seq, seq)).get(seq)


def _standing(device: Device, held: HeldEpoch | None) -> str:
    return device.standing if held is None else held.record.standing


def _greeting(hello: Hello) -> Greeting:
    """What may be kept and shown of what a kiosk says."""
    speaks = tuple(version for version in hello.speaks[:_MOST_VERSIONS] if 0 < version <= _HIGHEST_VERSION)
    checkpoint = hello.checkpoint
    return Greeting(
        software="".join(sign for sign in hello.software if sign.isprintable()),
        speaks=speaks,
        waiting=hello.waiting,
        checkpoint=None if checkpoint is None or "\x00" in checkpoint else checkpoint,
    )
