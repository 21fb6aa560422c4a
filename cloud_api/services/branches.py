"""Taking a frozen epoch's batches as a branch: evidence beside the log, whose people count like everybody else.

The log stays one history. What it has already is skipped; the rest must hang on a header that is known. Who arrived
on a branch is listed and announced; what a disputed branch says of departures counts once it is confirmed.
"""

from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.services.audit_trail import Actor, AdminAct
from cloud_api.services.batch_effects import alert_hosts, call_reception, find_alerts, find_calls, refold, told_stays
from cloud_api.services.batch_outcomes import Accepted, Gap, NotFrozen, Outcome, Refused
from cloud_api.services.devices import Device
from cloud_api.services.event_standings import KeyStandings
from cloud_api.services.ingest import Arriving, fork_act, take_batch
from cloud_api.services.ingest_store import Answered, HeldEpoch, IngestStore, IngestTransaction
from cloud_api.services.readings import Reading, read_event
from cloud_api.services.receipts import sign_answer
from cloud_api.services.wanted_copies import find_copies
from cloud_api.store.branches import Link
from cloud_api.store.kiosks import Head
from sync.protocol.chain import Head as ChainHead
from sync.protocol.events import Event


class Branches:
    """Takes batches that the log takes no more."""

    def __init__(self, store: IngestStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def take(self, device: Device, wire: bytes) -> Outcome:
        """Take one batch of an authenticated kiosk, signed by the epoch that it belongs to."""
        return await take_batch(self._store, self._clock, device, wire, _take_new)


async def _take_new(tx: IngestTransaction, held: HeldEpoch, arriving: Arriving) -> Outcome:
    if held.record.standing == "revoked":
        return Refused("the kiosk was revoked")
    if not held.record.frozen:
        return NotFrozen()
    known = await _Known.read(tx, held, arriving)
    pairs = list(zip(arriving.batch.events, arriving.batch.heads, strict=True))
    fresh = [(event, head) for event, head in pairs if not known.has(head.seq, head.hash)]
    if fresh and not known.leads_to(fresh[0][0]):
        beyond = arriving.batch.manifest.first > held.head.seq + 1
        return Gap(held.head.seq + 1 if beyond else 1)
    disputed = next((head.seq for _, head in fresh if known.disputes(head.seq)), None)
    end = arriving.batch.manifest.last
    # No branch of this epoch agrees with the log from there on: no backup of the log is taken for one of a branch.
    beside = min((*known.beside_seqs, *(head.seq for _, head in fresh)), default=end + 1)
    return Accepted(await _keep(tx, held, arriving, fresh, disputed, in_log=min(end, beside - 1)), fresh=True)


async def _keep(
    tx: IngestTransaction,
    held: HeldEpoch,
    arriving: Arriving,
    fresh: list[tuple[Event, ChainHead]],
    disputed: int | None,
    *,
    in_log: int,
) -> str:
    record, manifest = held.record, arriving.batch.manifest
    # Their standing is found when they are folded; a reading needs one only for a fact that is not used here.
    standings = KeyStandings(tx)
    standings.take_over(record)
    readings = [
        read_event(
            event,
            head.hash,
            key=standings.of(record.epoch, head.seq, head.hash, in_log=False),
            received_at=arriving.now,
        )
        for event, head in fresh
    ]
    touched = await _settle_fork(tx, held, arriving, disputed) | told_stays(readings)
    quarantined = await _quarantined(tx, held, arriving, readings)
    end = Head(manifest.last, manifest.head)
    signed = await sign_answer(tx, arriving.answer(end, quarantined), in_log=in_log)
    answered = Answered(arriving.name, arriving.batch.manifest_jws, manifest.first, manifest.last, signed)
    await tx.lock_stays(touched, arriving.now)
    await tx.add_to_branch(answered, [reading.row for reading in readings], arriving.now)
    people = await refold(tx, touched, readings, arriving.now)
    await alert_hosts(tx, find_alerts(readings, people), arriving.now)
    await call_reception(tx, find_calls(readings, people, record), arriving.now)
    await tx.want_copies(find_copies(readings, people), arriving.now)
    await tx.record_act(_branch_act(arriving, len(fresh)))
    await tx.publish(record.site_id)
    return signed


async def _settle_fork(tx: IngestTransaction, held: HeldEpoch, arriving: Arriving, disputed: int | None) -> set[UUID]:
    """Note a lower disputed seq; the stays whose earlier events may stand differently after this batch."""
    record = held.record
    lowest = min((seq for seq in (record.forked_seq, disputed) if seq), default=0)
    if lowest == 0:
        return set()
    if lowest != record.forked_seq:
        await tx.mark_forked(record.kiosk_id, record.epoch, lowest)
        await tx.record_act(fork_act(arriving.name, lowest))
    elif record.clear is None:
        return set()  # nothing stored before stands differently than it did
    return await tx.stays_from(record.kiosk_id, record.epoch, lowest)


async def _quarantined(
    tx: IngestTransaction, held: HeldEpoch, arriving: Arriving, readings: list[Reading]
) -> tuple[UUID, ...]:
    fresh = {reading.row.hash for reading in readings}
    earlier = [Head(head.seq, head.hash) for head in arriving.batch.heads if head.hash not in fresh]
    record = held.record
    repeated = await tx.quarantined_ids(record.kiosk_id, record.epoch, earlier) if earlier else []
    return (*repeated, *(reading.row.event_id for reading in readings if reading.row.fault is not None))


def _branch_act(arriving: Arriving, added: int) -> AdminAct:
    manifest = arriving.batch.manifest
    detail = {
        "kiosk": str(manifest.kiosk),
        "epoch": manifest.epoch,
        "first": str(manifest.first),
        "last": str(manifest.last),
        "added": str(added),
        "manifest": arriving.name.manifest_hash,
    }
    return AdminAct("branch.kept", Actor("server"), detail)


class _Known:
    """What of an epoch is stored around a batch: the log's hashes, and every header beside the log."""

    def __init__(self, log: dict[int, str], links: list[Link]) -> None:
        self._log = log
        self._beside = {link.hash: link.seq for link in links}
        self.beside_seqs = frozenset(self._beside.values())
        """The seqs of which headers are kept beside the log."""

    @classmethod
    async def read(cls, tx: IngestTransaction, held: HeldEpoch, arriving: Arriving) -> "_Known":
        """Read it for a batch."""
        record, manifest = held.record, arriving.batch.manifest
        first = max(1, manifest.first - 1)
        log = await tx.log_hashes(record.kiosk_id, record.epoch, first, manifest.last)
        return cls(log, await tx.branch_links(record.kiosk_id, record.epoch))

    def has(self, seq: int, header_hash: str) -> bool:
        """Whether this header is stored."""
        return self._log.get(seq) == header_hash or self._beside.get(header_hash) == seq

    def leads_to(self, event: Event) -> bool:
        """Whether the header before this event is stored; the first of an epoch has none before it."""
        return event.header.seq == 1 or self.has(event.header.seq - 1, event.header.prev)

    def disputes(self, seq: int) -> bool:
        """Whether a header is stored for this seq."""
        return seq in self._log or seq in self.beside_seqs
