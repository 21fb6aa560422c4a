"""Suspending an organisation, and letting it go on.

While it is suspended nobody signs in and every session is over. Its kiosks go on by themselves: visitors are checked
in, and what is recorded waits on the kiosk, which is told to come again later. Nothing is lost, and nothing need be
done at a kiosk when it is over.
"""

from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.erasure_journal import GOES_ON, ErasureJournal
from cloud_api.errors import ConfigurationError
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.operator_log import OperatorLog
from cloud_api.store import organisations, sessions
from cloud_api.store.db import Database
from cloud_api.store.jobs import announce_change

_WHY_NOT = {
    "suspended": "the organisation is suspended already",
    "open": "the organisation is not suspended",
    "closing": "the organisation is being closed: lodge-cloud org close goes on with that, org resume gives it up",
    "destroyed": "the organisation's keys are gone, nothing can bring it back: lodge-cloud org close removes the rest",
    None: "there is no such organisation",
}


class Standings:
    """Suspends and resumes."""

    def __init__(
        self, db: Database, trail: AuditTrail, log: OperatorLog, journal: ErasureJournal, clock: Clock
    ) -> None:
        self._db = db
        self._trail = trail
        self._log = log
        self._journal = journal
        self._clock = clock

    async def suspend(self, tenant: UUID, actor: Actor) -> int:
        """Let nobody in until further notice; how many sessions were ended.

        Raises:
            ConfigurationError: it is not open.
        """
        async with self._db.tenant(tenant) as tx:
            standing = await organisations.hold_standing(tx)
            if standing != "open":
                raise ConfigurationError(_WHY_NOT[standing])
            await organisations.put_standing(tx, "suspended", self._clock.now())
            ended = await sessions.end_everyone(tx)
            await self._trail.record(tx, AdminAct("organisation.suspended", actor))
            await announce_change(tx)
        await self._log.record("organisation.suspended", tenant, actor)
        return ended

    async def resume(self, tenant: UUID, actor: Actor) -> None:
        """Let everybody in again. Also gives up closing, as long as nothing was destroyed.

        Raises:
            ConfigurationError: it is not suspended, or the journal names it as closed: destroying it broke off.
            ErasureJournalError: the journal cannot be read.
        """
        if await self._journal.has_closed(tenant):
            raise ConfigurationError(f"destroying the organisation broke off: {GOES_ON}")
        async with self._db.tenant(tenant) as tx:
            standing = await organisations.hold_standing(tx)
            if standing not in ("suspended", "closing"):
                raise ConfigurationError(_WHY_NOT[standing])
            await organisations.put_standing(tx, "open", self._clock.now())
            await self._trail.record(tx, AdminAct("organisation.resumed", actor))
        await self._log.record("organisation.resumed", tenant, actor)
