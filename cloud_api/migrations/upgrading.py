"""One upgrade: a lock, the roles, and every revision that is missing, in one transaction."""

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from cloud_api.errors import MigrationError
from cloud_api.migrations.revisions import UpgradeReport, UpgradeStep, first_line, read_revision
from cloud_api.migrations.roles import TABLE_OWNERS, RolePasswords, prepare_roles

_LOCK = 0x6C6F646765  # "lodge": one upgrade at a time in one database
_OLDEST = 150000
_NEWEST_MAJOR = 18


def run_upgrade(url: str, *, passwords: RolePasswords | None = None) -> UpgradeReport:
    """Bring the database up to date; safe to run twice, and by two at once.

    Raises:
        MigrationError: the database cannot be reached, is too old, or a revision failed; nothing is changed.
    """
    try:
        with psycopg.connect(url, autocommit=True, application_name="lodge-cloud migrate") as connection:
            _require_version(connection)
            connection.execute("select pg_advisory_lock(%s)", (_LOCK,))
            prepare_roles(connection, passwords)
            before = read_revision(connection)
            _require_known(before)
            _run_revisions(url)
            after = read_revision(connection)
            return UpgradeReport(before, after or "", _server_version(connection), _steps(before, after))
    except psycopg.OperationalError as error:
        raise MigrationError(f"the database cannot be reached: {first_line(error)}") from error
    except (psycopg.Error, SQLAlchemyError) as error:
        raise MigrationError(f"the upgrade failed and changed nothing: {first_line(error)}") from error


def _run_revisions(url: str) -> None:
    # A connection of Alembic's own; the caller's holds the lock meanwhile.
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=NullPool)
    config = _config()
    with engine.begin() as connection:
        connection.exec_driver_sql("set local role lodge_owner")
        connection.exec_driver_sql("create schema if not exists ops")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _grant_analytics(connection)


def _grant_analytics(connection: Connection) -> None:
    """Let analytics read what the data classes allow, of every table that there is by now."""
    if connection.exec_driver_sql("select to_regprocedure('ops.grant_analytics()') is null").scalar():
        return
    for owner in TABLE_OWNERS:
        connection.exec_driver_sql(f"set local role {owner}")
        connection.exec_driver_sql("select ops.grant_analytics()")


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


def _server_version(connection: psycopg.Connection) -> str:
    version = connection.info.server_version
    return f"{version // 10000}.{version % 10000}"
