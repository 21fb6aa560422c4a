"""``serve``, ``worker``, ``openapi``: the processes of a server."""

import asyncio
import logging
import signal
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from types import FrameType

import click
import msgspec
import uvicorn
from procrastinate import App
from starlette.types import ASGIApp

from cloud_api.cli.frame import Frame, clear_failures
from cloud_api.composition import Cloud, DatabaseAddresses, database_addresses, open_cloud
from cloud_api.config import CloudSettings
from cloud_api.errors import ConfigurationError
from cloud_api.http.api.description import describe
from cloud_api.http.connections import Connections, ConnectionTerms, ServingLoop, bounded_protocol
from cloud_api.http.redirect import Redirecting
from cloud_api.migrations.roles import APPLICATION, WORKER
from cloud_api.observing.log_lines import set_up_logging
from cloud_api.services.agreement_pages import AgreementPages
from cloud_api.serving import build_http, build_rate_limit, describe_http, queue_connection, worker_terms
from cloud_api.store import server_secrets
from cloud_api.tls import server_context
from cloud_api.worker.jobs import (
    LETTER_QUEUES,
    QUEUES,
    WEBHOOK_QUEUES,
    Desks,
    build_letter_queue,
    build_queue,
    build_webhook_queue,
)
from cloud_api.worker.rounds import RoundTerms, sequence_for_ever

_log = logging.getLogger("lodge.server")
_SHUTDOWN_SECONDS = 3  # kiosks keep connections open, and send again whatever was cut off


@click.command()
@click.option("--with-worker", is_flag=True, help="Run the worker in this process too.")
@click.option("--listen", help="Listen on this address instead of the settings': one of several replicas.")
@click.option("--port", type=click.IntRange(1, 65535), help="Listen on this port instead of the settings'.")
@click.pass_obj
@clear_failures
def serve(frame: Frame, *, with_worker: bool, listen: str | None, port: int | None) -> None:
    """Serve kiosks and people over TLS 1.3; starts a database of its own where DATABASE_URL is not set."""
    read = frame.settings()
    settings = replace(read, listen=listen or read.listen, port=port or read.port)
    set_up_logging(settings.log.format)
    context = server_context(settings.tls) if settings.tls is not None else None
    _require_port(settings)
    with database_addresses(settings, keep=True) as addresses, asyncio.Runner(loop_factory=ServingLoop) as runner:
        runner.run(_serve(settings, addresses, context, with_worker=with_worker))


@click.command()
@click.pass_obj
@clear_failures
def worker(frame: Frame) -> None:
    """Deliver alerts and keep the audit log; run one or several beside the service."""
    settings = frame.settings()
    set_up_logging(settings.log.format)
    with database_addresses(settings, keep=True) as addresses:
        asyncio.run(_work_until_stopped(settings, addresses))


@click.command()
@clear_failures
def openapi() -> None:
    """Print the description of the HTTP interface (OpenAPI 3.1)."""
    described = describe(describe_http())
    click.echo(msgspec.json.format(msgspec.json.encode(described), indent=2).decode("utf-8"))


def _require_port(settings: CloudSettings) -> None:
    family = socket.AF_INET6 if ":" in settings.listen else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.listen, settings.port))
        except OSError as error:
            where = f"{settings.listen}, port {settings.port}"
            raise ConfigurationError(f"the server cannot listen on {where}: {error.strerror or error}") from error


