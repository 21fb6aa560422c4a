"""Organisations, their sites and zones."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from cloud_api.keys.fields import FieldCipher
from cloud_api.store.db import Tenant

Standing = Literal["open", "suspended", "closing", "destroyed"]
"""``suspended``: nobody signs in, and kiosks wait; ``closing``: the same, until it is exported and gone; ``destroyed``:
its keys are gone, its rows are not yet.
"""


@dataclass(frozen=True, slots=True)
class Site:
    """A place. ``key`` names it in files; ``settings`` is JSON; ``pin_hash`` an Argon2id string or empty."""

    id: UUID
    key: str
    name: str
    time_zone: str
    settings: bytes
    pin_hash: str


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of a site with the muster point that its people go to. ``capacity``: people; 0 where nobody said."""

    id: UUID
    site_id: UUID
    key: str
    name: str
    muster_point: str
    capacity: int = 0


async def add(tx: Tenant, name: str, now: datetime) -> None:
    """Make the organisation whose id the transaction bears."""
    await tx.connection.execute(
        "insert into lodge.organisation (tenant_id, name, created_at) values (%s, %s, %s)", (tx.id, name, now)
    )


async def rename(tx: Tenant, name: str) -> None:
    """Give the organisation another name."""
    await tx.connection.execute("update lodge.organisation set name = %s where tenant_id = %s", (name, tx.id))


async def find_name(tx: Tenant) -> str | None:
    """The organisation's name, or ``None`` when there is no such organisation."""
    cursor = await tx.connection.execute("select name from lodge.organisation where tenant_id = %s", (tx.id,))
    row = await cursor.fetchone()
    return str(row[0]) if row else None


async def find_open_name(tx: Tenant) -> str | None:
    """The organisation's name, or ``None`` when there is none or nobody may work in it."""
    cursor = await tx.connection.execute(
        "select name from lodge.organisation where tenant_id = %s and standing = 'open'", (tx.id,)
    )
    row = await cursor.fetchone()
    return str(row[0]) if row else None


async def find_standing(tx: Tenant) -> Standing | None:
    """Where the organisation stands; ``None`` when there is no such organisation."""
    return await _standing(tx, "")


async def hold_standing(tx: Tenant) -> Standing | None:
    """The same, and it stays so to the end of the transaction."""
    return await _standing(tx, " for update")


async def put_standing(tx: Tenant, standing: Standing, now: datetime) -> None:
    """Say where the organisation stands from now on."""
    await tx.connection.execute(
        "update lodge.organisation set standing = %s, standing_since = %s where tenant_id = %s", (standing, now, tx.id)
    )


async def _standing(tx: Tenant, lock: str) -> Standing | None:
    query = f"select standing from lodge.organisation where tenant_id = %s{lock}"  # noqa: S608  constants
    row = await (await tx.connection.execute(query.encode(), (tx.id,))).fetchone()
    return row[0] if row else None


async def hold_settings(tx: Tenant) -> None:
    """Let nobody else change locations, types, documents or lists of the organisation until this transaction ends:
    taken before anything else is.
    """
    await tx.connection.execute("select 1 from lodge.organisation where tenant_id = %s for no key update", (tx.id,))


async def put_site(tx: Tenant, cipher: FieldCipher, site: Site) -> None:
    """Add a site or change it."""
    pin = _seal_pin(cipher, site)
    await tx.connection.execute(
        "insert into lodge.site (tenant_id, id, key, name, time_zone, settings, data_key_id, pin_hash)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)"
        " on conflict (tenant_id, id) do update set name = excluded.name, time_zone = excluded.time_zone,"
        " settings = excluded.settings, pin_hash = excluded.pin_hash",
        (
            tx.id,
            site.id,
            site.key,
            site.name,
            site.time_zone,
            site.settings.decode("utf-8"),
            cipher.key_id,
            pin,
        ),
    )


async def put_zone(tx: Tenant, zone: Zone) -> None:
    """Add a zone or change it."""
    await tx.connection.execute(
        "insert into lodge.zone (tenant_id, id, site_id, key, name, muster_point, capacity)"
        " values (%s, %s, %s, %s, %s, %s, %s)"
        " on conflict (tenant_id, id) do update set name = excluded.name, muster_point = excluded.muster_point,"
        " capacity = excluded.capacity",
        (tx.id, zone.id, zone.site_id, zone.key, zone.name, zone.muster_point, zone.capacity),
    )


async def list_sites(tx: Tenant, cipher: FieldCipher | None) -> list[Site]:
    """All sites, by name; without ``cipher`` without their PINs' hashes, which lists of people must not depend on."""
    cursor = await tx.connection.execute(
        "select id, key, name, time_zone, settings::text, pin_hash from lodge.site where tenant_id = %s"
        " order by name, id",
        (tx.id,),
    )
    return [
        Site(row[0], row[1], row[2], row[3], row[4].encode("utf-8"), _open_pin(cipher, row[0], row[5]))
        for row in await cursor.fetchall()
    ]


async def list_site_ids(tx: Tenant) -> list[UUID]:
    """The ids of all sites, in their order."""
    cursor = await tx.connection.execute("select id from lodge.site where tenant_id = %s order by id", (tx.id,))
    return [row[0] for row in await cursor.fetchall()]


async def list_zones(tx: Tenant) -> list[Zone]:
    """All zones, by name."""
    cursor = await tx.connection.execute(
        "select id, site_id, key, name, muster_point, capacity from lodge.zone where tenant_id = %s order by name, id",
        (tx.id,),
    )
    return [Zone(*row) for row in await cursor.fetchall()]


def _seal_pin(cipher: FieldCipher, site: Site) -> bytes | None:
    if not site.pin_hash:
        return None
    return cipher.seal_text(site.pin_hash, table="site", column="pin_hash", row=str(site.id))


def _open_pin(cipher: FieldCipher | None, site_id: UUID, sealed: bytes | None) -> str:
    if sealed is None or cipher is None:
        return ""
    return cipher.open_text(sealed, table="site", column="pin_hash", row=str(site_id))
