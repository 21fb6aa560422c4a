"""One upgrade: a lock, the roles, and every revision that is missing, in one transaction."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from cloud_api.errors import MigrationError
from cloud_api.migrations.roles import RolePasswords, prepare_roles

_LOCK = 0x6C6F646765  # "lodge": one upgrade at a time in one database
_OLDEST = 150000
_NEWEST_MAJOR = 18


@dataclass(frozen=True, slots=True)
class UpgradeStep:
    """One migration, and in a line what it is about."""

    revision: str
    what: str


@dataclass(frozen=True, slots=True)
class UpgradeReport:
    """What an upgrade did: revisions before and after (``None`` for an empty database), and each step between."""

    before: str | None
    after: str
    server_version: str
    applied: tuple[UpgradeStep, ...] = ()


def upgrade(url: str, *, passwords: RolePasswords | None = None) -> UpgradeReport:
    """Bring the database up to date; safe to run twice, and by two at once.

    Raises:
        MigrationError: the database cannot be reached, is too old, or a revision failed; nothing is changed.
    """
    try:
        with psycopg.connect(url, autocommit=True, application_name="lodge-cloud migrate") as connection:
            _require_version(connection)
            connection.execute("select pg_advisory_lock(%s)", (_LOCK,))
            prepare_roles(connection, passwords)
            before = _read_revision(connection)
            _require_known(before)
            _run_revisions(url)
            after = _read_revision(connection)
            return UpgradeReport(before, after or "", _server_version(connection), _steps(before, after))
    except psycopg.OperationalError as error:
        raise MigrationError(f"the database cannot be reached: {_first_line(error)}") from error
    except (psycopg.Error, SQLAlchemyError) as error:
        raise MigrationError(f"the upgrade failed and changed nothing: {_first_line(error)}") from error


def current_revision(url: str) -> str | None:
    """The revision that the database is at, or ``None``.

    Raises:
        MigrationError: the database cannot be reached.
    """
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            return _read_revision(connection)
    except psycopg.Error as error:
        raise MigrationError(f"the database cannot be read: {_first_line(error)}") from error


def ensure_database(maintenance_url: str, name: str) -> None:
    """Create a database unless it exists; for the server that Lodge runs by itself.

    Raises:
        MigrationError: it cannot be created.
    """
    try:
        with psycopg.connect(maintenance_url, autocommit=True) as connection:
            found = connection.execute("select 1 from pg_database where datname = %s", (name,)).fetchone()
            if found is None:
                # Two programs may meet an empty server at the same moment: the later one finds it made.
                with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                    connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    except psycopg.Error as error:
        raise MigrationError(f"the database cannot be created: {_first_line(error)}") from error


def newest_revision() -> str:
    """The revision that this version of Lodge needs."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _run_revisions(url: str) -> None:
    # A connection of Alembic's own; the caller's holds the lock meanwhile.
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=NullPool)
    config = _config()
    with engine.begin() as connection:
        connection.exec_driver_sql("set local role lodge_owner")
        connection.exec_driver_sql("create schema if not exists ops")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _steps(before: str | None, after: str | None) -> tuple[UpgradeStep, ...]:
    if after is None or before == after:
        return ()
    scripts = ScriptDirectory.from_config(_config()).iterate_revisions(after, before or "base")
    return tuple(UpgradeStep(script.revision, script.doc.partition("\n")[0].rstrip(".")) for script in scripts)[::-1]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


def _require_version(connection: psycopg.Connection) -> None:
    found = connection.info.server_version
    if found < _OLDEST:
        raise MigrationError(f"this is PostgreSQL {_server_version(connection)}; Lodge needs 15 to {_NEWEST_MAJOR}")


def _require_known(revision: str | None) -> None:
    if revision is None:
        return
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision not in known:
        raise MigrationError(
            f"the database is at revision {revision}, which this version of Lodge does not know: "
            "a newer version has upgraded it; run that version"
        )


def _read_revision(connection: psycopg.Connection) -> str | None:
    row = connection.execute("select to_regclass('ops.migration') is not null").fetchone()
    if not row or not row[0]:
        return None
    found = connection.execute("select version_num from ops.migration").fetchone()
    return str(found[0]) if found else None


def _server_version(connection: psycopg.Connection) -> str:
    version = connection.info.server_version
    return f"{version // 10000}.{version % 10000}"


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
