"""Isolation by the database itself (R13, R26, C28): with the application's own login, without its code."""

import asyncio
from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from cloud_api.composition import DatabaseAddresses
from cloud_api.postgres.cluster import Server
from cloud_api.services.audit_trail import Actor
from tests.fakes.cloud_postgres import superuser_url
from tests.fakes.cloud_server import Ground, run_ground

APPEND_ONLY = (
    "audit_checkpoint",
    "audit_entry",
    "audit_node",
    "audit_record",
    "branch_manifest",
    "event_branch",
    "event_header",
)
REFUSED = (psycopg.errors.InsufficientPrivilege, psycopg.errors.FeatureNotSupported)


async def _fill(ground: Ground) -> UUID:
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now(), host_id=await ground.host())
    await ground.send(kiosk, kiosk.batch())
    await ground.cloud.audit_export.make(ground.tenant, Actor("operator"))
    return ground.tenant


@pytest.fixture(scope="module")
def tenants(addresses: DatabaseAddresses) -> list[UUID]:
    async def fill_two() -> list[UUID]:
        found = []
        for _ in range(2):
            async with run_ground(addresses) as ground:
                found.append(await _fill(ground))
        return found

    return asyncio.run(fill_two())


@pytest.fixture
def as_app(addresses: DatabaseAddresses, tenants: list[UUID]) -> Iterator[psycopg.Connection]:
    with psycopg.connect(addresses.app) as connection:
        yield connection


@pytest.fixture
def as_superuser(server: Server, addresses: DatabaseAddresses, tenants: list[UUID]) -> Iterator[psycopg.Connection]:
    with psycopg.connect(superuser_url(server, addresses.app.split("@/")[1].split("?")[0])) as connection:
        yield connection


