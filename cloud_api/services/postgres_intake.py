"""The port of ``intake_store`` on PostgreSQL: joins the tables of objects with the keys of stays and receipts."""

import contextlib
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from uuid import UUID

from cloud_api.errors import KeyServiceError, SealedFieldError
from cloud_api.keys.fields import FieldCipher
from cloud_api.keys.ring import KeyRing
from cloud_api.services.intake_store import IntakeTransaction, NamedAt
from cloud_api.services.readings import stay_of
from cloud_api.services.signatures import Signatures
from cloud_api.services.wanted_copies import write_signed_copies
from cloud_api.store import backups, data_keys, objects, quotas, signing_keys
from cloud_api.store.db import Database, Tenant
from cloud_api.store.jobs import JobQueue
from cloud_api.store.objects import Naming, NamingEvent, StoredObject
from sync.protocol.events import decode_header
from sync.protocol.objects import ObjectReceipt


class PostgresIntakeStore:
    """Transactions on the database."""

    def __init__(self, db: Database, ring: KeyRing, signatures: Signatures, jobs: JobQueue) -> None:
        self._db = db
        self._ring = ring
        self._signatures = signatures
        self._jobs = jobs

    @contextlib.asynccontextmanager
    async def open(self, tenant: UUID) -> AsyncIterator[IntakeTransaction]:
        """A transaction of one organisation."""
        async with self._db.tenant(tenant) as tx:
            yield PostgresIntake(tx, self._ring, self._signatures, self._jobs)


class PostgresIntake:
    """One transaction. See ``IntakeTransaction`` for what each method promises."""

    def __init__(self, tx: Tenant, ring: KeyRing, signatures: Signatures, jobs: JobQueue) -> None:
        self._tx = tx
        self._ring = ring
        self._signatures = signatures
        self._jobs = jobs
        self._ciphers: dict[UUID, FieldCipher | None] = {}

    async def lock(self, object_id: UUID) -> StoredObject | None:
        """An object, held to the end of the transaction: nobody else adds parts to it."""
        return await objects.lock(self._tx, object_id)

    async def is_erased(self, stay_id: UUID) -> bool:
        """Whether nothing personal of a stay may be kept: its key is gone."""
        return await self._cipher(stay_id) is None

    async def events_at(self, naming: Naming) -> Sequence[NamedAt]:
        """What stands at a place of a kiosk's log, and of histories beside it, of visits."""
        found = []
        for event in await objects.find_events(self._tx, naming):
            stay = stay_of(decode_header(event.raw))
            if stay is not None:
                cipher = await self._cipher(stay)
                found.append(NamedAt(event.raw, None if cipher is None else _open_full(event, cipher), cipher is None))
        return found

    async def has_room(self, size: int) -> bool:
        """Whether the organisation may keep so many bytes more."""
        allowed = await quotas.hold_allowed(self._tx, "object_bytes")
        return allowed is None or await quotas.count_used(self._tx, "object_bytes") + size <= allowed

    async def add(self, new: StoredObject, now: datetime) -> None:
        """Begin an object of which nothing has arrived yet; one that is there already stays as it is."""
        await objects.add(self._tx, new, now)

    async def count_arrived(self, object_id: UUID) -> int:
        """How many bytes have arrived; they are contiguous, from the first on."""
        return await objects.count_arrived(self._tx, object_id)

    async def add_part(self, object_id: UUID, start: int, part: bytes) -> None:
        """Keep the next part."""
        await objects.add_part(self._tx, object_id, start, part)

    async def join_parts(self, object_id: UUID) -> bytes:
        """Everything that has arrived."""
        return await objects.join_parts(self._tx, object_id)

    async def drop_parts(self, object_id: UUID) -> None:
        """Forget what has arrived."""
        await objects.drop_parts(self._tx, object_id)

    async def open_sealing(self, kid: str) -> bytes:
        """The private half (32 bytes) of a sealing key of the organisation."""
        cipher = await data_keys.open_organisation_key(self._tx, self._ring)
        return await signing_keys.open_sealing(self._tx, cipher, kid)

    async def keep(self, stored: StoredObject, *, own_key: bytes, receipt: str, now: datetime) -> None:
        """The object is whole and in the object store: its own key is kept under its stay's, and its parts go."""
        cipher = await self._cipher(stored.stay_id)
        if cipher is None:
            raise KeyServiceError("the stay's key is gone")
        await objects.keep(self._tx, cipher, stored.id, own_key=own_key, receipt=receipt, now=now)

    async def send_signed_copies(self, stored: StoredObject, now: datetime) -> None:
        """A signature is whole: have the copies of what was signed sent, once each, after the transaction."""
        await write_signed_copies(self._tx, self._ring, self._jobs, stored.stay_id, stored.id, now)

    async def waits_for_backups(self) -> bool:
        """Whether what is kept is durable only once a confirmed backup holds it."""
        return await backups.is_expected(self._tx.connection)

    async def is_backed_up(self, object_id: UUID) -> bool:
        """Whether a confirmed backup holds an object, where that is waited for; else yes."""
        return await backups.covers_item(self._tx, object_id.bytes)

    async def replace_receipt(self, object_id: UUID, receipt: str) -> None:
        """Keep a newer receipt of an object that is whole."""
        await objects.replace_receipt(self._tx, object_id, receipt)

    async def remove(self, object_id: UUID) -> None:
        """Forget an object and its parts."""
        await objects.remove(self._tx, object_id)

    async def of_stay(self, stay_id: UUID) -> Collection[UUID]:
        """The objects of a stay of which anything has arrived."""
        return await objects.of_stay(self._tx, stay_id)

    async def sign_object_receipt(self, receipt: ObjectReceipt) -> str:
        """The receipt, signed by the organisation's receipt key."""
        return await self._signatures.sign_object_receipt(self._tx, receipt)

    async def _cipher(self, stay_id: UUID) -> FieldCipher | None:
        if stay_id not in self._ciphers:
            found = await data_keys.open_keys(self._tx, self._ring, [stay_id])
            self._ciphers[stay_id] = found.get(stay_id)
        return self._ciphers[stay_id]


def _open_full(event: NamingEvent, cipher: FieldCipher) -> bytes | None:
    try:
        return event.open_full(cipher)
    except SealedFieldError:
        return None
