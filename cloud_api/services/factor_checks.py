"""Whether an answer is that of somebody's second factor. Each answer is taken once, however many come at once."""

from dataclasses import dataclass
from typing import Literal

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.services import recovery_codes, totp
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.relying_party import Credential, RelyingParty, credential_id_of
from cloud_api.store import data_keys, factors, passkeys
from cloud_api.store.db import Tenant
from cloud_api.store.users import User

Kind = Literal["app", "passkey", "recovery"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answers with: a code of the app, a recovery code, or a passkey's answer (JSON)."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the answer is right. ``verified``: a passkey that also asked for PIN, finger or face."""

    passed: bool
    verified: bool = False


_REFUSED = Verdict(passed=False)


class FactorChecks:
    """Judges answers, in the transaction of whoever asks."""

    def __init__(self, ring: KeyRing, trail: AuditTrail, party: RelyingParty, clock: Clock) -> None:
        self._ring = ring
        self._trail = trail
        self._clock = clock
        self.party = party

    async def check(
        self, tx: Tenant, user: User, answer: Answer, *, challenge: bytes | None, address: str, verify: bool = False
    ) -> Verdict:
        """Judge an answer. ``challenge``: what a passkey was asked; ``verify``: only with PIN, finger or face."""
        if answer.kind == "app":
            return Verdict(await self._is_code(tx, user, answer.text))
        if answer.kind == "recovery":
            return Verdict(await self._is_recovery(tx, user, answer.text, Actor.of_user(user.id, user.name, address)))
        return await self._is_passkey(
            tx, user, answer.text, challenge, Actor.of_user(user.id, user.name, address), verify=verify
        )

    async def _is_code(self, tx: Tenant, user: User, typed: str) -> bool:
        cipher = await data_keys.open_organisation_key(tx, self._ring)
        app, now = await factors.find_secret(tx, cipher, user.id), self._clock.now()
        if app is None or app.confirmed_at is None:
            return False
        step = totp.matching_step(app.secret, typed, now)
        return step is not None and await factors.use_step(tx, user.id, step, now)

    async def _is_recovery(self, tx: Tenant, user: User, typed: str, actor: Actor) -> bool:
        key = (await data_keys.open_organisation_key(tx, self._ring)).derive(recovery_codes.PURPOSE)
        code = recovery_codes.hash_of(key, user.id, typed)
        if not await factors.use_recovery_code(tx, user.id, code, self._clock.now()):
            return False
        left = (await factors.held_by(tx, user.id)).recovery_codes
        await self._trail.record(tx, AdminAct("staff.recovery_code_used", actor, {"left": str(left)}))
        return True

    async def _is_passkey(
        self, tx: Tenant, user: User, answer: str, challenge: bytes | None, actor: Actor, *, verify: bool
    ) -> Verdict:
        cipher, now = await data_keys.open_organisation_key(tx, self._ring), self._clock.now()
        wanted = credential_id_of(answer)
        known = await passkeys.list_of(tx, cipher, user.id, hold=True)
        found = next((each for each in known if each.credential_id == wanted and each.suspect_at is None), None)
        if found is None or challenge is None:
            return _REFUSED
        credential = Credential(found.credential_id, found.public_key, found.sign_count)
        said = self.party.read_assertion(answer, challenge, credential, verify=verify)
        if said is None:
            return _REFUSED
        if said.cloned:
            await passkeys.suspect(tx, found.id, now)
            await self._trail.record(tx, AdminAct("staff.passkey_suspect", actor, {"name": found.name}))
            return _REFUSED
        await passkeys.note_use(tx, found.id, said.sign_count, now)
        return Verdict(passed=True, verified=said.verified)
