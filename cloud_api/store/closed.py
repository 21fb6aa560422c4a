"""What is left of organisations that were closed: ids, times and keys of kiosks; nothing personal."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.store.db import Database


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed organisation. ``export_sha256`` (hex) is of the file that it was exported to, ``None`` where it could
    not be; ``files_gone_at`` is ``None`` while files of photos may be left.
    """

    id: UUID
    closed_at: datetime
    export_sha256: str | None
    files_gone_at: datetime | None


async def has_key(db: Database, epoch: str) -> bool:
    """Whether this was the key of a kiosk of such an organisation."""
    async with db.server() as connection:
        cursor = await connection.execute("select from ops.closed_key where epoch = %s", (epoch,))
        return await cursor.fetchone() is not None


async def list_all(db: Database) -> list[Closed]:
    """All of them, the last one first."""
    async with db.server() as connection:
        cursor = await connection.execute(
            "select tenant_id, closed_at, encode(export_sha256, 'hex'), files_gone_at from ops.closed_organisation"
            " order by closed_at desc, tenant_id"
        )
        return [Closed(*row) for row in await cursor.fetchall()]


async def note_files_gone(db: Database, tenant: UUID, now: datetime) -> None:
    """Remember that no file of it is left either."""
    async with db.server() as connection:
        await connection.execute(
            "update ops.closed_organisation set files_gone_at = %s where tenant_id = %s", (now, tenant)
        )