def tables(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute("select tablename from pg_tables where schemaname = 'lodge' order by 1")
    return [row[0] for row in rows]


def count(connection: psycopg.Connection, table: str) -> int:
    row = connection.execute(sql.SQL("select count(*) from lodge.{}").format(sql.Identifier(table))).fetchone()
    assert row is not None
    return int(row[0])


def enter(connection: psycopg.Connection, tenant: UUID | str) -> None:
    connection.execute("select set_config('app.tenant_id', %s, true)", (str(tenant),))


def test_without_a_tenant_every_table_shows_nothing(as_app: psycopg.Connection) -> None:
    assert {table: count(as_app, table) for table in tables(as_app)} == dict.fromkeys(tables(as_app), 0)


def test_within_a_tenant_its_rows_show(as_app: psycopg.Connection, tenants: list[UUID]) -> None:
    enter(as_app, tenants[0])
    shown = {table for table in tables(as_app) if count(as_app, table)}
    assert {"organisation", "kiosk", "host", "event_header", "event_body", "stay", "stay_token", "alert"} <= shown
    assert {"audit_entry", "audit_node", "audit_checkpoint", "receipt", "feed_page", "data_key"} <= shown


def test_only_the_rows_of_the_tenant_show(as_app: psycopg.Connection, tenants: list[UUID]) -> None:
    for tenant in tenants:
        enter(as_app, tenant)
        for table in tables(as_app):
            query = sql.SQL("select distinct tenant_id from lodge.{}").format(sql.Identifier(table))
            assert as_app.execute(query).fetchall() in ([], [(tenant,)])


def test_a_tenant_that_does_not_exist_shows_nothing(as_app: psycopg.Connection) -> None:
    enter(as_app, uuid4())
    assert sum(count(as_app, table) for table in tables(as_app)) == 0


def test_the_tenant_ends_with_its_transaction(as_app: psycopg.Connection, tenants: list[UUID]) -> None:
    """C28: the next user of a pooled connection inherits nothing."""
    enter(as_app, tenants[0])
    assert count(as_app, "kiosk") == 1
    as_app.commit()
    assert count(as_app, "kiosk") == 0


def test_rows_cannot_be_written_for_another_tenant(as_app: psycopg.Connection, tenants: list[UUID]) -> None:
    enter(as_app, tenants[0])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_app.execute(
            "insert into lodge.visitor_type (tenant_id, key, position, definition) values (%s, 'x', 9, '{}')",
            (tenants[1],),
        )


def test_rows_cannot_be_moved_to_another_tenant(as_app: psycopg.Connection, tenants: list[UUID]) -> None:
    enter(as_app, tenants[0])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_app.execute("update lodge.visitor_type set tenant_id = %s", (tenants[1],))


def test_rows_of_another_tenant_cannot_be_changed(as_app: psycopg.Connection, tenants: list[UUID]) -> None:
    enter(as_app, tenants[0])
    assert as_app.execute("delete from lodge.stay_token where tenant_id = %s", (tenants[1],)).rowcount == 0
    assert as_app.execute("update lodge.kiosk set name = 'x' where tenant_id = %s", (tenants[1],)).rowcount == 0


def test_r25_analytics_reads_what_is_not_restricted_of_one_organisation_and_changes_nothing(
    as_superuser: psycopg.Connection, tenants: list[UUID]
) -> None:
    """R13, R25: by its rights, whatever statement is sent."""
    as_superuser.execute("set role lodge_analytics")
    assert count(as_superuser, "stay") == 0
    enter(as_superuser, tenants[0])
    counted = "select count(*), count(distinct tenant_id) from lodge.stay where arrived_at is not null and present"
    assert as_superuser.execute(counted).fetchall() == [(1, 1)]
    for order in (
        "select name from lodge.stay",
        "select * from lodge.stay",
        "select count(*) from lodge.stay where name is not null",
        "select s from lodge.stay s",
        "select token from lodge.stay_token",
        "select wrapped from lodge.data_key",
        "copy lodge.host to stdout",
        "update lodge.kiosk set name = name",
        "delete from lodge.stay",
        "select lodge.list_organisations()",
        "select * from ops.system_log",
        "create table lodge.mine (id int)",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), as_superuser.transaction():
            as_superuser.execute(order.encode())


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize(
    "order",
    [
        "update lodge.{} set tenant_id = tenant_id",
        "delete from lodge.{}",
        "truncate lodge.{}",
        "truncate lodge.{} cascade",
        "alter table lodge.{} disable trigger all",
        "alter table lodge.{} disable row level security",
        "alter table lodge.{} no force row level security",
        "alter table lodge.{} owner to lodge_app",
        "drop trigger refuse_row_change on lodge.{}",
        "drop policy tenant_door on lodge.{}",
        "create policy mine on lodge.{} using (true)",
        "create trigger mine before insert on lodge.{} for each row execute function ops.refuse_change()",
        "create rule mine as on insert to lodge.{} do instead nothing",
        "drop table lodge.{}",
    ],
)
def test_the_application_cannot_change_events_or_audit(
    as_app: psycopg.Connection, tenants: list[UUID], table: str, order: str
) -> None:
    """R26."""
    enter(as_app, tenants[0])
    with pytest.raises(REFUSED):
        as_app.execute(sql.SQL(order).format(sql.Identifier(table)))


@pytest.mark.parametrize(
    "order",
    [
        "set role lodge_owner",
        "set role lodge_ledger",
        "set role lodge_lookup",
        "set role lodge_migrator",
        "set role postgres",
        "set session authorization postgres",
        "set session_replication_role = replica",
        "set row_security = off; select * from lodge.stay",
        "create table lodge.mine (tenant_id uuid)",
        "create function lodge.mine() returns int language sql as 'select 1'",
        "create or replace function ops.refuse_change() returns trigger language plpgsql as 'begin return new; end'",
        "alter role lodge_app bypassrls",
        "copy (select 1) to program 'true'",
        "create extension dblink",
        "update ops.migration set version_num = 'x'",
    ],
)
def test_the_application_cannot_rise_above_itself(as_app: psycopg.Connection, order: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_app.execute(order.encode())


def test_the_owner_of_the_ledger_is_stopped_by_triggers_too(addresses: DatabaseAddresses, tenants: list[UUID]) -> None:
    """R26: even a slip in a later migration changes no event."""
    with psycopg.connect(addresses.migrator) as connection:
        connection.execute("set role lodge_ledger")
        enter(connection, tenants[0])
        for order in (
            "update lodge.event_header set kind = kind",
            "delete from lodge.event_header",
            "truncate lodge.audit_checkpoint",
        ):
            with (
                pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"),
                connection.transaction(),
            ):
                connection.execute(order.encode())


def test_r26_an_act_that_waits_for_the_log_cannot_be_dropped(as_app: psycopg.Connection, tenants: list[UUID]) -> None:
    """R26: neither a record nor a batch leaves the waiting list but into the log."""
    enter(as_app, tenants[0])
    waiting = "select count(record_id), count(first_seq) from lodge.audit_pending"
    as_app.execute(
        "insert into lodge.audit_pending (tenant_id, record_id) select tenant_id, id from lodge.audit_record"
    )
    as_app.execute(
        "insert into lodge.audit_pending (tenant_id, kiosk_id, epoch, first_seq, last_seq)"
        " select tenant_id, kiosk_id, epoch, seq, seq + 1 from lodge.event_header where seq = 1"
    )
    records, batches = as_app.execute(waiting).fetchone() or (0, 0)
    assert (records > 0, batches > 0) == (True, True)
    as_app.execute("delete from lodge.audit_pending where first_seq is not null")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        as_app.execute("set constraints all immediate")


@pytest.mark.parametrize(
    "change",
    [
        "update lodge.event_body set muster = muster",
        "update lodge.audit_body set tenant_id = tenant_id",
        "update lodge.audit_pending set queued_at = queued_at",
        "update lodge.batch_manifest set manifest = manifest",
        "delete from lodge.batch_manifest",
        "delete from lodge.event_fork",
        "delete from lodge.audit_log",
        "delete from lodge.kiosk_head",
    ],
)
def test_r26_evidence_is_neither_rewritten_nor_dropped(
    as_app: psycopg.Connection, tenants: list[UUID], change: str
) -> None:
    """Bodies may be erased, never rewritten; manifests, forks and the log's own row stay."""
    enter(as_app, tenants[0])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_app.execute(sql.SQL(change))
