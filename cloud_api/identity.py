"""Joins what signing in stands on: the password, second factors, sessions, proofs.

Usage::

    identity = build_identity(cloud, limit)
    signed_in = await identity.sign_in.sign_in(email, password, Where("192.0.2.44", "Firefox on Linux"))
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from cloud_api.ground import Ground
from cloud_api.services.account_notices import Notify, nobody_told
from cloud_api.services.factor_checks import FactorChecks
from cloud_api.services.known_browsers import KnownBrowsers
from cloud_api.services.own_factors import OwnFactorsDesk
from cloud_api.services.own_sessions import OwnSessions
from cloud_api.services.passwords import Passwords
from cloud_api.services.rate_limits import Fallback
from cloud_api.services.relying_party import RelyingParty
from cloud_api.services.second_step import SecondSteps
from cloud_api.services.security_log import SecurityLog
from cloud_api.services.server_keys import ServerKeys
from cloud_api.services.session_start import SessionStart
from cloud_api.services.sign_in import SignIn, SignInPorts
from cloud_api.services.sign_in_guard import SignInGuard
from cloud_api.services.sign_in_names import SignInNames
from cloud_api.services.step_up import StepUp, StepUpPorts


@dataclass(frozen=True, slots=True)
class Identity:
    """What pages take from here."""

    sign_in: SignIn
    steps: SecondSteps
    guard: SignInGuard
    step_up: StepUp
    factors: OwnFactorsDesk
    sessions: OwnSessions
    passwords: Passwords
    start: SessionStart


def build_identity(
    cloud: Ground,
    limit: Fallback,
    *,
    notify: Notify = nobody_told,
    passwords: Passwords | None = None,
    rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Identity:
    """Join it. One pool of threads hashes for all of it, so that its bound holds (R01)."""
    db, ring, trail, clock = cloud.db, cloud.ring, cloud.trail, cloud.clock
    keys, passwords = ServerKeys(db, ring), passwords or Passwords()
    party, start = RelyingParty(cloud.settings.origin), SessionStart(ring, trail, clock)
    checks = FactorChecks(ring, trail, party, clock)
    steps = SecondSteps(db, ring, checks, start, trail, clock)
    guard = SignInGuard(limit, KnownBrowsers(keys, clock))
    ports = SignInPorts(
        db=db,
        ring=ring,
        passwords=passwords,
        names=SignInNames(keys),
        trail=trail,
        security=SecurityLog(db, keys, clock),
        clock=clock,
        start=start,
        steps=steps,
        guard=guard,
    )
    return Identity(
        sign_in=SignIn(ports, rest=rest),
        steps=steps,
        guard=guard,
        step_up=StepUp(StepUpPorts(db, ring, passwords, checks, start, trail, clock)),
        factors=OwnFactorsDesk(db, ring, party, start, trail, clock, notify=notify),
        sessions=OwnSessions(db, ring, passwords, start, trail, clock, notify=notify),
        passwords=passwords,
        start=start,
    )
