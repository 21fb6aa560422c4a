"""Jobs for the worker, deferred inside the business transaction: rolled back with it, never run before it."""

import contextlib
from collections.abc import Sequence
from uuid import UUID

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued

from cloud_api.store.db import Tenant

ALERT_TASK = "alerts.deliver"
ALERT_QUEUE = "alerts"
WEBHOOK_TASK = "webhooks.deliver"
WEBHOOK_QUEUE = "webhooks"
LETTER_TASK = "letters.deliver"
LETTER_QUEUE = "letters"
INVITATIONS_TASK = "pages.invitations"
PAGES_QUEUE = "pages"
_PAGES_AFTER_SECONDS = 30


class JobQueue:
    """Adds jobs. Arguments are ids only: the queue is outside the tenant door."""

    def __init__(self) -> None:
        # Never opened: every job goes through the connection of the transaction that asks for it.
        self._app = App(connector=PsycopgConnector())

    async def defer_alerts(self, tx: Tenant, alerts: Sequence[UUID]) -> None:
        """Have these alerts delivered once the transaction is committed: one job a batch."""
        if not alerts:
            return
        deferrer = self._app.configure_task(ALERT_TASK, queue=ALERT_QUEUE, connection=tx.connection)
        await deferrer.defer_async(tenant=str(tx.id), alerts=[str(alert) for alert in alerts])

    async def defer_webhooks(self, tx: Tenant, messages: Sequence[UUID]) -> None:
        """Have these messages delivered once the transaction is committed: one job a batch."""
        if not messages:
            return
        deferrer = self._app.configure_task(WEBHOOK_TASK, queue=WEBHOOK_QUEUE, connection=tx.connection)
        await deferrer.defer_async(tenant=str(tx.id), messages=[str(message) for message in messages])

    async def defer_letters(self, tx: Tenant, letters: Sequence[UUID]) -> None:
        """Have these letters delivered once the transaction is committed."""
        if not letters:
            return
        deferrer = self._app.configure_task(LETTER_TASK, queue=LETTER_QUEUE, connection=tx.connection)
        await deferrer.defer_async(tenant=str(tx.id), letters=[str(letter) for letter in letters])

    async def defer_invitation_pages(self, tx: Tenant) -> None:
        """Have an organisation's pages of invitations made anew some time after the commit; one job, however often it
        is asked for meanwhile.
        """
        deferrer = self._app.configure_task(
            INVITATIONS_TASK,
            queue=PAGES_QUEUE,
            queueing_lock=f"{INVITATIONS_TASK} {tx.id}",
            schedule_in={"seconds": _PAGES_AFTER_SECONDS},
            connection=tx.connection,
        )
        with contextlib.suppress(AlreadyEnqueued):
            async with tx.connection.transaction():  # the refusal of a second one must not break what asked for it
                await deferrer.defer_async(tenant=str(tx.id))


async def announce_change(tx: Tenant) -> None:
    """Tell every replica after the commit that something of this organisation changed (no content)."""
    await tx.connection.execute("select pg_notify('lodge_changed', %s)", (str(tx.id),))
