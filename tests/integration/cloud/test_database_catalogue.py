"""What the database's own catalogue says: the rules hold for every table, also for those added later (R13, R25)."""

from collections.abc import Iterator

import psycopg
import pytest

from cloud_api.composition import DatabaseAddresses
from cloud_api.postgres.cluster import Server
from cloud_api.services.audit_kinds import KINDS, security_kinds
from cloud_api.store.db import Lookups
from tests.fakes.cloud_postgres import superuser_url
from tests.integration.cloud.catalogue_rules import RULES, tables, wrong_analytics_grants

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
    "list_call_escalations",
    "list_delivery_reminders",
    "count_figures",
    "find_device",
    "find_enrolment_code",
    "find_session",
    "find_sign_in",
    "list_alert_backlogs",
    "list_audit_backlogs",
    "list_letter_backlogs",
    "list_organisations",
    "list_webhook_backlogs",
    "list_standings",
}
APPLICATIONS = ("lodge_app", "lodge_worker", "lodge_analytics")


@pytest.fixture(scope="module")
def catalogue(server: Server, addresses: DatabaseAddresses) -> Iterator[psycopg.Connection]:
    name = addresses.app.split("@/")[1].split("?")[0]
    with psycopg.connect(superuser_url(server, name)) as connection:
        yield connection


# Written with their stay and deleted with it; see the migration.
KNOWN = {"not_hanging_on_an_organisation": ["stay_token"]}

PLANTED = {
    "other_relations": "create view lodge.planted as select * from lodge.stay",
    "unforced": "alter table lodge.stay no force row level security",
    "without_door": "drop policy tenant_door on lodge.stay",
    "other_policies": "create policy planted on lodge.stay for select using (true)",
    "indexes_without_tenant": "create index planted on lodge.stay (arrived_at)",
    "without_tenant_key": "create table lodge.planted (id uuid primary key)",
    "foreign_keys_without_tenant": "alter table lodge.site add unique (id);"
    " alter table lodge.stay add foreign key (site_id) references lodge.site (id)",
    "not_hanging_on_an_organisation": "create table lodge.planted (tenant_id uuid primary key)",
    "owned_by_others": "alter table lodge.stay owner to lodge_app",
    "unclassified": "alter table lodge.stay add column planted text",
    "restricted_but_readable": "comment on column lodge.stay.flags is 'restricted'",
    "wrong_analytics_grants": "grant select (name) on lodge.stay to lodge_analytics",
}
"""What each rule must find."""


@pytest.mark.parametrize("rule", RULES)
def test_every_table_follows_every_rule(catalogue: psycopg.Connection, rule: str) -> None:
    """R13, R25, C28: also the tables that are added later."""
    assert len(tables(catalogue)) >= 30
    assert RULES[rule](catalogue) == KNOWN.get(rule, [])


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_finds_what_is_planted_against_it(catalogue: psycopg.Connection, rule: str) -> None:
    """R13, R25: the positive control of the test above."""
    with catalogue.transaction(force_rollback=True):
        catalogue.execute(PLANTED[rule].encode())
        assert len(RULES[rule](catalogue)) > len(KNOWN.get(rule, []))


def test_a_new_table_or_class_needs_no_grant_of_its_own(catalogue: psycopg.Connection) -> None:
    """R25: every upgrade ends by granting analytics what the classes allow; what became restricted is taken away."""
    with catalogue.transaction(force_rollback=True):
        catalogue.execute(
            "alter table lodge.stay add column planted text; comment on column lodge.stay.planted is 'internal';"
            " comment on column lodge.stay.email is 'internal'; comment on column lodge.stay.present is 'restricted'"
        )
        before = wrong_analytics_grants(catalogue)
        catalogue.execute("set local role lodge_owner; select ops.grant_analytics(); reset role")
        assert (before, wrong_analytics_grants(catalogue)) == (["stay.email", "stay.planted", "stay.present"], [])


def test_owners_are_roles_that_nobody_can_log_in_as(catalogue: psycopg.Connection) -> None:
    """R26."""
    rows = catalogue.execute("select tablename, tableowner from pg_tables where schemaname = 'lodge'").fetchall()
    owners = {str(table): str(owner) for table, owner in rows}
    assert {table for table, owner in owners.items() if owner == "lodge_ledger"} == APPEND_ONLY
    assert set(owners.values()) == {"lodge_owner", "lodge_ledger"}
    rows = catalogue.execute(
        "select rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname like 'lodge%'"
    ).fetchall()
    assert {row[0] for row in rows if not row[1]} == {
        "lodge_analytics",
        "lodge_ledger",
        "lodge_lookup",
        "lodge_owner",
    }
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
    } | {("lodge.audit_pending", "audit_pending_kept", "A"), ("lodge.audit_body", "forget_actor", "A")}
    assert {(row[0], row[1], row[2].decode() if isinstance(row[2], bytes) else row[2]) for row in rows} == expected


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
        ("organisation", "standing"),
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
        ("reception_call", "tenant_id"),
        ("reception_call", "escalate_at"),
        ("alert", "tenant_id"),
        ("alert", "standing"),
        ("alert", "changed_at"),
        ("alert", "muted"),
        ("delivery", "tenant_id"),
        ("delivery", "remind_at"),
        ("letter", "tenant_id"),
        ("letter", "standing"),
        ("letter", "changed_at"),
        ("kiosk", "revoked_at"),
        ("kiosk", "last_seen_at"),
        ("kiosk_epoch", "standing"),
        ("event_quarantine", "kiosk_id"),
        ("webhook_message", "tenant_id"),
        ("webhook_message", "standing"),
        ("webhook_message", "changed_at"),
        ("audit_pending", "first_seq"),
        ("audit_pending", "last_seq"),
    }


def test_the_queue_holds_no_column_for_personal_data(catalogue: psycopg.Connection) -> None:
    rows = catalogue.execute("select args from queue.procrastinate_jobs").fetchall()
    for (args,) in rows:
        assert set(args) <= {"tenant", "alerts", "messages", "timestamp"}
    assert rows == []


def test_the_database_counts_each_kind_of_entry_to_the_topic_that_the_page_names(
    catalogue: psycopg.Connection,
) -> None:
    """R26: a kind that it does not know would be missing where its topic is looked for."""
    asked = "select kind, ops.topic_of(kind) from unnest(%s::text[]) as known (kind)"
    counted: dict[str, str | None] = dict(catalogue.execute(asked, ([*KINDS, "parrot.fed"],)).fetchall())
    assert counted.pop("parrot.fed") is None
    assert {kind: {words.topic for words in of_kind} for kind, of_kind in KINDS.items()} == {
        kind: {topic} for kind, topic in counted.items()
    }


def test_the_database_knows_what_the_security_timeline_shows(catalogue: psycopg.Connection) -> None:
    """R26: as above."""
    asked = "select kind from unnest(%s::text[]) as known (kind) where ops.is_security_kind(kind) order by kind"
    assert [kind for (kind,) in catalogue.execute(asked, ([*KINDS, "parrot.fed"],))] == security_kinds()
