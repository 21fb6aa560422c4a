"""The rows behind signed links (R10): without its row, or once that is revoked, a link is nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.store.db import Tenant

_COLUMNS = "id, purpose, subject_id, generation, ends_at, revoked_at"


@dataclass(frozen=True, slots=True)
class LinkRow:
    """What a link is for, until when, and the generation of the key that signed it."""

    id: UUID
    purpose: str
    subject_id: UUID
    generation: int
    ends_at: datetime
    revoked_at: datetime | None


async def add(tx: Tenant, row: LinkRow, now: datetime) -> None:
    """Keep one; those of the same purpose and subject that are over go."""
    await tx.connection.execute(
        "delete from lodge.signed_link where tenant_id = %s and purpose = %s and subject_id = %s and ends_at <= %s",
        (tx.id, row.purpose, row.subject_id, now),
    )
    await tx.connection.execute(
        "insert into lodge.signed_link (tenant_id, id, purpose, subject_id, generation, made_at, ends_at)"
        " values (%s, %s, %s, %s, %s, %s, %s)",
        (tx.id, row.id, row.purpose, row.subject_id, row.generation, now, row.ends_at),
    )


async def find(tx: Tenant, link_id: UUID) -> LinkRow | None:
    """One, whether or not it is still good."""
    query = f"select {_COLUMNS} from lodge.signed_link where tenant_id = %s and id = %s"  # noqa: S608  constants
    row = await (await tx.connection.execute(query.encode(), (tx.id, link_id))).fetchone()
    return LinkRow(*row) if row else None


async def find_lasting(
    tx: Tenant, purpose: str, subject_id: UUID, *, generation: int, until: datetime
) -> LinkRow | None:
    """One of this purpose and subject that is good beyond ``until``."""
    query = (
        f"select {_COLUMNS} from lodge.signed_link where tenant_id = %s and purpose = %s"  # noqa: S608  constants
        " and subject_id = %s and generation = %s and revoked_at is null and ends_at > %s order by ends_at desc limit 1"
    )
    values = (tx.id, purpose, subject_id, generation, until)
    row = await (await tx.connection.execute(query.encode(), values)).fetchone()
    return LinkRow(*row) if row else None


async def revoke_of(tx: Tenant, purpose: str, subject_ids: Collection[UUID], now: datetime) -> int:
    """Revoke every link of a purpose to these subjects; how many were good."""
    cursor = await tx.connection.execute(
        "update lodge.signed_link set revoked_at = %s where tenant_id = %s and purpose = %s and subject_id = any(%s)"
        " and revoked_at is null and ends_at > %s",
        (now, tx.id, purpose, list(subject_ids), now),
    )
    return cursor.rowcount


async def generation(tx: Tenant) -> int:
    """The generation of the organisation's key for links; 0 where there is no such organisation."""
    cursor = await tx.connection.execute(
        "select link_generation from lodge.organisation where tenant_id = %s and standing = 'open'", (tx.id,)
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def next_generation(tx: Tenant) -> int:
    """Begin another generation, which is what it is then; every link before it is nothing from now on."""
    await tx.connection.execute("delete from lodge.signed_link where tenant_id = %s", (tx.id,))
    cursor = await tx.connection.execute(
        "update lodge.organisation set link_generation = link_generation + 1 where tenant_id = %s"
        " returning link_generation",
        (tx.id,),
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0
