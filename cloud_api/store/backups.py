"""What backups saw when they began, and which of them are confirmed.

Nothing here counts what was accepted: a backup's marks are read in one transaction that ends before the backup starts.
So whatever they name was committed by then, and any copy that starts afterwards holds it; what was still on its way is
in no mark. Numbers rise in the order in which backups began, and a confirmed one stands for all marks up to its own.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.errors import StoreError
from cloud_api.store.db import Connection, Tenant

_CONFIRMED = "(select coalesce(max(number), 0) from ops.backup where confirmed_at is not null)"
_COLUMNS = "id, number, begun_at, confirmed_at"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was begun; ``number``: in which order, from 1 on."""

    id: UUID
    number: int
    begun_at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What no confirmed backup holds: so many events and so many photos."""

    events: int
    photos: int


async def is_expected(connection: Connection) -> bool:
    """Whether receipts wait for backups.

    Raises:
        StoreError: the database has lost the setting.
    """
    cursor = await connection.execute("select expected from ops.backup_terms")
    row = await cursor.fetchone()
    if row is None:
        raise StoreError("the database does not say whether backups are expected: ops.backup_terms is empty")
    return bool(row[0])


async def expect(connection: Connection, now: datetime, *, expected: bool) -> bool:
    """Set whether receipts wait for backups; ``False`` where it was so already."""
    cursor = await connection.execute(
        "update ops.backup_terms set expected = %s, changed_at = %s where expected <> %s", (expected, now, expected)
    )
    return cursor.rowcount == 1


async def begin(connection: Connection, backup_id: UUID, now: datetime) -> Backup:
    """Begin a backup; no other begins before the transaction ends."""
    await connection.execute("select from ops.backup_terms for update")
    cursor = await connection.execute(
        "insert into ops.backup (id, number, begun_at) select %s, coalesce(max(number), 0) + 1, %s from ops.backup"
        " returning number",
        (backup_id, now),
    )
    row = await cursor.fetchone()
    if row is None:
        raise StoreError("the database did not take the backup's beginning")
    return Backup(backup_id, row[0], now, None)


async def confirm(connection: Connection, backup_id: UUID, now: datetime) -> Backup | None:
    """Confirm a backup and say how it stood before; ``None`` where this database has none of the id."""
    cursor = await connection.execute(
        f"select {_COLUMNS} from ops.backup where id = %s for update".encode(),  # noqa: S608  constant
        (backup_id,),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    await connection.execute(
        "update ops.backup set confirmed_at = %s where id = %s and confirmed_at is null", (now, backup_id)
    )
    return Backup(*row)


async def newest(connection: Connection, *, confirmed: bool) -> Backup | None:
    """The one that began last, of all or of those that are confirmed."""
    condition = "confirmed_at is not null" if confirmed else "true"
    cursor = await connection.execute(
        f"select {_COLUMNS} from ops.backup where {condition} order by number desc limit 1".encode()  # noqa: S608  constants
    )
    row = await cursor.fetchone()
    return None if row is None else Backup(*row)


async def mark(tx: Tenant, number: int) -> None:
    """Note all that an organisation has, for the backup that is beginning; forget what later marks have overtaken."""
    await tx.connection.execute(
        "delete from lodge.backup_mark m using lodge.backup_mark later"  # noqa: S608  constant
        " where m.tenant_id = %s and later.tenant_id = m.tenant_id and later.kiosk_id = m.kiosk_id"
        " and later.epoch = m.epoch and later.number > m.number"
        f" and later.number <= {_CONFIRMED}".encode(),
        (tx.id,),
    )
    await tx.connection.execute(
        "delete from lodge.backup_item i where i.tenant_id = %s and length(i.item) = 16 and not exists"
        " (select from lodge.object o where o.tenant_id = i.tenant_id and uuid_send(o.id) = i.item"
        " and o.standing = 'kept')",
        (tx.id,),
    )
    await tx.connection.execute(
        "insert into lodge.backup_mark (tenant_id, kiosk_id, epoch, number, seq)"
        " select h.tenant_id, h.kiosk_id, h.epoch, %s, h.seq from lodge.kiosk_head h where h.tenant_id = %s"
        " and h.seq > coalesce((select max(m.seq) from lodge.backup_mark m where m.tenant_id = h.tenant_id"
        " and m.kiosk_id = h.kiosk_id and m.epoch = h.epoch), 0)",
        (number, tx.id),
    )
    await tx.connection.execute(
        "insert into lodge.backup_item (tenant_id, item, number)"
        " select tenant_id, uuid_send(id), %s from lodge.object where tenant_id = %s and standing = 'kept'"
        " union all select tenant_id, hash, %s from lodge.branch_manifest where tenant_id = %s"
        " on conflict do nothing",
        (number, tx.id, number, tx.id),
    )


async def covered(tx: Tenant, kiosk_id: UUID, epoch: str) -> int | None:
    """The last seq of a log that a confirmed backup holds; ``None`` where receipts do not wait for backups."""
    cursor = await tx.connection.execute(
        "select expected, (select coalesce(max(m.seq), 0) from lodge.backup_mark m"  # noqa: S608  constant
        f" where m.tenant_id = %s and m.kiosk_id = %s and m.epoch = %s and m.number <= {_CONFIRMED})"
        " from ops.backup_terms".encode(),
        (tx.id, kiosk_id, epoch),
    )
    row = await cursor.fetchone()
    if row is None:
        return 0
    return row[1] if row[0] else None


async def covers_item(tx: Tenant, item: bytes) -> bool:
    """Whether a confirmed backup holds a photo (its id) or a branch's batch (its manifest's hash), where receipts wait
    for that.
    """
    cursor = await tx.connection.execute(
        "select not expected or exists (select from lodge.backup_item i"  # noqa: S608  constant
        f" where i.tenant_id = %s and i.item = %s and i.number <= {_CONFIRMED})"
        " from ops.backup_terms".encode(),
        (tx.id, item),
    )
    row = await cursor.fetchone()
    return bool(row and row[0])


async def count_waiting(tx: Tenant) -> Waiting:
    """What of an organisation no confirmed backup holds, whether receipts wait for one or not."""
    held = f"i.number <= {_CONFIRMED}"
    cursor = await tx.connection.execute(
        "select (select coalesce(sum(h.seq - coalesce((select max(m.seq) from lodge.backup_mark m"  # noqa: S608  constants
        " where m.tenant_id = h.tenant_id and m.kiosk_id = h.kiosk_id and m.epoch = h.epoch"
        f" and m.number <= {_CONFIRMED}), 0)), 0) from lodge.kiosk_head h where h.tenant_id = %s)"
        " + (select coalesce(sum(b.last_seq - b.first_seq + 1), 0) from lodge.branch_manifest b"
        f" left join lodge.backup_item i on i.tenant_id = b.tenant_id and i.item = b.hash and {held}"
        " where b.tenant_id = %s and i.item is null),"
        " (select count(*) from lodge.object o"
        f" left join lodge.backup_item i on i.tenant_id = o.tenant_id and i.item = uuid_send(o.id) and {held}"
        " where o.tenant_id = %s and o.standing = 'kept' and i.item is null)".encode(),
        (tx.id, tx.id, tx.id),
    )
    row = await cursor.fetchone()
    return Waiting(int(row[0]), int(row[1])) if row else Waiting(0, 0)
