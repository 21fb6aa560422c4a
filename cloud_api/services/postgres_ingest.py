"""The port of ``ingest_store`` on PostgreSQL: joins the modules of ``store`` with keys, audit log, feed and jobs."""

import contextlib
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from cloud_api.keys.fields import FieldCipher
from cloud_api.keys.ring import KeyRing
from cloud_api.keys.tokens import TOKEN_PURPOSE, TokenMaker
from cloud_api.services import agreements
from cloud_api.services.audit_trail import AdminAct, AuditTrail
from cloud_api.services.call_letters import keep_calls
from cloud_api.services.call_readings import ReceptionCall
from cloud_api.services.feed import Feed
from cloud_api.services.ingest_store import (
    Answered,
    ArrivalAlert,
    ForkEvidence,
    HeldStays,
    IngestTransaction,
    LogAddition,
    ToldConsent,
    WantedCopy,
)
from cloud_api.services.postgres_epoch_rows import EpochRows
from cloud_api.services.readings import PRESENCE_KINDS
from cloud_api.services.signatures import Signatures
from cloud_api.services.wanted_copies import write_copies
from cloud_api.services.webhook_kinds import messages_of
from cloud_api.store import (
    alerts,
    audit_log,
    batches,
    branches,
    data_keys,
    epochs,
    events,
    hosts,
    kiosks,
    reception_calls,
    stays,
    webhook_messages,
    webhooks,
)
from cloud_api.store.alerts import NewAlert
from cloud_api.store.batches import BatchName
from cloud_api.store.branches import Link
from cloud_api.store.db import Database, Tenant
from cloud_api.store.events import NewEvent, StoredFact
from cloud_api.store.jobs import JobQueue, announce_change
from cloud_api.store.kiosks import Head
from cloud_api.store.reception_calls import Ending
from cloud_api.store.stays import Stay
from sync.protocol.feed import PageKind
from sync.protocol.receipt import Receipt


@dataclass(frozen=True, slots=True)
class IngestPorts:
    """What the store's transactions work with besides the database."""

    ring: KeyRing
    signatures: Signatures
    jobs: JobQueue
    trail: AuditTrail
    feed: Feed


class PostgresIngestStore:
    """Transactions on the database."""

    def __init__(self, db: Database, ports: IngestPorts) -> None:
        self._db = db
        self._ports = ports

    @contextlib.asynccontextmanager
    async def open(self, tenant: UUID) -> AsyncIterator[IngestTransaction]:
        """A transaction of one organisation."""
        async with self._db.tenant(tenant) as tx:
            yield PostgresIngest(tx, self._ports)

    def within(self, tx: Tenant) -> IngestTransaction:
        """The same on a transaction that is open already."""
        return PostgresIngest(tx, self._ports)


@dataclass
class _Ciphers:
    """The keys of held stays, and the organisation's under ``None``. ``fresh``: stays that began in this transaction
    and that nothing is written of yet.
    """

    known: dict[UUID | None, FieldCipher] = field(default_factory=dict)
    fresh: set[UUID] = field(default_factory=set)

    def of_stays(self) -> dict[UUID, FieldCipher]:
        return {stay: cipher for stay, cipher in self.known.items() if stay is not None}


