"""What serves HTTP, joined on the services of ``composition``; apart, for no other command needs a web framework.

Usage::

    async with open_cloud(settings, addresses) as cloud:
        app = build_http(cloud, build_rate_limit(cloud))
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware import Middleware

from cloud_api.api import build_api, build_logo_intake
from cloud_api.clock import SystemClock
from cloud_api.composition import Cloud, DatabaseAddresses, build_cloud, why_not_ready
from cloud_api.config import CloudSettings
from cloud_api.console import build_console, build_security_log, build_shared_limit
from cloud_api.errors import StoreError
from cloud_api.http.access import declared_routes
from cloud_api.http.app import build_app
from cloud_api.http.backpressure import DeviceShares, Turnstile
from cloud_api.http.device import DevicePorts, device_router
from cloud_api.http.device_gate import DeviceGate
from cloud_api.http.device_logs import LogPorts
from cloud_api.http.device_mailed_codes import MailedCodePorts
from cloud_api.http.device_musters import MUSTERS_AT_ONCE, MusterPorts
from cloud_api.http.device_objects import PHOTOS_AT_ONCE, ObjectPorts
from cloud_api.http.limits import RateLimit
from cloud_api.http.metrics_route import metrics_router
from cloud_api.http.request_log import RequestLog
from cloud_api.keys.local import LocalKeyService, add_key
from cloud_api.keys.ring import KeyRing
from cloud_api.keys.watch import KeyServiceWatch
from cloud_api.migrations.roles import APPLICATION
from cloud_api.observing.metrics import Metrics
from cloud_api.services.mailed_codes import MailedCodes
from cloud_api.services.refusal_notes import RefusalNotes
from cloud_api.store import figures
from cloud_api.store.db import Database, DatabaseSettings
from cloud_api.worker.jobs import QueueConnection, WorkerTerms


def build_http(cloud: Cloud, limit: RateLimit) -> FastAPI:
    """The application of the HTTP service."""
    intake = build_logo_intake(cloud, cloud.feed)
    console, metrics, stopping = build_console(cloud, intake), Metrics(), Stopping()
    key_service = KeyServiceWatch(cloud.ring)
    shown = metrics_router(metrics, partial(figures.count, cloud.db), cloud.settings.metrics_token)
    request_log = Middleware(
        RequestLog, metrics=metrics, all_requests=cloud.settings.log.requests, stopping=stopping.is_set
    )

    async def readiness() -> str | None:
        if stopping.is_set():
            return "this server is about to stop"
        try:
            return await why_not_ready(cloud.db)
        except StoreError as error:
            return str(error)

    @asynccontextmanager
    async def listening() -> AsyncIterator[None]:
        async with console.ticks.running(), cloud.feed_ticks.running():
            yield

    def end_waiting() -> None:
        console.ticks.end()
        cloud.feed_ticks.end()

    app = build_app(
        readiness=readiness,
        key_service_answers=key_service.answers,
        routers=[
            device_router(_device_ports(cloud, limit)),
            *console.routers,
            *build_api(cloud, intake).routers,
            shown,
        ],
        middleware=(request_log, *console.middleware),
        lifespan=listening,
    )
    console.finish(app)
    declared_routes(app)  # deny by default: one that declares nothing fails the start
    app.state.end_streams = end_waiting
    app.state.stopping = stopping
    return app


def _device_ports(cloud: Cloud, limit: RateLimit) -> DevicePorts:
    refusals = RefusalNotes(build_security_log(cloud), cloud.clock)
    return DevicePorts(
        gate=DeviceGate(cloud.devices, cloud.nonces, DeviceShares(cloud.clock), refusals),
        enrolment=cloud.enrolment,
        logs=LogPorts(
            cloud.ingest,
            cloud.branches,
            cloud.epochs,
            cloud.hellos,
            cloud.log_witnesses,
            cloud.log_proofs,
            Turnstile(),
        ),
        objects=ObjectPorts(cloud.object_intake, Turnstile(PHOTOS_AT_ONCE)),
        feed=cloud.held_feed,
        musters=MusterPorts(cloud.musters, Turnstile(MUSTERS_AT_ONCE)),
        mailed_codes=MailedCodePorts(MailedCodes(cloud.mailing.ports), limit, mails=cloud.settings.mail is not None),
        limit=limit,
        refusals=refusals,
    )


class Stopping:
    """Whether this server was told to stop."""

    def __init__(self) -> None:
        self._told = False

    def is_set(self) -> bool:
        """Whether it was."""
        return self._told

    def set(self) -> None:
        """It is told."""
        self._told = True


def build_rate_limit(cloud: Cloud) -> RateLimit:
    """The limits on strangers."""
    return build_shared_limit(cloud)


def describe_http() -> FastAPI:
    """The application for its description: joined as in production, on a database that is never opened."""
    settings = CloudSettings(Path(), "https://localhost", "127.0.0.1", 443, None, None, None, None)
    db = Database(DatabaseSettings(url="", role=APPLICATION))
    ring = KeyRing(LocalKeyService(add_key(None)))
    cloud = build_cloud(settings, db, ring, bytes(32), None, SystemClock())
    return build_http(cloud, build_rate_limit(cloud))


def queue_connection(cloud: Cloud, addresses: DatabaseAddresses) -> QueueConnection:
    """How the job queue reaches the database."""
    return QueueConnection(addresses.worker, cloud.db.configure)


def worker_terms() -> WorkerTerms:
    """How the worker goes about its work."""
    return WorkerTerms()
