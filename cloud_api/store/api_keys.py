"""API keys: the database knows the SHA-256 of a key, never the key."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import TupleRow

from cloud_api.keys.fields import FieldCipher
from cloud_api.store.db import Tenant

_TABLE = "api_key"
_COLUMNS = "id, maker_id, name, permissions, site_ids, made_at, ends_at, used_at, revoked_at"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key. ``sites``: ``None`` for all locations; ``permissions`` by name; ``ends_at`` is ``None`` for no end."""

    id: UUID
    maker_id: UUID
    name: str
    permissions: tuple[str, ...]
    sites: tuple[UUID, ...] | None
    made_at: datetime
    ends_at: datetime | None
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and (self.ends_at is None or now < self.ends_at)


async def add(tx: Tenant, cipher: FieldCipher, token_hash: bytes, key: ApiKey) -> None:
    """Keep a new key."""
    await tx.connection.execute(
        "insert into lodge.api_key (tenant_id, id, token_hash, maker_id, data_key_id, name, permissions, site_ids,"
        " made_at, ends_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            tx.id,
            key.id,
            token_hash,
            key.maker_id,
            cipher.key_id,
            cipher.seal_text(key.name, table=_TABLE, column="name", row=str(key.id)),
            list(key.permissions),
            None if key.sites is None else list(key.sites),
            key.made_at,
            key.ends_at,
        ),
    )


async def find_by_token(tx: Tenant, cipher: FieldCipher, token_hash: bytes) -> ApiKey | None:
    """The key behind a token, whether or not it is still good."""
    query = f"select {_COLUMNS} from lodge.api_key where tenant_id = %s and token_hash = %s"  # noqa: S608  constants
    cursor = await tx.connection.execute(query.encode(), (tx.id, token_hash))
    row = await cursor.fetchone()
    return None if row is None else _open(cipher, row)


async def list_all(tx: Tenant, cipher: FieldCipher) -> list[ApiKey]:
    """All keys, the newest first."""
    query = f"select {_COLUMNS} from lodge.api_key where tenant_id = %s order by made_at desc, id"  # noqa: S608  constants
    cursor = await tx.connection.execute(query.encode(), (tx.id,))
    return [_open(cipher, row) for row in await cursor.fetchall()]


async def note_use(tx: Tenant, key_id: UUID, now: datetime) -> None:
    """Remember that a key was used."""
    await tx.connection.execute(
        "update lodge.api_key set used_at = %s where tenant_id = %s and id = %s", (now, tx.id, key_id)
    )


async def revoke(tx: Tenant, key_id: UUID, now: datetime) -> bool:
    """End a key; ``False`` when there is none, or it was ended before."""
    cursor = await tx.connection.execute(
        "update lodge.api_key set revoked_at = %s where tenant_id = %s and id = %s and revoked_at is null",
        (now, tx.id, key_id),
    )
    return cursor.rowcount == 1


def _open(cipher: FieldCipher, row: TupleRow) -> ApiKey:
    name = cipher.open_text(bytes(row[2]), table=_TABLE, column="name", row=str(row[0]))
    sites = None if row[4] is None else tuple(row[4])
    return ApiKey(row[0], row[1], name, tuple(row[3]), sites, row[5], row[6], row[7], row[8])
