"""Private halves of root keys as the key service sealed them: read and written by the login that migrates alone.

The application sees whose there are and by what they were sealed, never the sealed bytes (ADR 77).
"""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from cloud_api.errors import ConfigurationError, StoreError
from cloud_api.store.db import Database

_OWNER, _PROGRAM = "lodge_owner", "lodge-cloud root key"


@dataclass(frozen=True, slots=True)
class SealedRoot:
    """What may be told of one: the root's public half (32 bytes), the service that sealed it, and when."""

    tenant: UUID
    public_key: bytes
    service: str
    sealed_at: datetime


async def list_all(db: Database) -> list[SealedRoot]:
    """All that are kept."""
    async with db.server() as connection:
        cursor = await connection.execute(
            "select tenant_id, public_key, service, sealed_at from ops.sealed_root order by sealed_at, tenant_id"
        )
        return [SealedRoot(row[0], bytes(row[1]), row[2], row[3]) for row in await cursor.fetchall()]


class SealedRoots:
    """One transaction of the owner."""

    def __init__(self, connection: AsyncConnection[TupleRow]) -> None:
        self._connection = connection

    async def put(self, root: SealedRoot, wrapped: bytes) -> None:
        """Keep one, beside others of the organisation."""
        await self._connection.execute(
            "insert into ops.sealed_root (tenant_id, public_key, service, wrapped, sealed_at)"
            " values (%s, %s, %s, %s, %s) on conflict (tenant_id, public_key) do update set service = excluded.service,"
            " wrapped = excluded.wrapped, sealed_at = excluded.sealed_at",
            (root.tenant, root.public_key, root.service, wrapped, root.sealed_at),
        )

    async def find(self, tenant: UUID, public_key: bytes) -> bytes | None:
        """The sealed private half of a root key."""
        cursor = await self._connection.execute(
            "select wrapped from ops.sealed_root where tenant_id = %s and public_key = %s for update",
            (tenant, public_key),
        )
        row = await cursor.fetchone()
        return None if row is None else bytes(row[0])

    async def delete_but(self, tenant: UUID, public_key: bytes) -> None:
        """Keep none of the organisation but this one."""
        await self._connection.execute(
            "delete from ops.sealed_root where tenant_id = %s and public_key <> %s", (tenant, public_key)
        )

    async def delete(self, tenant: UUID, public_key: bytes) -> None:
        """Keep this one no more."""
        await self._connection.execute(
            "delete from ops.sealed_root where tenant_id = %s and public_key = %s", (tenant, public_key)
        )


@contextlib.asynccontextmanager
async def open_sealed_roots(url: str) -> AsyncIterator[SealedRoots]:
    """A transaction of the login that migrates (``url``); committed at the end, undone on any exception.

    Raises:
        ConfigurationError: this login may not become the owner.
        StoreError: the database is out of reach, or refused.
    """
    try:
        async with await AsyncConnection[TupleRow].connect(
            url, autocommit=True, application_name=_PROGRAM
        ) as connection:
            cursor = await connection.execute("select pg_has_role(current_user, %s, 'member')", (_OWNER,))
            if await cursor.fetchone() != (True,):
                raise ConfigurationError(
                    "this login may not use a sealed root key: use the DATABASE_URL that lodge-cloud migrate uses"
                )
            async with connection.transaction():
                await connection.execute("set local role lodge_owner")
                yield SealedRoots(connection)
    except psycopg.Error as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise StoreError(f"the database refused: {reason}") from error
