"""What an upgrade reports, and at which revision a database is; without Alembic, which takes its time to load."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from cloud_api.errors import MigrationError


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


def newest_revision() -> str:
    """The revision that this version of Lodge needs: its files are numbered, one after the other."""
    return max(path.name[:4] for path in (Path(__file__).parent / "versions").glob("[0-9]*.py"))


def current_revision(url: str) -> str | None:
    """The revision that the database is at, or ``None``.

    Raises:
        MigrationError: the database cannot be reached.
    """
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            return read_revision(connection)
    except psycopg.Error as error:
        raise MigrationError(f"the database cannot be read: {first_line(error)}") from error


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
        raise MigrationError(f"the database cannot be created: {first_line(error)}") from error


def read_revision(connection: psycopg.Connection) -> str | None:
    """The same on an open connection."""
    row = connection.execute("select to_regclass('ops.migration') is not null").fetchone()
    if not row or not row[0]:
        return None
    found = connection.execute("select version_num from ops.migration").fetchone()
    return str(found[0]) if found else None


def first_line(error: Exception) -> str:
    """What went wrong, in a line."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
