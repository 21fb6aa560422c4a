"""How sessions begin and get another token."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.own_hosts import find_own_hosts
from cloud_api.services.session_tokens import digest, new_token
from cloud_api.store import data_keys, session_policies, sessions, users
from cloud_api.store.db import Tenant
from cloud_api.store.sessions import NewSession
from cloud_api.store.users import User


@dataclass(frozen=True, slots=True)
class Where:
    """Where somebody signs in from: an IP address, and the browser in words."""

    address: str
    browser: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session's new token, which goes into a cookie and nowhere else; ``email`` is that of its account."""

    token: str
    ends_at: datetime
    email: str


class SessionStart:
    """Begins sessions, in the transaction of whoever judged that they may."""

    def __init__(self, ring: KeyRing, trail: AuditTrail, clock: Clock) -> None:
        self._ring = ring
        self._trail = trail
        self._clock = clock

    async def begin(self, tx: Tenant, user: User, where: Where, *, factor: str) -> SignedIn:
        """A new session; ``factor`` names the second factor that was used, and is empty where there was none."""
        now, token = self._clock.now(), new_token()
        policy = await session_policies.read(tx)
        cipher = await data_keys.open_organisation_key(tx, self._ring)
        new = NewSession(
            id=uuid4(),
            user_id=user.id,
            created_at=now,
            ends_at=now + policy.longest,
            two_factor=bool(factor),
            address=where.address,
            browser=where.browser,
        )
        await sessions.end_stale(tx, used_before=now - policy.idle, now=now)
        await sessions.add(tx, cipher, digest(token), new)
        await users.note_sign_in(tx, user.id, now)
        await find_own_hosts(tx, self._ring, user.id, user.email)
        detail = {"factor": factor} if factor else {}
        await self._trail.record(
            tx, AdminAct("staff.signed_in", Actor.of_user(user.id, user.name, where.address), detail)
        )
        return SignedIn(token, new.ends_at, user.email)

    async def renew(self, tx: Tenant, token: str, *, user_email: str, two_factor: bool) -> SignedIn | None:
        """Another token for a session whose owner has just proved who they are; ``None`` when it is over meanwhile."""
        now, fresh = self._clock.now(), new_token()
        session = await sessions.find(tx, digest(token))
        if session is None or not await sessions.replace_token(
            tx, digest(token), digest(fresh), two_factor=two_factor, now=now
        ):
            return None
        return SignedIn(fresh, session.ends_at, user_email)
