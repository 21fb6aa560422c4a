"""Programs that people connected, and their tokens: the database knows the SHA-256 of a token, never the token."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from cloud_api.keys.fields import FieldCipher
from cloud_api.store.db import Tenant

_TABLE = "api_client"


@dataclass(frozen=True, slots=True)
class ApiClient:
    """A program: whose it is, and whether they had proved themselves with a second factor when they connected it;
    ``permissions``: what it may do of what they may, ``None`` for all of it.
    """

    id: UUID
    user_id: UUID
    name: str
    two_factor: bool
    made_at: datetime
    used_at: datetime
    permissions: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What became of a refresh token that was sent. ``taken``: it is used up now, and only by this; ``again``: it was
    used up before, at ``used_at``; ``over``: its time is up.
    """

    outcome: Literal["taken", "again", "over"]
    client_id: UUID
    user_id: UUID
    used_at: datetime | None
    made_at: datetime
    """When the program was connected."""


async def add(tx: Tenant, cipher: FieldCipher, client: ApiClient) -> None:
    """Connect a program."""
    sealed = cipher.seal_text(client.name, table=_TABLE, column="name", row=str(client.id))
    await tx.connection.execute(
        "insert into lodge.api_client (tenant_id, id, user_id, data_key_id, name, two_factor, made_at, used_at,"
        " permissions) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            tx.id,
            client.id,
            client.user_id,
            cipher.key_id,
            sealed,
            client.two_factor,
            client.made_at,
            client.used_at,
            None if client.permissions is None else list(client.permissions),
        ),
    )


async def find_by_access(tx: Tenant, cipher: FieldCipher, token_hash: bytes, now: datetime) -> ApiClient | None:
    """The program behind an access token whose time is not up."""
    cursor = await tx.connection.execute(
        "select c.id, c.user_id, c.name, c.two_factor, c.made_at, c.used_at, c.permissions from lodge.api_access a"
        " join lodge.api_client c on c.tenant_id = a.tenant_id and c.id = a.client_id"
        " where a.tenant_id = %s and a.token_hash = %s and a.ends_at > %s",
        (tx.id, token_hash, now),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    return _client(cipher, row)


async def list_of(tx: Tenant, cipher: FieldCipher, user_id: UUID, now: datetime) -> list[ApiClient]:
    """Somebody's programs that can still get tokens, the one used last first."""
    cursor = await tx.connection.execute(
        "select id, user_id, name, two_factor, made_at, used_at, permissions from lodge.api_client c"
        " where tenant_id = %s and user_id = %s and exists (select from lodge.api_refresh r"
        " where r.tenant_id = c.tenant_id and r.client_id = c.id and r.used_at is null and r.ends_at > %s)"
        " order by used_at desc, id",
        (tx.id, user_id, now),
    )
    return [_client(cipher, row) for row in await cursor.fetchall()]


async def add_refresh(tx: Tenant, token_hash: bytes, client_id: UUID, *, now: datetime, ends_at: datetime) -> None:
    """Keep a refresh token; those of its program whose time is up go, and access tokens too."""
    await tx.connection.execute(
        "delete from lodge.api_refresh where tenant_id = %s and client_id = %s and ends_at <= %s",
        (tx.id, client_id, now),
    )
    await tx.connection.execute(
        "delete from lodge.api_access where tenant_id = %s and client_id = %s and ends_at <= %s",
        (tx.id, client_id, now),
    )
    await tx.connection.execute(
        "insert into lodge.api_refresh (tenant_id, token_hash, client_id, made_at, ends_at)"
        " values (%s, %s, %s, %s, %s)",
        (tx.id, token_hash, client_id, now, ends_at),
    )


async def add_access(tx: Tenant, token_hash: bytes, client_id: UUID, *, now: datetime, ends_at: datetime) -> None:
    """Keep an access token, and remember that its program was there."""
    await tx.connection.execute(
        "insert into lodge.api_access (tenant_id, token_hash, client_id, ends_at) values (%s, %s, %s, %s)",
        (tx.id, token_hash, client_id, ends_at),
    )
    await tx.connection.execute(
        "update lodge.api_client set used_at = %s where tenant_id = %s and id = %s", (now, tx.id, client_id)
    )


async def use_refresh(tx: Tenant, token_hash: bytes, now: datetime) -> Exchanged | None:
    """Use a refresh token up, by one statement: of however many that send it at once, one takes it. ``None`` when
    there is none such.
    """
    # The program is held first: whoever ends all of somebody's programs meanwhile comes before or after, not between.
    cursor = await tx.connection.execute(
        "select c.id, c.user_id, r.used_at from lodge.api_refresh r"
        " join lodge.api_client c on c.tenant_id = r.tenant_id and c.id = r.client_id"
        " where r.tenant_id = %s and r.token_hash = %s for update of c",
        (tx.id, token_hash),
    )
    if await cursor.fetchone() is None:
        return None
    cursor = await tx.connection.execute(
        "update lodge.api_refresh set used_at = %s where tenant_id = %s and token_hash = %s and used_at is null"
        " and ends_at > %s returning client_id",
        (now, tx.id, token_hash, now),
    )
    taken = await cursor.fetchone() is not None
    cursor = await tx.connection.execute(
        "select r.client_id, c.user_id, r.used_at, c.made_at from lodge.api_refresh r"
        " join lodge.api_client c on c.tenant_id = r.tenant_id and c.id = r.client_id"
        " where r.tenant_id = %s and r.token_hash = %s",
        (tx.id, token_hash),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    outcome: Literal["taken", "again", "over"] = "taken" if taken else "over" if row[2] is None else "again"
    return Exchanged(outcome, *row)


async def end(tx: Tenant, user_id: UUID, client_id: UUID) -> bool:
    """Disconnect a program of somebody with all its tokens; ``False`` when they have none such."""
    cursor = await tx.connection.execute(
        "delete from lodge.api_client where tenant_id = %s and user_id = %s and id = %s", (tx.id, user_id, client_id)
    )
    return cursor.rowcount == 1


async def end_all_of(tx: Tenant, user_id: UUID) -> int:
    """Disconnect every program of somebody; how many there were."""
    cursor = await tx.connection.execute(
        "delete from lodge.api_client where tenant_id = %s and user_id = %s", (tx.id, user_id)
    )
    return cursor.rowcount


def _client(cipher: FieldCipher, row: tuple[Any, ...]) -> ApiClient:
    name = cipher.open_text(bytes(row[2]), table=_TABLE, column="name", row=str(row[0]))
    scope = None if row[6] is None else tuple(row[6])
    return ApiClient(row[0], row[1], name, row[3], row[4], row[5], scope)