class _Server(uvicorn.Server):
    """A server that ends open streams first when it stops: a page would keep its own open for ever.

    Told to stop, it goes on answering for ``drain_seconds`` and says that it is not ready; told again, it stops.
    """

    def __init__(self, config: uvicorn.Config, drain_seconds: float) -> None:
        super().__init__(config)
        self._drain_seconds = drain_seconds
        self._stops_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal came."""
        stopping = self.config.app.state.stopping  # type: ignore[union-attr]  # our own application
        if self._drain_seconds and not stopping.is_set():
            _log.info("told to stop: not ready any more, answering for another %g seconds", self._drain_seconds)
            self._stops_at = time.monotonic() + self._drain_seconds
            stopping.set()
            return
        stopping.set()
        super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second: whether to stop now."""
        over = self._stops_at is not None and time.monotonic() >= self._stops_at
        return over or await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop."""
        end_streams: Callable[[], None] = self.config.app.state.end_streams  # type: ignore[union-attr]  # our own application
        end_streams()
        await super().shutdown(sockets)


async def _serve(
    settings: CloudSettings, addresses: DatabaseAddresses, context: ssl.SSLContext | None, *, with_worker: bool
) -> None:
    async with open_cloud(settings, addresses, role=APPLICATION) as cloud:
        await _make_ready(cloud)
        config = configure_server(build_http(cloud, build_rate_limit(cloud)), settings, context)
        server = _Server(config, settings.drain_seconds)
        async with _redirecting(settings):
            await _run(server, settings, addresses, with_worker=with_worker)


def _redirecting(settings: CloudSettings) -> AbstractAsyncContextManager[object]:
    if settings.redirect_port is None:
        return nullcontext()
    return Redirecting(settings.origin).running(settings.listen, settings.redirect_port)


async def _run(server: "_Server", settings: CloudSettings, addresses: DatabaseAddresses, *, with_worker: bool) -> None:
    if not with_worker:
        await server.serve()
        return
    async with open_cloud(settings, addresses, role=WORKER) as behind:
        working = asyncio.create_task(_work(behind, addresses))
        serving = asyncio.create_task(server.serve())
        await asyncio.wait({working, serving}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await serving
        await _end(working)


def configure_server(
    app: ASGIApp, settings: CloudSettings, context: ssl.SSLContext | None, terms: ConnectionTerms | None = None
) -> uvicorn.Config:
    """How the server is run, with its bounds on what a stranger's connection may cost (C27)."""
    connections = Connections(terms or ConnectionTerms(), settings.trusted_proxies)
    return uvicorn.Config(
        app,
        http=bounded_protocol(connections),  # type: ignore[arg-type]  # a class, or what makes one's objects
        host=settings.listen,
        port=settings.port,
        ssl_context_factory=None if context is None else lambda _config, _default: context,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_keep_alive=20,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        limit_concurrency=1000,
        h11_max_incomplete_event_size=32 * 1024,
    )


async def _work_until_stopped(settings: CloudSettings, addresses: DatabaseAddresses) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with open_cloud(settings, addresses, role=WORKER) as cloud:
        await _make_ready(cloud)
        working = asyncio.create_task(_work(cloud, addresses))
        waiting = asyncio.create_task(stopped.wait())
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        await _end(waiting)
        await _end(working)


async def _make_ready(cloud: Cloud) -> None:
    await _replay_erasures(cloud)
    await server_secrets.open_all(cloud.db, cloud.ring)


async def _replay_erasures(cloud: Cloud) -> None:
    """Before anything is served: a database that was put back must bring nobody back (C39)."""
    replayed = await cloud.operator.erasure_replay.run()
    if replayed.erased:
        _log.warning("the erasure journal names visits that this database did not know as erased: %d", replayed.erased)
    for fault in replayed.faults:
        _log.error("%s", fault)


async def _work(cloud: Cloud, addresses: DatabaseAddresses) -> None:
    terms, connection, hooks = worker_terms(), queue_connection(cloud, addresses), cloud.telling.delivery
    desks = Desks(
        cloud.alerts,
        cloud.mailing.letters,
        cloud.object_retention,
        hooks,
        cloud.operator.system_log_retention,
        cloud.mailing.deliveries,
        cloud.operator.retention,
        cloud.mailing.reception,
        AgreementPages(cloud.db, cloud.feed),
    )
    queue, telling = build_queue(connection, desks, terms), build_webhook_queue(connection, hooks)
    writing = build_letter_queue(connection, desks.letters)
    async with queue.open_async(), telling.open_async(), writing.open_async():
        tasks = [
            asyncio.create_task(sequence_for_ever(cloud.sequencer, RoundTerms())),
            asyncio.create_task(_take(queue, QUEUES, terms.concurrency)),
            asyncio.create_task(_take(telling, WEBHOOK_QUEUES, terms.webhook_concurrency)),
            asyncio.create_task(_take(writing, LETTER_QUEUES, terms.letter_concurrency)),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _end_all(tasks)


async def _take(queue: App, names: Sequence[str], concurrency: int) -> None:
    await queue.run_worker_async(
        queues=list(names),  # the driver makes a record of a tuple, and an array of a list
        concurrency=concurrency,
        install_signal_handlers=False,
        shutdown_graceful_timeout=_SHUTDOWN_SECONDS,
    )


async def _end_all(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Stop all, at the same time; the failure of one is what ends the process."""
    for task in tasks:
        task.cancel()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ended, BaseException) and not isinstance(ended, asyncio.CancelledError):
            raise ended


async def _end(task: asyncio.Task[None] | asyncio.Task[bool]) -> None:
    """Stop a task; if it failed by itself, that is what ends the process."""
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return
