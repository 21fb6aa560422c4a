"""The tenant door as the application uses it: pooled connections, foreign logins, keys that are gone."""

import asyncio
import contextlib
from uuid import UUID, uuid4

import psycopg
import pytest

from cloud_api.composition import DatabaseAddresses, why_not_ready
from cloud_api.errors import KeyServiceError, StoreError
from cloud_api.migrations.roles import APPLICATION
from cloud_api.postgres.cluster import Server
from cloud_api.store import epochs, kiosks, organisations, stays
from cloud_api.store.db import Database, DatabaseSettings, Tenant
from cloud_api.store.server_secrets import open_secret
from tests.fakes.cloud_key_service import MemoryKeyService
from tests.fakes.cloud_postgres import superuser_url
from tests.fakes.cloud_server import OPERATOR, Ground, run_cloud

pytestmark = pytest.mark.anyio


def database_name(addresses: DatabaseAddresses) -> str:
    return addresses.app.split("@/")[1].split("?")[0]


async def count_visible(tx: Tenant) -> int:
    cursor = await tx.connection.execute("select count(*) from lodge.kiosk")
    row = await cursor.fetchone()
    return int(row[0]) if row else -1


async def test_c28_a_pooled_connection_never_keeps_the_tenant_before(addresses: DatabaseAddresses) -> None:
    """C28: one connection, many organisations, in turn and after failures."""
    async with run_cloud(addresses) as cloud:
        tenants = []
        for number in range(3):
            created = await cloud.organisations.create(f"Works {number}", OPERATOR, lambda _key: None)
            tenants.append(created.id)
    async with Database(DatabaseSettings(url=addresses.app, role=APPLICATION, pool_size=1)).open() as db:
        for tenant in (*tenants, *reversed(tenants)):
            async with db.tenant(tenant) as tx:
                assert await organisations.find_name(tx) == f"Works {tenants.index(tenant)}"
            with pytest.raises(ZeroDivisionError):
                async with db.tenant(tenant):
                    raise ZeroDivisionError
            async with db.server() as connection:
                cursor = await connection.execute("select count(*) from lodge.organisation")
                assert await cursor.fetchone() == (0,)


async def _carried(db: Database) -> tuple[object, ...]:
    """What the only connection of a pool brings to whoever takes it next."""
    async with db.server() as connection:
        cursor = await connection.execute(
            "select nullif(current_setting('app.tenant_id', true), ''), (select count(*) from lodge.organisation),"
            " current_user, current_setting('transaction_isolation'), current_setting('transaction_read_only')"
        )
        row = await cursor.fetchone()
    assert row is not None
    return row


async def _fail_in_a_statement(db: Database, tenant: UUID) -> None:
    async with db.tenant(tenant) as tx:
        with contextlib.suppress(psycopg.Error):
            await tx.connection.execute("select 1 / 0")


async def _fail_in_a_pipeline(db: Database, tenant: UUID) -> None:
    with contextlib.suppress(psycopg.Error):
        async with db.tenant(tenant) as tx, tx.pipelined():
            for query in (b"select 1", b"select 1 / 0", b"select 2"):
                await tx.connection.execute(query)


async def _fail_in_a_snapshot(db: Database, tenant: UUID) -> None:
    with contextlib.suppress(ZeroDivisionError):
        async with db.tenant(tenant, snapshot=True):
            raise ZeroDivisionError


async def _cancel(db: Database, tenant: UUID, query: bytes | None) -> None:
    """A task that is cancelled in the middle of a statement, or between two."""
    inside = asyncio.Event()

    async def work() -> None:
        async with db.tenant(tenant) as tx:
            inside.set()
            await (tx.connection.execute(query) if query else asyncio.Event().wait())

    task = asyncio.create_task(work())
    await inside.wait()
    await asyncio.sleep(0)  # the statement is on its way
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def _lose_the_connection(db: Database, tenant: UUID) -> None:
    with contextlib.suppress(StoreError):
        async with db.tenant(tenant) as tx:
            await tx.connection.execute("select pg_terminate_backend(pg_backend_pid())")


