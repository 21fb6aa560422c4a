"""The organisation that a run plays in: ids of its own, or those of one that a database has already."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from tests.simulation.scheduler import Scheduler


@dataclass(frozen=True)
class Organisation:
    """``host``: whom everybody visits, and who can be told."""

    tenant: UUID
    site: UUID
    host: UUID


def some_organisation(scheduler: Scheduler) -> Organisation:
    """One of the run's own."""
    stream = scheduler.stream("organisation")
    tenant, site, host = (UUID(bytes=stream.randbytes(16), version=4) for _ in range(3))
    return Organisation(tenant, site, host)
