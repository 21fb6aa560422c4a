"""Secrets of the whole server, shared by its replicas: made by whoever needs one first."""

import secrets

from cloud_api.errors import StoreError
from cloud_api.keys.ring import KeyRing
from cloud_api.store.db import Database

_BYTES = 32


async def open_secret(db: Database, ring: KeyRing, name: str) -> bytes:
    """The 32 bytes of a named secret.

    Raises:
        KeyServiceError: it was wrapped by another key service.
    """
    wrapped = await _find(db, name)
    if wrapped is None:
        fresh = await ring.wrap_secret(name, secrets.token_bytes(_BYTES))
        async with db.server() as connection:
            await connection.execute(
                "insert into ops.server_secret (name, wrapped) values (%s, %s) on conflict do nothing",
                (name, fresh),
            )
        wrapped = await _find(db, name)
    if wrapped is None:
        raise StoreError("the database lost a secret of the server while it was being made")
    return await ring.unwrap_secret(name, wrapped)


async def open_all(db: Database, ring: KeyRing) -> int:
    """Open each that there is, so that the ring has it when the key service is out of reach later; how many.

    Raises:
        KeyServiceError: one was wrapped by another key service.
        KeyServiceAwayError: the key service is out of reach.
    """
    async with db.server() as connection:
        cursor = await connection.execute("select name, wrapped from ops.server_secret order by name")
        rows = await cursor.fetchall()
    for name, wrapped in rows:
        await ring.unwrap_secret(name, bytes(wrapped))
    return len(rows)


async def _find(db: Database, name: str) -> bytes | None:
    async with db.server() as connection:
        cursor = await connection.execute("select wrapped from ops.server_secret where name = %s", (name,))
        row = await cursor.fetchone()
    return None if row is None else bytes(row[0])


async def rewrap(db: Database, ring: KeyRing) -> int:
    """Have the key service wrap each secret anew, by its newest key; how many.

    Raises:
        KeyServiceError: one does not open; nothing was changed.
    """
    async with db.server() as connection:
        cursor = await connection.execute("select name, wrapped from ops.server_secret order by name for update")
        rows = await cursor.fetchall()
        for name, wrapped in rows:
            fresh = await ring.rewrap_secret(name, bytes(wrapped))
            await connection.execute("update ops.server_secret set wrapped = %s where name = %s", (fresh, name))
    return len(rows)
