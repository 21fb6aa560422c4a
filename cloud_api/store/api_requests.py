"""Requests that may come twice, and what was answered to them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.keys.fields import FieldCipher
from cloud_api.store.db import Tenant

_TABLE = "api_request"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came first. ``status`` and ``answer`` are ``None`` until it was answered; ``answer`` is again
    when what it speaks of was deleted.
    """

    request_hash: bytes
    made_at: datetime
    status: int | None
    answer: str | None


async def claim(
    tx: Tenant, caller_id: UUID, key_hash: bytes, request_hash: bytes, *, now: datetime, kept_since: datetime
) -> bool:
    """Whether this is the first such request since ``kept_since``: of however many at once, for one alone. A few that
    are older go.
    """
    await tx.connection.execute(
        "delete from lodge.api_request where tenant_id = %s and (caller_id, key_hash) in (select caller_id, key_hash"
        " from lodge.api_request where tenant_id = %s and made_at <= %s and key_hash <> %s limit 5"
        " for update skip locked)",
        (tx.id, tx.id, kept_since, key_hash),
    )
    cursor = await tx.connection.execute(
        "insert into lodge.api_request as r (tenant_id, caller_id, key_hash, request_hash, made_at)"
        " values (%s, %s, %s, %s, %s) on conflict (tenant_id, caller_id, key_hash) do update set"
        " request_hash = excluded.request_hash, made_at = excluded.made_at, status = null, data_key_id = null,"
        " answer = null, thing_id = null where r.made_at <= %s returning 1",
        (tx.id, caller_id, key_hash, request_hash, now, kept_since),
    )
    return await cursor.fetchone() is not None


async def find(tx: Tenant, cipher: FieldCipher, caller_id: UUID, key_hash: bytes) -> Asked | None:
    """The request that came first."""
    cursor = await tx.connection.execute(
        "select request_hash, made_at, status, answer from lodge.api_request"
        " where tenant_id = %s and caller_id = %s and key_hash = %s",
        (tx.id, caller_id, key_hash),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    answer = None if row[3] is None else cipher.open_text(bytes(row[3]), **_place(caller_id, key_hash))
    return Asked(bytes(row[0]), row[1], row[2], answer)


async def finish(
    tx: Tenant,
    cipher: FieldCipher,
    caller_id: UUID,
    key_hash: bytes,
    *,
    status: int,
    answer: str,
    thing_id: UUID | None = None,
) -> None:
    """Keep the answer; ``thing_id``: what it speaks of."""
    await tx.connection.execute(
        "update lodge.api_request set status = %s, data_key_id = %s, answer = %s, thing_id = %s"
        " where tenant_id = %s and caller_id = %s and key_hash = %s",
        (
            status,
            cipher.key_id,
            cipher.seal_text(answer, **_place(caller_id, key_hash)),
            thing_id,
            tx.id,
            caller_id,
            key_hash,
        ),
    )


async def forget(tx: Tenant, thing_ids: Collection[UUID]) -> None:
    """Forget what was answered of things that are deleted in this transaction: that they were made is still known."""
    await tx.connection.execute(
        "update lodge.api_request set answer = null, data_key_id = null where tenant_id = %s and thing_id = any(%s)",
        (tx.id, list(thing_ids)),
    )


async def release(tx: Tenant, caller_id: UUID, key_hash: bytes) -> None:
    """Forget a request that was refused before it did anything."""
    await tx.connection.execute(
        "delete from lodge.api_request where tenant_id = %s and caller_id = %s and key_hash = %s and status is null",
        (tx.id, caller_id, key_hash),
    )


async def remove_old(tx: Tenant, kept_since: datetime) -> int:
    """Forget requests that came before then, and their answers; how many there were."""
    cursor = await tx.connection.execute(
        "delete from lodge.api_request where tenant_id = %s and made_at <= %s", (tx.id, kept_since)
    )
    return cursor.rowcount


def _place(caller_id: UUID, key_hash: bytes) -> dict[str, str]:
    return {"table": _TABLE, "column": "answer", "row": f"{caller_id}/{key_hash.hex()}"}
