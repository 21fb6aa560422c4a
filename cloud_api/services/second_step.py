"""The second step of signing in: between the right password and the session stands a record of ten minutes.

It is no session and opens nothing; five wrong answers end it, and the password is asked for again.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.factor_checks import Answer, FactorChecks
from cloud_api.services.relying_party import new_challenge
from cloud_api.services.session_start import SessionStart, SignedIn, Where
from cloud_api.services.session_tokens import digest, new_token, split_tenant, with_tenant
from cloud_api.store import data_keys, factors, half_sign_ins, organisations, passkeys, users
from cloud_api.store.db import Database, Tenant
from cloud_api.store.factors import Held
from cloud_api.store.half_sign_ins import HalfSignIn
from cloud_api.store.users import User

LASTS = timedelta(minutes=10)
MOST_FAILURES = 5


@dataclass(frozen=True, slots=True)
class SecondStepOwed:
    """The password was right. ``token`` goes into a cookie of its own and leads to the second step alone."""

    token: str


@dataclass(frozen=True, slots=True)
class HalfSignedIn:
    """Whose second step is still to come, and what they can answer with."""

    tenant: UUID
    user: User
    held: Held


class Refused(Enum):
    """Why a second step gives no session. ``OVER``: it begins again with the password."""

    WRONG = "wrong"
    OVER = "over"


class SecondSteps:
    """Looks after what is half signed in."""

    def __init__(
        self, db: Database, ring: KeyRing, checks: FactorChecks, start: SessionStart, trail: AuditTrail, clock: Clock
    ) -> None:
        self._db = db
        self._ring = ring
        self._checks = checks
        self._start = start
        self._trail = trail
        self._clock = clock

    async def begin(self, tx: Tenant, user: User) -> SecondStepOwed:
        """Remember that the password was right."""
        token, now = new_token(), self._clock.now()
        await half_sign_ins.add(tx, digest(token), user.id, now=now, ends_at=now + LASTS)
        return SecondStepOwed(with_tenant(tx.id, token))

    async def find(self, text: str) -> HalfSignedIn | None:
        """Whose step it is, or ``None`` when it is over."""
        split = split_tenant(text)
        if split is None:
            return None
        async with self._db.tenant(split[0]) as tx:
            half = await self._hold(tx, split[1])
            user = await self._user(tx, half) if half else None
            return None if user is None else HalfSignedIn(tx.id, user, await factors.held_by(tx, user.id))

    async def ask_passkey(self, text: str) -> str | None:
        """What the browser is to ask a passkey (JSON); ``None`` where there is none to ask, or the step is over."""
        split = split_tenant(text)
        if split is None or self._checks.party.id is None:
            return None
        async with self._db.tenant(split[0]) as tx:
            half = await self._hold(tx, split[1])
            if half is None:
                return None
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            known = [key for key in await passkeys.list_of(tx, cipher, half.user_id) if key.suspect_at is None]
            if not known:
                return None
            challenge = new_challenge()
            await half_sign_ins.put_challenge(tx, digest(split[1]), challenge)
            return self._checks.party.request_options([key.credential_id for key in known], challenge, verify=False)

    async def finish(self, text: str, answer: Answer, where: Where) -> SignedIn | Refused:
        """A session, where the answer is right."""
        split = split_tenant(text)
        if split is None:
            return Refused.OVER
        async with self._db.tenant(split[0]) as tx:
            half = await self._hold(tx, split[1])
            user = await self._user(tx, half) if half else None
            if half is None or user is None:
                return Refused.OVER
            token = digest(split[1])
            await half_sign_ins.put_challenge(tx, token, None)
            said = await self._checks.check(tx, user, answer, challenge=half.challenge, address=where.address)
            if said.passed:
                await half_sign_ins.end(tx, token)
                return await self._start.begin(tx, user, where, factor=answer.kind)
            await half_sign_ins.note_failure(tx, token)
            act = AdminAct(
                "staff.second_step_failed", Actor.of_user(user.id, user.name, where.address), {"factor": answer.kind}
            )
            await self._trail.record(tx, act)
            return Refused.WRONG if half.failures + 1 < MOST_FAILURES else Refused.OVER

    async def _hold(self, tx: Tenant, token: str) -> HalfSignIn | None:
        if await organisations.find_open_name(tx) is None:
            return None
        user_id = await half_sign_ins.find_user(tx, digest(token))
        # The account before what hangs on it, as whoever changes its password does: that ends this, or waits for it.
        if user_id is None or not await users.hold(tx, user_id):
            return None
        half = await half_sign_ins.hold(tx, digest(token))
        if half is None or half.failures >= MOST_FAILURES or self._clock.now() >= half.ends_at:
            return None
        return half

    async def _user(self, tx: Tenant, half: HalfSignIn) -> User | None:
        return await users.find(tx, await data_keys.open_organisation_key(tx, self._ring), half.user_id)
