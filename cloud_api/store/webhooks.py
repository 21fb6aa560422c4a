"""Webhooks of an organisation, address and secrets sealed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.keys.fields import FieldCipher
from cloud_api.store.db import Tenant

_TABLE = "webhook"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where an organisation wants to be told of ``kinds``, at one site or (``None``) at all. ``former_secret`` signs
    beside the new one until ``former_until``; nothing is sent to one that was stopped. ``key_id``: the API key that
    chose the address.
    """

    id: UUID
    name: str
    url: str
    secret: str
    former_secret: str | None
    former_until: datetime | None
    site_id: UUID | None
    kinds: tuple[str, ...]
    created_at: datetime
    failing_since: datetime | None = None
    stopped_at: datetime | None = None
    key_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Listener:
    """Of a webhook, who wants to hear what."""

    id: UUID
    site_id: UUID | None
    kinds: frozenset[str]


async def add(tx: Tenant, cipher: FieldCipher, hook: Webhook) -> None:
    """Keep a new one."""
    await tx.connection.execute(
        "insert into lodge.webhook (tenant_id, id, data_key_id, name, url, secret, site_id, kinds, created_at,"
        " key_id) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            tx.id,
            hook.id,
            cipher.key_id,
            hook.name,
            _seal(cipher, hook.id, "url", hook.url),
            _seal(cipher, hook.id, "secret", hook.secret),
            hook.site_id,
            list(hook.kinds),
            hook.created_at,
            hook.key_id,
        ),
    )


async def list_all(tx: Tenant, cipher: FieldCipher) -> list[Webhook]:
    """All of them, by name."""
    return await _read(tx, cipher, "true order by name, id", ())


async def find(tx: Tenant, cipher: FieldCipher, hook_id: UUID) -> Webhook | None:
    """One of them."""
    found = await _read(tx, cipher, "id = %s", (hook_id,))
    return found[0] if found else None


async def listeners(tx: Tenant) -> list[Listener]:
    """Those that something is sent to."""
    cursor = await tx.connection.execute(
        "select id, site_id, kinds from lodge.webhook where tenant_id = %s and stopped_at is null", (tx.id,)
    )
    return [Listener(row[0], row[1], frozenset(row[2])) for row in await cursor.fetchall()]


async def remove(tx: Tenant, hook_id: UUID) -> bool:
    """Forget one, and its messages."""
    cursor = await tx.connection.execute("delete from lodge.webhook where tenant_id = %s and id = %s", (tx.id, hook_id))
    return cursor.rowcount == 1


async def hold(tx: Tenant, hook_id: UUID) -> None:
    """Let nobody else change one until this transaction ends."""
    await tx.connection.execute(
        "select 1 from lodge.webhook where tenant_id = %s and id = %s for update", (tx.id, hook_id)
    )


async def change(tx: Tenant, cipher: FieldCipher, hook: Webhook) -> None:
    """Another name, address, location or kinds, and whether anything is sent; secrets and the rest stay."""
    await tx.connection.execute(
        "update lodge.webhook set name = %s, url = %s, site_id = %s, kinds = %s, failing_since = %s, stopped_at = %s,"
        " key_id = %s where tenant_id = %s and id = %s",
        (
            hook.name,
            _seal(cipher, hook.id, "url", hook.url),
            hook.site_id,
            list(hook.kinds),
            hook.failing_since,
            hook.stopped_at,
            hook.key_id,
            tx.id,
            hook.id,
        ),
    )


async def replace_secret(tx: Tenant, cipher: FieldCipher, hook: Webhook, secret: str, former_until: datetime) -> None:
    """Another secret; the present one signs beside it until then."""
    await tx.connection.execute(
        "update lodge.webhook set secret = %s, former_secret = %s, former_until = %s where tenant_id = %s and id = %s",
        (
            _seal(cipher, hook.id, "secret", secret),
            _seal(cipher, hook.id, "former_secret", hook.secret),
            former_until,
            tx.id,
            hook.id,
        ),
    )


async def note_taken(tx: Tenant, hook_id: UUID) -> None:
    """It took a message."""
    await tx.connection.execute(
        "update lodge.webhook set failing_since = null where tenant_id = %s and id = %s and failing_since is not null",
        (tx.id, hook_id),
    )


async def note_failure(tx: Tenant, hook_id: UUID, now: datetime, *, tried_since: datetime) -> datetime:
    """It did not take one; since when it has taken none. That begins anew where nothing was tried since
    ``tried_since``: two failures far apart say nothing of the time between. To be called before the message is settled.
    """
    cursor = await tx.connection.execute(
        "update lodge.webhook as hook set failing_since = case when hook.failing_since is not null and exists ("
        "select 1 from lodge.webhook_message as tried where tried.tenant_id = hook.tenant_id"
        " and tried.webhook_id = hook.id and tried.standing in ('waiting', 'failed') and tried.attempts > 0"
        " and tried.changed_at >= %s) then hook.failing_since else %s end"
        " where hook.tenant_id = %s and hook.id = %s returning failing_since",
        (tried_since, now, tx.id, hook_id),
    )
    row = await cursor.fetchone()
    return row[0] if row else now


async def stop(tx: Tenant, hook_id: UUID, now: datetime) -> bool:
    """Send nothing more there; ``False`` when it was stopped already."""
    cursor = await tx.connection.execute(
        "update lodge.webhook set stopped_at = %s where tenant_id = %s and id = %s and stopped_at is null",
        (now, tx.id, hook_id),
    )
    return cursor.rowcount == 1


async def list_of_keys(tx: Tenant, cipher: FieldCipher, key_ids: Collection[UUID]) -> list[Webhook]:
    """Those that these API keys chose the address of, and that are not stopped."""
    return await _read(tx, cipher, "key_id = any(%s) and stopped_at is null order by name, id", (list(key_ids),))


async def resume(tx: Tenant, hook_id: UUID) -> bool:
    """Send there again; ``False`` where there is no such webhook."""
    cursor = await tx.connection.execute(
        "update lodge.webhook set stopped_at = null, failing_since = null where tenant_id = %s and id = %s",
        (tx.id, hook_id),
    )
    return cursor.rowcount == 1


async def _read(tx: Tenant, cipher: FieldCipher, condition: str, values: Sequence[object]) -> list[Webhook]:
    query = (
        "select id, name, url, secret, former_secret, former_until, site_id, kinds, created_at, failing_since,"  # noqa: S608  constants
        f" stopped_at, key_id from lodge.webhook where tenant_id = %s and {condition}"
    )
    cursor = await tx.connection.execute(query.encode(), (tx.id, *values))
    return [
        Webhook(
            row[0],
            row[1],
            _open(cipher, row[0], "url", row[2]),
            _open(cipher, row[0], "secret", row[3]),
            None if row[4] is None else _open(cipher, row[0], "former_secret", row[4]),
            row[5],
            row[6],
            tuple(row[7]),
            *row[8:],
        )
        for row in await cursor.fetchall()
    ]


def _seal(cipher: FieldCipher, hook_id: UUID, column: str, plain: str) -> bytes:
    return cipher.seal_text(plain, table=_TABLE, column=column, row=str(hook_id))


def _open(cipher: FieldCipher, hook_id: UUID, column: str, sealed: bytes) -> str:
    return cipher.open_text(bytes(sealed), table=_TABLE, column=column, row=str(hook_id))
