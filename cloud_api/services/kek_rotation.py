"""Replacing keys without rewriting data (R18): an organisation's key, and the one that wraps those of all.

Both go on where they were when a crash stopped them, and destroy an old key only once nothing depends on it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from cloud_api.clock import Clock, unix_ms
from cloud_api.erasure_journal import CLOSED, GOES_ON, ErasureJournal, JournalEntry
from cloud_api.errors import KeyServiceError, StoreError
from cloud_api.keys.ring import KeyRing
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.operator_log import OperatorLog
from cloud_api.store import keks, organisations, server_secrets, sessions
from cloud_api.store.db import Database, Tenant
from cloud_api.store.jobs import announce_change

_AT_ONCE = 500
_ROUNDS = 10


async def _go_on(_done: int) -> None:
    """Nothing between two batches."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """The newest version, how many data keys were wrapped by it, and how many older versions were destroyed."""

    version: int
    wrapped: int
    destroyed: int


@dataclass(frozen=True, slots=True)
class MasterRotated:
    """How many organisations' keys and secrets of the server are wrapped by the newest key now."""

    keks: int
    secrets: int


class KekRotation:
    """Rotates."""

    def __init__(
        self,
        db: Database,
        ring: KeyRing,
        trail: AuditTrail,
        log: OperatorLog,
        journal: ErasureJournal,
        clock: Clock,
    ) -> None:
        self._db = db
        self._journal = journal
        self._ring = ring
        self._trail = trail
        self._log = log
        self._clock = clock

    async def rotate(
        self, tenant: UUID, actor: Actor, *, at_once: int = _AT_ONCE, between: Callable[[int], Awaitable[None]] = _go_on
    ) -> Rotated:
        """Give an organisation a new key, wrap its data keys by that, and destroy the old one; or go on doing so.
        ``between`` is called after each batch of ``at_once`` with how many there were so far.

        Raises:
            KeyServiceError: the organisation's key is gone, or a key does not open; the old versions are still there.
        """
        async with self._db.tenant(tenant) as tx:
            version = await keks.begin_next(tx, self._ring, self._clock.now())
        wrapped = 0
        for _ in range(_ROUNDS):
            after: UUID | None = None
            while True:
                async with self._db.tenant(tenant) as tx:
                    done, after = await keks.wrap_some(tx, self._ring, version, after=after, at_once=at_once)
                wrapped += done
                if not done:
                    break
                await between(wrapped)
            async with self._db.tenant(tenant) as tx:
                destroyed = await keks.destroy_older(tx, version, self._clock.now())
                if destroyed is not None:
                    detail = {"version": str(version), "data_keys": str(wrapped), "destroyed": str(destroyed)}
                    await self._trail.record(tx, AdminAct("kek.rotated", actor, detail))
            if destroyed is not None:
                await self._log.record("kek.rotated", tenant, actor, detail)
                self._ring.forget(tenant)
                return Rotated(version, wrapped, destroyed)
        raise KeyServiceError("data keys kept coming under the old key: run lodge-cloud keys rotate-kek again")

    async def rewrap_all(self, actor: Actor, *, every: bool = False) -> MasterRotated:
        """Have the key service's newest key wrap what older ones wrap. ``every``: also what is by a key of the same
        name, for a service that replaces the material behind a name by itself.

        Raises:
            KeyServiceError: a key does not open; what is done stays done, and it can be run again.
        """
        done = 0
        async with self._db.lookup() as lookups:
            tenants = await lookups.list_standings()
        for tenant, _, standing in tenants:
            async with self._db.tenant(tenant) as tx:
                wrapped = await keks.rewrap(tx, self._ring, every=every)
                if wrapped and standing != "destroyed":
                    detail = {"service": self._ring.service_name}
                    await self._trail.record(tx, AdminAct("kek.wrapped_anew", actor, detail))
            done += wrapped
        return MasterRotated(done, await server_secrets.rewrap(self._db, self._ring))

    async def list_services(self) -> set[str]:
        """What anything is still wrapped by, besides the server's own secrets, which follow the newest."""
        found: set[str] = set()
        async with self._db.lookup() as lookups:
            tenants = await lookups.list_standings()
        for tenant, _, _ in tenants:
            async with self._db.tenant(tenant) as tx:
                found |= await keks.list_services(tx)
        return found

    async def destroy(self, tenant: UUID, actor: Actor) -> tuple[int, int]:
        """Destroy every key of an organisation at once, without exporting anything: versions and data keys that went.

        Raises:
            KeyServiceError: they are gone already, or there is no such organisation.
            ErasureJournalError: a backup that is put back could bring them back unnoticed; nothing was destroyed.
            StoreError: the database is out of reach; the words say so where it is to be run again.
        """
        async with self._db.tenant(tenant) as tx:
            if await organisations.hold_standing(tx) in (None, "destroyed"):
                raise KeyServiceError("the organisation's keys are gone already, or there is no such organisation")
        await self._log.record("organisation.keys_destroying", tenant, actor)
        noted = False
        try:
            async with self._db.tenant(tenant) as tx:
                gone = await destroy_keys(tx, self._clock)
                await self._journal.add([JournalEntry(tenant, CLOSED, unix_ms(self._clock.now()))])
                noted = True
        except StoreError as error:
            if not noted:
                raise
            raise StoreError(f"{error}; {GOES_ON}") from error
        self._ring.forget(tenant)
        await self._log.record(
            "organisation.keys_destroyed", tenant, actor, {"versions": str(gone[0]), "data_keys": str(gone[1])}
        )
        return gone


async def destroy_keys(tx: Tenant, clock: Clock) -> tuple[int, int]:
    """The same within a transaction: keys gone, sessions over, and the organisation out of every round."""
    gone = await keks.destroy_all(tx, clock.now())
    await sessions.end_everyone(tx)
    await organisations.put_standing(tx, "destroyed", clock.now())
    await announce_change(tx)
    return gone
