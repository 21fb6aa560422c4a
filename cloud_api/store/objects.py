"""Photos and signatures: what event names them, how much has arrived, and their own keys, sealed under their stay's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from cloud_api.keys.fields import FieldCipher
from cloud_api.store.db import Tenant

_COLUMNS = "id, kiosk_id, epoch, seq, stay_id, kind, media, size, sha256, standing, object_key, receipt"
Standing = Literal["arriving", "kept", "expired"]


@dataclass(frozen=True, slots=True)
class Naming:
    """The event that names an object, by its place in a kiosk's history."""

    kiosk_id: UUID
    epoch: str
    seq: int


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object; ``sha256`` (hex) and ``size`` (bytes) are of the sealed bytes. ``object_key`` (sealed) and ``receipt``
    are there once it is whole; ``expired``: it was deleted for its age.
    """

    id: UUID
    naming: Naming
    stay_id: UUID
    kind: str
    media: str
    size: int
    sha256: str
    standing: Standing = "arriving"
    object_key: bytes | None = None
    receipt: str | None = None


@dataclass(frozen=True, slots=True)
class NamingEvent:
    """An event as it is stored: exact header, and the full body as it is sealed, with where it is bound to."""

    raw: bytes
    full: bytes | None
    table: str
    row: str

    def open_full(self, cipher: FieldCipher) -> bytes | None:
        """The sealed-body JSON of the full body.

        Raises:
            SealedFieldError: it does not open.
        """
        if self.full is None:
            return None
        return cipher.open(self.full, table=self.table, column="full_body", row=self.row)


async def find_events(tx: Tenant, naming: Naming) -> list[NamingEvent]:
    """What stands at that place of the kiosk's log, and of histories beside it; poison bodies are left out."""
    where = (tx.id, naming.kiosk_id, naming.epoch, naming.seq)
    cursor = await tx.connection.execute(
        "select h.raw, b.full_body, 'event_body', h.epoch || '/' || h.seq from lodge.event_header h"
        " left join lodge.event_body b using (tenant_id, kiosk_id, epoch, seq)"
        " where h.tenant_id = %s and h.kiosk_id = %s and h.epoch = %s and h.seq = %s"
        " union all"
        " select h.raw, b.full_body, 'branch_body', h.epoch || '/' || encode(h.hash, 'hex') from lodge.event_branch h"
        " left join lodge.branch_body b using (tenant_id, kiosk_id, epoch, hash)"
        " where h.tenant_id = %s and h.kiosk_id = %s and h.epoch = %s and h.seq = %s",
        (*where, *where),
    )
    found = await cursor.fetchall()
    return [
        NamingEvent(bytes(raw), None if full is None else bytes(full), table, row) for raw, full, table, row in found
    ]


async def add(tx: Tenant, new: StoredObject, now: datetime) -> None:
    """Begin an object of which nothing has arrived yet; one that is there already stays as it is."""
    await tx.connection.execute(
        "insert into lodge.object (tenant_id, id, kiosk_id, epoch, seq, stay_id, data_key_id, kind, media, size,"
        " sha256, standing, created_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'arriving', %s)"
        " on conflict do nothing",
        (
            tx.id,
            new.id,
            new.naming.kiosk_id,
            new.naming.epoch,
            new.naming.seq,
            new.stay_id,
            new.stay_id,
            new.kind,
            new.media,
            new.size,
            bytes.fromhex(new.sha256),
            now,
        ),
    )


async def lock(tx: Tenant, object_id: UUID) -> StoredObject | None:
    """An object, held to the end of the transaction: nobody else adds parts to it."""
    cursor = await tx.connection.execute(
        f"select {_COLUMNS} from lodge.object where tenant_id = %s and id = %s for update".encode(),  # noqa: S608  constant
        (tx.id, object_id),
    )
    row = await cursor.fetchone()
    return None if row is None else _read(row)


async def of_stay(tx: Tenant, stay_id: UUID) -> dict[UUID, StoredObject]:
    """The objects of a stay of which anything has arrived, by id."""
    cursor = await tx.connection.execute(
        f"select {_COLUMNS} from lodge.object where tenant_id = %s and stay_id = %s".encode(),  # noqa: S608  constant
        (tx.id, stay_id),
    )
    return {row[0]: _read(row) for row in await cursor.fetchall()}


