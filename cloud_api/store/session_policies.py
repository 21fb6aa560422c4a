"""How long sessions of an organisation last (R09)."""

from dataclasses import dataclass
from datetime import timedelta

from cloud_api.store.db import Tenant


@dataclass(frozen=True, slots=True)
class SessionPolicy:
    """``idle``: without anybody doing anything; ``longest``: in any case."""

    idle: timedelta
    longest: timedelta


async def read(tx: Tenant) -> SessionPolicy:
    """The organisation's policy."""
    cursor = await tx.connection.execute(
        "select session_idle, session_longest from lodge.organisation where tenant_id = %s", (tx.id,)
    )
    row = await cursor.fetchone()
    idle, longest = row or (30, 720)
    return SessionPolicy(timedelta(minutes=idle), timedelta(minutes=longest))


async def put(tx: Tenant, policy: SessionPolicy) -> None:
    """Another policy, which holds for the sessions that there are as well."""
    idle, longest = (int(span.total_seconds() // 60) for span in (policy.idle, policy.longest))
    await tx.connection.execute(
        "update lodge.organisation set session_idle = %s, session_longest = %s where tenant_id = %s",
        (idle, longest, tx.id),
    )
    await tx.connection.execute(
        "update lodge.staff_session set ends_at = created_at + %s where tenant_id = %s", (policy.longest, tx.id)
    )
