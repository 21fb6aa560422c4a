"""Mails to staff and visitors: one row each, whatever is sent or crashes. Rows say what they are about; no text."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from cloud_api.keys.fields import FieldCipher
from cloud_api.store.alerts import AlertStanding
from cloud_api.store.db import Tenant

LetterKind = Literal[
    "invitation",
    "password_link",
    "password_changed",
    "factors_changed",
    "address_link",
    "address_changed",
    "delivery_here",
    "delivery_waits",
    "reception_call",
    "reception_call_again",
    "visitor_code",
    "document_copy",
]
_TABLE = "letter"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it stands. ``subject_id``: the invitation, link or account that it is about; ``recipient``: an
    address that stands nowhere else, or ``None``.
    """

    id: UUID
    kind: LetterKind
    subject_id: UUID
    recipient: str | None
    standing: AlertStanding
    created_at: datetime


async def add(tx: Tenant, cipher: FieldCipher, letter: Letter) -> None:
    """Make one that waits, unless there is one of this id."""
    sealed = None
    if letter.recipient is not None:
        sealed = cipher.seal_text(letter.recipient, table=_TABLE, column="recipient", row=str(letter.id))
    await tx.connection.execute(
        "insert into lodge.letter (tenant_id, id, kind, subject_id, data_key_id, recipient, standing, created_at,"
        " changed_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict (tenant_id, id) do nothing",
        (
            tx.id,
            letter.id,
            letter.kind,
            letter.subject_id,
            cipher.key_id,
            sealed,
            letter.standing,
            letter.created_at,
            letter.created_at,
        ),
    )


async def find(tx: Tenant, cipher: FieldCipher, letter_id: UUID) -> Letter | None:
    """One letter."""
    cursor = await tx.connection.execute(
        "select id, kind, subject_id, recipient, standing, created_at from lodge.letter"
        " where tenant_id = %s and id = %s",
        (tx.id, letter_id),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    opened = None
    if row[3] is not None:
        opened = cipher.open_text(bytes(row[3]), table=_TABLE, column="recipient", row=str(row[0]))
    return Letter(row[0], row[1], row[2], opened, row[4], row[5])


async def standings_of(tx: Tenant, subjects: Collection[UUID]) -> dict[UUID, AlertStanding]:
    """What became of the newest letter about each of these."""
    cursor = await tx.connection.execute(
        "select distinct on (subject_id) subject_id, standing from lodge.letter"
        " where tenant_id = %s and subject_id = any(%s) order by subject_id, created_at desc, id",
        (tx.id, list(subjects)),
    )
    return {row[0]: row[1] for row in await cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a letter, why where it was not sent, and since when that stands."""

    standing: AlertStanding
    fault: str
    changed_at: datetime


async def find_outcomes(tx: Tenant, letter_ids: Collection[UUID]) -> dict[UUID, Outcome]:
    """What became of each of these letters that there is."""
    cursor = await tx.connection.execute(
        "select id, standing, coalesce(fault, ''), changed_at from lodge.letter where tenant_id = %s and id = any(%s)",
        (tx.id, list(letter_ids)),
    )
    return {row[0]: Outcome(*row[1:]) for row in await cursor.fetchall()}


async def claim(tx: Tenant, letter_id: UUID, now: datetime) -> bool:
    """Take a waiting letter for sending; ``False`` when somebody else has, or it is done."""
    cursor = await tx.connection.execute(
        "update lodge.letter set standing = 'sending', attempts = attempts + 1, changed_at = %s"
        " where tenant_id = %s and id = %s and standing = 'waiting'",
        (now, tx.id, letter_id),
    )
    return cursor.rowcount == 1


async def settle(tx: Tenant, letter_id: UUID, standing: AlertStanding, *, fault: str | None, now: datetime) -> None:
    """Say what became of a letter that was tried; what is final already stays."""
    await tx.connection.execute(
        "update lodge.letter set standing = %s, fault = %s, changed_at = %s"
        " where tenant_id = %s and id = %s and standing in ('waiting', 'sending')",
        (standing, fault, now, tx.id, letter_id),
    )


async def end_waiting(tx: Tenant, subject_id: UUID, *, fault: str, now: datetime) -> None:
    """Give up the letters about this that wait: whoever would send one finds it done."""
    await tx.connection.execute(
        "update lodge.letter set standing = 'failed', fault = %s, changed_at = %s"
        " where tenant_id = %s and subject_id = %s and standing = 'waiting'",
        (fault, now, tx.id, subject_id),
    )


async def give_up(tx: Tenant, *, lost: datetime, expired: datetime, now: datetime) -> None:
    """Letters whose sender vanished before ``lost`` may have been sent and are not sent again; those that wait since
    before ``expired`` are given up.
    """
    await tx.connection.execute(
        "update lodge.letter set standing = 'unsure', changed_at = %s, fault = 'the sender was cut off'"
        " where tenant_id = %s and standing = 'sending' and changed_at < %s",
        (now, tx.id, lost),
    )
    await tx.connection.execute(
        "update lodge.letter set standing = 'failed', changed_at = %s,"
        " fault = 'the mail server could not be reached in time'"
        " where tenant_id = %s and standing = 'waiting' and created_at < %s",
        (now, tx.id, expired),
    )


async def take_up_waiting(tx: Tenant, before: datetime, now: datetime) -> list[UUID]:
    """Letters that nothing has happened to since before then; they count as touched now."""
    cursor = await tx.connection.execute(
        "update lodge.letter set changed_at = %s where tenant_id = %s and id in (select id from lodge.letter"
        " where tenant_id = %s and standing = 'waiting' and changed_at < %s order by created_at, id limit 1000"
        " for update skip locked) returning id",
        (now, tx.id, tx.id, before),
    )
    return [row[0] for row in await cursor.fetchall()]


async def remove_old(tx: Tenant, before: datetime) -> int:
    """Forget letters of before then that are done with; how many there were."""
    cursor = await tx.connection.execute(
        "delete from lodge.letter where tenant_id = %s and created_at < %s and standing not in ('waiting', 'sending')",
        (tx.id, before),
    )
    return cursor.rowcount
