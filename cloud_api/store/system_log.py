"""The server's own log (R27): what concerns no organisation, or none that is known. Content is sealed."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from cloud_api.store.db import Database

LogClass = Literal["security", "operation"]


async def add(db: Database, entry_id: UUID, *, at: datetime, log_class: LogClass, kind: str, sealed: bytes) -> None:
    """Add an entry."""
    async with db.server() as connection:
        await connection.execute(
            "insert into ops.system_log (id, at, class, kind, sealed) values (%s, %s, %s, %s, %s)",
            (entry_id, at, log_class, kind, sealed),
        )


async def list_newest(
    db: Database, log_class: LogClass, *, since: datetime | None = None, limit: int = 200
) -> list[tuple[UUID, datetime, str, bytes]]:
    """Id, time, kind and sealed content of the newest entries of a class, newest first."""
    async with db.server() as connection:
        cursor = await connection.execute(
            "select id, at, kind, sealed from ops.system_log where class = %s and (%s::timestamptz is null or at >= %s)"
            " order by at desc, id limit %s",
            (log_class, since, since, limit),
        )
        return [(row[0], row[1], row[2], bytes(row[3])) for row in await cursor.fetchall()]


async def purge(db: Database, log_class: LogClass, *, before: datetime, limit: int) -> int:
    """Delete the oldest entries of a class from before a moment; how many went. The database refuses ``security``."""
    async with db.server() as connection:
        cursor = await connection.execute(
            "delete from ops.system_log where id in (select id from ops.system_log where class = %s and at < %s"
            " order by at limit %s)",
            (log_class, before, limit),
        )
        return cursor.rowcount
