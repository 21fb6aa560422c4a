"""The queue's tasks: alerts with backoff, the rescue of what crashed, the purge of what is done or too old.

Webhooks have a worker of their own: receivers that never answer fill its places, and hosts hear of arrivals meanwhile.
So do letters, of which staff can have many sent at once.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from procrastinate import App, PsycopgConnector, RetryStrategy
from psycopg import AsyncConnection

from cloud_api.services.agreement_pages import AgreementPages
from cloud_api.services.arrival_alerts import ArrivalAlerts
from cloud_api.services.deliveries import Deliveries
from cloud_api.services.letters import Letters
from cloud_api.services.object_retention import ObjectRetention
from cloud_api.services.reception import Reception
from cloud_api.services.retention import Retention
from cloud_api.services.system_log_retention import SystemLogRetention
from cloud_api.services.webhook_delivery import WebhookDelivery
from cloud_api.store.jobs import (
    ALERT_QUEUE,
    ALERT_TASK,
    INVITATIONS_TASK,
    LETTER_QUEUE,
    LETTER_TASK,
    PAGES_QUEUE,
    WEBHOOK_QUEUE,
    WEBHOOK_TASK,
)

UPKEEP_QUEUE = "upkeep"
QUEUES = (ALERT_QUEUE, PAGES_QUEUE, UPKEEP_QUEUE)
"""What the worker takes that is neither for webhooks nor for letters."""
LETTER_QUEUES = (LETTER_QUEUE,)
WEBHOOK_QUEUES = (WEBHOOK_QUEUE,)
_ALERT_RETRIES = RetryStrategy(max_attempts=6, wait=2, exponential_wait=3)  # 5 s to about an hour

_WEBHOOK_RETRIES = RetryStrategy(max_attempts=9, wait=5, exponential_wait=3)  # 8 s to five and a half hours

logger = logging.getLogger("lodge.worker")


class AlertsWaitingError(Exception):
    """Some alerts of a job still wait: the queue runs the job again later. Holds no personal data."""


class WebhooksWaitingError(Exception):
    """Some messages of a job still wait: the queue runs the job again later. Holds no personal data."""


@dataclass(frozen=True, slots=True)
class WorkerTerms:
    """How the worker goes about its work."""

    concurrency: int = 10
    webhook_concurrency: int = 8
    letter_concurrency: int = 4
    stalled_after_seconds: int = 30
    keep_done_hours: int = 24
    keep_failed_hours: int = 720


@dataclass(frozen=True, slots=True)
class QueueConnection:
    """How the queue reaches the database: its own connections, in the worker's role."""

    url: str
    configure: Callable[[AsyncConnection], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Desks:
    """What the tasks call."""

    arrivals: ArrivalAlerts
    letters: Letters
    photos: ObjectRetention
    hooks: WebhookDelivery
    system_log: SystemLogRetention
    parcels: Deliveries
    others: Retention
    reception: Reception
    pages: AgreementPages


def build_queue(connection: QueueConnection, desks: Desks, terms: WorkerTerms) -> App:
    """The queue with its tasks."""
    connector = PsycopgConnector(conninfo=connection.url, configure=connection.configure, min_size=1, max_size=4)
    app = App(connector=connector)

    _add_deliveries(app, desks)

    # The sixth place is that of the seconds: a host should not wait for the full minute because a worker died.
    @app.periodic(cron="* * * * * */15")
    @app.task(name="upkeep.rescue", queue=UPKEEP_QUEUE, queueing_lock="upkeep.rescue")
    async def rescue(timestamp: int) -> None:
        del timestamp
        await rescue_stalled(app, terms)
        await desks.arrivals.rescue()
        await desks.letters.rescue()
        await desks.hooks.rescue()
        await desks.parcels.remind()
        await desks.reception.escalate()

    @app.periodic(cron="17 * * * *")
    @app.task(name="upkeep.purge", queue=UPKEEP_QUEUE, queueing_lock="upkeep.purge")
    async def purge(timestamp: int) -> None:
        del timestamp
        await app.job_manager.delete_old_jobs(nb_hours=terms.keep_done_hours)
        await app.job_manager.delete_old_jobs(
            nb_hours=terms.keep_failed_hours, include_failed=True, include_cancelled=True, include_aborted=True
        )
        await desks.hooks.purge()
        await desks.parcels.purge()
        await desks.others.purge()

    @app.periodic(cron="27 * * * *")
    @app.task(name="upkeep.photos", queue=UPKEEP_QUEUE, queueing_lock="upkeep.photos")
    async def purge_photos(timestamp: int) -> None:
        del timestamp
        await desks.photos.purge()

    @app.periodic(cron="37 3 * * *")
    @app.task(name="upkeep.system_log", queue=UPKEEP_QUEUE, queueing_lock="upkeep.system_log")
    async def purge_system_log(timestamp: int) -> None:
        del timestamp
        await desks.system_log.purge()

    return app


def _add_deliveries(app: App, desks: Desks) -> None:
    @app.task(name=ALERT_TASK, queue=ALERT_QUEUE, retry=_ALERT_RETRIES)
    async def deliver_alerts(tenant: str, alerts: list[str]) -> None:
        waiting = await desks.arrivals.deliver(UUID(tenant), [UUID(item) for item in alerts])
        if waiting:
            logger.warning("%d messages wait for the mail server, which did not take them", waiting)
            raise AlertsWaitingError(f"{waiting} alerts wait for the mail server")

    @app.task(name=INVITATIONS_TASK, queue=PAGES_QUEUE, retry=_ALERT_RETRIES)
    async def renew_invitations(tenant: str) -> None:
        await desks.pages.renew(UUID(tenant))

    # Jobs of the version before are in the queue of the alerts.
    _add_letters(app, desks.letters)


def _add_letters(app: App, desk: Letters) -> None:
    @app.task(name=LETTER_TASK, queue=LETTER_QUEUE, retry=_ALERT_RETRIES)
    async def deliver_letters(tenant: str, letters: list[str]) -> None:
        waiting = await desk.deliver(UUID(tenant), [UUID(item) for item in letters])
        if waiting:
            raise AlertsWaitingError(f"{waiting} letters wait for the mail server")


def build_letter_queue(connection: QueueConnection, desk: Letters) -> App:
    """The queue with the one task of the worker for letters."""
    app = App(
        connector=PsycopgConnector(conninfo=connection.url, configure=connection.configure, min_size=1, max_size=2)
    )
    _add_letters(app, desk)
    return app


def build_webhook_queue(connection: QueueConnection, hooks: WebhookDelivery) -> App:
    """The queue with the one task of the worker for webhooks."""
    connector = PsycopgConnector(conninfo=connection.url, configure=connection.configure, min_size=1, max_size=3)
    app = App(connector=connector)

    @app.task(name=WEBHOOK_TASK, queue=WEBHOOK_QUEUE, retry=_WEBHOOK_RETRIES)
    async def deliver_webhooks(tenant: str, messages: list[str]) -> None:
        waiting = await hooks.deliver(UUID(tenant), [UUID(item) for item in messages])
        if waiting:
            raise WebhooksWaitingError(f"{waiting} messages wait for their webhook")

    return app


async def rescue_stalled(app: App, terms: WorkerTerms) -> int:
    """Run the jobs of workers that vanished again; how many there were."""
    stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=terms.stalled_after_seconds)
    count = 0
    for job in stalled:
        await app.job_manager.retry_job(job)
        count += 1
    if count:
        logger.warning("took up %d jobs of workers that vanished", count)
    return count