async def test_c28_r13_whatever_ends_a_transaction_the_next_one_begins_without_its_organisation(
    ground: Ground, addresses: DatabaseAddresses
) -> None:
    """C28, R13: after a statement that failed, a pipeline, a snapshot, a task that was cancelled, a lost connection."""
    clean = (None, 0, APPLICATION, "read committed", "off")
    async with Database(DatabaseSettings(url=addresses.app, role=APPLICATION, pool_size=1)).open() as db:
        async with db.tenant(ground.tenant) as tx:
            assert await count_visible(tx) == 0
            assert await organisations.find_name(tx)
        for end in (
            _fail_in_a_statement(db, ground.tenant),
            _fail_in_a_pipeline(db, ground.tenant),
            _fail_in_a_snapshot(db, ground.tenant),
            _cancel(db, ground.tenant, b"select pg_sleep(60)"),
            _cancel(db, ground.tenant, None),
            _lose_the_connection(db, ground.tenant),
        ):
            await end
            assert await _carried(db) == clean
            async with db.tenant(uuid4()) as tx:
                assert await organisations.find_name(tx) is None


async def test_transactions_of_two_organisations_do_not_see_each_other(ground: Ground) -> None:
    other = await ground.cloud.organisations.create("Other Works", OPERATOR, lambda _key: None)
    await ground.enrol()

    async def look(tenant: UUID, expected: int) -> None:
        async with ground.cloud.db.tenant(tenant) as tx:
            for _ in range(5):
                assert await count_visible(tx) == expected
                await asyncio.sleep(0)

    await asyncio.gather(*(look(ground.tenant, 1) for _ in range(3)), *(look(other.id, 0) for _ in range(3)))


async def test_another_organisations_ids_find_nothing(ground: Ground) -> None:
    """R13."""
    kiosk = await ground.enrol()
    stay = kiosk.arrive(ground.clock.now())
    await ground.send(kiosk, kiosk.batch())
    async with ground.cloud.db.tenant(uuid4()) as tx:
        assert await kiosks.find(tx, kiosk.identity.kiosk) is None
        assert await epochs.find(tx, kiosk.key.epoch) is None
        assert await stays.find_many(tx, ground.cloud.ring, [stay]) == {}
        assert not await kiosks.revoke(tx, kiosk.identity.kiosk, ground.clock.now())


async def test_a_superusers_login_works_as_the_application_only(server: Server, addresses: DatabaseAddresses) -> None:
    """DATABASE_URL of an administrator: each connection takes on the application's role, so that policies hold."""
    url = superuser_url(server, database_name(addresses))
    async with Database(DatabaseSettings(url=url, role=APPLICATION)).open() as db:
        assert await why_not_ready(db) is None
        async with db.tenant(uuid4()) as tx:
            cursor = await tx.connection.execute("select current_user, (select count(*) from lodge.organisation)")
            assert await cursor.fetchone() == (APPLICATION, 0)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await tx.connection.execute("delete from lodge.event_header")


async def test_a_snapshot_changes_nothing_and_sees_one_moment(ground: Ground) -> None:
    async with ground.cloud.db.tenant(ground.tenant, snapshot=True) as tx:
        before = await count_visible(tx)
        await ground.enrol()
        assert await count_visible(tx) == before
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            await organisations.rename(tx, "Changed")
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        await organisations.rename(tx, "Changed")
        assert await count_visible(tx) == before + 1


async def test_a_database_that_is_not_there_is_said_so(addresses: DatabaseAddresses) -> None:
    settings = DatabaseSettings(url="postgresql://nobody@/none?host=/nonexistent", role="x", acquire_seconds=1)
    with pytest.raises(StoreError, match="cannot be reached"):
        async with Database(settings).open():
            pytest.fail("opened")


async def test_a_database_that_goes_away_and_comes_back_is_used_again(ground: Ground, server: Server) -> None:
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        assert await organisations.find_name(tx)
    with psycopg.connect(superuser_url(server, "postgres"), autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where usename = 'lodge_app' and pid <> pg_backend_pid()"
        )
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        assert await organisations.find_name(tx)


async def test_r18_without_the_organisations_key_nothing_can_be_read(ground: Ground) -> None:
    """R18: destroying the wrapped key makes all data unreadable, also to us."""
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now())
    await ground.send(kiosk, kiosk.batch())
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        await tx.connection.execute("update lodge.kek set wrapped = null, destroyed_at = now()")
    ground.cloud.ring.forget(ground.tenant)
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        (found,) = await stays.list_present(tx, ground.cloud.ring)
        assert found.person is None
    with pytest.raises(KeyServiceError, match="cannot be read any more"):
        await ground.enrol("Another")


async def test_secrets_of_the_server_are_the_same_on_every_replica(addresses: DatabaseAddresses) -> None:
    service = MemoryKeyService()
    async with run_cloud(addresses, service=service) as one, run_cloud(addresses, service=service) as two:
        secrets = await asyncio.gather(*(open_secret(cloud.db, cloud.ring, "test") for cloud in (one, two, one)))
    assert len(set(secrets)) == 1
    assert len(secrets[0]) == 32
