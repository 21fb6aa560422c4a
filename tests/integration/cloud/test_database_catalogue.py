"""What the database's own catalogue says: the rules hold for every table, also for those added later (R13, R25)."""

from collections.abc import Iterator

import psycopg
import pytest

from cloud_api.composition import DatabaseAddresses
from cloud_api.postgres.cluster import Server
from cloud_api.store.db import Lookups
from tests.fakes.cloud_postgres import superuser_url

APPEND_ONLY = {
    "audit_checkpoint",
    "audit_entry",
    "audit_node",
    "audit_record",
    "branch_manifest",
    "event_branch",
    "event_header",
}
LOOKUPS = {
    "count_figures",
    "find_device",
    "find_enrolment_code",
    "find_session",
    "find_sign_in",
    "list_alert_backlogs",
    "list_audit_backlogs",
    "list_organisations",
}
# Written with their stay and deleted with it; see the migration.
UNCHECKED = {"stay_token"}
LOOKUP_INDEXES = {"enrolment_code_lookup", "kiosk_epoch_lookup", "staff_session_lookup", "staff_user_lookup"}
DOOR = "(tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS \"nullif\"))"
APPLICATIONS = ("lodge_app", "lodge_worker")


@pytest.fixture(scope="module")
def catalogue(server: Server, addresses: DatabaseAddresses) -> Iterator[psycopg.Connection]:
    name = addresses.app.split("@/")[1].split("?")[0]
    with psycopg.connect(superuser_url(server, name)) as connection:
        yield connection


@pytest.fixture(scope="module")
def tables(catalogue: psycopg.Connection) -> list[str]:
    rows = catalogue.execute(
        "select relname from pg_class where relnamespace = 'lodge'::regnamespace and relkind in ('r', 'p') order by 1"
    )
    return [row[0] for row in rows]


def test_there_are_tables_and_nothing_else_that_holds_rows(catalogue: psycopg.Connection, tables: list[str]) -> None:
    assert len(tables) >= 30
    others = catalogue.execute(
        "select relname from pg_class where relnamespace = 'lodge'::regnamespace and relkind in ('v', 'm', 'f')"
    )
    assert others.fetchall() == []


def test_row_level_security_is_forced_on_every_table(catalogue: psycopg.Connection, tables: list[str]) -> None:
    rows = catalogue.execute(
        "select relname from pg_class where relnamespace = 'lodge'::regnamespace and relkind in ('r', 'p')"
        " and relrowsecurity and relforcerowsecurity order by 1"
    )
    assert [row[0] for row in rows] == tables


def test_every_table_has_the_tenant_door_and_only_lookups_beside_it(
    catalogue: psycopg.Connection, tables: list[str]
) -> None:
    rows = catalogue.execute(
        "select tablename, policyname, roles::text, cmd, qual, with_check from pg_policies where schemaname = 'lodge'"
    ).fetchall()
    doors = {row[0] for row in rows if row[1] == "tenant_door"}
    assert doors == set(tables)
    for table, name, roles, command, condition, check in rows:
        if name == "tenant_door":
            assert (roles, command, condition, check) == ("{public}", "ALL", DOOR, None), table
        else:
            assert (name, roles, command) == ("lookup", "{lodge_lookup}", "SELECT"), table


def test_tenant_id_comes_first_in_every_key_and_index(catalogue: psycopg.Connection) -> None:
    rows = catalogue.execute(
        "select c.relname, i.relname, a.attname from pg_index x join pg_class c on c.oid = x.indrelid"
        " join pg_class i on i.oid = x.indexrelid"
        " left join pg_attribute a on a.attrelid = c.oid and a.attnum = x.indkey[0]"
        " where c.relnamespace = 'lodge'::regnamespace"
    ).fetchall()
    assert {index for _, index, first in rows if first != "tenant_id"} == LOOKUP_INDEXES


def test_every_foreign_key_within_the_schema_carries_the_tenant(catalogue: psycopg.Connection) -> None:
    rows = catalogue.execute(
        "select conname, conrelid::regclass::text, a.attname, f.attname from pg_constraint k"
        " join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]"
        " join pg_attribute f on f.attrelid = k.confrelid and f.attnum = k.confkey[1]"
        " where k.contype = 'f' and k.connamespace = 'lodge'::regnamespace"
    ).fetchall()
    assert len(rows) > 30
    assert [row for row in rows if row[2:] != ("tenant_id", "tenant_id")] == []


def test_every_table_hangs_on_an_organisation(catalogue: psycopg.Connection, tables: list[str]) -> None:
    rows = catalogue.execute(
        "select distinct conrelid::regclass::text from pg_constraint"
        " where contype = 'f' and connamespace = 'lodge'::regnamespace"
    )
    assert {row[0].removeprefix("lodge.") for row in rows} == set(tables) - {"organisation", *UNCHECKED}


def test_owners_are_roles_that_nobody_can_log_in_as(catalogue: psycopg.Connection) -> None:
    """R26."""
    rows = catalogue.execute("select tablename, tableowner from pg_tables where schemaname = 'lodge'").fetchall()
    owners = {str(table): str(owner) for table, owner in rows}
    assert {table for table, owner in owners.items() if owner == "lodge_ledger"} == APPEND_ONLY
    assert set(owners.values()) == {"lodge_owner", "lodge_ledger"}
    rows = catalogue.execute(
        "select rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname like 'lodge%'"
    ).fetchall()
    assert {row[0] for row in rows if not row[1]} == {"lodge_owner", "lodge_ledger", "lodge_lookup"}
    assert [row for row in rows if row[2] or row[3] or row[4]] == []


