"""What was heard of other kiosks' logs, in tables of its own: nothing here was recorded, signed or sent by this kiosk.

Whoever brought it, the cloud or a neighbour, it was verified as the cloud verifies (``sync.protocol.muster``).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any
from uuid import UUID

from sync.device.database import DeviceDatabase
from sync.device.event_rows import EventReader, salted, sealed_body, stay_bytes
from sync.device.rows import put_row
from sync.device.settings import Settings
from sync.device.tables import Tables
from sync.protocol.chain import Head
from sync.protocol.events import Event, decode_header, genesis_hash
from sync.protocol.fold import Standing
from sync.protocol.hlc import Hlc
from sync.protocol.muster import OpenedMusterBatch
from sync.protocol.muster_exchange import MAX_BESIDE, HeardLog

_INSERT = (
    "insert into heard_event (place, epoch, seq, hash, stay, kind, doubt, kept, header, muster)"
    " values (?, ?, ?, ?, ?, ?, ?, 0, ?, ?)"
)
_LAST_HEARD = 512
_FAULT = "hearing-fault"
_MAX_NAMED = 4096
"""How many batches beside logs one question names: it must stay within what a server reads."""
NEWEST_PLACE = (
    "select max(coalesce((select max(place) from heard_event), 0), coalesce((select max(place) from heard_mark), 0))"
)


class Doubt(IntEnum):
    """What its server says of an event that nobody else can judge, from good to bad."""

    NONE = 0
    QUARANTINED = 1
    CLOCK_FLAGGED = 2

    @property
    def standing(self) -> Standing:
        """As the fold names it."""
        return (Standing.CLEAR, Standing.QUARANTINED, Standing.CLOCK_FLAGGED)[self]


@dataclass(frozen=True, slots=True)
class Told:
    """A verified muster batch as it was told: the seqs in doubt, and whether it is of a branch, or ``follows`` on what
    was heard of its log. ``from_cloud``: a body that is not in it is gone, and the doubts are the newest; a neighbour
    may only have pruned it, and cannot judge.
    """

    batch: OpenedMusterBatch
    quarantined: frozenset[int]
    flagged: frozenset[int]
    beside: bool = False
    follows: bool = False
    from_cloud: bool = True

    def doubt(self, seq: int) -> Doubt:
        """The worst that was said of an event."""
        if seq in self.flagged:
            return Doubt.CLOCK_FLAGGED
        return Doubt.QUARANTINED if seq in self.quarantined else Doubt.NONE


class HeardEvents:
    """Keeps them. ``own`` reads the kiosk's own log, of which no second copy is made."""

    def __init__(self, own: EventReader) -> None:
        self._own = own
        self._database: DeviceDatabase = own.database

    def logs(self, epochs: Collection[str]) -> tuple[HeardLog, ...]:
        """How far each of these logs was heard."""
        with self._database.lock:
            rows = self._database.read("select epoch, seq, head from heard_log")
            beside = self._database.read("select epoch, hash from heard_batch where beside = 1 order by rowid")
        heads = {row["epoch"]: (row["seq"], row["head"]) for row in rows}
        named: dict[str, list[str]] = {}
        for row in beside[:_MAX_NAMED]:
            named.setdefault(row["epoch"], []).append(row["hash"])
        return tuple(
            HeardLog(epoch=epoch, seq=seq, head=head, beside=tuple(named.get(epoch, ())[:MAX_BESIDE]))
            for epoch in epochs
            for seq, head in [heads.get(epoch, (0, genesis_hash(epoch)))]
        )

    def take(self, told: Told) -> bool:
        """Keep what is new of a batch, in one transaction. ``False``: nothing was, and nothing was written.

        Raises:
            StorageError: the disk refused; nothing of the batch was kept.
        """
        manifest = told.batch.manifest
        fresh = self._fresh(told)
        end = Head(manifest.epoch, manifest.last, manifest.head)
        known = self._database.read("select beside from heard_batch where hash = ?", (told.batch.manifest_hash,))
        beside = told.beside or bool(known and known[0]["beside"])
        moves = told.follows and self._head(manifest.epoch) != end
        if not fresh and known and bool(known[0]["beside"]) == beside and not moves:
            return False
        with self._database.transaction() as tables:
            self._write(tables, told, fresh, beside=beside)
            tables.execute(
                "insert or ignore into heard_log (epoch, seq, head) values (?, 0, ?)",
                (manifest.epoch, genesis_hash(manifest.epoch)),
            )
            if moves:
                moved = (end.seq, end.hash, manifest.epoch)
                tables.execute("update heard_log set seq = ?, head = ? where epoch = ?", moved)
        return True

    def newest_place(self) -> int:
        """The place that was given last."""
        return int(self._database.read(f"{NEWEST_PLACE} as place")[0]["place"])

    def highest_stamp(self) -> Hlc | None:
        """The highest stamp of what was heard last and its server did not flag."""
        rows = self._database.read(
            "select header from heard_event where doubt < ? order by place desc limit ?",
            (int(Doubt.CLOCK_FLAGGED), _LAST_HEARD),
        )
        return max((Hlc.parse(decode_header(bytes(row["header"])).hlc) for row in rows), default=None)

    def heard_ms(self) -> dict[UUID, int]:
        """When each kiosk was last heard of, as far as that is on the card: milliseconds since 1970, own time."""
        rows = self._database.read("select kiosk, at_ms from heard_kiosk")
        return {UUID(row["kiosk"]): row["at_ms"] for row in rows}

    def note_heard(self, at_ms: dict[UUID, int]) -> None:
        """Put on the card when kiosks were heard of.

        Raises:
            StorageError: the disk refused.
        """
        with self._database.transaction() as tables:
            for kiosk, moment in at_ms.items():
                put_row(tables, "heard_kiosk", {"kiosk": str(kiosk), "at_ms": moment}, key="kiosk")

    @property
    def fault(self) -> str:
        """Why other kiosks could not be heard when it was last tried and the cloud answered; empty while they can be.

        Raises:
            StorageError: the disk refused.
        """
        raw = Settings(self._database).get(_FAULT)
        return "" if raw is None else raw.decode("utf-8")

    def note_fault(self, fault: str) -> None:
        """Keep it for the ``status`` command, which is another program; written only when it has changed.

        Raises:
            StorageError: the disk refused.
        """
        if fault != self.fault:
            Settings(self._database).put(_FAULT, fault.encode("utf-8"))

    def _head(self, epoch: str) -> Head | None:
        rows = self._database.read("select seq, head from heard_log where epoch = ?", (epoch,))
        return Head(epoch, rows[0]["seq"], rows[0]["head"]) if rows else None

    def _fresh(self, told: Told) -> list[tuple[Event, Doubt]]:
        """The events that are not kept yet, or are now told otherwise than they were."""
        manifest = told.batch.manifest
        kept = {
            bytes(row["hash"]).hex(): row
            for row in self._database.read(
                "select hash, doubt, muster from heard_event where epoch = ? and seq between ? and ?",
                (manifest.epoch, manifest.first, manifest.last),
            )
        }
        chain = self._own.chain_of(manifest.epoch)
        fresh = []
        for sent, head in zip(told.batch.events, told.batch.heads, strict=True):
            doubt, row = told.doubt(head.seq), kept.get(head.hash)
            if row is not None and not told.from_cloud:
                doubt = max(doubt, Doubt(row["doubt"]))  # a neighbour cannot judge; a restored server does so anew
            event = sent if told.from_cloud or row is None or sent.muster is not None else _with_body(sent, row)
            if row is not None and _same(row, event, doubt):
                continue
            own = chain is not None and self._own.hash_in(chain, head.seq) == head.hash
            if own and doubt is Doubt.NONE and row is None:
                continue
            fresh.append((event, doubt))
        return fresh

    def _write(self, tables: Tables, told: Told, fresh: list[tuple[Event, Doubt]], *, beside: bool) -> None:
        manifest = told.batch.manifest
        ((place,),) = tables.execute(NEWEST_PLACE).fetchall()
        rows = []
        for number, (event, doubt) in enumerate(fresh, start=place + 1):
            header, digest = event.header, bytes.fromhex(event.hash)
            # A new place, so that whoever has folded up to the old one folds it again.
            tables.execute(
                "delete from heard_event where epoch = ? and seq = ? and hash = ?", (header.epoch, header.seq, digest)
            )
            rows.append(
                (
                    number,
                    header.epoch,
                    header.seq,
                    digest,
                    stay_bytes(header),
                    header.kind,
                    int(doubt),
                    event.raw_header,
                    salted(event.muster),
                )
            )
        tables.execute_many(_INSERT, rows)
        row = {
            "hash": told.batch.manifest_hash,
            "epoch": manifest.epoch,
            "first": manifest.first,
            "last": manifest.last,
            "beside": int(beside),  # also one that was first told because a stay of it was asked for
            "manifest": told.batch.manifest_jws,
        }
        put_row(tables, "heard_batch", row, key="hash")


def _with_body(event: Event, row: dict[str, Any]) -> Event:
    return replace(event, muster=sealed_body(row["muster"]))


def _same(row: dict[str, Any], event: Event, doubt: Doubt) -> bool:
    kept = None if row["muster"] is None else bytes(row["muster"])
    return bool(row["doubt"] == doubt) and kept == salted(event.muster)
