"""Quotas: what an organisation may have, asked where something is added that staff add, or that can wait.

Nothing here ever bears on an arrival, a departure or the list of people: there is no quota of visits (ADR 63).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from cloud_api.errors import ConfigurationError
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.operator_log import OperatorLog
from cloud_api.store import quotas
from cloud_api.store.db import Database, Tenant
from cloud_api.store.quotas import QUOTA_NAMES, QuotaName

_THINGS: dict[QuotaName, str] = {"kiosks": "kiosks", "staff": "staff accounts", "object_bytes": "bytes of photos"}


class QuotaExceededError(ConfigurationError):
    """The organisation has as much of something as it may have; the message says what can be done."""


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """How much there is of something, and how much there may be (``None``: any amount)."""

    name: QuotaName
    used: int
    allowed: int | None


async def require_room(tx: Tenant, name: QuotaName, more: int = 1) -> None:
    """Refuse to add so much where a quota says so.

    Raises:
        QuotaExceededError: there is no room for it. Nothing was added.
    """
    allowed = await quotas.hold_allowed(tx, name)
    if allowed is None:
        return
    used = await quotas.count_used(tx, name)
    if used + more > allowed:
        raise QuotaExceededError(
            f"the organisation has {used} of at most {allowed} {_THINGS[name]}: remove some, or let the server's "
            f"operator raise it: lodge-cloud org quotas --set {name}=NUMBER"
        )


class Quotas:
    """Shows and sets quotas."""

    def __init__(self, db: Database, trail: AuditTrail, log: OperatorLog) -> None:
        self._db = db
        self._trail = trail
        self._log = log

    async def show(self, tenant: UUID) -> list[QuotaUse]:
        """Every quota, whether or not it is set."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            return await _show(tx)

    async def put(self, tenant: UUID, wanted: Mapping[QuotaName, int | None], actor: Actor) -> list[QuotaUse]:
        """Set some. One below what there is already removes nothing: it only lets nothing be added."""
        async with self._db.tenant(tenant) as tx:
            for name, allowed in wanted.items():
                await quotas.put(tx, name, allowed)
            detail: dict[str, str] = {
                name: "any" if allowed is None else str(allowed) for name, allowed in wanted.items()
            }
            await self._trail.record(tx, AdminAct("quotas.changed", actor, detail))
            found = await _show(tx)
        await self._log.record("quotas.changed", tenant, actor, detail)
        return found


async def _show(tx: Tenant) -> list[QuotaUse]:
    allowed = await quotas.list_allowed(tx)
    return [QuotaUse(name, await quotas.count_used(tx, name), allowed.get(name)) for name in QUOTA_NAMES]