def test_the_applications_own_nothing_and_belong_to_no_owner(catalogue: psycopg.Connection) -> None:
    for role in APPLICATIONS:
        owned = catalogue.execute("select relname from pg_class where relowner = %s::regrole", (role,)).fetchall()
        memberships = catalogue.execute(
            "select roleid::regrole::text from pg_auth_members where member = %s::regrole", (role,)
        ).fetchall()
        assert (owned, memberships) == ([], [])


def test_applications_may_add_to_append_only_tables_and_no_more(catalogue: psycopg.Connection) -> None:
    rows = catalogue.execute(
        "select grantee, table_name, privilege_type from information_schema.role_table_grants"
        " where table_schema = 'lodge' and grantee in ('lodge_app', 'lodge_worker', 'PUBLIC')"
    ).fetchall()
    for grantee, table, privilege in rows:
        assert grantee != "PUBLIC"
        allowed = {"SELECT", "INSERT"} if table in APPEND_ONLY else {"SELECT", "INSERT", "UPDATE", "DELETE"}
        assert privilege in allowed, (grantee, table, privilege)


def test_append_only_tables_have_triggers_that_always_fire(catalogue: psycopg.Connection) -> None:
    rows = catalogue.execute(
        "select tgrelid::regclass::text, tgname, tgenabled from pg_trigger where not tgisinternal"
        " and tgrelid in (select oid from pg_class where relnamespace = 'lodge'::regnamespace)"
    ).fetchall()
    expected = {
        (f"lodge.{table}", name, "A") for table in APPEND_ONLY for name in ("refuse_row_change", "refuse_truncate")
    } | {("lodge.audit_pending", "audit_pending_kept", "A")}
    assert {(row[0], row[1], row[2].decode() if isinstance(row[2], bytes) else row[2]) for row in rows} == expected


def test_every_column_has_a_data_class(catalogue: psycopg.Connection) -> None:
    """R25."""
    rows = catalogue.execute(
        "select c.relname, a.attname, col_description(c.oid, a.attnum) from pg_class c"
        " join pg_attribute a on a.attrelid = c.oid where c.relnamespace = 'lodge'::regnamespace"
        " and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped"
    ).fetchall()
    assert [row for row in rows if row[2] not in ("public", "internal", "restricted")] == []


def test_restricted_columns_hold_bytes_only(catalogue: psycopg.Connection) -> None:
    """R17: what is restricted is ciphertext, a wrapped key or a keyed token, so its type is bytea."""
    rows = catalogue.execute(
        "select c.relname, a.attname, a.atttypid::regtype::text from pg_class c"
        " join pg_attribute a on a.attrelid = c.oid where c.relnamespace = 'lodge'::regnamespace"
        " and c.relkind in ('r', 'p') and a.attnum > 0 and col_description(c.oid, a.attnum) = 'restricted'"
    ).fetchall()
    assert len(rows) > 15
    assert [row for row in rows if row[2] != "bytea"] == []


def test_the_ways_past_the_door_are_exactly_the_named_ones(catalogue: psycopg.Connection) -> None:
    """R13."""
    rows = catalogue.execute(
        "select proname, proowner::regrole::text, proconfig from pg_proc"
        " where prosecdef and pronamespace in ('lodge'::regnamespace, 'ops'::regnamespace, 'queue'::regnamespace)"
    ).fetchall()
    assert {row[0] for row in rows} == LOOKUPS
    for name, owner, configuration in rows:
        assert owner == "lodge_lookup", name
        assert configuration == ["search_path=pg_catalog, pg_temp"], name
    assert {name for name in vars(Lookups) if not name.startswith("_")} == LOOKUPS


def test_the_lookup_role_sees_only_the_columns_that_lookups_need(catalogue: psycopg.Connection) -> None:
    rows = catalogue.execute(
        "select table_name, column_name from information_schema.column_privileges where grantee = 'lodge_lookup'"
    ).fetchall()
    assert set(rows) == {
        ("organisation", "tenant_id"),
        ("organisation", "name"),
        ("kiosk_epoch", "tenant_id"),
        ("kiosk_epoch", "epoch"),
        ("enrolment_code", "tenant_id"),
        ("enrolment_code", "id"),
        ("staff_user", "tenant_id"),
        ("staff_user", "email_token"),
        ("staff_session", "tenant_id"),
        ("staff_session", "token_hash"),
        ("audit_pending", "tenant_id"),
        ("audit_pending", "queued_at"),
        ("alert", "tenant_id"),
        ("alert", "standing"),
        ("alert", "changed_at"),
        ("kiosk", "revoked_at"),
        ("kiosk", "last_seen_at"),
        ("kiosk_epoch", "standing"),
        ("event_quarantine", "kiosk_id"),
        ("audit_pending", "first_seq"),
        ("audit_pending", "last_seq"),
    }


def test_the_queue_holds_no_column_for_personal_data(catalogue: psycopg.Connection) -> None:
    rows = catalogue.execute("select args from queue.procrastinate_jobs").fetchall()
    for (args,) in rows:
        assert set(args) <= {"tenant", "alerts", "timestamp"}
    assert rows == []
