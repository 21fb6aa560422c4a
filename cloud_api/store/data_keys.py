"""Organisations' keys and data keys, as they are kept: wrapped, and gone once destroyed."""

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Literal
from uuid import UUID

from cloud_api.errors import KeyServiceError
from cloud_api.keys.fields import FieldCipher
from cloud_api.keys.ring import Kek, KeyRing
from cloud_api.store.db import Tenant

Purpose = Literal["organisation", "stay", "host"]
_KEY_BYTES = 32


async def make_organisation_key(tx: Tenant, ring: KeyRing, now: datetime) -> FieldCipher:
    """The first key-encrypting key of an organisation, and the data key that bears the organisation's id."""
    wrapped = await ring.make(tx.id, 1)
    await tx.connection.execute(
        "insert into lodge.kek (tenant_id, version, service, wrapped, created_at) values (%s, 1, %s, %s, %s)",
        (tx.id, ring.service_name, wrapped, now),
    )
    return await make_key(tx, ring, tx.id, "organisation", now)


async def make_key(tx: Tenant, ring: KeyRing, key_id: UUID, purpose: Purpose, now: datetime) -> FieldCipher:
    """A new data key under the newest organisation's key."""
    return (await _make_keys(tx, await _newest_kek(tx, ring), [key_id], purpose, now))[key_id]


async def open_organisation_key(tx: Tenant, ring: KeyRing) -> FieldCipher:
    """The organisation's own data key.

    Raises:
        KeyServiceError: it is gone (the organisation was destroyed) or does not open.
    """
    if tx.id not in tx.opened:
        tx.opened.update(await open_keys(tx, ring, [tx.id]))
    if tx.id not in tx.opened:
        raise KeyServiceError("the organisation's key is gone: its data cannot be read any more")
    return tx.opened[tx.id]


async def open_keys(
    tx: Tenant, ring: KeyRing, key_ids: Collection[UUID], *, damaged_too: bool = True
) -> dict[UUID, FieldCipher]:
    """Those of the data keys that still exist. Without ``damaged_too`` one that does not open is left out, as for a
    list of people: the others must be shown.

    Raises:
        KeyServiceError: one exists and does not open, or an organisation's key does not.
    """
    cursor = await tx.connection.execute(
        "select d.id, d.kek_version, k.wrapped, d.wrapped from lodge.data_key d"
        " join lodge.kek k on k.tenant_id = d.tenant_id and k.version = d.kek_version"
        " where d.tenant_id = %s and d.id = any(%s) and d.wrapped is not null and k.wrapped is not null",
        (tx.id, list(key_ids)),
    )
    found: dict[UUID, FieldCipher] = {}
    for key_id, version, wrapped_kek, wrapped in await cursor.fetchall():
        kek = await ring.open(tx.id, version, wrapped_kek)
        try:
            found[key_id] = FieldCipher(tx.id, key_id, kek.unwrap(wrapped))
        except KeyServiceError:
            if damaged_too:
                raise
    return found


async def open_stay_keys(
    tx: Tenant, ring: KeyRing, stays: Collection[UUID], now: datetime
) -> tuple[dict[UUID, FieldCipher], set[UUID]]:
    """The data keys of stays, made where there are none; and which of them are new.

    A stay whose key was destroyed (erasure) is not in the answer: nothing personal is stored for it again. The keys
    stay locked to the end of the transaction, so that no two transactions fold the events of one stay, each without
    those of the other.
    """
    if not stays:
        return {}, set()
    kek = await _newest_kek(tx, ring)
    # In one order everywhere: two kiosks that tell of the same stays must not lock each other out.
    made = await _make_keys(tx, kek, sorted(stays), "stay", now)
    others = sorted(set(stays) - set(made))
    if not others:
        return dict(made), set(made)
    await tx.connection.execute(
        "select from lodge.data_key where tenant_id = %s and id = any(%b::uuid[]) order by id for no key update",
        (tx.id, others),
    )
    return {**made, **await open_keys(tx, ring, others)}, set(made)


async def _make_keys(
    tx: Tenant, kek: Kek, key_ids: list[UUID], purpose: Purpose, now: datetime
) -> dict[UUID, FieldCipher]:
    fresh = {key_id: secrets.token_bytes(_KEY_BYTES) for key_id in key_ids}
    cursor = await tx.connection.execute(
        "insert into lodge.data_key (tenant_id, id, kek_version, purpose, wrapped, created_at)"
        " select %s, id, %s, %s, wrapped, %s from unnest(%b::uuid[], %b::bytea[]) as fresh (id, wrapped)"
        " on conflict do nothing returning id",
        (tx.id, kek.version, purpose, now, key_ids, [kek.wrap(fresh[key_id]) for key_id in key_ids]),
    )
    made = [row[0] for row in await cursor.fetchall()]
    return {key_id: FieldCipher(tx.id, key_id, fresh[key_id]) for key_id in made}


async def _newest_kek(tx: Tenant, ring: KeyRing) -> Kek:
    cursor = await tx.connection.execute(
        "select version, wrapped from lodge.kek where tenant_id = %s and wrapped is not null"
        # Held, so that no version is destroyed while something new is wrapped by it (store/keks.py).
        " order by version desc limit 1 for key share",
        (tx.id,),
    )
    row = await cursor.fetchone()
    if row is None:
        raise KeyServiceError("the organisation's key is gone: its data cannot be read any more")
    return await ring.open(tx.id, row[0], row[1])
