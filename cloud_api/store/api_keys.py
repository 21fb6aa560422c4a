"""API keys: the database knows the SHA-256 of a key, never the key."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import TupleRow

from cloud_api.keys.fields import FieldCipher
from cloud_api.store.db import Tenant

_TABLE = "api_key"
_COLUMNS = "id, maker_id, name, permissions, site_ids, made_at, ends_at, used_at, revoked_at, parent_id"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key. ``sites``: ``None`` for all locations; ``permissions`` by name; ``ends_at`` is ``None`` for no end;
    ``parent_id``: the key that asked for it.
    """

    id: UUID
    maker_id: UUID
    name: str
    permissions: tuple[str, ...]
    sites: tuple[UUID, ...] | None
    made_at: datetime
    ends_at: datetime | None
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    parent_id: UUID | None = None

    def is_good(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and (self.ends_at is None or now < self.ends_at)


async def add(tx: Tenant, cipher: FieldCipher, token_hash: bytes, key: ApiKey) -> None:
    """Keep a new key."""
    await tx.connection.execute(
        "insert into lodge.api_key (tenant_id, id, token_hash, maker_id, data_key_id, name, permissions, site_ids,"
        " made_at, ends_at, parent_id) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
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
            key.parent_id,
        ),
    )


async def find_by_token(tx: Tenant, cipher: FieldCipher, token_hash: bytes) -> ApiKey | None:
    """The key behind a token, whether or not it is still good."""
    query = f"select {_COLUMNS} from lodge.api_key where tenant_id = %s and token_hash = %s"  # noqa: S608  constants
    cursor = await tx.connection.execute(query.encode(), (tx.id, token_hash))
    row = await cursor.fetchone()
    return None if row is None else _open(cipher, row)


async def hold(tx: Tenant, cipher: FieldCipher, key_id: UUID) -> ApiKey | None:
    """A key that nobody revokes until this transaction ends."""
    query = f"select {_COLUMNS} from lodge.api_key where tenant_id = %s and id = %s for share"  # noqa: S608  constants
    row = await (await tx.connection.execute(query.encode(), (tx.id, key_id))).fetchone()
    return None if row is None else _open(cipher, row)


async def count_good(tx: Tenant, now: datetime) -> int:
    """How many keys open anything."""
    cursor = await tx.connection.execute(
        "select count(*) from lodge.api_key where tenant_id = %s and revoked_at is null"
        " and (ends_at is null or ends_at > %s)",
        (tx.id, now),
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def remove_over(tx: Tenant, before: datetime) -> int:
    """Forget keys that were revoked or ended before then; how many there were."""
    cursor = await tx.connection.execute(
        "delete from lodge.api_key where tenant_id = %s and (revoked_at < %s or ends_at < %s)", (tx.id, before, before)
    )
    return cursor.rowcount


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


async def came_of(tx: Tenant, key_id: UUID) -> list[UUID]:
    """A key and those that came of it, as far as they were not revoked before."""
    cursor = await tx.connection.execute(
        "with recursive line (id) as (select id from lodge.api_key where tenant_id = %s and id = %s"
        " and revoked_at is null union select k.id from lodge.api_key k join line on k.parent_id = line.id"
        " where k.tenant_id = %s and k.revoked_at is null) select id from line",
        (tx.id, key_id, tx.id),
    )
    return [row[0] for row in await cursor.fetchall()]


async def revoke(tx: Tenant, key_id: UUID, now: datetime) -> list[UUID]:
    """End a key and all that came of it, it first; empty when there is none, or it was ended before."""
    ended: list[UUID] = []
    level: list[UUID] = [key_id]
    column = "id"
    # Level by level, each a statement of its own: one that waited for a key being made (``hold``) sees it in the next.
    while level:
        cursor = await tx.connection.execute(
            f"update lodge.api_key set revoked_at = %s where tenant_id = %s and {column} = any(%s)"  # noqa: S608  constants
            " and revoked_at is null returning id".encode(),
            (now, tx.id, level),
        )
        level = [row[0] for row in await cursor.fetchall()]
        ended += level
        column = "parent_id"
    return ended


def _open(cipher: FieldCipher, row: TupleRow) -> ApiKey:
    name = cipher.open_text(bytes(row[2]), table=_TABLE, column="name", row=str(row[0]))
    sites = None if row[4] is None else tuple(row[4])
    return ApiKey(row[0], row[1], name, tuple(row[3]), sites, *row[5:])
