"""Audit exports: every entry of an organisation's log with what an outsider needs to verify it."""

from dataclasses import dataclass
from uuid import UUID

import msgspec

from cloud_api.clock import Clock, unix_ms
from cloud_api.errors import CloudError
from cloud_api.keys.ring import KeyRing
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.sequencer import Sequencer
from cloud_api.services.signatures import Signatures
from cloud_api.store import audit_log, batches, data_keys, epochs, signing_keys
from cloud_api.store.audit_log import LogEntry, StoredCheckpoint
from cloud_api.store.db import Database, Tenant
from cloud_api.store.signing_keys import StoredPage
from sync.protocol import archive, exact_json
from sync.protocol.archive import EpochKey, EpochKeys, RootStatement
from sync.protocol.audit import EntryLine, EntryType, entry_hash
from sync.protocol.commitments import SealedBody
from sync.protocol.keys import base64url


@dataclass(frozen=True, slots=True)
class Export:
    """The members of an export, by name, and how many entries they hold."""

    members: dict[str, bytes]
    entries: int
    root_key: str


class AuditExport:
    """Makes exports."""

    def __init__(
        self,
        db: Database,
        ring: KeyRing,
        signatures: Signatures,
        sequencer: Sequencer,
        trail: AuditTrail,
        clock: Clock,
    ) -> None:
        self._db = db
        self._ring = ring
        self._signatures = signatures
        self._sequencer = sequencer
        self._trail = trail
        self._clock = clock

    async def make(self, tenant: UUID, actor: Actor) -> Export:
        """As ``make_if_any``.

        Raises:
            CloudError: the organisation has no keys page or no entries.
            ReasonNeededError: a person gives no reason.
        """
        made = await self.make_if_any(tenant, actor)
        if made is None:
            raise CloudError("there is nothing to export yet: the organisation's log is empty")
        return made

    async def make_if_any(self, tenant: UUID, actor: Actor) -> Export | None:
        """Record that an export is made, integrate what waits, and export all of it; ``None`` where the
        organisation has no keys page or no entries.
        """
        async with self._db.tenant(tenant) as tx:
            if await signing_keys.newest_page(tx) is None:
                return None  # nothing can be integrated either: each entry would be signed by a key of the page
            await self._trail.record(tx, AdminAct("audit.exported", actor, {"format": "signed archive"}))
        while await self._sequencer.integrate(tenant):
            pass
        async with self._db.tenant(tenant, snapshot=True) as tx:
            return await self._collect(tx)

    async def _collect(self, tx: Tenant) -> Export | None:
        page = await signing_keys.newest_page(tx)
        checkpoint = await audit_log.newest_checkpoint(tx)
        if page is None or checkpoint is None:
            return None
        members = {
            archive.ROOT: exact_json.encode(RootStatement(v=1, tenant=tx.id, root=base64url(page.root_key))),
            archive.KEYS: page.page.encode("ascii"),
            archive.CHECKPOINT: checkpoint.note.encode("utf-8"),
            archive.ENTRIES: await self._entries(tx, checkpoint),
            archive.BATCHES: b"".join(
                manifest.encode("ascii") + b"\n" for manifest in await batches.list_manifests(tx)
            ),
            archive.EPOCHS: exact_json.encode(await _epochs(tx)),
        }
        members[archive.MANIFEST] = await self._signatures.sign_archive(
            tx, members, tenant=tx.id, created_ms=unix_ms(self._clock.now())
        )
        return Export(members, checkpoint.size, _root_text(page))

    async def _entries(self, tx: Tenant, checkpoint: StoredCheckpoint) -> bytes:
        cipher = await data_keys.open_organisation_key(tx, self._ring)
        lines = [
            exact_json.encode(_line(entry)) + b"\n"
            async for entry in audit_log.iterate_entries(tx, cipher, checkpoint.generation, checkpoint.size)
        ]
        return b"".join(lines)


def _line(entry: LogEntry) -> EntryLine:
    kind = EntryType.DEVICE if entry.is_device else EntryType.ADMIN
    body = None if entry.body is None else exact_json.read(entry.body, SealedBody, what="a stored body")
    return EntryLine(type=kind, hash=entry_hash(kind, entry.raw), header=msgspec.Raw(entry.raw), body=body)


async def _epochs(tx: Tenant) -> EpochKeys:
    return EpochKeys(
        v=1,
        epochs=tuple(
            EpochKey(
                kiosk=epoch.kiosk_id,
                site=epoch.site_id,
                aud=epoch.audience,
                public=base64url(epoch.public_key),
            )
            for epoch in await epochs.list_all(tx)
        ),
    )


def _root_text(page: StoredPage) -> str:
    return base64url(page.root_key)
