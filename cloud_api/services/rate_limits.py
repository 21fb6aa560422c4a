"""Rate limits that all replicas share (R05, R06), and what happens when the database cannot be asked."""

import hmac
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from ipaddress import ip_network
from typing import Protocol
from uuid import UUID

from cloud_api.clock import Clock, given_time
from cloud_api.errors import StoreError
from cloud_api.services.refusal_notes import RefusalNotes
from cloud_api.services.security_log import SecurityLog
from cloud_api.services.server_keys import ServerKeys
from cloud_api.store import limits
from cloud_api.store.db import Database

_SECRET = "rate-limits"  # noqa: S105  the name of a secret, not the secret
_KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many attempts at once (``burst``), and one more for each ``interval`` that passes, until it is whole again."""

    burst: int
    interval: timedelta


STRICT = Allowance(5, timedelta(minutes=5))
"""R05: no five minutes, wherever they begin, hold a sixth."""
ALLOWANCES: Mapping[str, Allowance] = {
    "sign-in": STRICT,
    "sign-in-known": STRICT,
    "second-step": Allowance(10, timedelta(days=1) / 10),
    "guesses": Allowance(100, timedelta(hours=1) / 100),
    "guesses-told": Allowance(1, timedelta(hours=1)),
    "enrolment": STRICT,
    "invitation": STRICT,
    "verification": STRICT,
    "reset": STRICT,
    "reset-asked": STRICT,
    "signed-link": STRICT,
    "letters": Allowance(5, timedelta(hours=1)),
    "delivery-mails": Allowance(6, timedelta(hours=1) / 6),
    "call-letters": Allowance(60, timedelta(hours=1) / 60),
    "document-copies": Allowance(120, timedelta(hours=1) / 120),
    "document-copies-to": Allowance(14, timedelta(hours=1) / 14),
    "mailed-codes": Allowance(10, timedelta(minutes=1)),
    "mailed-codes-to": Allowance(3, timedelta(minutes=10)),
    "mailed-code-tries": Allowance(30, timedelta(minutes=1) / 2),
    "uploads": Allowance(30, timedelta(minutes=5) / 30),
    "requests": Allowance(200, timedelta(minutes=1) / 200),
    "account-requests": Allowance(200, timedelta(minutes=1) / 200),
}


_REFUSE_NOBODY = frozenset({"guesses", "guesses-told"})


class Fallback(Protocol):
    """What judges while the database is out of reach."""

    async def check(self, name: str, who: str) -> int | None:
        """``None`` when this attempt is allowed, else the seconds to wait."""
        ...

    async def give_back(self, name: str, who: str) -> None:
        """Uncount one attempt that was allowed and did no harm."""
        ...


class SharedRateLimit:
    """Counts in the database by GCRA (ADR 80), so that replicas share one count. Addresses are kept as keyed hashes.

    While the database is out of reach ``fallback`` judges, with this process's own count. That a limit is used up is in
    the operator's log (R27), seldom.
    """

    def __init__(self, db: Database, keys: ServerKeys, clock: Clock, fallback: Fallback) -> None:
        self._db = db
        self._keys = keys
        self._clock = clock
        self._fallback = fallback
        self._refusals = RefusalNotes(SecurityLog(db, keys, clock), clock)

    async def check(self, name: str, who: str) -> int | None:
        """``None`` when this attempt is allowed, else the seconds to wait.

        Raises:
            KeyError: there is no limit of that name.
        """
        allowance = ALLOWANCES[name]
        try:
            wait = await limits.count_attempt(
                self._db,
                await self._key(name, who),
                burst=allowance.burst,
                interval=allowance.interval,
                now=given_time(self._clock),
            )
        except StoreError:
            return await self._fallback.check(name, who)
        if wait is None:
            return None
        if name not in _REFUSE_NOBODY:
            address, account = _named(who)
            claimed = f"{name} user:{account}" if account else name
            await self._refusals.note("limit.reached", address, claimed, of=f"{name}|{who}")
        return max(1, math.ceil(wait.total_seconds()))

    async def give_back(self, name: str, who: str) -> None:
        """Uncount one attempt that was allowed and did no harm."""
        try:
            await limits.give_back(self._db, await self._key(name, who), ALLOWANCES[name].interval)
        except StoreError:
            await self._fallback.give_back(name, who)

    async def _key(self, name: str, who: str) -> bytes:
        return hmac.new(await self._keys.get(_SECRET), f"{name}|{who}".encode(), sha256).digest()[:_KEY_BYTES]


def _named(who: str) -> tuple[str, str]:
    """The network and the account's id that a limit counts by, as far as it is one of these: the rest (an address that
    somebody signs in with, a browser) is not the operator's to read.
    """
    first = who.partition("|")[0]
    try:
        return str(ip_network(first)).removesuffix("/32").removesuffix("/128"), ""
    except ValueError:
        pass
    try:
        return "", str(UUID(first))
    except ValueError:
        return "", ""
