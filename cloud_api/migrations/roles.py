"""The database roles: owners that nobody can log in as, and applications that own nothing.

===================  =======  =====================================================================
role                 log in   for
===================  =======  =====================================================================
``lodge_owner``      no       owns the schemas and every ordinary table
``lodge_ledger``     no       owns the append-only tables (events, audit)
``lodge_lookup``     no       owns the few functions that look past the tenant door
``lodge_migrator``   yes      may become the three above; used by ``lodge-cloud migrate`` alone
``lodge_app``        yes      the HTTP service
``lodge_worker``     yes      the worker
``lodge_analytics``  no       reads what is not restricted, one organisation at a time; granted to whoever reports
===================  =======  =====================================================================
"""

from dataclasses import dataclass

import psycopg
from psycopg import sql

from cloud_api.errors import MigrationError

OWNERS = ("lodge_owner", "lodge_ledger", "lodge_lookup")
TABLE_OWNERS = OWNERS[:2]
MIGRATOR = "lodge_migrator"
APPLICATION = "lodge_app"
WORKER = "lodge_worker"
ANALYTICS = "lodge_analytics"
LOGINS = (MIGRATOR, APPLICATION, WORKER)


@dataclass(frozen=True, slots=True)
class RolePasswords:
    """Passwords for the roles that log in; where one is missing, an operator sets it."""

    migrator: str | None
    app: str | None
    worker: str | None


def prepare_roles(connection: psycopg.Connection, passwords: RolePasswords | None) -> None:
    """Make the roles that are missing, and let the migrator and this login become the owners.

    Raises:
        MigrationError: roles are missing and this login may not make them.
    """
    missing = _missing_roles(connection)
    if missing and not _may_make_roles(connection):
        orders = "; ".join(f"create role {name} {'login' if name in LOGINS else 'nologin'}" for name in missing)
        raise MigrationError(
            f"the database roles {', '.join(missing)} are missing and this login may not create roles: "
            f"let an administrator run: {orders}; grant {', '.join(OWNERS)} to current_user"
        )
    for name in missing:
        _make_role(connection, name)
    if passwords is not None:
        _set_passwords(connection, passwords)
    _grant_owners(connection)


def _missing_roles(connection: psycopg.Connection) -> list[str]:
    present = {name for (name,) in connection.execute("select rolname from pg_roles")}
    return [name for name in (*OWNERS, *LOGINS, ANALYTICS) if name not in present]


def _may_make_roles(connection: psycopg.Connection) -> bool:
    query = "select rolsuper or rolcreaterole from pg_roles where rolname = current_user"
    row = connection.execute(query).fetchone()
    return bool(row and row[0])


def _make_role(connection: psycopg.Connection, name: str) -> None:
    may_log_in = sql.SQL("login" if name in LOGINS else "nologin")
    # What only a superuser may even mention (superuser, replication, bypassrls) is off by default.
    order = sql.SQL("create role {} {} nocreatedb nocreaterole").format(sql.Identifier(name), may_log_in)
    try:
        with connection.transaction():
            connection.execute(order)
    except psycopg.errors.DuplicateObject:
        return  # roles belong to the whole server: another database's upgrade was faster
    except psycopg.errors.UniqueViolation:
        return


def _set_passwords(connection: psycopg.Connection, passwords: RolePasswords) -> None:
    for name, password in (
        (MIGRATOR, passwords.migrator),
        (APPLICATION, passwords.app),
        (WORKER, passwords.worker),
    ):
        if password is None:
            continue
        # Made here: the order may stand in the server's log, where the password itself has no business.
        verifier = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
        order = sql.SQL("alter role {} password {}").format(sql.Identifier(name), sql.Literal(verifier))
        connection.execute(order)


def _grant_owners(connection: psycopg.Connection) -> None:
    login = _current_user(connection)
    for member in {MIGRATOR, login}:
        for owner in OWNERS:
            if not _is_member(connection, member, owner):
                order = sql.SQL("grant {} to {}").format(sql.Identifier(owner), sql.Identifier(member))
                connection.execute(order)
    # A login that is no superuser must be able to become the applications' roles as well.
    for role in (APPLICATION, WORKER):
        if login != MIGRATOR and not _is_member(connection, login, role):
            connection.execute(sql.SQL("grant {} to {}").format(sql.Identifier(role), sql.Identifier(login)))
    database = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("grant create, connect on database {} to lodge_owner").format(database))
    connection.execute(
        sql.SQL("grant connect on database {} to {}, {}, {}").format(
            database, *(sql.Identifier(name) for name in LOGINS)
        )
    )


def _current_user(connection: psycopg.Connection) -> str:
    row = connection.execute("select current_user").fetchone()
    if row is None:
        raise MigrationError("the database does not say who we are")
    return str(row[0])


def _is_member(connection: psycopg.Connection, member: str, owner: str) -> bool:
    row = connection.execute("select pg_has_role(%s, %s, 'member')", (member, owner)).fetchone()
    return bool(row and row[0])
