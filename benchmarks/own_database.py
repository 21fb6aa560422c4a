"""A server's folder with a PostgreSQL of its own, for as long as a measurement lasts."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg.conninfo import make_conninfo

from benchmarks.bench_kiosk import ORIGIN
from cloud_api.composition import DatabaseAddresses, database_addresses
from cloud_api.config import CloudSettings
from cloud_api.postgres.binaries import choose_binaries
from cloud_api.postgres.cluster import ClusterPlan, read_passwords
from cloud_api.postgres.lease import await_stop

_STOP_SECONDS = 300.0
"""A log of ten million events is written out before its server ends."""


@contextmanager
def own_database() -> Iterator[tuple[CloudSettings, DatabaseAddresses]]:
    """Make it; all of it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="lodge-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        settings = CloudSettings(folder, ORIGIN, "127.0.0.1", 8443, None, None, None, None)
        try:
            with database_addresses(settings) as addresses:
                yield settings, addresses
        finally:
            await_stop(_plan(settings.postgres_folder), seconds=_STOP_SECONDS)


def superuser(folder: Path) -> str:
    """Where our own server of that folder lets its superuser in."""
    plan = _plan(folder)
    password = read_passwords(plan).superuser
    return make_conninfo(host=str(plan.socket_folder), user="postgres", password=password, dbname="lodge")


def _plan(folder: Path) -> ClusterPlan:
    return ClusterPlan(folder, choose_binaries(folder=folder))
