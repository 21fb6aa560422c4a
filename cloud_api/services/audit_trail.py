"""Administrative acts in the audit log: recorded in the transaction of the act itself, or not at all."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from cloud_api.clock import Clock, unix_ms
from cloud_api.keys.ring import KeyRing
from cloud_api.store import audit_log, data_keys
from cloud_api.store.db import Tenant
from sync.protocol import exact_json
from sync.protocol.audit import AdminBody, decode_admin_header, make_admin_entry


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, from where (an IP address, or ``local`` for commands on the server), and why."""

    name: str
    address: str = "local"
    reason: str = ""


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
        """Record an act of this transaction's organisation; the id of its entry."""
        now = self._clock.now()
        body = AdminBody(
            actor=act.actor.name, address=act.actor.address, reason=act.actor.reason, detail=dict(act.detail)
        )
        raw, sealed = make_admin_entry(act.kind, body, tenant=tx.id, at_ms=unix_ms(now), entropy=secrets.token_bytes)
        cipher = await data_keys.open_organisation_key(tx, self._ring)
        header = decode_admin_header(raw)
        await audit_log.add_record(
            tx,
            cipher,
            record_id=header.id,
            kind=header.kind,
            raw=raw,
            body=exact_json.encode(sealed),
            now=now,
        )
        return header.id
