"""Audit exports: every entry of an organisation's log with what an outsider needs to verify it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import IO
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
from sync.archive_file import ArchiveWriter
from sync.protocol import archive, exact_json
from sync.protocol.archive import EpochKey, EpochKeys, RootStatement
from sync.protocol.audit import EntryLine, EntryType, entry_hash
from sync.protocol.commitments import SealedBody
from sync.protocol.keys import base64url

AT_ONCE = 2
"""Exports that one process packs and sends at a time, and one of an organisation: each holds the packed log."""
_PIECE = 500
_EMPTY = "there is nothing to export yet: the organisation's log is empty"


@dataclass(frozen=True, slots=True)
class Export:
    """The members of an export, by name, and how many entries they hold."""

    members: dict[str, bytes]
    entries: int
    root_key: str


class ExportsBusyError(CloudError):
    """As many exports are made as this process has room for."""


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
        self._packed: set[UUID] = set()

    @contextmanager
    def place(self, tenant: UUID) -> Iterator[None]:
        """One of the places for an export, until the block ends.

        Raises:
            ExportsBusyError: there is none, or the organisation has one.
        """
        if tenant in self._packed or len(self._packed) >= AT_ONCE:
            raise ExportsBusyError("as many exports are made at this moment as there is room for")
        self._packed.add(tenant)
        try:
            yield
        finally:
            self._packed.discard(tenant)

    async def make(self, tenant: UUID, actor: Actor) -> Export:
        """As ``make_if_any``.

        Raises:
            CloudError: the organisation has no keys page or no entries.
            ReasonNeededError: a person gives no reason.
        """
        made = await self.make_if_any(tenant, actor)
        if made is None:
            raise CloudError(_EMPTY)
        return made

    async def make_if_any(self, tenant: UUID, actor: Actor) -> Export | None:
        """Record that an export is made, integrate what waits, and export all of it; ``None`` where the
        organisation has no keys page or no entries.
        """
        if not await self._begin(tenant, actor):
            return None
        async with self._db.tenant(tenant, snapshot=True) as tx:
            return await self._collect(tx)

    async def pack(self, tenant: UUID, actor: Actor, file: IO[bytes]) -> None:
        """The same, written as a ZIP file piece by piece: as large as the log is, little of it is in memory at once.

        Raises:
            CloudError, ReasonNeededError: as ``make``.
        """
        if not await self._begin(tenant, actor):
            raise CloudError(_EMPTY)
        async with self._db.tenant(tenant, snapshot=True) as tx:
            await self._pack(tx, file)

    async def _begin(self, tenant: UUID, actor: Actor) -> bool:
        async with self._db.tenant(tenant) as tx:
            if await signing_keys.newest_page(tx) is None:
                return False  # nothing can be integrated either: each entry would be signed by a key of the page
            await self._trail.record(tx, AdminAct("audit.exported", actor, {"format": "signed archive"}))
        while await self._sequencer.integrate(tenant):
            pass
        return True

    async def _pack(self, tx: Tenant, file: IO[bytes]) -> None:
        found = await self._heads(tx)
        if found is None:
            raise CloudError(_EMPTY)
        heads, checkpoint, _ = found
        with closing(ArchiveWriter(file)) as writer:
            for name, data in heads.items():
                writer.add(name, data)
            with writer.member(archive.ENTRIES) as put:
                async for piece in self._pieces(tx, checkpoint):
                    await asyncio.to_thread(put, piece)
            with writer.member(archive.BATCHES) as put:
                async for manifests in batches.iterate_manifests(tx):
                    await asyncio.to_thread(put, b"".join(text.encode("ascii") + b"\n" for text in manifests))
            made_ms = unix_ms(self._clock.now())
            manifest = await self._signatures.sign_members(tx, writer.listed, created_ms=made_ms)
            writer.add(archive.MANIFEST, manifest)

    async def _heads(self, tx: Tenant) -> tuple[dict[str, bytes], StoredCheckpoint, StoredPage] | None:
        """The members that are small, and what the log is read by; ``None`` for a log that is empty."""
        page = await signing_keys.newest_page(tx)
        checkpoint = await audit_log.newest_checkpoint(tx)
        if page is None or checkpoint is None:
            return None
        members = {
            archive.ROOT: exact_json.encode(RootStatement(v=1, tenant=tx.id, root=base64url(page.root_key))),
            archive.KEYS: page.page.encode("ascii"),
            archive.CHECKPOINT: checkpoint.note.encode("utf-8"),
            archive.EPOCHS: exact_json.encode(await _epochs(tx)),
        }
        return members, checkpoint, page

    async def _collect(self, tx: Tenant) -> Export | None:
        found = await self._heads(tx)
        if found is None:
            return None
        members, checkpoint, page = found
        members[archive.ENTRIES] = b"".join([piece async for piece in self._pieces(tx, checkpoint)])
        manifests = [text async for some in batches.iterate_manifests(tx) for text in some]
        members[archive.BATCHES] = b"".join(manifest.encode("ascii") + b"\n" for manifest in manifests)
        members[archive.MANIFEST] = await self._signatures.sign_archive(
            tx, members, tenant=tx.id, created_ms=unix_ms(self._clock.now())
        )
        return Export(members, checkpoint.size, _root_text(page))

    async def _pieces(self, tx: Tenant, checkpoint: StoredCheckpoint) -> AsyncIterator[bytes]:
        cipher = await data_keys.open_organisation_key(tx, self._ring)
        lines: list[bytes] = []
        async for entry in audit_log.iterate_entries(tx, cipher, checkpoint.generation, checkpoint.size):
            lines.append(exact_json.encode(_line(entry)) + b"\n")
            if len(lines) == _PIECE:
                yield b"".join(lines)
                lines = []
        yield b"".join(lines)


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
