"""Requests that a caller may send twice: done once, answered alike (ADR 68)."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from hashlib import sha256
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.store import api_requests, data_keys
from cloud_api.store.db import Database

KEPT = timedelta(hours=24)
SURELY_OVER = timedelta(minutes=1)


class Again(Enum):
    """What is to be said to a request that came before, or to do with one that did not."""

    NEW = "new"
    OTHER = "another request came under this key"
    UNDER_WAY = "the first is being answered"
    GONE = "what the first made was deleted"
    UNSURE = "the first broke off before its answer was kept"


@dataclass(frozen=True, slots=True)
class Kept:
    """What was answered to the first; ``thing_id``: what it made, whose deletion takes the answer with it."""

    status: int
    answer: str
    thing_id: UUID | None = None


class ApiRequests:
    """Remembers requests for a day."""

    def __init__(self, db: Database, ring: KeyRing, clock: Clock) -> None:
        self._db = db
        self._ring = ring
        self._clock = clock

    async def begin(self, tenant: UUID, caller: UUID, key: str, request: bytes) -> Kept | Again:
        """What to do with a request (its method, path and body) under a key of the caller's."""
        now, key_hash, request_hash = self._clock.now(), _hash(key), sha256(request).digest()
        async with self._db.tenant(tenant) as tx:
            if await api_requests.claim(tx, caller, key_hash, request_hash, now=now, kept_since=now - KEPT):
                return Again.NEW
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            found = await api_requests.find(tx, cipher, caller, key_hash)
        if found is None:
            return Again.UNDER_WAY  # it was refused at this moment, and may come again
        if found.request_hash != request_hash:
            return Again.OTHER
        if found.status is not None and found.answer is not None:
            return Kept(found.status, found.answer)
        if found.status is not None:
            return Again.GONE
        return Again.UNSURE if now - found.made_at > SURELY_OVER else Again.UNDER_WAY

    async def finish(self, tenant: UUID, caller: UUID, key: str, kept: Kept) -> None:
        """Keep the answer."""
        async with self._db.tenant(tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            await api_requests.finish(
                tx, cipher, caller, _hash(key), status=kept.status, answer=kept.answer, thing_id=kept.thing_id
            )

    async def release(self, tenant: UUID, caller: UUID, key: str) -> None:
        """Forget a request that was refused: nothing was done."""
        async with self._db.tenant(tenant) as tx:
            await api_requests.release(tx, caller, _hash(key))


def _hash(key: str) -> bytes:
    return sha256(key.encode()).digest()
