"""What has been packed for the cloud and what the cloud has receipted, kept before the first send.

The same bytes are sent until they are answered: a batch is made once. Each epoch has a queue of its own, signed by its
own key; what an old epoch has not sent stays until a receipt covers it, however many epochs follow.
"""

from dataclasses import dataclass

from sync.device.database import DeviceDatabase
from sync.device.event_log import EventLog
from sync.device.log_memory import LogMemory
from sync.device.notices import Notice, NoticeKind
from sync.device.rows import put_row
from sync.protocol.batch import MAX_EVENTS, MAX_INFLATED_BYTES, manifest_hash, seal_batch
from sync.protocol.events import Event
from sync.protocol.receipt import Receipt

_RESTORED = "server_restored"
_INSERT = "insert into batch (epoch, first, last, manifest, wire) values (?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class PackedBatch:
    """A batch as it will be sent, byte for byte, until it is receipted.

    ``fresh``: packed just now, so nobody can have seen it before; a receipt for it is as new as itself.
    """

    epoch: str
    first: int
    last: int
    manifest: str
    wire: bytes
    fresh: bool


class Outbox:
    """Packs the next contiguous events of an epoch and remembers receipts. ``epoch``: the current one unless told."""

    def __init__(self, database: DeviceDatabase, log: EventLog, *, audience: str) -> None:
        self._database = database
        self._log = log
        self._audience = audience
        self.memory = LogMemory(database)
        """What this kiosk has seen of the audit log; receipts add to it."""

    @property
    def accepted(self) -> int:
        """The last seq of the current epoch that a receipt covers; 0 before the first."""
        return self.accepted_in(self._log.head.epoch)

    @property
    def waiting(self) -> int:
        """How many events, of all epochs, no receipt covers yet."""
        return sum(self.waiting_in(epoch) for epoch in self._log.epochs.all())

    def accepted_in(self, epoch: str) -> int:
        """The last seq of an epoch that a receipt covers; 0 before the first."""
        return self._receipted(epoch)[0]

    def durable_in(self, epoch: str) -> int:
        """The last seq of an epoch that the cloud has in a confirmed backup, by its receipts."""
        return self._receipted(epoch)[1]

    def waiting_in(self, epoch: str) -> int:
        """How many events of an epoch no receipt covers yet, and nothing else has taken their place."""
        accepted, head = self.accepted_in(epoch), self._log.head_of(epoch).seq
        if head <= accepted:
            return 0  # a damaged page may have taken events that the cloud has
        if epoch == self._log.head.epoch:
            return head - accepted
        return self._log.count_in(epoch, above=accepted, up_to=min(head, self._end(epoch)))

    def has_lost(self, epoch: str, seq: int) -> bool:
        """Whether an event is not here any more, by a damaged page (ADR 51); with it may have gone its receipt."""
        return epoch != self._log.head.epoch and self._log.hash_at(seq, epoch=epoch) is None

    def next_batch(self, epoch: str | None = None) -> PackedBatch | None:
        """The batch to send now: the one packed earlier, else a new one, else ``None``."""
        epoch = epoch or self._log.head.epoch
        rows = self._database.read(
            "select first, last, manifest, wire from batch where epoch = ? order by first limit 1", (epoch,)
        )
        if rows:
            row = rows[0]
            return PackedBatch(epoch, row["first"], row["last"], row["manifest"], bytes(row["wire"]), fresh=False)
        return self._pack(epoch)

    def answers(self, receipt: Receipt, batch: PackedBatch) -> bool:
        """Whether a verified receipt speaks of this batch and of the events that this kiosk has.

        Another head at the seq that it accepts means that the cloud holds another branch than ours.
        """
        return (
            receipt.manifest == batch.manifest
            and receipt.epoch == batch.epoch
            and receipt.accepted >= batch.last
            and self._log.hash_at(receipt.accepted, epoch=batch.epoch) == receipt.head
        )

    def resend_from(self, seq: int, epoch: str | None = None, *, at_ms: int = 0) -> None:
        """Forget what was packed and receipted from a seq on: the server says that it lacks it (C09, C12).

        Bodies that were pruned on the word of a receipt go up as erased, and that is told (``DETAILS_LOST``).
        """
        epoch = epoch or self._log.head.epoch
        with self._database.transaction() as tables:
            tables.execute("delete from batch where epoch = ?", (epoch,))
            tables.execute(
                "update receipt set accepted = min(accepted, ?), durable = min(durable, ?) where epoch = ?",
                (seq - 1, seq - 1, epoch),
            )
            ((pruned,),) = tables.execute(
                "select coalesce(max(seq), 0) from pruned where epoch = ?", (epoch,)
            ).fetchall()
            if pruned >= seq:
                notice = Notice(since_ms=at_ms, reason=_RESTORED, epoch=epoch, seq=pruned, known=seq - 1)
                self._log.notices.post(tables, NoticeKind.DETAILS_LOST, notice)

    def close_batch(self, receipt: Receipt, signed: str, *, fresh: bool = False) -> None:
        """Keep a verified receipt and drop the batches that it covers, in one transaction.

        ``fresh``: it answers a batch that was never sent before, so it is as new as that. What was durable once stays
        so: the answer to a batch sent again is older than what the kiosk may have heard since.
        """
        with self._database.transaction() as tables:
            row = {
                "epoch": receipt.epoch,
                "accepted": receipt.accepted,
                "durable": max(receipt.durable, self.durable_in(receipt.epoch)),
                "signed": signed,
            }
            put_row(tables, "receipt", row, key="epoch")
            tables.execute("delete from batch where epoch = ? and last <= ?", (receipt.epoch, receipt.accepted))
            self.memory.offer(tables, receipt.checkpoint, fresh=fresh)

    def hear_durable(self, receipt: Receipt, signed: str) -> bool:
        """Keep a verified receipt that answers no batch, if it says that more is durable; ``False`` where it is about
        other events than this kiosk has. What no answer to a batch has accepted yet is not durable here either.
        """
        if self._log.hash_at(receipt.accepted, epoch=receipt.epoch) != receipt.head:
            return False
        with self._database.transaction() as tables:
            tables.execute(
                "update receipt set durable = min(accepted, ?), signed = ?"
                " where epoch = ? and accepted <= ? and durable < min(accepted, ?)",
                (receipt.durable, signed, receipt.epoch, receipt.accepted, receipt.durable),
            )
        return True

    def _end(self, epoch: str) -> int:
        """The last seq of an epoch that is sent under its own key."""
        return self._log.epochs.recorded_again_after(epoch)

    def _receipted(self, epoch: str) -> tuple[int, int]:
        rows = self._database.read("select accepted, durable from receipt where epoch = ?", (epoch,))
        return (rows[0]["accepted"], rows[0]["durable"]) if rows else (0, 0)

    def _pack(self, epoch: str) -> PackedBatch | None:
        """Read, pack and keep with nobody in between: a body that is erased meanwhile must not go up."""
        with self._database.lock:
            waiting = self._log.after(self.accepted_in(epoch), limit=MAX_EVENTS, epoch=epoch)
            end = self._end(epoch)
            events = _fit(_unbroken([event for event in waiting if event.header.seq <= end]))
            if not events:
                return None
            key = self._log.epochs.key(epoch)
            wire = seal_batch(events, key=key, audience=self._audience, hlc=str(self._log.hlc))
            manifest = wire.partition(b"\n")[0].decode("ascii")
            first, last = events[0].header.seq, events[-1].header.seq
            packed = PackedBatch(epoch, first, last, manifest_hash(manifest), wire, fresh=True)
            with self._database.transaction() as tables:
                tables.execute(_INSERT, (epoch, packed.first, packed.last, packed.manifest, packed.wire))
        return packed


def _unbroken(events: list[Event]) -> list[Event]:
    """Those that follow one another; what was lost to a damaged page makes a gap (ADR 51)."""
    return [event for index, event in enumerate(events) if event.header.seq == events[0].header.seq + index]


def _fit(events: list[Event]) -> list[Event]:
    size = 0
    for index, event in enumerate(events):
        size += len(event.line()) + 1
        if size > MAX_INFLATED_BYTES:
            return events[:index]
    return events
