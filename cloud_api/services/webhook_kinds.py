"""What webhooks are told of, and which messages a change of visits comes to."""

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from uuid import UUID, uuid5

from cloud_api.store.events import NewEvent
from cloud_api.store.stays import Stay
from cloud_api.store.webhook_messages import NewMessage
from cloud_api.store.webhooks import Listener
from sync.protocol.kinds import Kind


class WebhookKind(StrEnum):
    """``subject.verb``. Each is told once for each visit."""

    VISIT_ARRIVED = "visit.arrived"
    VISIT_DEPARTED = "visit.departed"


TEST = "webhook.test"
"""Sent on request, to see whether a webhook takes messages."""


def messages_of(listeners: Collection[Listener], rows: Iterable[NewEvent], stays: Sequence[Stay]) -> list[NewMessage]:
    """What is to be said of these events, as the fold has their stays now."""
    told = {(row.kind, row.stay_id) for row in rows}
    found: list[NewMessage] = []
    for stay in stays:
        if (Kind.VISITOR_ARRIVED, stay.id) in told and stay.arrived_at is not None:
            found += _to_each(listeners, WebhookKind.VISIT_ARRIVED, stay)
        if not stay.present and stay.arrived_at is not None and stay.departed_at is not None:
            found += _to_each(listeners, WebhookKind.VISIT_DEPARTED, stay)
    return found


def _to_each(listeners: Collection[Listener], kind: WebhookKind, stay: Stay) -> Iterable[NewMessage]:
    at = stay.arrived_at if kind is WebhookKind.VISIT_ARRIVED else stay.departed_at
    for listener in listeners:
        if at is not None and kind in listener.kinds and listener.site_id in (None, stay.site_id):
            yield NewMessage(message_id(listener.id, kind, stay.id), listener.id, kind, stay.id, stay.site_id, at)


def message_id(webhook: UUID, kind: str, subject: UUID) -> UUID:
    """The same for the same fact: a restored server that tells again is recognised by its receivers."""
    return uuid5(webhook, f"{kind} {subject}")
