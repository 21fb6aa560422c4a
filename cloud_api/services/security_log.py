"""The server's own log of security events that belong to no organisation, sealed under a key of the server.

What people type as an address when they sign in is often somebody's address, and now and then a password. None of it is
written down: a blind token stands in its place, by which equal ones are told to be equal.
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

import msgspec

from cloud_api.clock import Clock
from cloud_api.keys.fields import FieldCipher
from cloud_api.services.server_keys import ServerKeys
from cloud_api.store import system_log
from cloud_api.store.db import Database

_SECRET = "system-log"  # noqa: S105  the name of a secret, not the secret
_NAMES_SECRET = "system-log-names"  # noqa: S105  the name of a secret, not the secret
_SERVER = UUID(int=0)
_LONGEST_NAME = 254
_TOKEN_BYTES = 5  # 8 letters
_TYPED = frozenset({"signin.failed", "reset.without_account"})
"""Kinds whose name is what a person typed."""


class SecurityDetail(msgspec.Struct, frozen=True):
    """Where an event came from, and the name that was given. ``blind``: a token stands in its place; entries of the
    versions before say nothing of it, and hold the name.
    """

    address: str
    name: str
    blind: bool = False


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
        """Write an event down. ``name`` is what a stranger claims, and is cut; what a person typed becomes a token."""
        entry_id = uuid4()
        raw = msgspec.json.encode(await self._blinded(kind, SecurityDetail(address, name[:_LONGEST_NAME])))
        sealed = (await self._cipher()).seal(raw, table="system_log", column="sealed", row=str(entry_id))
        await system_log.add(self._db, entry_id, at=self._clock.now(), log_class="security", kind=kind, sealed=sealed)

    async def list_newest(self, *, since: datetime | None = None, limit: int = 200) -> list[SecurityEvent]:
        """The newest events, newest first; what a person typed is shown as a token also where it was written down."""
        cipher = await self._cipher()
        found = await system_log.list_newest(self._db, "security", since=since, limit=limit)
        return [
            SecurityEvent(
                at,
                kind,
                await self._blinded(
                    kind,
                    msgspec.json.decode(
                        cipher.open(sealed, table="system_log", column="sealed", row=str(entry_id)), type=SecurityDetail
                    ),
                ),
            )
            for entry_id, at, kind, sealed in found
        ]

    async def _blinded(self, kind: str, said: SecurityDetail) -> SecurityDetail:
        if kind not in _TYPED or said.blind:
            return said
        key = await self._keys.get(_NAMES_SECRET)
        return SecurityDetail(said.address, typed_token(key, said.name), blind=True)

    async def _cipher(self) -> FieldCipher:
        return FieldCipher(_SERVER, _SERVER, await self._keys.get(_SECRET))


def typed_token(key: bytes, typed: str) -> str:
    """8 letters and figures for what was typed: the same for the same text on every replica; "" for nothing."""
    if not typed:
        return ""
    mac = hmac.new(key, typed.encode("utf-8", "surrogatepass"), sha256).digest()
    return base64.b32encode(mac[:_TOKEN_BYTES]).decode("ascii").lower()
