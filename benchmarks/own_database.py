"""A server's folder with a PostgreSQL of its own, for as long as a measurement lasts."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.bench_kiosk import ORIGIN
from cloud_api.composition import DatabaseAddresses, database_addresses
from cloud_api.config import CloudSettings
from cloud_api.postgres.binaries import choose_binaries
from cloud_api.postgres.cluster import ClusterPlan
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
        plan = plan_of(settings)
        try:
            with database_addresses(settings) as addresses:
                yield settings, addresses
        finally:
            await_stop(plan, seconds=_STOP_SECONDS)


def plan_of(settings: CloudSettings) -> ClusterPlan:
    """Where the server of these settings is."""
    return ClusterPlan(settings.postgres_folder, choose_binaries(folder=settings.postgres_folder))
