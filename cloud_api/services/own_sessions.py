"""A person's sessions, listed and ended; and another password, which ends all but the one that it is set from."""

from dataclasses import dataclass
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.services.account_notices import Notify
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.passwords import Passwords, find_fault
from cloud_api.services.session_start import SessionStart, SignedIn
from cloud_api.services.session_tokens import digest
from cloud_api.services.sign_in import Staff
from cloud_api.store import api_clients, data_keys, half_sign_ins, sessions, staff_links, users
from cloud_api.store.db import Database
from cloud_api.store.sessions import ListedSession


@dataclass(frozen=True, slots=True)
class PasswordFault:
    """Why a password is not taken, as a sentence."""

    words: str


class OwnSessions:
    """Looks after the sessions of whoever is signed in."""

    def __init__(
        self,
        db: Database,
        ring: KeyRing,
        passwords: Passwords,
        start: SessionStart,
        trail: AuditTrail,
        clock: Clock,
        *,
        notify: Notify,
    ) -> None:
        self._db = db
        self._ring = ring
        self._passwords = passwords
        self._start = start
        self._trail = trail
        self._clock = clock
        self._notify = notify

    async def list(self, staff: Staff) -> list[ListedSession]:
        """All that are not over, the one used last first."""
        now = self._clock.now()
        async with self._db.tenant(staff.tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            return await sessions.list_of(tx, cipher, staff.user_id, used_after=now - staff.idle, now=now)

    async def end(self, staff: Staff, session_id: UUID, actor: Actor) -> bool:
        """End one; ``False`` when this person has none such."""
        async with self._db.tenant(staff.tenant) as tx:
            if not await sessions.end_one_of(tx, staff.user_id, session_id):
                return False
            await self._trail.record(tx, AdminAct("staff.session_ended", actor, {"session": str(session_id)}))
        return True

    async def end_others(self, staff: Staff, token: str, actor: Actor) -> int:
        """End all but this one; how many there were. One that was ended meanwhile ends no other."""
        async with self._db.tenant(staff.tenant) as tx:
            await users.hold(tx, staff.user_id)
            if not await sessions.hold(tx, staff.user_id, digest(token)):
                return 0
            ended = await sessions.end_others_of(tx, staff.user_id, staff.session_id)
            await half_sign_ins.end_all_of(tx, staff.user_id)
            await api_clients.end_all_of(tx, staff.user_id)
            await self._trail.record(tx, AdminAct("staff.sessions_ended", actor, {"count": str(ended)}))
        return ended

    async def change_password(self, staff: Staff, token: str, password: str, actor: Actor) -> SignedIn | PasswordFault:
        """Another password: this session gets another token, all others end. One that was ended meanwhile changes
        nothing.

        Raises:
            PasswordsBusyError: too many passwords are hashed at this moment.
        """
        fault = find_fault(password, about=(staff.email, staff.name, staff.organisation))
        if fault is not None:
            return PasswordFault(fault)
        hashed = await self._passwords.hash(password)
        async with self._db.tenant(staff.tenant) as tx:
            renewed = None
            await users.hold(tx, staff.user_id)
            if await sessions.hold(tx, staff.user_id, digest(token)):
                renewed = await self._start.renew(tx, token, user_email=staff.email, two_factor=False)
            if renewed is None:
                return PasswordFault("You were signed out meanwhile, and the password was not changed.")
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            await users.set_password(tx, cipher, staff.user_id, hashed, self._clock.now())
            await sessions.end_others_of(tx, staff.user_id, staff.session_id)
            await half_sign_ins.end_all_of(tx, staff.user_id)
            await api_clients.end_all_of(tx, staff.user_id)
            await staff_links.remove_all_of(tx, staff.user_id)
            await self._notify(tx, "password_changed", staff.user_id)
            await self._trail.record(tx, AdminAct("staff.password_set", actor, {"user": str(staff.user_id)}))
        return renewed
