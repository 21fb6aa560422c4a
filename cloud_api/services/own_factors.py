"""A person's second factors: set up, looked at, removed. The first one gives recovery codes, another token, and ends
every other session, which had none.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID, uuid4

from cloud_api.clock import Clock
from cloud_api.keys.fields import FieldCipher
from cloud_api.keys.ring import KeyRing
from cloud_api.services import recovery_codes, totp
from cloud_api.services.account_notices import Notify
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.names import is_name
from cloud_api.services.relying_party import RelyingParty, new_challenge
from cloud_api.services.session_start import SessionStart, SignedIn
from cloud_api.services.session_tokens import digest
from cloud_api.services.sign_in import Staff
from cloud_api.store import data_keys, factors, passkeys, sessions
from cloud_api.store.db import Database, Tenant
from cloud_api.store.factors import AppSecret
from cloud_api.store.passkeys import Passkey

MAX_NAME = 60
MOST_PASSKEYS = 20
_OFFER_LASTS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class OwnFactors:
    """What somebody has. ``needed``: their role asks for one; ``possible``: passkeys work at this server's address."""

    app: AppSecret | None
    passkeys: tuple[Passkey, ...]
    recovery_codes: int
    needed: bool
    possible: bool

    @property
    def count(self) -> int:
        """How many can be used to sign in."""
        return (self.app is not None) + sum(key.suspect_at is None for key in self.passkeys)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A factor is set up. ``codes``: recovery codes, shown now and never again; ``signed_in``: the session's new token,
    where it is the first factor.
    """

    codes: tuple[str, ...] = ()
    signed_in: SignedIn | None = None


class Fault(Enum):
    """Why a factor is not set up, or not removed."""

    WRONG_CODE = "wrong code"
    NO_OFFER = "no offer"
    NOT_BELIEVED = "not believed"
    KNOWN = "known"
    TOO_MANY = "too many"
    BAD_NAME = "bad name"
    LAST = "last"
    UNKNOWN = "unknown"
    ENDED = "ended"


class OwnFactorsDesk:
    """Sets up and removes factors of whoever is signed in. A session that was ended while its request was under way
    does neither.
    """

    def __init__(
        self,
        db: Database,
        ring: KeyRing,
        party: RelyingParty,
        start: SessionStart,
        trail: AuditTrail,
        clock: Clock,
        *,
        notify: Notify,
    ) -> None:
        self._db = db
        self._ring = ring
        self._party = party
        self._start = start
        self._trail = trail
        self._clock = clock
        self._notify = notify

    async def view(self, staff: Staff) -> OwnFactors:
        """What somebody has."""
        async with self._db.tenant(staff.tenant) as tx:
            return await self._view(tx, staff, await data_keys.open_organisation_key(tx, self._ring))

    async def offer_app(self, staff: Staff) -> bytes | None:
        """The secret for an app that is to be set up, the same in this session for a quarter of an hour; ``None`` where
        one is set up. Another session gets another, and the latest alone can be confirmed: nobody confirms a secret
        that somebody else was shown.
        """
        now = self._clock.now()
        async with self._db.tenant(staff.tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            found = await factors.find_secret(tx, cipher, staff.user_id)
            if found is not None and found.confirmed_at is not None:
                return None
            if not _is_offered(found, staff, now):
                secret = totp.new_secret()
                await factors.put_secret(tx, cipher, staff.user_id, secret, now, session_id=staff.session_id)
                found = await factors.find_secret(tx, cipher, staff.user_id)
            return found.secret if found and _is_offered(found, staff, now) else None

    async def confirm_app(self, staff: Staff, token: str, code: str, actor: Actor) -> Enrolled | Fault:
        """Set up the app that shows this code."""
        async with self._db.tenant(staff.tenant) as tx:
            if not await sessions.hold(tx, staff.user_id, digest(token)):
                return Fault.ENDED
            cipher, now = await data_keys.open_organisation_key(tx, self._ring), self._clock.now()
            found = await factors.find_secret(tx, cipher, staff.user_id, hold=True)
            if found is None or not _is_offered(found, staff, now):
                return Fault.NO_OFFER
            step = totp.matching_step(found.secret, code, now)
            if step is None or not await factors.use_step(tx, staff.user_id, step, now):
                return Fault.WRONG_CODE
            return await self._enrolled(
                tx, staff, token, cipher, AdminAct("staff.factor_added", actor, {"factor": "app"})
            )

    async def offer_passkey(self, staff: Staff, token: str) -> str | None:
        """What the browser is to ask for a new passkey (JSON); ``None`` where this server's address has none."""
        if self._party.id is None:
            return None
        async with self._db.tenant(staff.tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            known = await passkeys.list_of(tx, cipher, staff.user_id)
            challenge = new_challenge()
            await sessions.put_challenge(tx, digest(token), challenge, self._clock.now())
        ids = [key.credential_id for key in known]
        return self._party.creation_options(staff.user_id, staff.email, staff.name, ids, challenge)

    async def add_passkey(self, staff: Staff, token: str, answer: str, name: str, actor: Actor) -> Enrolled | Fault:
        """Set up the passkey that answered so."""
        name = " ".join(name.split())
        if not is_name(name, MAX_NAME):
            return Fault.BAD_NAME
        async with self._db.tenant(staff.tenant) as tx:
            if not await sessions.hold(tx, staff.user_id, digest(token)):
                return Fault.ENDED
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            challenge = await sessions.take_challenge(tx, digest(token), self._clock.now())
            made = self._party.read_creation(answer, challenge) if challenge else None
            if made is None:
                return Fault.NOT_BELIEVED
            if len(await passkeys.list_of(tx, cipher, staff.user_id)) >= MOST_PASSKEYS:
                return Fault.TOO_MANY
            passkey = Passkey(uuid4(), made.id, made.public_key, made.sign_count, name, self._clock.now())
            if not await passkeys.add(tx, cipher, staff.user_id, passkey):
                return Fault.KNOWN
            act = AdminAct("staff.factor_added", actor, {"factor": "passkey", "name": name})
            return await self._enrolled(tx, staff, token, cipher, act)

    async def remove_app(self, staff: Staff, token: str, actor: Actor) -> Fault | None:
        """Forget the app, unless a role asks for a factor and there is no other."""
        async with self._db.tenant(staff.tenant) as tx:
            if not await sessions.hold(tx, staff.user_id, digest(token)):
                return Fault.ENDED
            view = await self._view(tx, staff, await data_keys.open_organisation_key(tx, self._ring))
            if view.app is None:
                return Fault.UNKNOWN
            if view.needed and view.count == 1:
                return Fault.LAST
            await factors.remove_secret(tx, staff.user_id)
            await self._removed(tx, staff, AdminAct("staff.factor_removed", actor, {"factor": "app"}))
        return None

    async def remove_passkey(self, staff: Staff, token: str, passkey_id: UUID, actor: Actor) -> Fault | None:
        """Forget a passkey, unless a role asks for a factor and there is no other."""
        async with self._db.tenant(staff.tenant) as tx:
            if not await sessions.hold(tx, staff.user_id, digest(token)):
                return Fault.ENDED
            view = await self._view(tx, staff, await data_keys.open_organisation_key(tx, self._ring))
            found = next((key for key in view.passkeys if key.id == passkey_id), None)
            if found is None:
                return Fault.UNKNOWN
            if view.needed and view.count == 1 and found.suspect_at is None:
                return Fault.LAST
            await passkeys.remove(tx, staff.user_id, passkey_id)
            act = AdminAct("staff.factor_removed", actor, {"factor": "passkey", "name": found.name})
            await self._removed(tx, staff, act)
        return None

    async def renew_codes(self, staff: Staff, token: str, actor: Actor) -> tuple[str, ...]:
        """New recovery codes in place of all earlier ones; none where there is no factor to lose."""
        if not staff.has_factor:
            return ()
        async with self._db.tenant(staff.tenant) as tx:
            if not await sessions.hold(tx, staff.user_id, digest(token)):
                return ()
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            await self._trail.record(tx, AdminAct("staff.recovery_codes_made", actor))
            return await self._make_codes(tx, staff, cipher)

    async def _view(self, tx: Tenant, staff: Staff, cipher: FieldCipher) -> OwnFactors:
        # Held, so that no two requests remove the last two factors at once.
        keys = await passkeys.list_of(tx, cipher, staff.user_id, hold=True)
        app = await factors.find_secret(tx, cipher, staff.user_id, hold=True)
        held = await factors.held_by(tx, staff.user_id)
        return OwnFactors(
            app=app if app and app.confirmed_at else None,
            passkeys=tuple(keys),
            recovery_codes=held.recovery_codes,
            needed=staff.needs_factor,
            possible=self._party.id is not None,
        )

    async def _enrolled(self, tx: Tenant, staff: Staff, token: str, cipher: FieldCipher, act: AdminAct) -> Enrolled:
        await self._trail.record(tx, act)
        await self._notify(tx, "factors_changed", staff.user_id)
        held = await factors.held_by(tx, staff.user_id)
        codes = () if held.recovery_codes else await self._make_codes(tx, staff, cipher)
        if staff.two_factor and staff.has_factor:
            return Enrolled(codes)
        await sessions.end_others_of(tx, staff.user_id, staff.session_id)
        return Enrolled(codes, await self._start.renew(tx, token, user_email=staff.email, two_factor=True))

    async def _removed(self, tx: Tenant, staff: Staff, act: AdminAct) -> None:
        await self._trail.record(tx, act)
        await self._notify(tx, "factors_changed", staff.user_id)
        if not (await factors.held_by(tx, staff.user_id)).any:
            await factors.remove_recovery_codes(tx, staff.user_id)

    async def _make_codes(self, tx: Tenant, staff: Staff, cipher: FieldCipher) -> tuple[str, ...]:
        codes, key = recovery_codes.new_codes(), cipher.derive(recovery_codes.PURPOSE)
        hashes = [recovery_codes.hash_of(key, staff.user_id, code) for code in codes]
        await factors.put_recovery_codes(tx, staff.user_id, hashes, self._clock.now())
        return tuple(codes)


def _is_offered(found: AppSecret | None, staff: Staff, now: datetime) -> bool:
    """Whether a secret waits for its first code from this very session."""
    if found is None or found.confirmed_at is not None or found.session_id != staff.session_id:
        return False
    return now - found.made_at < _OFFER_LASTS
