"""How long sessions of an organisation last (R09), and whether everybody needs a second factor (R07)."""

from dataclasses import dataclass
from datetime import timedelta

from cloud_api.store.db import Tenant


@dataclass(frozen=True, slots=True)
class SessionPolicy:
    """``idle``: without anybody doing anything; ``longest``: in any case. ``factor_for_all``: whether everybody signs
    in with a second factor, not only those whose role asks for one.
    """

    idle: timedelta
    longest: timedelta
    factor_for_all: bool = False


async def read(tx: Tenant) -> SessionPolicy:
    """The organisation's policy."""
    cursor = await tx.connection.execute(
        "select session_idle, session_longest, factor_for_all from lodge.organisation where tenant_id = %s", (tx.id,)
    )
    row = await cursor.fetchone()
    idle, longest, for_all = row or (30, 720, False)
    return SessionPolicy(timedelta(minutes=idle), timedelta(minutes=longest), for_all)


async def put(tx: Tenant, policy: SessionPolicy) -> None:
    """Another policy, for the sessions that there are as well; those that are over are to be gone before."""
    idle, longest = (int(span.total_seconds() // 60) for span in (policy.idle, policy.longest))
    await tx.connection.execute(
        "update lodge.organisation set session_idle = %s, session_longest = %s, factor_for_all = %s"
        " where tenant_id = %s",
        (idle, longest, policy.factor_for_all, tx.id),
    )
    await tx.connection.execute(
        "update lodge.staff_session set ends_at = created_at + %s where tenant_id = %s", (policy.longest, tx.id)
    )
