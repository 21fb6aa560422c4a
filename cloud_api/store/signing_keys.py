"""The organisation's keys (private halves sealed), to sign with and to open photos with, and its signed keys pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cloud_api.errors import KeyServiceError
from cloud_api.keys.fields import FieldCipher
from cloud_api.store.changes import FEED_CHANNEL
from cloud_api.store.db import Tenant
from sync.protocol.keys import base64url

SigningPurpose = Literal["receipt", "feed", "command", "token", "log"]
KeyPurpose = Literal["receipt", "feed", "command", "token", "log", "sealing"]
KeyStanding = Literal["next", "current", "retired", "withdrawn"]


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key: ``id`` is its thumbprint, ``public_key`` its 32 raw bytes."""

    id: str
    purpose: KeyPurpose
    standing: KeyStanding
    public_key: bytes
    created_at: datetime

    @property
    def public_text(self) -> str:
        """The public key as the protocol writes it."""
        return base64url(self.public_key)


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A signed keys page and the root key (32 raw bytes) that signed it."""

    version: int
    page: str
    root_key: bytes
    created_at: datetime


async def add(tx: Tenant, cipher: FieldCipher, key: StoredKey, private_key: bytes) -> None:
    """Keep a key with its sealed private half (32 bytes)."""
    sealed = cipher.seal(private_key, table="signing_key", column="private_key", row=key.id)
    await tx.connection.execute(
        "insert into lodge.signing_key"
        " (tenant_id, id, purpose, standing, public_key, data_key_id, private_key, created_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (tx.id, key.id, key.purpose, key.standing, key.public_key, cipher.key_id, sealed, key.created_at),
    )


async def list_all(tx: Tenant) -> list[StoredKey]:
    """All keys, newest last."""
    cursor = await tx.connection.execute(
        "select id, purpose, standing, public_key, created_at from lodge.signing_key where tenant_id = %s"
        " order by purpose, created_at, id",
        (tx.id,),
    )
    return [StoredKey(row[0], row[1], row[2], bytes(row[3]), row[4]) for row in await cursor.fetchall()]


async def retire_current(tx: Tenant, purpose: KeyPurpose) -> None:
    """Let the current key of a purpose verify what it signed, and sign no more: its private half is deleted.

    That of a sealing key stays: photos that were sealed to it may still be on their way.
    """
    await tx.connection.execute(
        "update lodge.signing_key set standing = 'retired',"
        " private_key = case when purpose = 'sealing' then private_key end"
        " where tenant_id = %s and purpose = %s and standing = 'current'",
        (tx.id, purpose),
    )


async def promote_next(tx: Tenant, purpose: KeyPurpose) -> None:
    """Let the next key of a purpose sign; none may be current."""
    await tx.connection.execute(
        "update lodge.signing_key set standing = 'current' where tenant_id = %s and purpose = %s and standing = 'next'",
        (tx.id, purpose),
    )


async def withdraw(tx: Tenant, kid: str, now: datetime) -> None:
    """Believe a key no more; its private half is deleted, unless photos sealed to it may still be on their way."""
    await tx.connection.execute(
        "update lodge.signing_key set standing = 'withdrawn', withdrawn_at = %s,"
        " private_key = case when purpose = 'sealing' then private_key end"
        " where tenant_id = %s and id = %s",
        (now, tx.id, kid),
    )


async def withdrawn_ids(tx: Tenant) -> set[str]:
    """The thumbprints of keys that are believed no more."""
    cursor = await tx.connection.execute(
        "select id from lodge.signing_key where tenant_id = %s and standing = 'withdrawn'", (tx.id,)
    )
    return {row[0] for row in await cursor.fetchall()}


async def open_current(tx: Tenant, cipher: FieldCipher, purpose: SigningPurpose) -> bytes:
    """The private half (32 bytes) of the key that signs now.

    Raises:
        KeyServiceError: the organisation has none.
    """
    cursor = await tx.connection.execute(
        "select id, private_key from lodge.signing_key"
        " where tenant_id = %s and purpose = %s and standing = 'current' and private_key is not null",
        (tx.id, purpose),
    )
    row = await cursor.fetchone()
    if row is None:
        raise KeyServiceError(f"the organisation has no {purpose} key: run lodge-cloud keys status")
    return cipher.open(bytes(row[1]), table="signing_key", column="private_key", row=row[0])


async def open_sealing(tx: Tenant, cipher: FieldCipher, key_id: str) -> bytes:
    """The private half (32 bytes) of a sealing key of whatever standing: what was sealed to it must still open.

    Raises:
        KeyServiceError: the organisation has no such key.
    """
    cursor = await tx.connection.execute(
        "select private_key from lodge.signing_key"
        " where tenant_id = %s and id = %s and purpose = 'sealing' and private_key is not null",
        (tx.id, key_id),
    )
    row = await cursor.fetchone()
    if row is None:
        raise KeyServiceError("the organisation has no such sealing key")
    return cipher.open(bytes(row[0]), table="signing_key", column="private_key", row=key_id)


async def add_page(tx: Tenant, page: StoredPage) -> None:
    """Keep a signed keys page, and wake the kiosks that wait for news."""
    await tx.connection.execute(
        "insert into lodge.keys_page (tenant_id, version, page, root_key, created_at) values (%s, %s, %s, %s, %s)",
        (tx.id, page.version, page.page, page.root_key, page.created_at),
    )
    await tx.connection.execute(
        "select pg_notify(%s, id::text) from lodge.site where tenant_id = %s", (FEED_CHANNEL, tx.id)
    )


async def list_pages(tx: Tenant, *, above: int = 0) -> list[StoredPage]:
    """The keys pages above a version, oldest first."""
    cursor = await tx.connection.execute(
        "select version, page, root_key, created_at from lodge.keys_page"
        " where tenant_id = %s and version > %s order by version",
        (tx.id, above),
    )
    return [StoredPage(row[0], row[1], bytes(row[2]), row[3]) for row in await cursor.fetchall()]


async def newest_page(tx: Tenant) -> StoredPage | None:
    """The newest keys page."""
    pages = await list_pages(tx)
    return pages[-1] if pages else None
