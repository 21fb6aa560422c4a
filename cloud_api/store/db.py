"""The tenant door: every transaction on product tables runs for exactly one organisation."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg import AsyncConnection, IsolationLevel
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from cloud_api.errors import StoreError
from cloud_api.keys.fields import FieldCipher

Connection = AsyncConnection[TupleRow]


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """How to reach the database and as which role to work."""

    url: str
    role: str
    pool_size: int = 8
    acquire_seconds: float = 10.0
    statement_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Tenant:
    """A transaction of one organisation. Only the modules of ``store`` use its connection."""

    id: UUID
    connection: Connection
    opened: dict[UUID, FieldCipher] = field(default_factory=dict)
    """Data keys that this transaction has opened already."""

    @contextlib.asynccontextmanager
    async def pipelined(self) -> AsyncIterator[None]:
        """Send the statements of the block without waiting for each answer; the first failure ends it."""
        async with self.connection.pipeline():
            yield


class Lookups:
    """What may be asked before the organisation is known; the list is fixed by a test."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def find_device(self, epoch: str) -> UUID | None:
        """The organisation of a kiosk's key."""
        return await self._one("select lodge.find_device(%s)", epoch)

    async def find_enrolment_code(self, code: str) -> UUID | None:
        """The organisation of an enrolment code's id."""
        return await self._one("select lodge.find_enrolment_code(%s)", code)

    async def find_sign_in(self, email_token: bytes) -> UUID | None:
        """The organisation of a staff member's e-mail address, by its blind token."""
        return await self._one("select lodge.find_sign_in(%b)", email_token)

    async def find_session(self, token_hash: bytes) -> UUID | None:
        """The organisation of a session, by the SHA-256 of its token."""
        return await self._one("select lodge.find_session(%b)", token_hash)

    async def list_organisations(self) -> list[tuple[UUID, str]]:
        """Ids and names of those whose keys are there, for commands and rounds."""
        cursor = await self._connection.execute("select tenant_id, name from lodge.list_organisations()")
        return [(row[0], row[1]) for row in await cursor.fetchall()]

    async def list_standings(self) -> list[tuple[UUID, str, str]]:
        """Id, name and standing of each organisation, also where its keys are gone, for the operator's commands."""
        cursor = await self._connection.execute("select tenant_id, name, standing from lodge.list_standings()")
        return [(row[0], row[1], row[2]) for row in await cursor.fetchall()]

    async def list_audit_backlogs(self) -> list[UUID]:
        """Organisations with entries that wait for the sequencer."""
        cursor = await self._connection.execute("select * from lodge.list_audit_backlogs()")
        return [row[0] for row in await cursor.fetchall()]

    async def list_alert_backlogs(self, before: datetime) -> list[UUID]:
        """Organisations with alerts that nothing has happened to since ``before``."""
        cursor = await self._connection.execute("select * from lodge.list_alert_backlogs(%s)", (before,))
        return [row[0] for row in await cursor.fetchall()]

    async def list_webhook_backlogs(self, before: datetime) -> list[UUID]:
        """Organisations with messages to webhooks that nothing has happened to since ``before``."""
        cursor = await self._connection.execute("select * from lodge.list_webhook_backlogs(%s)", (before,))
        return [row[0] for row in await cursor.fetchall()]

    async def list_letter_backlogs(self, before: datetime) -> list[UUID]:
        """Organisations with letters that nothing has happened to since ``before``."""
        cursor = await self._connection.execute("select * from lodge.list_letter_backlogs(%s)", (before,))
        return [row[0] for row in await cursor.fetchall()]

    async def list_delivery_reminders(self, due: datetime) -> list[UUID]:
        """Organisations that have deliveries whose host is to be reminded by then."""
        cursor = await self._connection.execute("select * from lodge.list_delivery_reminders(%s)", (due,))
        return [row[0] for row in await cursor.fetchall()]

    async def list_call_escalations(self, due: datetime) -> list[UUID]:
        """Organisations where somebody waits at a kiosk of whom others are to be told by then."""
        cursor = await self._connection.execute("select * from lodge.list_call_escalations(%s)", (due,))
        return [row[0] for row in await cursor.fetchall()]

    async def count_figures(self) -> dict[str, int]:
        """What a metrics page counts, over all organisations."""
        cursor = await self._connection.execute("select figure, amount from lodge.count_figures()")
        return {row[0]: row[1] for row in await cursor.fetchall()}

    async def _one(self, query: str, value: str | bytes) -> UUID | None:
        cursor = await self._connection.execute(query.encode(), (value,))
        row = await cursor.fetchone()
        found = row[0] if row else None
        return found if isinstance(found, UUID) else None


