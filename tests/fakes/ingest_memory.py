"""The ingest store in memory: the twin of PostgreSQL's for the simulator, held to it by one contract suite.

Nothing here ever awaits: a coroutine of a service on this store is driven to its end by one ``send(None)``. A
transaction works on a copy and is put in place when its block ends, so a crash in the middle leaves nothing behind.

Usage::

    store = MemoryIngestStore(sign_receipt=lambda receipt: sign_receipt(receipt, key))
    store.enrol(tenant, site, kiosk, public_key, audience, now)
    outcome = run(Ingest(store, clock).take(store.device(tenant, epoch), wire))
    store.events(tenant), store.present(tenant), store.alerts(tenant), store.roster(tenant, site)
    kept = store.snapshot(); ...; store.restore(kept)   # a server restored from yesterday's copy
    store.on_step = crash_at("add_to_log")                 # called with every method's name, and "committed"
"""

import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from cloud_api.services.devices import Device
from cloud_api.services.event_standings import roster
from cloud_api.services.ingest_store import ArrivalAlert, IngestTransaction
from cloud_api.store.events import NewEvent
from cloud_api.store.kiosks import Epoch, Head, Kiosk
from cloud_api.store.stays import Stay
from sync.protocol.chain import Head as ChainHead
from sync.protocol.feed import Roster
from sync.protocol.keys import base64url, public_key, thumbprint
from sync.protocol.receipt import Receipt
from tests.fakes.ingest_memory_rows import MemoryIngest
from tests.fakes.memory_tables import Rows

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Drive a coroutine that never waits to its end."""
    try:
        work.send(None)
    except StopIteration as ended:
        result: T = ended.value
        return result
    work.close()
    raise AssertionError("the coroutine waited for something")


class MemoryIngestStore:
    """Organisations in memory."""

    def __init__(
        self, sign_receipt: Callable[[Receipt], str], step: Callable[[str], None] = lambda _name: None
    ) -> None:
        self.signer = sign_receipt
        self.on_step = step
        self._rows: dict[UUID, Rows] = {}

    @contextlib.asynccontextmanager
    async def open(self, tenant: UUID) -> AsyncIterator[IngestTransaction]:
        with self.changing(tenant) as rows:
            yield MemoryIngest(self, tenant, rows)

    @contextlib.contextmanager
    def changing(self, tenant: UUID) -> Iterator[Rows]:
        """A transaction on the rows, for this store and the others that keep theirs beside it."""
        rows = self.rows(tenant).copy()
        self.step("open")
        yield rows
        self.step("commit")
        self._rows[tenant] = rows
        self.step("committed")

    def step(self, name: str, /) -> None:
        self.on_step(name)

    def sign_receipt(self, receipt: Receipt, /) -> str:
        return self.signer(receipt)

    def rows(self, tenant: UUID) -> Rows:
        found = self._rows.get(tenant)
        return self._rows.setdefault(tenant, Rows()) if found is None else found

    def snapshot(self) -> dict[UUID, Rows]:
        return {tenant: rows.copy() for tenant, rows in self._rows.items()}

    def restore(self, kept: Mapping[UUID, Rows]) -> None:
        self._rows = {tenant: rows.copy() for tenant, rows in kept.items()}

    def knows(self, epoch: str) -> bool:
        return any(epoch in rows.epochs for rows in self._rows.values())

    def enrol(
        self, tenant: UUID, site: UUID, kiosk: UUID, public: bytes, audience: str, now: datetime, name: str = "Kiosk"
    ) -> Device:
        rows, epoch = self.rows(tenant), thumbprint(public_key(base64url(public)))
        rows.kiosks.setdefault(kiosk, Kiosk(kiosk, site, name, now, None, None))
        rows.epochs[epoch] = Epoch(kiosk, site, epoch, public, audience, "current", now)
        rows.heads[epoch] = Head(0, ChainHead.genesis(epoch).hash)
        return self.device(tenant, epoch)

    def add_host(self, tenant: UUID, host: UUID, *, reachable: bool = True) -> UUID:
        self.rows(tenant).hosts[host] = reachable
        return host

    def erase(self, tenant: UUID, stay: UUID) -> None:
        rows = self.rows(tenant)
        rows.keys[stay] = False
        rows.stays[stay] = replace(rows.stays[stay], person=None)

    def expect_backups(self, tenant: UUID, *, expected: bool) -> None:
        rows = self.rows(tenant)
        rows.backups = replace(rows.backups, expected=expected)

    def begin_backup(self, tenant: UUID) -> int:
        rows = self.rows(tenant)
        photos = [one.id for one in rows.objects.values() if one.standing == "kept"]
        ends = {epoch: head.seq for epoch, head in rows.heads.items()}
        rows.backups = rows.backups.begin(ends, [*rows.branch_answers, *photos])
        return rows.backups.begun

    def confirm_backup(self, tenant: UUID, number: int) -> None:
        rows = self.rows(tenant)
        rows.backups = rows.backups.confirm(number)

    def device(self, tenant: UUID, epoch: str) -> Device:
        found = self.rows(tenant).epochs[epoch]
        key = public_key(base64url(found.public_key))
        return Device(tenant, found.site_id, found.kiosk_id, epoch, key, found.audience, found.standing)

    def roster(self, tenant: UUID, site: UUID) -> Roster:
        rows = self.rows(tenant)
        ordered = sorted(rows.epochs.values(), key=lambda item: (item.started_at, item.epoch))
        kiosks = sorted(rows.kiosks.values(), key=lambda item: (item.name, item.id))
        return roster(kiosks, ordered, site)

    def events(self, tenant: UUID) -> list[NewEvent]:
        """Every event that is stored, of logs and branches."""
        rows = self.rows(tenant)
        return [row for row, _ in (*rows.log.values(), *rows.branch.values())]

    def present(self, tenant: UUID) -> dict[UUID, Stay]:
        return {stay: row for stay, row in self.rows(tenant).stays.items() if row.present}

    def alerts(self, tenant: UUID) -> list[ArrivalAlert]:
        return list(self.rows(tenant).alerts.values())
