"""Enrolment codes: the verifier is sealed, the secret is nowhere."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.keys.fields import FieldCipher
from cloud_api.store.db import Tenant


@dataclass(frozen=True, slots=True)
class StoredCode:
    """A code as it stands. ``used_by`` is the thumbprint of the key enrolled, ``answer`` what it got."""

    id: str
    kiosk_id: UUID
    verifier: bytes
    expires_at: datetime
    failures: int
    used_by: str | None
    answer: str | None


async def add(
    tx: Tenant,
    cipher: FieldCipher,
    *,
    code_id: str,
    kiosk_id: UUID,
    verifier: bytes,
    created_at: datetime,
    expires_at: datetime,
) -> None:
    """Issue a code; unused codes of the same kiosk end."""
    await tx.connection.execute(
        "delete from lodge.enrolment_code where tenant_id = %s and kiosk_id = %s and used_by is null",
        (tx.id, kiosk_id),
    )
    sealed = cipher.seal(verifier, table="enrolment_code", column="verifier", row=code_id)
    await tx.connection.execute(
        "insert into lodge.enrolment_code (tenant_id, id, kiosk_id, data_key_id, verifier, created_at,"
        " expires_at)"
        " values (%s, %s, %s, %s, %s, %s, %s)",
        (tx.id, code_id, kiosk_id, cipher.key_id, sealed, created_at, expires_at),
    )


async def lock(tx: Tenant, cipher: FieldCipher, code_id: str) -> StoredCode | None:
    """A code, locked to the end of the transaction: of two that race, the second sees what the first did."""
    cursor = await tx.connection.execute(
        "select kiosk_id, verifier, expires_at, failures, used_by, answer from lodge.enrolment_code"
        " where tenant_id = %s and id = %s for update",
        (tx.id, code_id),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    verifier = cipher.open(bytes(row[1]), table="enrolment_code", column="verifier", row=code_id)
    return StoredCode(code_id, row[0], verifier, row[2], row[3], row[4], row[5])


async def count_failure(tx: Tenant, code_id: str) -> None:
    """Remember a wrong proof."""
    await tx.connection.execute(
        "update lodge.enrolment_code set failures = failures + 1 where tenant_id = %s and id = %s",
        (tx.id, code_id),
    )


async def mark_used(tx: Tenant, code_id: str, *, epoch: str, answer: str, now: datetime) -> None:
    """Use a locked code up."""
    await tx.connection.execute(
        "update lodge.enrolment_code set used_by = %s, used_at = %s, answer = %s where tenant_id = %s and id = %s",
        (epoch, now, answer, tx.id, code_id),
    )
