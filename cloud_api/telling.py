"""Joins for the composition what tells programs of others: webhooks, and their delivery."""

from collections.abc import Iterable
from dataclasses import dataclass

from cloud_api.clock import Clock
from cloud_api.notify.destinations import Destinations
from cloud_api.notify.posting import Poster
from cloud_api.services.audit_trail import AuditTrail
from cloud_api.services.postgres_ingest import IngestPorts
from cloud_api.services.webhook_delivery import WebhookDelivery
from cloud_api.services.webhooks import WebhookPorts, Webhooks
from cloud_api.store.db import Database


@dataclass(frozen=True, slots=True)
class Telling:
    """Webhooks, and what delivers to them."""

    webhooks: Webhooks
    delivery: WebhookDelivery


def join_telling(db: Database, ports: IngestPorts, trail: AuditTrail, clock: Clock, allowed: Iterable[str]) -> Telling:
    """Join them. ``allowed``: networks of the operator's own that webhooks may reach."""
    destinations = Destinations(allowed)
    return Telling(
        webhooks=Webhooks(WebhookPorts(db, ports.ring, destinations, ports.jobs, trail, clock)),
        delivery=WebhookDelivery(db, ports.ring, Poster(destinations), ports.jobs, trail, clock=clock),
    )