async def count_arrived(tx: Tenant, object_id: UUID) -> int:
    """How many bytes have arrived; they are contiguous, from the first on."""
    cursor = await tx.connection.execute(
        "select coalesce(sum(length(part)), 0) from lodge.object_part where tenant_id = %s and object_id = %s",
        (tx.id, object_id),
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def add_part(tx: Tenant, object_id: UUID, start: int, part: bytes) -> None:
    """Keep the next part."""
    await tx.connection.execute(
        "insert into lodge.object_part (tenant_id, object_id, start, part) values (%s, %s, %s, %s)",
        (tx.id, object_id, start, part),
    )


async def join_parts(tx: Tenant, object_id: UUID) -> bytes:
    """Everything that has arrived."""
    cursor = await tx.connection.execute(
        "select part from lodge.object_part where tenant_id = %s and object_id = %s order by start", (tx.id, object_id)
    )
    return b"".join([bytes(row[0]) for row in await cursor.fetchall()])


async def drop_parts(tx: Tenant, object_id: UUID) -> None:
    """Forget what has arrived."""
    await tx.connection.execute(
        "delete from lodge.object_part where tenant_id = %s and object_id = %s", (tx.id, object_id)
    )


async def keep(
    tx: Tenant, cipher: FieldCipher, object_id: UUID, *, own_key: bytes, receipt: str, now: datetime
) -> None:
    """The object is whole and in the object store: its own key is kept under its stay's, and its parts go."""
    sealed = cipher.seal(own_key, table="object", column="object_key", row=str(object_id))
    await tx.connection.execute(
        "update lodge.object set standing = 'kept', object_key = %s, receipt = %s, kept_at = %s"
        " where tenant_id = %s and id = %s",
        (sealed, receipt, now, tx.id, object_id),
    )
    await drop_parts(tx, object_id)


async def replace_receipt(tx: Tenant, object_id: UUID, receipt: str) -> None:
    """Say something newer of an object that is whole."""
    await tx.connection.execute(
        "update lodge.object set receipt = %s where tenant_id = %s and id = %s", (receipt, tx.id, object_id)
    )


async def remove(tx: Tenant, object_id: UUID) -> None:
    """Forget an object and its parts."""
    await tx.connection.execute("delete from lodge.object where tenant_id = %s and id = %s", (tx.id, object_id))


async def list_old(tx: Tenant, before: datetime, *, limit: int) -> list[UUID]:
    """Objects that began to arrive before that moment and were not deleted for their age yet, oldest first. A
    signature is part of the consent that it stands under, and goes with the visit alone.
    """
    cursor = await tx.connection.execute(
        "select id from lodge.object where tenant_id = %s and created_at < %s and standing <> 'expired'"
        " and kind <> 'signature' order by created_at limit %s",
        (tx.id, before, limit),
    )
    return [row[0] for row in await cursor.fetchall()]


async def expire(tx: Tenant, object_id: UUID) -> None:
    """Forget an object's own key and whatever has arrived; that there was one stays."""
    await tx.connection.execute(
        "update lodge.object set standing = 'expired', object_key = null where tenant_id = %s and id = %s",
        (tx.id, object_id),
    )
    await drop_parts(tx, object_id)


def open_key(cipher: FieldCipher, found: StoredObject) -> bytes | None:
    """The object's own key; ``None`` while it is not whole.

    Raises:
        SealedFieldError: it does not open.
    """
    if found.object_key is None:
        return None
    return cipher.open(found.object_key, table="object", column="object_key", row=str(found.id))


def _read(row: tuple[Any, ...]) -> StoredObject:
    return StoredObject(
        id=row[0],
        naming=Naming(row[1], row[2], row[3]),
        stay_id=row[4],
        kind=row[5],
        media=row[6],
        size=row[7],
        sha256=bytes(row[8]).hex(),
        standing=row[9],
        object_key=None if row[10] is None else bytes(row[10]),
        receipt=row[11],
    )
