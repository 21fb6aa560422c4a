"""Telling a kiosk what the other kiosks of its site recorded: muster batches after what it has heard (ADR 52)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from cloud_api.clock import Clock, unix_ms
from cloud_api.services.devices import Device
from cloud_api.services.muster_store import KeptBatch, MusterReading, MusterStore
from cloud_api.services.presence import read_sealed
from cloud_api.services.readings import worst_standing
from cloud_api.store.events import StoredFact
from cloud_api.store.kiosks import Epoch, Head
from sync.protocol.events import Event, decode_header
from sync.protocol.fold import Standing
from sync.protocol.muster import present_digest, seal_muster_batch
from sync.protocol.muster_exchange import (
    MAX_BATCHES,
    HeardKiosk,
    HeardLog,
    MusterAnswer,
    MusterQuestion,
    ToldBatch,
)

HISTORY = timedelta(days=14)
"""How far back a log begins for a kiosk that has heard nothing of it."""
ANSWER_BYTES = 256 * 1024
"""A kiosk's next upload waits behind the answer: on a slow line, too, that must not be long."""


class Musters:
    """Answers questions of kiosks; only kiosks of the same organisation and site are told of."""

    def __init__(self, store: MusterStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def answer(self, device: Device, question: MusterQuestion) -> MusterAnswer:
        """What an authenticated kiosk has not heard yet, as far as one answer has room for."""
        now = self._clock.now()
        async with self._store.look(device.tenant) as reading:
            records = {record.epoch: record for record in await reading.epochs_of_site(device.site_id)}
            asked = [(records[log.epoch], log) for log in question.logs if log.epoch in records]
            told = _Told(reading)
            batches = await self._follow(reading, told, asked)
            beside = await _tell_beside(reading, told, asked)
            wanted = list[ToldBatch]()
            if question.stays:
                kept = await reading.batches_of_stays(device.site_id, question.stays, told.room + 1)
                wanted = await told.tell(kept)
            present = None
            if question.present and not told.full and not question.stays:
                listed = await reading.present(device.site_id)
                present = None if present_digest(listed) in question.present else tuple(sorted(listed))
            words = await reading.last_words(device.site_id)
        return MusterAnswer(
            v=1,
            at_ms=unix_ms(now),
            batches=tuple(batches),
            beside=tuple(beside),
            wanted=tuple(wanted),
            heard=tuple(
                HeardKiosk(kiosk=kiosk, at_ms=None if at is None else unix_ms(at)) for kiosk, at in words.items()
            ),
            more=told.full,
            present=present,
        )

    async def _follow(
        self, reading: MusterReading, told: "_Told", asked: Sequence[tuple[Epoch, HeardLog]]
    ) -> list[ToldBatch]:
        heads = await reading.heads([record for record, _ in asked])
        found: list[ToldBatch] = []
        for record, log in asked:
            start = await self._start(reading, record, log, heads.get(record.epoch, Head(0, "")))
            if start is not None:
                found += await told.tell(await reading.following(record, start, told.room + 1))
        return found

    async def _start(self, reading: MusterReading, record: Epoch, log: HeardLog, end: Head) -> int | None:
        """After which seq a log is to be told; ``None``: nothing of it. A head that the log does not have at its seq is
        of another history: then from the beginning.
        """
        if end.seq < log.seq or end.seq == 0 or (end.seq, end.hash) == (log.seq, log.head):
            return None
        if log.seq > 0 and await reading.hash_at(record, log.seq) == log.head:
            return log.seq
        first = await reading.first_since(record, self._clock.now() - HISTORY)
        starts = [seq for seq in (first, record.forked_seq) if seq]
        return min(starts) - 1 if starts else None


@dataclass
class _Told:
    """What one answer has room for."""

    reading: MusterReading
    room: int = MAX_BATCHES
    bytes_left: int = ANSWER_BYTES
    full: bool = field(default=False, init=False)

    async def tell(self, batches: Iterable[KeptBatch]) -> list[ToldBatch]:
        """Put batches in until the answer is full; the first always fits."""
        found: list[ToldBatch] = []
        for batch in batches:
            if self.room == 0 or self.bytes_left <= 0:
                self.full = True
                break
            events = await self.reading.events_of(batch)
            if not events:
                continue
            told = _told(batch, events)
            self.room -= 1
            self.bytes_left -= len(told.wire)
            found.append(told)
        return found


async def _tell_beside(
    reading: MusterReading,
    told: _Told,
    asked: Sequence[tuple[Epoch, HeardLog]],
) -> list[ToldBatch]:
    found: list[ToldBatch] = []
    for record, log in asked:
        if record.frozen:
            found += await told.tell(await reading.branches(record, log.beside, told.room + 1))
    return found


def _told(batch: KeptBatch, stored: Sequence[StoredFact]) -> ToldBatch:
    events, quarantined, flagged = [], [], []
    for item in stored:
        header = decode_header(item.raw)
        if item.quarantined:
            quarantined.append(header.seq)
        worst = worst_standing(key=Standing.CLEAR, quarantined=False, hlc=header.hlc, received_at=item.received_at)
        if worst is Standing.CLOCK_FLAGGED:
            flagged.append(header.seq)
        events.append(Event(item.raw, header, read_sealed(item.muster), None))
    return ToldBatch(
        wire=seal_muster_batch(batch.manifest, events), quarantined=tuple(quarantined), flagged=tuple(flagged)
    )
