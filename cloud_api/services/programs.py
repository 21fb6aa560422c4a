"""Programs that people connect: tokens of fifteen minutes, exchanged for by refresh tokens of thirty days, each good
once (R03), for 180 days in all. Whoever sends one again betrays that two have it: then nothing of that person stays
open (R04).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID, uuid4

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.policy.permissions import Permission
from cloud_api.services.api_callers import ACCESS_LASTS
from cloud_api.services.api_tokens import TokenKind, digest, new_token, read_token
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.security_log import SecurityLog
from cloud_api.services.sign_in import Staff
from cloud_api.store import api_clients, data_keys, half_sign_ins, organisations, sessions, users
from cloud_api.store.api_clients import ApiClient, Exchanged
from cloud_api.store.db import Database, Tenant

REFRESH_LASTS = timedelta(days=30)
FAMILY_LASTS = timedelta(days=180)
"""However often tokens were exchanged: then whoever connected the program does so again, with a proof."""
RACE = timedelta(seconds=15)
"""Two windows of one program may send the same token at once; later than this it is somebody else."""
MOST_PROGRAMS = 50


class NoTokens(Enum):
    """Why there are no new tokens."""

    UNKNOWN = "unknown"
    RACED = "raced"
    REUSED = "reused"
    TOO_MANY = "too many"
    NOTHING = "nothing"
    SIGNED_OUT = "signed out"


@dataclass(frozen=True, slots=True)
class Tokens:
    """A new pair; neither is kept."""

    access: str
    access_ends: datetime
    refresh: str
    refresh_ends: datetime


@dataclass(frozen=True, slots=True)
class Connected:
    """A program with its first refresh token, which is shown this once."""

    client: ApiClient
    refresh: str
    ends_at: datetime


class Programs:
    """Connects programs and hands out their tokens."""

    def __init__(self, db: Database, ring: KeyRing, trail: AuditTrail, security: SecurityLog, clock: Clock) -> None:
        self._db = db
        self._ring = ring
        self._trail = trail
        self._security = security
        self._clock = clock

    async def list(self, staff: Staff) -> list[ApiClient]:
        """One's own, the one used last first."""
        async with self._db.tenant(staff.tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            return await api_clients.list_of(tx, cipher, staff.user_id, self._clock.now())

    async def connect(
        self, staff: Staff, name: str, actor: Actor, permissions: Collection[Permission] | None = None
    ) -> Connected | NoTokens:
        """Connect a program; the caller has asked for a proof. ``permissions``: what it may do of what this person may,
        ``None`` for all of it.
        """
        now, scope = self._clock.now(), None
        if permissions is not None:
            scope = tuple(sorted(item.value for item in permissions if staff.may(item)))
            if not scope:
                return NoTokens.NOTHING
        made = ApiClient(uuid4(), staff.user_id, name, staff.two_factor, now, now, scope)
        async with self._db.tenant(staff.tenant) as tx:
            # What ends the sessions of somebody ends their programs: one that crosses it must not be left.
            await users.hold(tx, staff.user_id)
            if not await sessions.is_there(tx, staff.user_id, staff.session_id):
                return NoTokens.SIGNED_OUT
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            if len(await api_clients.list_of(tx, cipher, staff.user_id, now)) >= MOST_PROGRAMS:
                return NoTokens.TOO_MANY
            await api_clients.add(tx, cipher, made)
            refresh = await self._refresh(tx, made.id, now + REFRESH_LASTS)
            detail = {"program": str(made.id), "name": name, "permissions": " ".join(scope or ("all",))}
            await self._trail.record(tx, AdminAct("staff.program_connected", actor, detail))
        return Connected(made, refresh, now + REFRESH_LASTS)

    async def end(self, staff: Staff, client_id: UUID, actor: Actor) -> bool:
        """Disconnect one of one's own; ``False`` when there is none such."""
        async with self._db.tenant(staff.tenant) as tx:
            if not await api_clients.end(tx, staff.user_id, client_id):
                return False
            await self._trail.record(tx, AdminAct("staff.program_ended", actor, {"program": str(client_id)}))
        return True

    async def exchange(self, refresh: str, address: str) -> Tokens | NoTokens:
        """A new pair for a refresh token that nobody used before."""
        said = read_token(refresh)
        if said is None or said[0] is not TokenKind.REFRESH:
            return NoTokens.UNKNOWN
        tenant = said[1]
        async with self._db.tenant(tenant) as tx:
            if await organisations.find_open_name(tx) is None:
                return NoTokens.UNKNOWN
            found = await api_clients.use_refresh(tx, digest(refresh), self._clock.now())
            outcome = await self._go_on(tx, found, address)
        if outcome is NoTokens.REUSED and found is not None:
            who = f"user:{found.user_id} organisation:{tenant}"
            await self._security.note("token.reused", address=address, name=who)
        return outcome

    async def _go_on(self, tx: Tenant, found: Exchanged | None, address: str) -> Tokens | NoTokens:
        now = self._clock.now()
        if found is None or found.outcome == "over":
            return NoTokens.UNKNOWN
        last = found.made_at + FAMILY_LASTS
        if found.outcome == "again":
            if found.used_at is not None and now - found.used_at <= RACE:
                return NoTokens.RACED
            await self._end_everything(tx, found.user_id, address)
            return NoTokens.REUSED
        if now >= last:
            return NoTokens.UNKNOWN
        access, access_ends = new_token(TokenKind.ACCESS, tx.id), min(now + ACCESS_LASTS, last)
        refresh_ends = min(now + REFRESH_LASTS, last)
        refresh = await self._refresh(tx, found.client_id, refresh_ends)
        await api_clients.add_access(tx, digest(access), found.client_id, now=now, ends_at=access_ends)
        return Tokens(access, access_ends, refresh, refresh_ends)

    async def _refresh(self, tx: Tenant, client_id: UUID, ends_at: datetime) -> str:
        refresh = new_token(TokenKind.REFRESH, tx.id)
        await api_clients.add_refresh(tx, digest(refresh), client_id, now=self._clock.now(), ends_at=ends_at)
        return refresh

    async def _end_everything(self, tx: Tenant, user_id: UUID, address: str) -> None:
        """Nobody can tell which of the two is the thief, so neither keeps anything."""
        user = await users.find(tx, await data_keys.open_organisation_key(tx, self._ring), user_id)
        await users.hold(tx, user_id)
        ended = await sessions.end_all_of(tx, user_id)
        await half_sign_ins.end_all_of(tx, user_id)
        programs = await api_clients.end_all_of(tx, user_id)
        detail = {"user": str(user_id), "sessions": str(ended), "programs": str(programs)}
        actor = Actor.of_user(user_id, user.name if user else str(user_id), address)
        await self._trail.record(tx, AdminAct("staff.token_reused", actor, detail))
