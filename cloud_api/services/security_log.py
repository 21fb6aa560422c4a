"""The server's own log of security events that belong to no organisation, sealed under a key of the server."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from cloud_api.clock import Clock
from cloud_api.keys.fields import FieldCipher
from cloud_api.services.server_keys import ServerKeys
from cloud_api.store import system_log
from cloud_api.store.db import Database

_SECRET = "system-log"  # noqa: S105  the name of a secret, not the secret
_SERVER = UUID(int=0)
_LONGEST_NAME = 254


class SecurityDetail(msgspec.Struct, frozen=True):
    """Where an event came from, and the name that was given."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """One entry as the operator reads it."""

    at: datetime
    kind: str
    detail: SecurityDetail


class SecurityLog:
    """Writes and reads the log."""

    def __init__(self, db: Database, keys: ServerKeys, clock: Clock) -> None:
        self._db = db
        self._keys = keys
        self._clock = clock

    async def note(self, kind: str, *, address: str, name: str) -> None:
        """Write an event down; ``name`` is what a stranger typed, and is cut."""
        entry_id = uuid4()
        raw = msgspec.json.encode(SecurityDetail(address, name[:_LONGEST_NAME]))
        sealed = (await self._cipher()).seal(raw, table="system_log", column="sealed", row=str(entry_id))
        await system_log.add(self._db, entry_id, at=self._clock.now(), log_class="security", kind=kind, sealed=sealed)

    async def list_newest(self, *, since: datetime | None = None, limit: int = 200) -> list[SecurityEvent]:
        """The newest events, newest first."""
        cipher = await self._cipher()
        found = await system_log.list_newest(self._db, "security", since=since, limit=limit)
        return [
            SecurityEvent(
                at,
                kind,
                msgspec.json.decode(
                    cipher.open(sealed, table="system_log", column="sealed", row=str(entry_id)), type=SecurityDetail
                ),
            )
            for entry_id, at, kind, sealed in found
        ]

    async def _cipher(self) -> FieldCipher:
        return FieldCipher(_SERVER, _SERVER, await self._keys.get(_SECRET))
