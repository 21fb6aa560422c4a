"""The operator's log (R27): what was done to organisations from outside of them. It outlives the organisation.

It is sealed under a key of the server, and names no visitor.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from cloud_api.clock import Clock
from cloud_api.keys.fields import FieldCipher
from cloud_api.services.audit_trail import Actor
from cloud_api.services.server_keys import ServerKeys
from cloud_api.store import system_log
from cloud_api.store.db import Database

_SECRET = "system-log"  # noqa: S105  the name of a secret, not the secret
_SERVER = UUID(int=0)


class OperatorDetail(msgspec.Struct, frozen=True):
    """Who did it, from where and why, to which organisation ("": to the whole server), and the particulars."""

    actor: str
    address: str
    reason: str
    organisation: str
    detail: dict[str, str]


@dataclass(frozen=True, slots=True)
class OperatorAct:
    """One entry."""

    at: datetime
    kind: str
    detail: OperatorDetail


class OperatorLog:
    """Writes and reads the log."""

    def __init__(self, db: Database, keys: ServerKeys, clock: Clock) -> None:
        self._db = db
        self._keys = keys
        self._clock = clock

    async def record(
        self, kind: str, tenant: UUID | None, actor: Actor, detail: Mapping[str, str] | None = None
    ) -> None:
        """Write down an act on an organisation, or on the whole server (``None``)."""
        entry_id = uuid4()
        said = OperatorDetail(actor.name, actor.address, actor.reason, str(tenant or ""), dict(detail or {}))
        sealed = (await self._cipher()).seal(msgspec.json.encode(said), **_place(entry_id))
        await system_log.add(self._db, entry_id, at=self._clock.now(), log_class="operation", kind=kind, sealed=sealed)

    async def list_newest(self, *, since: datetime | None = None, limit: int = 200) -> list[OperatorAct]:
        """The newest acts, newest first."""
        cipher = await self._cipher()
        found = await system_log.list_newest(self._db, "operation", since=since, limit=limit)
        return [
            OperatorAct(
                at, kind, msgspec.json.decode(cipher.open(sealed, **_place(entry_id)), type=OperatorDetail, strict=True)
            )
            for entry_id, at, kind, sealed in found
        ]

    async def _cipher(self) -> FieldCipher:
        return FieldCipher(_SERVER, _SERVER, await self._keys.get(_SECRET))


def _place(entry_id: UUID) -> dict[str, str]:
    return {"table": "system_log", "column": "sealed", "row": str(entry_id)}
