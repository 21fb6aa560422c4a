"""Commands to kiosks, and what kiosks said of them in their logs."""

import contextlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.errors import SealedFieldError
from cloud_api.keys.fields import FieldCipher
from cloud_api.store.db import Tenant


@dataclass(frozen=True, slots=True)
class StoredCommand:
    """A command. ``name``: what a file calls it; ``kiosk_id``: ``None`` for all of the site; ``arguments``: JSON."""

    id: UUID
    name: str | None
    site_id: UUID
    kiosk_id: UUID | None
    order: str
    arguments: bytes
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """Where a kiosk's log answers a command: the entry's ``seq`` and ``hash`` (hex), its sealed body's JSON."""

    kiosk_id: UUID
    seq: int
    hash: str
    received_at: datetime
    body: bytes


_COLUMNS = "id, name, site_id, kiosk_id, order_name, arguments::text, issued_at, expires_at"


async def add(tx: Tenant, command: StoredCommand) -> None:
    """Keep a command; it is never changed."""
    await tx.connection.execute(
        "insert into lodge.command"
        " (tenant_id, id, name, site_id, kiosk_id, order_name, arguments, issued_at, expires_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            tx.id,
            command.id,
            command.name,
            command.site_id,
            command.kiosk_id,
            command.order,
            command.arguments.decode("utf-8"),
            command.issued_at,
            command.expires_at,
        ),
    )


async def list_newest(tx: Tenant, *, limit: int) -> list[StoredCommand]:
    """The last that were given, newest first."""
    return await _read(tx, "order by issued_at desc, id limit %s", limit)


async def list_valid(tx: Tenant, site_id: UUID, now: datetime) -> list[StoredCommand]:
    """Those for a site that have not expired."""
    return await _read(tx, "and site_id = %s and expires_at > %s order by issued_at, id", site_id, now)


async def list_valid_orders(tx: Tenant, order: str, now: datetime) -> list[StoredCommand]:
    """Those of this order, for whatever site, that have not expired."""
    return await _read(tx, "and order_name = %s and expires_at > %s order by issued_at, id", order, now)


async def find_named(tx: Tenant, names: Collection[str]) -> dict[str, StoredCommand]:
    """Those of these names that were given before."""
    found = await _read(tx, "and name = any(%s)", list(names))
    return {command.name: command for command in found if command.name is not None}


async def list_answers(tx: Tenant, cipher: FieldCipher, since: datetime) -> list[StoredAnswer]:
    """What kiosks said of commands since then, in the order in which it came, as far as it can be opened."""
    cursor = await tx.connection.execute(
        "select h.kiosk_id, h.epoch, h.seq, h.hash, h.received_at, b.full_body from lodge.event_header h"
        " join lodge.event_body b using (tenant_id, kiosk_id, epoch, seq)"
        " where h.tenant_id = %s and h.kind = 'command.answered' and h.received_at >= %s"
        " and h.stay_id is null and b.full_body is not null order by h.received_at, h.kiosk_id, h.seq",
        (tx.id, since),
    )
    found: list[StoredAnswer] = []
    for kiosk, epoch, seq, digest, received, sealed in await cursor.fetchall():
        with contextlib.suppress(SealedFieldError):
            body = cipher.open(bytes(sealed), table="event_body", column="full_body", row=f"{epoch}/{seq}")
            found.append(StoredAnswer(kiosk, seq, bytes(digest).hex(), received, body))
    return found


async def _read(tx: Tenant, rest: str, *values: object) -> list[StoredCommand]:
    cursor = await tx.connection.execute(
        f"select {_COLUMNS} from lodge.command where tenant_id = %s {rest}".encode(),  # noqa: S608  constants
        (tx.id, *values),
    )
    return [
        StoredCommand(row[0], row[1], row[2], row[3], row[4], row[5].encode("utf-8"), row[6], row[7])
        for row in await cursor.fetchall()
    ]
