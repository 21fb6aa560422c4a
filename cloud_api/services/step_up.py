"""Dangerous acts want a proof that is no older than ten minutes: the password and a second factor, or a passkey that
asks for PIN, finger or face. Where the account has no factor, the password.

Usage::

    if not step_up.is_fresh(staff):
        ...                                          # ask the person, then:
        said = await step_up.prove(staff, token, Proof(password, Answer("app", code)), where)
        # SignedIn: the session has another token now, and the act may be done; Refused.OVER: the session has ended
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.services.audit_trail import AdminAct, AuditTrail
from cloud_api.services.factor_checks import Answer, FactorChecks
from cloud_api.services.passwords import Passwords
from cloud_api.services.relying_party import new_challenge
from cloud_api.services.second_step import MOST_FAILURES, Refused
from cloud_api.services.session_start import SessionStart, SignedIn, Where
from cloud_api.services.session_tokens import digest
from cloud_api.services.sign_in import Staff
from cloud_api.store import data_keys, factors, passkeys, sessions, users
from cloud_api.store.db import Database, Tenant
from cloud_api.store.factors import Held
from cloud_api.store.users import User

PROOF_LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody proves themselves with: a passkey's answer alone, else the password and, where the account has a
    factor, an answer.
    """

    password: str
    answer: Answer | None

    @property
    def by_passkey(self) -> bool:
        """Whether a passkey is offered."""
        return self.answer is not None and self.answer.kind == "passkey"


@dataclass(frozen=True, slots=True)
class StepUpPorts:
    """What proving works with."""

    db: Database
    ring: KeyRing
    passwords: Passwords
    checks: FactorChecks
    start: SessionStart
    trail: AuditTrail
    clock: Clock


class StepUp:
    """Judges proofs."""

    def __init__(self, ports: StepUpPorts) -> None:
        self._ports = ports

    def is_fresh(self, staff: Staff) -> bool:
        """Whether somebody has proved who they are lately enough for a dangerous act."""
        return self._ports.clock.now() - staff.proved_at < PROOF_LASTS

    async def held(self, staff: Staff) -> Held:
        """What somebody can prove themselves with beside the password."""
        async with self._ports.db.tenant(staff.tenant) as tx:
            held = await factors.held_by(tx, staff.user_id)
        return held if self._ports.checks.party.id is not None else replace(held, passkeys=0)

    async def ask_passkey(self, staff: Staff, token: str) -> str | None:
        """What the browser is to ask a passkey (JSON); ``None`` where there is none to ask."""
        ports = self._ports
        if ports.checks.party.id is None:
            return None
        async with ports.db.tenant(staff.tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, ports.ring)
            known = [key for key in await passkeys.list_of(tx, cipher, staff.user_id) if key.suspect_at is None]
            if not known:
                return None
            challenge = new_challenge()
            await sessions.put_challenge(tx, digest(token), challenge, ports.clock.now())
            return ports.checks.party.request_options([key.credential_id for key in known], challenge, verify=True)

    async def prove(self, staff: Staff, token: str, proof: Proof, where: Where) -> SignedIn | Refused:
        """Another token for the session, where the proof is right. The sixth try without one that is ends the session.

        Raises:
            PasswordsBusyError: too many passwords are checked at this moment.
        """
        ports = self._ports
        async with ports.db.tenant(staff.tenant) as tx:
            user = await users.find(tx, await data_keys.open_organisation_key(tx, ports.ring), staff.user_id)
            tries = await sessions.count_proof(tx, digest(token))
            if user is None or not 0 < tries <= MOST_FAILURES:
                await self._end(tx, staff, token, where)
                return Refused.OVER
        known = proof.by_passkey or (await ports.passwords.check(user.password_hash, proof.password)).fits
        async with ports.db.tenant(staff.tenant) as tx:
            challenge = await sessions.take_challenge(tx, digest(token), ports.clock.now())
            if known and await self._has_factor_right(tx, staff, user, proof, challenge, where):
                renewed = await ports.start.renew(tx, token, user_email=staff.email, two_factor=staff.two_factor)
                how = proof.answer.kind if proof.answer else "password"
                await ports.trail.record(tx, AdminAct("staff.proved", staff.actor(where.address), {"factor": how}))
                return renewed or Refused.OVER
            await ports.trail.record(tx, AdminAct("staff.proof_failed", staff.actor(where.address)))
        return Refused.WRONG

    async def _has_factor_right(
        self, tx: Tenant, staff: Staff, user: User, proof: Proof, challenge: bytes | None, where: Where
    ) -> bool:
        if not staff.has_factor:
            return not proof.by_passkey
        if proof.answer is None:
            return False
        said = await self._ports.checks.check(
            tx, user, proof.answer, challenge=challenge, address=where.address, verify=proof.by_passkey
        )
        return said.passed

    async def _end(self, tx: Tenant, staff: Staff, token: str, where: Where) -> None:
        await sessions.end(tx, digest(token))
        actor = staff.actor(where.address)
        await self._ports.trail.record(tx, AdminAct("staff.session_ended", actor, {"why": "too many wrong proofs"}))
