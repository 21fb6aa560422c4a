"""The on-site projection: one row a stay, personal columns sealed, found by blind tokens."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.errors import SealedFieldError
from cloud_api.keys.fields import FieldCipher
from cloud_api.keys.ring import KeyRing
from cloud_api.policy.reach import EVERYWHERE, Reach
from cloud_api.store import data_keys
from cloud_api.store.db import Tenant
from cloud_api.store.reaching import WITHIN_VISITS, visit_values

# Without "on conflict" where there can be none: looking for a conflict first costs as much as the insert.
_ADD_TOKENS = (
    "insert into lodge.stay_token (tenant_id, token, stay_id)"
    " select %s, token, stay from unnest(%b::bytea[], %b::uuid[]) as fresh (token, stay)"
)
_PERSONAL = ("name", "company", "host", "zone", "email", "details")


@dataclass(frozen=True, slots=True)
class Person:
    """The personal part of a stay; ``details`` is JSON of what else was asked."""

    name: str
    company: str
    host: str
    zone: str
    email: str
    details: str


@dataclass(frozen=True, slots=True)
class Stay:
    """One person on one visit. ``person`` is ``None`` where nothing readable is held: an unnamed person."""

    id: UUID
    site_id: UUID | None
    host_id: UUID | None
    present: bool
    flags: tuple[str, ...]
    arrived_at: datetime | None
    departed_at: datetime | None
    person: Person | None


async def put_many(tx: Tenant, ciphers: Mapping[UUID, FieldCipher], stays: Sequence[Stay], now: datetime) -> None:
    """Write stays as the fold has them. Without a ``person`` or a key the personal columns stay as they are."""
    if not stays:
        return
    columns = [[_seal(ciphers.get(stay.id), stay, column) for stay in stays] for column in _PERSONAL]
    await tx.connection.execute(
        "insert into lodge.stay (tenant_id, id, site_id, data_key_id, host_id, present, flags, arrived_at,"
        " departed_at, name, company, host, zone, email, details, updated_at)"
        " select %s, id, site, id, host_id, present, string_to_array(flags, ' '), arrived, departed,"
        " name, company, host, zone, email, details, %s from unnest(%b::uuid[], %b::uuid[], %b::uuid[],"
        " %b::bool[], %b::text[], %b::timestamptz[], %b::timestamptz[], %b::bytea[], %b::bytea[],"
        " %b::bytea[],"
        " %b::bytea[], %b::bytea[], %b::bytea[]) as fresh (id, site, host_id, present, flags, arrived,"
        " departed,"
        " name, company, host, zone, email, details)"
        " on conflict (tenant_id, id) do update set site_id = coalesce(excluded.site_id, stay.site_id),"
        " host_id = coalesce(excluded.host_id, stay.host_id), present = excluded.present,"
        " flags = excluded.flags, departed_at = excluded.departed_at,"
        # What an arrival that was recorded again says of its first time is known only while its body is at hand.
        " arrived_at = least(excluded.arrived_at, stay.arrived_at),"
        " name = coalesce(excluded.name, stay.name), company = coalesce(excluded.company, stay.company),"
        " host = coalesce(excluded.host, stay.host), zone = coalesce(excluded.zone, stay.zone),"
        " email = coalesce(excluded.email, stay.email), details = coalesce(excluded.details, stay.details),"
        " updated_at = excluded.updated_at",
        (
            tx.id,
            now,
            [stay.id for stay in stays],
            [stay.site_id for stay in stays],
            [stay.host_id for stay in stays],
            [stay.present for stay in stays],
            [" ".join(stay.flags) for stay in stays],
            [stay.arrived_at for stay in stays],
            [stay.departed_at for stay in stays],
            *columns,
        ),
    )


async def add_tokens(tx: Tenant, tokens: Mapping[UUID, Collection[bytes]], *, fresh: Collection[UUID]) -> None:
    """Let stays be found by these tokens. ``fresh`` stays began in this transaction: they can have none yet."""
    for is_fresh, statement in ((True, _ADD_TOKENS), (False, f"{_ADD_TOKENS} on conflict do nothing")):
        # In the order of the index, which then grows along its leaves; as numbers, which compare at once.
        pairs = sorted(
            (token, stay.int, stay) for stay, found in tokens.items() if (stay in fresh) is is_fresh for token in found
        )
        if pairs:
            values = (tx.id, [token for token, _, _ in pairs], [stay for _, _, stay in pairs])
            await tx.connection.execute(statement.encode(), values)


async def list_present(
    tx: Tenant, ring: KeyRing, *, reach: Reach = EVERYWHERE, site_id: UUID | None = None, limit: int = 2000
) -> list[Stay]:
    """Who is on site within reach, earliest first; of one site where one is named."""
    return await _read(
        tx,
        ring,
        f"present and (%s::uuid is null or site_id = %s) and {WITHIN_VISITS}"
        " order by arrived_at nulls first, id limit %s",
        (site_id, site_id, *visit_values(reach), limit),
    )


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which visits a list holds: arrived from ``since`` to before ``until``, at a site, still present or not; and,
    as a list goes on, after this arrival and id.
    """

    site_id: UUID | None = None
    present: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: tuple[datetime, UUID] | None = None