class PostgresIngest(EpochRows):
    """One transaction. See ``IngestTransaction`` for what each method promises."""

    def __init__(self, tx: Tenant, ports: IngestPorts) -> None:
        super().__init__(tx)
        self._ports = ports
        self._ciphers = _Ciphers()

    async def find_receipt(self, name: BatchName) -> str | None:
        """The receipt that this batch was given before, by the log or by a branch."""
        found = await batches.find_receipt(self._tx, name)
        return None if found is None else await self._ports.signatures.renew_receipt(self._tx, found)

    async def log_hashes(self, kiosk_id: UUID, epoch: str, first: int, last: int) -> dict[int, str]:
        """The header hashes (hex) of a range of an epoch's log, by seq."""
        return await events.stored_hashes(self._tx, kiosk_id, epoch, first, last)

    async def branch_links(self, kiosk_id: UUID, epoch: str) -> list[Link]:
        """Every header of an epoch that is kept beside its log, lowest seq first."""
        return await branches.list_links(self._tx, kiosk_id, epoch)

    async def quarantined_ids(self, kiosk_id: UUID, epoch: str, heads: Sequence[Head]) -> list[UUID]:
        """Ids of those of the events whose bodies were not taken, in the log or a branch, in order."""
        return await events.quarantined_ids(self._tx, kiosk_id, epoch, heads)

    async def newest_checkpoint(self) -> str | None:
        """The newest signed checkpoint of the organisation's audit log."""
        found = await audit_log.newest_checkpoint(self._tx)
        return found.note if found else None

    async def sign_receipt(self, receipt: Receipt) -> str:
        """The receipt, signed by the organisation's receipt key."""
        return await self._ports.signatures.sign_receipt(self._tx, receipt)

    async def add_to_log(self, addition: LogAddition, now: datetime) -> None:
        """Store a batch with all that follows; its events wait for the audit log, in order."""
        batch, rows = addition.batch, addition.events
        kiosk_id, epoch = batch.name.kiosk_id, batch.name.epoch
        await self._organisation()
        async with self._tx.pipelined():
            if rows:
                await events.add_headers(self._tx, kiosk_id, epoch, rows, now)
                await events.add_bodies(self._tx, kiosk_id, epoch, rows, self._ciphers.known)
                await self._quarantine(batch.name, rows, now)
                await self._put(addition.stays, addition.words, now)
            await batches.add(
                self._tx,
                batch.name,
                manifest=batch.manifest,
                first=batch.first,
                last=batch.last,
                receipt=batch.receipt,
                now=now,
            )
            await kiosks.note_seen(self._tx, kiosk_id, now, taken=len(rows))
            if rows:
                await audit_log.queue_events(self._tx, kiosk_id, epoch, rows[0].seq, rows[-1].seq)
                await epochs.move_head(self._tx, kiosk_id, epoch, head=addition.head, hlc=addition.hlc, now=now)
                await announce_change(self._tx)
        await self._tell_webhooks(addition, now)

    async def add_to_branch(self, batch: Answered, rows: Sequence[NewEvent], now: datetime) -> None:
        """Store a batch beside the log; ``events`` are those that neither has yet."""
        kiosk_id, epoch = batch.name.kiosk_id, batch.name.epoch
        await self._organisation()
        async with self._tx.pipelined():
            if rows:
                await branches.add_headers(self._tx, kiosk_id, epoch, rows, now)
                await branches.add_bodies(self._tx, kiosk_id, epoch, rows, self._ciphers.known)
            await branches.add_manifest(
                self._tx,
                batch.name,
                manifest=batch.manifest,
                first=batch.first,
                last=batch.last,
                receipt=batch.receipt,
                now=now,
            )

    async def keep_fork(self, evidence: ForkEvidence, now: datetime) -> None:
        """Keep the manifest of a refused batch as evidence, once."""
        await batches.add_fork(self._tx, evidence.name, seq=evidence.seq, manifest=evidence.manifest, now=now)

    async def lock_stays(self, wanted: Collection[UUID], now: datetime) -> HeldStays:
        """Hold stays, so that what is folded from their events cannot be overtaken; new ones are made."""
        ciphers, fresh = await data_keys.open_stay_keys(self._tx, self._ports.ring, wanted, now)
        self._ciphers.known.update((stay, cipher) for stay, cipher in ciphers.items())
        self._ciphers.fresh |= fresh
        return HeldStays(frozenset(ciphers), frozenset(fresh), frozenset(wanted) - ciphers.keys())

    async def list_facts(self, wanted: Collection[UUID]) -> list[StoredFact]:
        """The events that bear on the presence of these held stays, from logs and branches of all kiosks."""
        return await events.list_facts(self._tx, self._ciphers.of_stays(), wanted, PRESENCE_KINDS)

    async def stays_from(self, kiosk_id: UUID, epoch: str, seq: int, since: datetime | None = None) -> set[UUID]:
        """The stays that an epoch's events from ``seq`` on speak of."""
        return await events.stays_from(self._tx, kiosk_id, epoch, seq, PRESENCE_KINDS, since)

    async def put_stays(self, folded: Sequence[Stay], words: Mapping[UUID, Sequence[str]], now: datetime) -> None:
        """Write held stays as the fold has them."""
        await self._organisation()
        await self._put(folded, words, now)

    async def reachable_hosts(self, wanted: Collection[UUID]) -> set[UUID]:
        """Those of the hosts who can be told of an arrival."""
        known = await hosts.find_many(self._tx, self._ports.ring, wanted)
        return {host.id for host in known.values() if host.active and host.email}

    async def add_alerts(self, wanted: Sequence[ArrivalAlert], now: datetime) -> None:
        """Have hosts told, once for each stay and host, after the transaction."""
        # A restored server tells again of what it forgot: under the same id, so that mail programs see a repetition.
        fresh = [
            NewAlert(uuid5(alert.stay_id, f"{alert.host_id} email"), alert.stay_id, alert.event_id, alert.host_id)
            for alert in wanted
        ]
        await self._ports.jobs.defer_alerts(self._tx, await alerts.add(self._tx, fresh, now))

    async def add_calls(self, calls: Sequence[ReceptionCall], now: datetime) -> None:
        """Have people told of these, once for each stay and occasion, after the transaction."""
        await keep_calls(self._tx, self._ports.ring, self._ports.jobs, self._ciphers.of_stays(), calls, now)

    async def end_calls(self, calls: Sequence[UUID], ending: Ending, now: datetime) -> None:
        """Those of these calls that are known are over."""
        await reception_calls.end(self._tx, calls, ending, now)

    async def keep_consents(self, consents: Sequence[ToldConsent]) -> None:
        """Write down those that spare somebody a question, and have kiosks told a little later."""
        if await agreements.keep(self._tx, await self._organisation(), consents):
            await self._ports.jobs.defer_invitation_pages(self._tx)

    async def want_copies(self, copies: Sequence[WantedCopy], now: datetime) -> None:
        """Have these sent, once each, after the transaction or when the signature is here."""
        await write_copies(self._tx, self._ports.ring, self._ports.jobs, copies, now)

    async def record_act(self, act: AdminAct) -> None:
        """Put an administrative act into the audit log."""
        await self._ports.trail.record(self._tx, act)

    async def publish(self, site_id: UUID) -> None:
        """Sign the site's pages anew where they changed, and what all sites hear of; screens may look again."""
        await self._ports.feed.refresh_all(self._tx, (PageKind.REVOCATIONS,))
        await self._ports.feed.refresh(self._tx, site_id)
        await announce_change(self._tx)

    async def _tell_webhooks(self, addition: LogAddition, now: datetime) -> None:
        """Have those told, once for each visit and kind, after the transaction, who want to hear of it."""
        listeners = await webhooks.listeners(self._tx) if addition.stays else ()
        if listeners:
            told = messages_of(listeners, addition.events, addition.stays)
            await self._ports.jobs.defer_webhooks(self._tx, await webhook_messages.add(self._tx, told, now))

    async def _organisation(self) -> FieldCipher:
        """The organisation's key, opened before a pipeline begins."""
        cipher = await data_keys.open_organisation_key(self._tx, self._ports.ring)
        self._ciphers.known[None] = cipher
        return cipher

    async def _quarantine(self, name: BatchName, rows: Sequence[NewEvent], now: datetime) -> None:
        for row in rows:
            if row.fault is not None:
                cipher, key_id = self._ciphers.known.get(row.stay_id), row.stay_id or self._tx.id
                await events.add_quarantined(
                    self._tx, name.kiosk_id, name.epoch, row, cipher=cipher, key_id=key_id, now=now
                )

    async def _put(self, folded: Sequence[Stay], words: Mapping[UUID, Sequence[str]], now: datetime) -> None:
        maker = TokenMaker(self._ciphers.known[None].derive(TOKEN_PURPOSE))
        tokens = {stay: maker.for_text(*texts) for stay, texts in words.items()}
        await stays.put_many(self._tx, self._ciphers.of_stays(), folded, now)
        await stays.add_tokens(self._tx, tokens, fresh=self._ciphers.fresh)
        self._ciphers.fresh -= tokens.keys()
