"""How long sessions of an organisation may rest and last (R09), within bounds, and who needs a second factor (R07): for
the sessions that there are as well.
"""

from datetime import timedelta
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.errors import ConfigurationError
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.store import organisations, session_policies, sessions
from cloud_api.store.db import Database
from cloud_api.store.session_policies import SessionPolicy

IDLE_MINUTES = range(5, 241)
LONGEST_MINUTES = range(30, 1441)
_NAMES = {"idle": "a session may rest for", "longest": "a session may last for"}


class SessionPolicies:
    """Reads and sets the policy."""

    def __init__(self, db: Database, trail: AuditTrail, clock: Clock) -> None:
        self._db = db
        self._trail = trail
        self._clock = clock

    async def read(self, tenant: UUID) -> SessionPolicy:
        """The organisation's policy."""
        async with self._db.tenant(tenant) as tx:
            return await session_policies.read(tx)

    async def change(
        self,
        tenant: UUID,
        actor: Actor,
        *,
        idle: int | None = None,
        longest: int | None = None,
        factor_for_all: bool | None = None,
    ) -> SessionPolicy:
        """Set what is given; ``idle`` and ``longest`` in minutes.

        Raises:
            ConfigurationError: out of bounds; the message says which.
        """
        async with self._db.tenant(tenant) as tx:
            if await organisations.find_name(tx) is None:
                raise ConfigurationError("there is no such organisation")
            before = await session_policies.read(tx)
            wanted = SessionPolicy(
                before.idle if idle is None else timedelta(minutes=idle),
                before.longest if longest is None else timedelta(minutes=longest),
                before.factor_for_all if factor_for_all is None else factor_for_all,
            )
            _require_bounds(wanted)
            now = self._clock.now()
            await sessions.end_stale(tx, used_before=now - before.idle, now=now)
            await session_policies.put(tx, wanted)
            if (before.idle, before.longest) != (wanted.idle, wanted.longest):
                detail = {"idle": str(minutes(wanted.idle)), "longest": str(minutes(wanted.longest))}
                await self._trail.record(tx, AdminAct("organisation.sessions_set", actor, detail))
            if before.factor_for_all != wanted.factor_for_all:
                who = "everybody" if wanted.factor_for_all else "those whose role asks for one"
                await self._trail.record(tx, AdminAct("organisation.factors_set", actor, {"who": who}))
        return wanted


def minutes(span: timedelta) -> int:
    """A span in minutes."""
    return int(span.total_seconds() // 60)


def _require_bounds(wanted: SessionPolicy) -> None:
    idle, longest = minutes(wanted.idle), minutes(wanted.longest)
    for name, value, bounds in (("idle", idle, IDLE_MINUTES), ("longest", longest, LONGEST_MINUTES)):
        if value not in bounds:
            raise ConfigurationError(f"{_NAMES[name]} {bounds.start} to {bounds.stop - 1} minutes")
    if idle > longest:
        raise ConfigurationError("a session cannot rest for longer than it lasts")