async def list_chosen(tx: Tenant, ring: KeyRing, chosen: Chosen, *, reach: Reach, limit: int) -> list[Stay]:
    """Stays within reach whose arrival is known, latest first."""
    at, after = chosen.after or (None, None)
    return await _read(
        tx,
        ring,
        "arrived_at is not null and (%s::uuid is null or site_id = %s) and (%s::bool is null or present = %s)"
        " and arrived_at >= coalesce(%s::timestamptz, '-infinity')"
        " and arrived_at < coalesce(%s::timestamptz, 'infinity')"
        " and (arrived_at, id) < (coalesce(%s::timestamptz, 'infinity'), coalesce(%s::uuid, %s))"
        f" and {WITHIN_VISITS} order by arrived_at desc, id desc limit %s",
        (
            chosen.site_id,
            chosen.site_id,
            chosen.present,
            chosen.present,
            chosen.since,
            chosen.until,
            at,
            after,
            UUID(int=0),
            *visit_values(reach),
            limit,
        ),
    )


async def list_recent(
    tx: Tenant, ring: KeyRing, *, since: datetime, site_id: UUID | None = None, limit: int = 2000
) -> list[Stay]:
    """Stays that began at or after ``since``, latest first, departed ones included."""
    return await _read(
        tx,
        ring,
        "arrived_at >= %s and (%s::uuid is null or site_id = %s) order by arrived_at desc, id limit %s",
        (since, site_id, site_id, limit),
    )


async def find_many(tx: Tenant, ring: KeyRing, stays: Collection[UUID]) -> dict[UUID, Stay]:
    """Those of the stays that exist."""
    found = await _read(tx, ring, "id = any(%s)", (list(stays),))
    return {stay.id: stay for stay in found}


async def find_place(tx: Tenant, stay_id: UUID) -> tuple[UUID | None, UUID | None] | None:
    """Site and host of a stay, ``None`` when there is no such stay."""
    cursor = await tx.connection.execute(
        "select site_id, host_id from lodge.stay where tenant_id = %s and id = %s", (tx.id, stay_id)
    )
    row = await cursor.fetchone()
    return (row[0], row[1]) if row else None


async def search(
    tx: Tenant, ring: KeyRing, tokens: Collection[bytes], *, reach: Reach = EVERYWHERE, limit: int = 200
) -> list[Stay]:
    """Stays within reach that bear all of these tokens, latest first."""
    return await _read(
        tx,
        ring,
        "id in (select stay_id from lodge.stay_token where tenant_id = %s and token = any(%s)"  # noqa: S608  constants
        f" group by stay_id having count(*) = %s) and {WITHIN_VISITS}"
        " order by arrived_at desc nulls last, id limit %s",
        (tx.id, list(tokens), len(tokens), *visit_values(reach), limit),
    )


async def _read(tx: Tenant, ring: KeyRing, condition: str, values: tuple[object, ...]) -> list[Stay]:
    query = (
        "select id, site_id, host_id, present, flags, arrived_at, departed_at,"  # noqa: S608  conditions are constants of this module
        f" name, company, host, zone, email, details from lodge.stay where tenant_id = %s and {condition}"
    )
    cursor = await tx.connection.execute(query.encode(), (tx.id, *values))
    rows = await cursor.fetchall()
    ciphers = await data_keys.open_keys(tx, ring, [row[0] for row in rows], damaged_too=False) if rows else {}
    return [
        Stay(row[0], row[1], row[2], row[3], tuple(row[4]), row[5], row[6], _open(ciphers, row[0], row[7:]))
        for row in rows
    ]


def _open(ciphers: Mapping[UUID, FieldCipher], stay_id: UUID, sealed: Sequence[bytes | None]) -> Person | None:
    """Who it is, as far as it can be read: damage to one row must take nobody else off a list, nor this person."""
    cipher = ciphers.get(stay_id)
    if cipher is None:
        return None
    name, *rest = (_open_text(cipher, stay_id, column, value) for column, value in zip(_PERSONAL, sealed, strict=True))
    return None if name is None else Person(name, *(text or "" for text in rest))


def _open_text(cipher: FieldCipher, stay_id: UUID, column: str, sealed: bytes | None) -> str | None:
    try:
        return None if sealed is None else cipher.open_text(sealed, table="stay", column=column, row=str(stay_id))
    except SealedFieldError:
        return None


def _seal(cipher: FieldCipher | None, stay: Stay, column: str) -> bytes | None:
    if cipher is None or stay.person is None:
        return None
    plain = str(getattr(stay.person, column))
    return cipher.seal_text(plain, table="stay", column=column, row=str(stay.id))
