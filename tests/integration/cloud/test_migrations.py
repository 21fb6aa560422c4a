"""Upgrades on empty and on used databases, by one and by two, as superuser and as less."""

import threading
from functools import partial
from itertools import count
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from click.testing import CliRunner

from cloud_api.cli import main
from cloud_api.errors import MigrationError
from cloud_api.migrations import UpgradeReport, current_revision, ensure_database, newest_revision, upgrade
from cloud_api.migrations.roles import RolePasswords, prepare_roles
from cloud_api.postgres.cluster import Server
from tests.fakes.cloud_postgres import create_database, superuser_url

_numbers = count()


@pytest.fixture
def empty(server: Server) -> str:
    name = f"lodge_empty_{next(_numbers)}"
    create_database(server, name)
    return superuser_url(server, name)


def test_an_empty_database_comes_up_to_date_and_stays_so(empty: str) -> None:
    assert current_revision(empty) is None
    first, second = upgrade(empty), upgrade(empty)
    assert (first.before, first.after) == (None, newest_revision())
    assert (second.before, second.after) == (newest_revision(), newest_revision())


def test_two_upgrades_at_once_are_one(empty: str) -> None:
    reports: list[UpgradeReport] = []
    both = [threading.Thread(target=lambda: reports.append(upgrade(empty))) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(report.before or "" for report in reports) == ["", newest_revision()]
    assert {report.after for report in reports} == {newest_revision()}


def test_several_programs_that_meet_an_empty_server_at_once_make_one_database(server: Server) -> None:
    """As ``serve`` and ``worker`` do that are started together on a new machine."""
    maintenance, start = superuser_url(server, "postgres"), threading.Barrier(6)
    failures: list[MigrationError] = []

    def ensure(name: str) -> None:
        start.wait()
        try:
            ensure_database(maintenance, name)
        except MigrationError as error:
            failures.append(error)

    for name in (f"lodge_first_{next(_numbers)}" for _ in range(3)):
        programs = [threading.Thread(target=ensure, args=(name,)) for _ in range(6)]
        for program in programs:
            program.start()
        for program in programs:
            program.join()
        assert failures == []
        assert current_revision(superuser_url(server, name)) is None


def test_a_failed_upgrade_leaves_the_database_as_it_was(empty: str) -> None:
    with psycopg.connect(empty, autocommit=True) as connection:
        connection.execute("create schema lodge")
    with pytest.raises(MigrationError, match="changed nothing"):
        upgrade(empty)
    assert current_revision(empty) is None
    with psycopg.connect(empty) as connection:
        found = connection.execute("select count(*) from pg_namespace where nspname in ('queue', 'ops')").fetchone()
    assert found == (0,)


def test_a_database_of_a_newer_version_is_left_alone(empty: str) -> None:
    upgrade(empty)
    with psycopg.connect(empty) as connection:
        connection.execute("update ops.migration set version_num = '9999'")
    with pytest.raises(MigrationError, match="newer version"):
        upgrade(empty)


def test_a_login_that_may_create_roles_suffices(server: Server, empty: str) -> None:
    """DATABASE_URL of a managed service: no superuser, but CREATEROLE and the database's ownership."""
    name = psycopg.conninfo.conninfo_to_dict(empty)["dbname"]
    with psycopg.connect(empty, autocommit=True) as connection:
        connection.execute("drop role if exists tenant_admin")
        connection.execute("create role tenant_admin login createrole password 'secret'")
        connection.execute(f'alter database "{name}" owner to tenant_admin'.encode())
        for owner in ("lodge_owner", "lodge_ledger", "lodge_lookup", "lodge_app", "lodge_worker"):
            connection.execute(f"grant {owner} to tenant_admin with admin option".encode())
    report = upgrade(server.url(user="tenant_admin", password="secret", database=str(name)))
    assert report.after == newest_revision()


def test_a_login_that_may_not_make_roles_is_told_what_to_ask_for(server: Server, empty: str) -> None:
    name = str(psycopg.conninfo.conninfo_to_dict(empty)["dbname"])
    with psycopg.connect(empty, autocommit=True) as connection:
        connection.execute("drop role if exists plain")
        connection.execute("create role plain login password 'secret'")
    with pytest.raises(MigrationError):
        upgrade(server.url(user="plain", password="secret", database=name))
    assert current_revision(empty) is None


def test_the_services_logins_get_their_passwords_from_the_environment(
    server: Server, empty: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """ASVS 13.2.2: what serves people logs in as a role that owns nothing; the administrator's login migrates alone."""
    name = str(psycopg.conninfo.conninfo_to_dict(empty)["dbname"])
    monkeypatch.setenv("LODGE_APP_PASSWORD", "short")
    run = partial(CliRunner().invoke, main, ["--data", str(tmp_path), "migrate", "--url", empty])
    assert "LODGE_APP_PASSWORD is shorter than 16 characters" in run().output
    monkeypatch.setenv("LODGE_APP_PASSWORD", "plum-" * 4)
    try:
        assert run().exit_code == 0
        logins = ("lodge_app", "lodge_worker")
        app, worker = (server.url(user=user, password="plum-" * 4, database=name) for user in logins)
        with psycopg.connect(app) as connection:
            assert connection.execute("select current_user").fetchone() == ("lodge_app",)
        with pytest.raises(psycopg.OperationalError, match="authentication failed"):
            psycopg.connect(worker).close()  # was not named, and kept its own
    finally:
        with psycopg.connect(empty) as connection:
            prepare_roles(connection, RolePasswords(None, server.passwords.app, None))


def test_an_unreachable_database_is_said_in_one_line() -> None:
    with pytest.raises(MigrationError, match="cannot be reached") as caught:
        upgrade("postgresql://nobody@/none?host=/nonexistent")
    assert "\n" not in str(caught.value)


def test_keys_of_kiosks_keep_their_standing_when_it_becomes_a_derived_one(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From 0003: also behind the forced tenant door, and where the evidence says from which seq on a key is forked."""
    newest = command.upgrade
    with monkeypatch.context() as patch:
        patch.setattr(command, "upgrade", lambda config, _target: newest(config, "0003"))
        assert upgrade(empty).after == "0003"
    tenant, site, kiosk = uuid4(), uuid4(), uuid4()
    with psycopg.connect(empty) as connection:
        for order, values in (
            ("organisation (tenant_id, name)", (tenant, "Thistledown Works")),
            ("kek (tenant_id, version, service, wrapped)", (tenant, 1, "test", b"x")),
            ("data_key (tenant_id, id, kek_version, purpose, wrapped)", (tenant, tenant, 1, "organisation", b"x")),
            (
                "site (tenant_id, id, key, name, time_zone, settings, data_key_id)",
                (tenant, site, "mill-lane", "Mill Lane", "UTC", "{}", tenant),
            ),
            ("kiosk (tenant_id, id, site_id, name)", (tenant, kiosk, site, "Lobby kiosk")),
            *(
                (
                    "kiosk_epoch (tenant_id, kiosk_id, epoch, public_key, audience, standing)",
                    (tenant, kiosk, f"key-{standing}", b"k", "aud", standing),
                )
                for standing in ("current", "frozen", "revoked")
            ),
            *(
                (
                    "event_fork (tenant_id, id, kiosk_id, epoch, seq, manifest, data_key_id, sealed)",
                    (tenant, uuid4(), kiosk, "key-frozen", seq, f"manifest {seq}", tenant, b"s"),
                )
                for seq in (9, 4)
            ),
        ):
            insert_row(connection, order, values)
    assert upgrade(empty).before == "0003"
    with psycopg.connect(empty) as connection:
        rows = connection.execute(
            "select epoch, standing, forked_seq, frozen_at is not null, confirmed_at is not null from lodge.kiosk_epoch"
        ).fetchall()
        forced = connection.execute(
            "select count(*) from pg_class where relnamespace = 'lodge'::regnamespace and relkind = 'r'"
            " and not relforcerowsecurity"
        ).fetchone()
    assert sorted(rows) == [
        ("key-current", "current", 0, False, True),
        ("key-frozen", "frozen", 4, True, True),
        ("key-revoked", "revoked", 0, False, True),
    ]
    assert forced == (0,)


def test_accounts_from_before_roles_keep_what_they_could_do(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """R11, R12. From 0013: the oldest account of each organisation becomes its owner, the others administrators."""
    newest = command.upgrade
    with monkeypatch.context() as patch:
        patch.setattr(command, "upgrade", lambda config, _target: newest(config, "0013"))
        assert upgrade(empty).after == "0013"
    people = {}
    with psycopg.connect(empty) as connection:
        for count_of in (1, 3):
            tenant = uuid4()
            insert_row(connection, "organisation (tenant_id, name)", (tenant, "Thistledown Works"))
            insert_row(connection, "kek (tenant_id, version, service, wrapped)", (tenant, 1, "test", b"x"))
            key = "data_key (tenant_id, id, kek_version, purpose, wrapped)"
            insert_row(connection, key, (tenant, tenant, 1, "organisation", b"x"))
            for number in range(count_of):
                people[uuid4()] = "admin" if number else "owner"
                user = "staff_user (tenant_id, id, data_key_id, name, email, email_token, password_hash, created_at,"
                values = (tenant, list(people)[-1], tenant, b"n", b"e", uuid4().bytes, b"p")
                connection.execute(
                    f"insert into lodge.{user} password_set_at) values (%s, %s, %s, %s, %s, %s, %s,"  # noqa: S608
                    f" now() + '{number} days', now())".encode(),
                    values,
                )
    assert upgrade(empty).before == "0013"
    with psycopg.connect(empty) as connection:
        rows = connection.execute("select user_id, role, site_id from lodge.staff_role").fetchall()
    assert {row[0]: row[1] for row in rows} == people
    assert {row[2] for row in rows} == {None}


def insert_row(connection: psycopg.Connection, target: str, values: tuple[object, ...]) -> None:
    """A row whose moments, where its table wants them, are now."""
    table, columns = target.split(" ", 1)
    moments = connection.execute(
        "select column_name from information_schema.columns where table_schema = 'lodge' and table_name = %s"
        " and column_name = any(%s) and is_nullable = 'NO'",
        (table, ["created_at", "started_at", "received_at"]),
    ).fetchall()
    names = [*columns.strip("()").split(", "), *(row[0] for row in moments)]
    filled = ", ".join(["%s"] * len(values) + ["now()"] * len(moments))
    order = f"insert into lodge.{table} ({', '.join(names)}) values ({filled})"  # noqa: S608  names of ours
    connection.execute(order.encode(), values)
