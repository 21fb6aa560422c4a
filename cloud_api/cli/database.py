"""``database``: Lodge's own PostgreSQL alone, for whoever puts a backup back."""

import signal
import threading

import click

from cloud_api.cli.frame import Frame, clear_failures
from cloud_api.errors import ConfigurationError
from cloud_api.postgres.binaries import choose_binaries
from cloud_api.postgres.cluster import ClusterPlan
from cloud_api.postgres.lease import lease


@click.command()
@click.pass_obj
@clear_failures
def database(frame: Frame) -> None:
    """Run Lodge's own PostgreSQL, without a server or worker on it, until Ctrl+C."""
    settings = frame.settings()
    if settings.database_url is not None:
        raise ConfigurationError("DATABASE_URL names a database that is yours to run: Lodge has none of its own then")
    plan = ClusterPlan(
        settings.postgres_folder, choose_binaries(folder=settings.postgres_folder, major=settings.postgres_major)
    )
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stopped.set())
    with lease(plan) as server:
        click.echo(f"The database runs at {server.socket_folder}. Ctrl+C ends it.")
        stopped.wait()
