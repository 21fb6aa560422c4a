"""Deleting an organisation whole: every row of every table, in one transaction of the tables' owners.

The application may not do this (its ledger is append-only, R26). It is done by the login that migrates, which may
become the owners; behind the tenant door like everybody, so that it cannot reach another organisation's rows.
"""

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from graphlib import TopologicalSorter
from uuid import UUID

import psycopg
from psycopg import AsyncConnection, sql
from psycopg.rows import TupleRow

from cloud_api.errors import ConfigurationError, StoreError

_OWNER, _LEDGER, _PROGRAM = "lodge_owner", "lodge_ledger", "lodge-cloud org close"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What stays: whose, since when, and the digest (32 bytes) of what was exported."""

    tenant: UUID
    closed_at: datetime
    export_sha256: bytes | None


class Destruction:
    """One transaction. Nothing is gone until the block that opened it ends well."""

    def __init__(self, connection: AsyncConnection[TupleRow], stone: Tombstone) -> None:
        self._connection = connection
        self._stone = stone

    async def delete_all(self, exported: Mapping[str, int] | None) -> dict[str, int]:
        """Delete every row; how many of each table. ``exported``: how many rows of each table were written down,
        ``None`` where they could not be.

        Raises:
            StoreError: there is something that was not exported, or that would be left.
        """
        await self._become(_OWNER)
        await self._connection.execute("select set_config('app.tenant_id', %s, true)", (str(self._stone.tenant),))
        cursor = await self._connection.execute(
            "select standing from lodge.organisation where tenant_id = %s for update", (self._stone.tenant,)
        )
        if await cursor.fetchone() not in (("closing",), ("destroyed",)):
            raise StoreError(
                "the organisation is not being closed, or another command has closed it: this one destroyed nothing"
            )
        await self._write_stone()
        owners = await self._owners()
        gone: dict[str, int] = {}
        for table in await self._in_order(owners):
            await self._become(owners[table])
            query = sql.SQL("delete from lodge.{} where tenant_id = %s").format(sql.Identifier(table))
            gone[table] = (await self._connection.execute(query, (self._stone.tenant,))).rowcount
        await self._become(_OWNER)
        await self._connection.execute("delete from ops.sealed_root where tenant_id = %s", (self._stone.tenant,))
        await self._connection.execute("set constraints all immediate")
        if exported is not None:
            more = [table for table, count in gone.items() if table in exported and count > exported[table]]
            if more:
                raise StoreError(
                    f"something came in after the export was made ({', '.join(more)}): nothing was destroyed, run it "
                    "again"
                )
        await self._require_nothing_left(owners)
        return gone

    async def _write_stone(self) -> None:
        await self._connection.execute(
            "insert into ops.closed_organisation (tenant_id, closed_at, export_sha256) values (%s, %s, %s)",
            (self._stone.tenant, self._stone.closed_at, self._stone.export_sha256),
        )
        await self._connection.execute(
            "insert into ops.closed_key (epoch, tenant_id) select epoch, tenant_id from lodge.kiosk_epoch"
            " where tenant_id = %s",
            (self._stone.tenant,),
        )

    async def _owners(self) -> dict[str, str]:
        cursor = await self._connection.execute(
            "select relname, relowner::regrole::text from pg_class"
            " where relnamespace = 'lodge'::regnamespace and relkind in ('r', 'p')"
        )
        return {row[0]: row[1] for row in await cursor.fetchall()}

    async def _in_order(self, tables: Mapping[str, str]) -> list[str]:
        """What refers to a table before the table itself."""
        cursor = await self._connection.execute(
            "select f.relname, c.relname from pg_constraint k join pg_class c on c.oid = k.conrelid"
            " join pg_class f on f.oid = k.confrelid"
            " where k.contype = 'f' and k.connamespace = 'lodge'::regnamespace and c.oid <> f.oid"
        )
        order: TopologicalSorter[str] = TopologicalSorter({table: set[str]() for table in tables})
        for referred, referring in await cursor.fetchall():
            order.add(referred, referring)
        return list(order.static_order())

    async def _require_nothing_left(self, owners: Mapping[str, str]) -> None:
        for table, owner in owners.items():
            await self._become(owner)
            query = sql.SQL("select from lodge.{} where tenant_id = %s limit 1").format(sql.Identifier(table))
            if await (await self._connection.execute(query, (self._stone.tenant,))).fetchone() is not None:
                raise StoreError(f"rows of {table} would be left: nothing was destroyed")
        await self._become(_OWNER)

    async def _become(self, owner: str) -> None:
        if owner not in (_OWNER, _LEDGER):
            raise StoreError(f"a table belongs to {owner}: nothing was destroyed")
        await self._connection.execute(sql.SQL("set local role {}").format(sql.Identifier(owner)))


@contextlib.asynccontextmanager
async def open_destruction(url: str, stone: Tombstone) -> AsyncIterator[Destruction]:
    """A transaction of the login that migrates (``url``); committed at the end, undone on any exception.

    Raises:
        ConfigurationError: this login may not become the owner.
        StoreError: the database is out of reach, or refused; nothing was destroyed.
    """
    try:
        async with await AsyncConnection[TupleRow].connect(
            url, autocommit=True, application_name=_PROGRAM
        ) as connection:
            cursor = await connection.execute("select pg_has_role(current_user, %s, 'member')", (_OWNER,))
            if await cursor.fetchone() != (True,):
                raise ConfigurationError(
                    "this login may not delete an organisation: use the DATABASE_URL that lodge-cloud migrate uses"
                )
            async with connection.transaction():
                yield Destruction(connection, stone)
    except psycopg.Error as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise StoreError(f"the database refused, and nothing was destroyed: {reason}") from error