class WholeServer:
    """A transaction on what belongs to the whole server that also goes through the door of one organisation after
    another, so that something begins for all of them or for none.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def organisations(self) -> AsyncIterator[Tenant]:
        """Each organisation; the one before may not be used any more."""
        for tenant, _ in await Lookups(self.connection).list_organisations():
            await self.connection.execute("select set_config('app.tenant_id', %s, true)", (str(tenant),))
            yield Tenant(tenant, self.connection)


class Database:
    """A pool of connections, each working as the application's role and nothing more."""

    def __init__(self, settings: DatabaseSettings) -> None:
        self._settings = settings
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            settings.url,
            connection_class=AsyncConnection[TupleRow],
            open=False,
            min_size=1,
            max_size=settings.pool_size,
            timeout=settings.acquire_seconds,
            configure=self.configure,
            check=AsyncConnectionPool.check_connection,
            kwargs={"application_name": settings.role},
        )

    @property
    def pool(self) -> AsyncConnectionPool[Connection]:
        """For the job queue, which brings its own SQL."""
        return self._pool

    @property
    def url(self) -> str:
        """For a connection of one's own, outside the pool."""
        return self._settings.url

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["Database"]:
        """Connect for as long as the block lasts.

        Raises:
            StoreError: the database is out of reach.
        """
        try:
            await self._pool.open(wait=True, timeout=self._settings.acquire_seconds)
        except (psycopg.Error, PoolTimeout) as error:
            await self._pool.close()
            raise StoreError("the database cannot be reached: check that it runs and DATABASE_URL") from error
        try:
            yield self
        finally:
            await self._pool.close()

    @contextlib.asynccontextmanager
    async def tenant(self, tenant: UUID, *, snapshot: bool = False) -> AsyncIterator[Tenant]:
        """One transaction for one organisation; committed at the end, rolled back on any exception.

        ``snapshot`` gives a read-only view of one moment.

        Raises:
            StoreError: the database is out of reach or broke off.
        """
        async with self._transaction(snapshot=snapshot) as connection:
            await connection.execute("select set_config('app.tenant_id', %s, true)", (str(tenant),))
            yield Tenant(tenant, connection)

    @contextlib.asynccontextmanager
    async def lookup(self) -> AsyncIterator[Lookups]:
        """A transaction without an organisation: product tables show nothing, the named look-ups work."""
        async with self._transaction(snapshot=False) as connection:
            yield Lookups(connection)

    @contextlib.asynccontextmanager
    async def server(self) -> AsyncIterator[Connection]:
        """A transaction on what belongs to the whole server (schema ``ops``); for modules of ``store``."""
        async with self._transaction(snapshot=False) as connection:
            yield connection

    @contextlib.asynccontextmanager
    async def whole(self) -> AsyncIterator[WholeServer]:
        """One transaction for the whole server and each of its organisations."""
        async with self._transaction(snapshot=False) as connection:
            yield WholeServer(connection)

    async def revision(self) -> str | None:
        """The migration that the database is at; ``None`` where there is none."""
        async with self._transaction(snapshot=False) as connection:
            cursor = await connection.execute("select to_regclass('ops.migration') is not null")
            row = await cursor.fetchone()
            if row is None or not row[0]:
                return None
            cursor = await connection.execute("select version_num from ops.migration")
            row = await cursor.fetchone()
            return str(row[0]) if row else None

    async def oldest_served(self) -> str | None:
        """The newest migration that the oldest version which may work on this database knows."""
        async with self._transaction(snapshot=False) as connection:
            cursor = await connection.execute("select revision from ops.schema_floor")
            row = await cursor.fetchone()
            return str(row[0]) if row else None

    async def configure(self, connection: Connection) -> None:
        """Put a fresh connection into the application's role."""
        seconds = self._settings.statement_seconds
        await connection.execute(
            "select set_config('role', %s, false), set_config('search_path', 'queue, pg_catalog', false),"
            " set_config('statement_timeout', %s, false),"
            " set_config('idle_in_transaction_session_timeout', %s, false), set_config('timezone', 'UTC',"
            " false)",
            (self._settings.role, f"{seconds}s", f"{seconds * 2}s"),
        )
        await connection.commit()

    @contextlib.asynccontextmanager
    async def _transaction(self, *, snapshot: bool) -> AsyncIterator[Connection]:
        try:
            async with self._pool.connection() as connection:
                if snapshot:
                    await connection.set_isolation_level(IsolationLevel.REPEATABLE_READ)
                    await connection.set_read_only(True)
                try:
                    async with connection.transaction():
                        yield connection
                finally:
                    if snapshot and not connection.closed:
                        await connection.set_isolation_level(None)
                        await connection.set_read_only(None)
        except (PoolTimeout, PoolClosed, TooManyRequests) as error:
            raise StoreError("the database is busy or out of reach") from error
        except psycopg.OperationalError as error:
            raise StoreError("the database broke off") from error
