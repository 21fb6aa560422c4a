"""Administrative acts in the audit log: recorded in the transaction of the act itself, or not at all."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from cloud_api.clock import Clock, unix_ms
from cloud_api.errors import ReasonNeededError
from cloud_api.keys.ring import KeyRing
from cloud_api.keys.tokens import actor_token
from cloud_api.policy.reasons import wants_reason
from cloud_api.store import audit_log, data_keys
from cloud_api.store.audit_log import Record
from cloud_api.store.db import Tenant
from sync.protocol import exact_json
from sync.protocol.audit import AdminBody, decode_admin_header, make_admin_entry

ON_THE_SERVER = "local"
BY = "by"
"""The particular of every act that says by what account, key, program or part of the server it was done."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, from where (an IP address, or ``local`` for commands on the server), and why.

    ``by``: which account, key or program, as ``user:ID``; a name is what somebody chose, and may be anybody's. Without
    it the name is one that the code gives: ``server``, ``kiosk``, ``host``, ``operator:NAME``. ``person``: whom the act
    is found by, where the name says more than that.
    """

    name: str
    address: str = ON_THE_SERVER
    reason: str = ""
    by: str = ""
    person: str = ""

    @property
    def key_id(self) -> UUID | None:
        """The API key that acts, if it is one."""
        kind, _, said = self.by.partition(":")
        return UUID(said) if kind == "key" else None

    @classmethod
    def of_user(cls, user_id: UUID, name: str, address: str, reason: str = "") -> Self:
        """Somebody of the team."""
        return cls(name, address, reason, f"user:{user_id}")


@dataclass(frozen=True, slots=True)
class AdminAct:
    """What was done: a kind ``subject.verb``, and its particulars."""

    kind: str
    actor: Actor
    detail: Mapping[str, str] = field(default_factory=dict)


class AuditTrail:
    """Records acts."""

    def __init__(self, ring: KeyRing, clock: Clock) -> None:
        self._ring = ring
        self._clock = clock

    async def record(self, tx: Tenant, act: AdminAct) -> UUID:
        """Record an act of this transaction's organisation; the id of its entry.

        Raises:
            ReasonNeededError: such an act wants a reason (``policy/reasons``) and has none: nothing of it is done.
        """
        _require_reason(act)
        now = self._clock.now()
        actor = act.actor
        detail = {**act.detail, BY: actor.by or actor.name.partition(":")[0]}
        body = AdminBody(actor=actor.name, address=actor.address, reason=actor.reason, detail=detail)
        raw, sealed = make_admin_entry(act.kind, body, tenant=tx.id, at_ms=unix_ms(now), entropy=secrets.token_bytes)
        cipher = await data_keys.open_organisation_key(tx, self._ring)
        header = decode_admin_header(raw)
        record = Record(
            id=header.id,
            kind=header.kind,
            raw=raw,
            body=exact_json.encode(sealed),
            actor=actor_token(cipher, act.actor.person or act.actor.name),
            kiosk_id=_id_of(act.detail.get("kiosk")),
            stay_id=_id_of(act.detail.get("stay")),
        )
        await audit_log.add_record(tx, cipher, record, now)
        return header.id


def _require_reason(act: AdminAct) -> None:
    on_the_server = act.actor.address == ON_THE_SERVER
    if not act.actor.reason.strip() and wants_reason(act.kind, act.detail, on_the_server=on_the_server):
        raise ReasonNeededError("say why (--reason TEXT): it goes into the audit log, and nothing was done without it")


def _id_of(text: str | None) -> UUID | None:
    return UUID(text) if text else None
