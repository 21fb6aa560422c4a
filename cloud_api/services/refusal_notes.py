"""Refusals in the operator's log and in an organisation's (R27): seldom enough that nobody can fill them."""

from collections import OrderedDict
from datetime import datetime, timedelta
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.errors import StoreError
from cloud_api.policy.permissions import Permission
from cloud_api.policy.table import words_of
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.security_log import SecurityLog
from cloud_api.store.db import Database

_EVERY = timedelta(minutes=5)
_MOST = 256


class RefusalNotes:
    """Writes down the first refusal of a kind and an address within five minutes, and 256 at most.

    Kinds: ``device.refused`` (a request said that it was of a key, and was not, or of no key we know),
    ``enrolment.refused`` (a code that is wrong, used up or over), ``origin.refused`` (another server's page),
    ``token.refused`` (an API key that opens nothing, or no token at all; what is noted says which, never the text),
    ``limit.reached`` (a limit refuses; what is noted says which, and of an account its id).
    """

    def __init__(self, security: SecurityLog, clock: Clock) -> None:
        self._security = security
        self._seldom = Seldom(clock)

    async def note(self, kind: str, address: str, claimed: str, *, of: str = "") -> None:
        """A request from ``address`` was refused; ``claimed`` is what it said of itself; ``of``: of whom it is written
        once, where that is not the address. Never fails: whoever asked has their refusal also where the database cannot
        be reached.
        """
        key = (kind, of or address)
        if not self._seldom.is_due(key):
            return
        try:
            await self._security.note(kind, address=address, name=claimed)
        except StoreError:
            self._seldom.forget(key)


class ProgramRefusals:
    """Writes down what keys and programs were refused, as a person's refusal is: in the organisation's log by name, in
    the operator's by ids. Once for a caller and permission within five minutes: a program asks as often as it likes,
    and the organisation's log can only grow.
    """

    def __init__(self, db: Database, trail: AuditTrail, security: SecurityLog, clock: Clock) -> None:
        self._db = db
        self._trail = trail
        self._security = security
        self._seldom = Seldom(clock)

    async def note(self, tenant: UUID, caller: str, permission: Permission, actor: Actor) -> None:
        """``caller``: which key or program, and whose, by ids."""
        key = (permission.value, caller)
        if not self._seldom.is_due(key):
            return
        try:
            await record_refusal(self._db, self._trail, tenant, permission, actor)
            who = f"{permission.value} {caller}"
            await self._security.note("access.refused", address=actor.address, name=who)
        except StoreError:
            self._seldom.forget(key)
            raise


async def record_refusal(db: Database, trail: AuditTrail, tenant: UUID, permission: Permission, actor: Actor) -> None:
    """Write down in the organisation's log that somebody asked for what they may not."""
    async with db.tenant(tenant) as tx:
        await trail.record(tx, AdminAct("access.refused", actor, {"act": words_of(permission)}))


class Seldom:
    """Says once for each key within five minutes that it is due, and to 256 keys at most."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._noted: OrderedDict[tuple[str, str], datetime] = OrderedDict()

    def is_due(self, key: tuple[str, str]) -> bool:
        """Whether it is, which then counts as done."""
        now = self._clock.now()
        while self._noted and now - next(iter(self._noted.values())) >= _EVERY:
            self._noted.popitem(last=False)
        if key in self._noted or len(self._noted) >= _MOST:
            return False
        self._noted[key] = now
        return True

    def forget(self, key: tuple[str, str]) -> None:
        """It was not done."""
        self._noted.pop(key, None)
