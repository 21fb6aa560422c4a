"""Signing with the organisation's keys: each for its own use, opened only while it signs."""

from collections.abc import Iterable
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud_api.keys.ring import KeyRing
from cloud_api.store import data_keys, signing_keys
from cloud_api.store.db import Tenant
from cloud_api.store.signing_keys import SigningPurpose
from sync.protocol import exact_json
from sync.protocol.archive import Member, sign_archive, sign_members
from sync.protocol.checkpoint import Checkpoint, sign_checkpoint
from sync.protocol.codes import Purpose, sign_code
from sync.protocol.feed import PageHead, sign_head
from sync.protocol.feed.orders import Command, sign_command
from sync.protocol.jws import read_header, read_unverified_payload
from sync.protocol.keys import private_key
from sync.protocol.objects import ObjectReceipt, sign_object_receipt
from sync.protocol.receipt import Receipt, sign_receipt


class Signatures:
    """Signs for organisations."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    async def sign_receipt(self, tx: Tenant, receipt: Receipt) -> str:
        """A receipt by the receipt key."""
        return sign_receipt(receipt, await self._open(tx, "receipt"))

    async def sign_object_receipt(self, tx: Tenant, receipt: ObjectReceipt) -> str:
        """The receipt of a photo or signature by the receipt key."""
        return sign_object_receipt(receipt, await self._open(tx, "receipt"))

    async def renew_receipt(self, tx: Tenant, signed: str) -> str:
        """A stored receipt as it is, or with the same words signed by today's key where its own has leaked (C46)."""
        withdrawn = await signing_keys.withdrawn_ids(tx)
        if not withdrawn or read_header(signed, what="our own receipt").kid not in withdrawn:
            return signed
        words = read_unverified_payload(signed, what="our own receipt")
        return await self.sign_receipt(tx, exact_json.decode(words, Receipt, what="our own receipt"))

    async def sign_head(self, tx: Tenant, head: PageHead) -> str:
        """The head of a feed page by the feed key."""
        return sign_head(head, await self._open(tx, "feed"))

    async def sign_command(self, tx: Tenant, command: Command) -> str:
        """A command to kiosks by the command key."""
        return sign_command(command, await self._open(tx, "command"))

    async def sign_invitation(self, tx: Tenant, invitation: UUID, *, expires_s: int) -> str:
        """The code of an invitation by the token key; ``expires_s``: seconds since 1970."""
        key = await self._open(tx, "token")
        return sign_code(Purpose.INVITATION, invitation, tenant=tx.id, expires_s=expires_s, key=key)

    async def sign_checkpoint(self, tx: Tenant, checkpoint: Checkpoint) -> str:
        """A checkpoint by the log key."""
        return sign_checkpoint(checkpoint, await self._open(tx, "log"))

    async def sign_archive(self, tx: Tenant, members: dict[str, bytes], *, tenant: UUID, created_ms: int) -> bytes:
        """The manifest of an audit export by the log key."""
        return sign_archive(members, tenant=tenant, created_ms=created_ms, key=await self._open(tx, "log"))

    async def sign_members(self, tx: Tenant, listed: Iterable[Member], *, created_ms: int) -> bytes:
        """The same for members that were written already."""
        return sign_members(listed, tenant=tx.id, created_ms=created_ms, key=await self._open(tx, "log"))

    async def _open(self, tx: Tenant, purpose: SigningPurpose) -> Ed25519PrivateKey:
        cipher = await data_keys.open_organisation_key(tx, self._ring)
        return private_key(await signing_keys.open_current(tx, cipher, purpose))
