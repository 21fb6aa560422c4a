"""The transactions of the ingest store in memory; see ``ingest_memory``."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from cloud_api.services.audit_trail import AdminAct
from cloud_api.services.call_readings import ReceptionCall
from cloud_api.services.ingest_store import (
    Answered,
    ArrivalAlert,
    ForkEvidence,
    HeldEpoch,
    HeldStays,
    LogAddition,
    ToldConsent,
    WantedCopy,
)
from cloud_api.services.readings import PRESENCE_KINDS
from cloud_api.store.batches import BatchName
from cloud_api.store.branches import Link
from cloud_api.store.events import NewEvent, StoredFact
from cloud_api.store.kiosks import Epoch, Greeting, Head, NewEpoch
from cloud_api.store.reception_calls import Ending
from cloud_api.store.stays import Stay
from sync.protocol.receipt import Receipt
from tests.fakes.ingest_memory_backups import BackupRecords
from tests.fakes.memory_tables import Rows


class Surroundings(Protocol):
    """What a transaction needs of its store."""

    def step(self, name: str, /) -> None: ...

    def sign_receipt(self, receipt: Receipt, /) -> str: ...

    def knows(self, epoch: str) -> bool: ...


class _Records(BackupRecords):
    _rows: Rows

    def __init__(self, store: Surroundings, tenant: UUID, rows: Rows) -> None:
        self._store = store
        self._tenant = tenant
        self._rows = rows

    def _update(self, epoch: str, **changes: Any) -> None:
        found = self._rows.epochs.get(epoch)
        if found is not None:
            self._rows.epochs[epoch] = _derived(replace(found, **changes), self._rows)

    async def lock_epoch(self, kiosk_id: UUID, epoch: str) -> HeldEpoch | None:
        self._store.step("lock_epoch")
        found = self._rows.epochs.get(epoch)
        if found is None or found.kiosk_id != kiosk_id:
            return None
        return HeldEpoch(found, self._rows.heads[epoch])

    async def lock_kiosk(self, kiosk_id: UUID) -> list[HeldEpoch]:
        self._store.step("lock_kiosk")
        mine = [item for item in self._rows.epochs.values() if item.kiosk_id == kiosk_id]
        mine.sort(key=lambda item: (item.started_at, item.epoch))
        return [HeldEpoch(item, self._rows.heads[item.epoch]) for item in mine]

    async def read_epochs(self, epochs: Collection[str]) -> dict[str, Epoch]:
        return {epoch: self._rows.epochs[epoch] for epoch in epochs if epoch in self._rows.epochs}

    async def add_epoch(self, epoch: NewEpoch, now: datetime) -> bool:
        self._store.step("add_epoch")
        if self._store.knows(epoch.epoch) or epoch.epoch in self._rows.epochs:
            return False
        site = self._rows.kiosks[epoch.kiosk_id].site_id
        self._rows.epochs[epoch.epoch] = Epoch(
            kiosk_id=epoch.kiosk_id,
            site_id=site,
            epoch=epoch.epoch,
            public_key=epoch.public_key,
            audience=epoch.audience,
            standing="unconfirmed",
            started_at=now,
            previous=epoch.previous,
            began=epoch.began,
            reason=epoch.reason,
            start=epoch.start,
        )
        self._rows.heads[epoch.epoch] = Head(0, epoch.genesis)
        return True

    async def freeze(self, _kiosk_id: UUID, epoch: str, _now: datetime) -> None:
        self._store.step("freeze")
        self._update(epoch, frozen=True)

    async def mark_forked(self, _kiosk_id: UUID, epoch: str, seq: int) -> None:
        self._store.step("mark_forked")
        known = self._rows.epochs[epoch].forked_seq
        self._update(epoch, forked_seq=min(known, seq) if known else seq)

    async def confirm(self, _kiosk_id: UUID, epoch: str, _now: datetime) -> None:
        self._store.step("confirm")
        if self._rows.epochs[epoch].standing == "unconfirmed":
            self._update(epoch, standing="current")

    async def set_clear(self, _kiosk_id: UUID, epoch: str, clear: Head) -> None:
        self._store.step("set_clear")
        self._update(epoch, clear=clear)

    async def revoke(self, kiosk_id: UUID, now: datetime) -> bool:
        self._store.step("revoke")
        kiosk = self._rows.kiosks.get(kiosk_id)
        if kiosk is None or kiosk.revoked_at is not None:
            return False
        self._rows.kiosks[kiosk_id] = replace(kiosk, revoked_at=now)
        for item in list(self._rows.epochs.values()):
            if item.kiosk_id == kiosk_id:
                self._update(item.epoch)
        return True

    async def note_hello(self, kiosk_id: UUID, greeting: Greeting | None, now: datetime) -> None:
        self._rows.seen[kiosk_id] = now
        if greeting is not None:
            self._rows.greetings[kiosk_id] = greeting

    async def find_receipt(self, name: BatchName) -> str | None:
        self._store.step("find_receipt")
        found = self._rows.answers.get(name) or self._rows.branch_answers.get(name)
        return None if found is None else found.receipt

    async def log_hashes(self, _kiosk_id: UUID, epoch: str, first: int, last: int) -> dict[int, str]:
        return {seq: row.hash for seq in range(first, last + 1) for row, _ in self._found(epoch, seq)}

    async def branch_links(self, _kiosk_id: UUID, epoch: str) -> list[Link]:
        mine = [row for (owner, _), (row, _) in self._rows.branch.items() if owner == epoch]
        return sorted((Link(row.seq, row.hash, row.prev) for row in mine), key=lambda link: (link.seq, link.hash))

    async def quarantined_ids(self, _kiosk_id: UUID, epoch: str, heads: Sequence[Head]) -> list[UUID]:
        found = []
        for head in sorted(heads, key=lambda item: item.seq):
            rows = [row for row, _ in self._found(epoch, head.seq) if row.hash == head.hash]
            if (epoch, head.hash) in self._rows.branch:
                rows.append(self._rows.branch[epoch, head.hash][0])
            found += [row.event_id for row in rows if row.fault is not None]
        return found

    async def newest_checkpoint(self) -> str | None:
        return self._rows.checkpoint

    async def sign_receipt(self, receipt: Receipt) -> str:
        self._store.step("sign_receipt")
        return self._store.sign_receipt(receipt)

    def _found(self, epoch: str, seq: int) -> list[tuple[NewEvent, datetime]]:
        found = self._rows.log.get((epoch, seq))
        return [] if found is None else [found]


class MemoryIngest(_Records):
    """One transaction."""

    async def add_to_log(self, addition: LogAddition, now: datetime) -> None:
        self._store.step("add_to_log")
        rows, batch = self._rows, addition.batch
        epoch = batch.name.epoch
        if batch.name in rows.answers:
            raise AssertionError("a manifest is answered once")
        for row in addition.events:
            if (epoch, row.seq) in rows.log or row.seq != rows.heads[epoch].seq + 1:
                raise AssertionError("the log has this seq already, or not the one before")
            rows.log[epoch, row.seq] = (self._kept(row), now)
            rows.heads[epoch] = Head(row.seq, row.hash)
        if addition.events:
            rows.audit.append((epoch, addition.events[0].seq, addition.events[-1].seq))
            if rows.heads[epoch] != addition.head:
                raise AssertionError("the head moves with the events")
        self._put(addition.stays, addition.words)
        rows.answers[batch.name] = batch
        rows.seen[batch.name.kiosk_id] = now

    async def add_to_branch(self, batch: Answered, events: Sequence[NewEvent], now: datetime) -> None:
        self._store.step("add_to_branch")
        epoch = batch.name.epoch
        if batch.name in self._rows.branch_answers:
            raise AssertionError("a manifest is answered once")
        for row in events:
            if (epoch, row.hash) in self._rows.branch:
                raise AssertionError("the branch has this header already")
            self._rows.branch[epoch, row.hash] = (self._kept(row), now)
        self._rows.branch_answers[batch.name] = batch

    async def keep_fork(self, evidence: ForkEvidence, _now: datetime) -> None:
        self._store.step("keep_fork")
        self._rows.forks.setdefault(evidence.name, evidence)

    async def lock_stays(self, stays: Collection[UUID], _now: datetime) -> HeldStays:
        self._store.step("lock_stays")
        fresh = frozenset(stay for stay in stays if stay not in self._rows.keys)
        self._rows.keys.update(dict.fromkeys(fresh, True))
        known = frozenset(stay for stay in stays if self._rows.keys[stay])
        return HeldStays(known, fresh, frozenset(stays) - known)

    async def list_facts(self, stays: Collection[UUID]) -> list[StoredFact]:
        wanted = set(stays)
        found = []
        for rows, in_log in ((self._rows.log, True), (self._rows.branch, False)):
            for row, received in rows.values():
                if row.stay_id in wanted and row.kind in PRESENCE_KINDS:
                    muster = row.muster if self._rows.keys.get(row.stay_id) else None
                    found.append(StoredFact(row.raw, row.hash, muster, row.fault is not None, in_log, received))
        return found

    async def stays_from(self, _kiosk_id: UUID, epoch: str, seq: int, since: datetime | None = None) -> set[UUID]:
        log = [pair for (owner, _), pair in self._rows.log.items() if owner == epoch]
        beside = [pair for (owner, _), pair in self._rows.branch.items() if owner == epoch]
        return {
            row.stay_id
            for row, received in (*log, *beside)
            if row.stay_id is not None
            and row.seq >= seq
            and row.kind in PRESENCE_KINDS
            and (since is None or received >= since)
        }

    async def put_stays(self, stays: Sequence[Stay], words: Mapping[UUID, Sequence[str]], _now: datetime) -> None:
        self._store.step("put_stays")
        self._put(stays, words)

    async def reachable_hosts(self, hosts: Collection[UUID]) -> set[UUID]:
        return {host for host in hosts if self._rows.hosts.get(host)}

    async def add_alerts(self, alerts: Sequence[ArrivalAlert], _now: datetime) -> None:
        self._store.step("add_alerts")
        for alert in alerts:
            if alert.stay_id not in self._rows.stays:
                raise AssertionError("an alert is for a stay that is written")
            self._rows.alerts.setdefault((alert.stay_id, alert.host_id), alert)

    async def add_calls(self, calls: Sequence[ReceptionCall], _now: datetime) -> None:
        self._store.step("add_calls")
        for call in calls:
            if not self._rows.keys.get(call.stay_id):
                raise AssertionError("a call is for a stay that is held and not erased")
            self._rows.calls.setdefault(call.id, call)

    async def end_calls(self, calls: Sequence[UUID], ending: Ending, _now: datetime) -> None:
        for known in set(calls) & self._rows.calls.keys():
            call = self._rows.calls[known]
            self._rows.calls[known] = call if call.ended_as else replace(call, ended_as=ending)

    async def keep_consents(self, _consents: Sequence[ToldConsent]) -> None:
        self._store.step("keep_consents")

    async def want_copies(self, copies: Sequence[WantedCopy], _now: datetime) -> None:
        self._store.step("want_copies")
        if not all(self._rows.keys.get(copy.stay_id) for copy in copies):
            raise AssertionError("a copy is for a stay that is held and not erased")

    async def record_act(self, act: AdminAct) -> None:
        self._store.step("record_act")
        self._rows.acts.append(act)

    async def publish(self, site_id: UUID) -> None:
        self._store.step("publish")
        self._rows.published.append(site_id)

    def _kept(self, row: NewEvent) -> NewEvent:
        """What is stored of an event: of an erased stay the header alone."""
        gone = row.stay_id is not None and not self._rows.keys.get(row.stay_id)
        return replace(row, muster=None, full=None, poison=()) if gone else row

    def _put(self, stays: Sequence[Stay], words: Mapping[UUID, Sequence[str]]) -> None:
        for stay in stays:
            if not self._rows.keys.get(stay.id):
                stay = replace(stay, person=None)  # noqa: PLW2901  as the columns of an erased stay cannot be sealed
            before = self._rows.stays.get(stay.id)
            if before is not None:
                stay = replace(  # noqa: PLW2901  what is not told anew stays as it was
                    stay,
                    site_id=stay.site_id or before.site_id,
                    host_id=stay.host_id or before.host_id,
                    person=stay.person or before.person,
                    arrived_at=min(filter(None, (stay.arrived_at, before.arrived_at)), default=None),
                )
            self._rows.stays[stay.id] = stay
        for found, texts in words.items():
            self._rows.words[found] = self._rows.words.get(found, frozenset()) | set(texts)


def _derived(record: Epoch, rows: Rows) -> Epoch:
    """The record with its standing: the worst that holds."""
    if rows.kiosks[record.kiosk_id].revoked_at is not None:
        return replace(record, standing="revoked")
    if record.standing in ("unconfirmed", "revoked"):
        return record
    return replace(record, standing="frozen" if record.frozen else "current")
