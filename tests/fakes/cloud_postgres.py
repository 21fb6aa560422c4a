"""PostgreSQL for tests: one server a process and version, one template, one database a module."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from cloud_api.composition import DatabaseAddresses
from cloud_api.migrations import upgrade
from cloud_api.migrations.roles import APPLICATION, MIGRATOR, WORKER, RolePasswords
from cloud_api.postgres.binaries import Binaries
from cloud_api.postgres.cluster import SUPERUSER, ClusterPlan, Server
from cloud_api.postgres.lease import await_stop, lease

FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "min_wal_size": "32MB",
    "max_wal_size": "128MB",
    "autovacuum_naptime": "10min",
}
TEMPLATE = "lodge_template"
_MODULES = "lodge_test_"
_NOT_ITS_OWN = "select oid from pg_database where datname <> %s and (datname = %s or datname like %s)"


@contextmanager
def run_server(binaries: Binaries) -> Iterator[Server]:
    """A server in a folder of its own that is gone afterwards."""
    # Not below pytest's own folder: root keeps that closed, and PostgreSQL does not run as root.
    folder = Path(tempfile.mkdtemp(prefix="lodge-test-pg-"))
    plan = ClusterPlan(folder, binaries, FAST)
    try:
        with lease(plan) as server:
            yield server
        assert await_stop(plan, seconds=30)
    finally:
        shutil.rmtree(folder)


class Servers:
    """The servers of one process: each version's is started and gets its template when first asked for.

    A parametrized fixture lets go of one version's when the next file asks for another's: starting a server anew costs
    more than all the tests of most files.
    """

    def __init__(self, until: ExitStack) -> None:
        """They run until this stack is closed."""
        self._until = until
        self._running: dict[Path, Server] = {}
        self._numbers = count()

    def of(self, binaries: Binaries) -> Server:
        """The server of one version."""
        if binaries.folder not in self._running:
            server = self._until.enter_context(run_server(binaries))
            make_template(server)
            self._running[binaries.folder] = server
        return self._running[binaries.folder]

    def new_database(self, server: Server) -> DatabaseAddresses:
        """A database of the newest schema, in which nothing is."""
        name = f"{_MODULES}{next(self._numbers)}"
        create_database(server, name, template=TEMPLATE)
        return addresses_of(server, name)


def superuser_url(server: Server, database: str) -> str:
    return server.url(user=SUPERUSER, password=server.passwords.superuser, database=database)


def files_that_may_hold(server: Server, addresses: DatabaseAddresses) -> list[Path]:
    """Every file that may have a byte of what was written to this database: heap, indexes, WAL, temporary files,
    statistics, the server's own log and its socket folder. Not PostgreSQL's programs, and not what other modules' tests
    keep in databases of their own.
    """
    name = conninfo_to_dict(addresses.app)["dbname"]
    with psycopg.connect(superuser_url(server, "postgres"), autocommit=True) as connection:
        connection.execute("checkpoint")
        found = connection.execute(_NOT_ITS_OWN, (name, TEMPLATE, f"{_MODULES}%")).fetchall()
    folder = server.socket_folder.parent  # the socket folder stands beside the data, where its path is short enough
    others = {folder / "data" / "base" / str(oid) for (oid,) in found}
    return [
        path
        for part in folder.iterdir()
        if not part.name.startswith("programs-")
        for path in (part, *part.rglob("*"))
        if path.parent not in others and path.is_file()
    ]


def make_template(server: Server) -> None:
    create_database(server, TEMPLATE)
    passwords = server.passwords
    upgrade(
        superuser_url(server, TEMPLATE),
        passwords=RolePasswords(passwords.migrator, passwords.app, passwords.worker),
    )


def create_database(server: Server, name: str, *, template: str = "template1") -> None:
    with psycopg.connect(superuser_url(server, "postgres"), autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template))
        )


def addresses_of(server: Server, name: str) -> DatabaseAddresses:
    passwords = server.passwords
    return DatabaseAddresses(
        migrator=server.url(user=MIGRATOR, password=passwords.migrator, database=name),
        app=server.url(user=APPLICATION, password=passwords.app, database=name),
        worker=server.url(user=WORKER, password=passwords.worker, database=name),
    )
