"""Ingest into a log that has grown: batches into a database of ten thousand events, and into one of many more, in turn.

What lies between is written by the database itself: headers, bodies, stays, keys and search tokens of another kiosk of
the same organisation, as many a visit and about as large as real ones.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

from benchmarks.bench_kiosk import BenchKiosk, enrol, enrol_at
from benchmarks.ingest import take
from benchmarks.own_database import own_database
from benchmarks.rows import Pair, Row, at_most
from cloud_api.clock import SystemClock
from cloud_api.composition import Cloud, DatabaseAddresses, build_cloud
from cloud_api.config import CloudSettings
from cloud_api.keys.local import LocalKeyService, add_key
from cloud_api.keys.ring import KeyRing
from cloud_api.migrations.roles import APPLICATION
from cloud_api.store.db import Database, DatabaseSettings, Tenant

SMALL, LARGE, BAR = 10_000, 1_000_000, 1.3
BATCHES, WARM = 40, 4
_EVENTS_A_VISIT, _TOKENS_A_VISIT, _VISITS_AT_ONCE = 6, 30, 5_000

_FILL = (
    (
        "create temporary table filler on commit drop as"
        " select gen_random_uuid() as id, n from generate_series(%(first)s::int8, %(last)s::int8) as n"
    ),
    (
        "insert into lodge.data_key (tenant_id, id, kek_version, purpose, wrapped, created_at)"
        " select %(tenant)s, id, 1, 'stay', sha256(id::text::bytea) || 'wrapped!'::bytea, now() from filler"
    ),
    (
        "insert into lodge.stay (tenant_id, id, site_id, data_key_id, present, flags, arrived_at, departed_at, name,"
        " company, host, zone, email, details, updated_at)"
        " select %(tenant)s, id, %(site)s, id, false, '{}', now() - n * interval '1 minute', now(),"
        " decode(repeat(md5(n::text), 2), 'hex'), decode(repeat(md5(n::text), 2), 'hex'),"
        " decode(repeat(md5(n::text), 2), 'hex'), decode(md5(n::text), 'hex'), decode(md5(n::text), 'hex'),"
        " decode(repeat(md5(n::text), 5), 'hex'), now() from filler"
    ),
    (
        "insert into lodge.stay_token (tenant_id, token, stay_id)"
        " select %(tenant)s, decode(md5(n || '/' || t), 'hex'), id from filler,"
        " generate_series(1, %(tokens)s) as t order by 2"
    ),
    (
        "insert into lodge.event_header"
        " (tenant_id, kiosk_id, epoch, seq, event_id, kind, stay_id, hash, raw, received_at)"
        " select %(tenant)s, %(kiosk)s, %(epoch)s, (n - 1) * %(events)s + e, gen_random_uuid(), 'visitor.arrived', id,"
        " sha256((n || '/' || e)::bytea), decode(repeat(md5(n::text), 30), 'hex'), now() - n * interval '1 minute'"
        " from filler, generate_series(1, %(events)s) as e order by n, e"
    ),
    (
        "insert into lodge.event_body (tenant_id, kiosk_id, epoch, seq, data_key_id, muster, full_body)"
        " select %(tenant)s, %(kiosk)s, %(epoch)s, (n - 1) * %(events)s + e, id,"
        " decode(repeat(md5(n::text), 10), 'hex'),"
        " decode(repeat(md5(n::text), 12), 'hex') from filler, generate_series(1, %(events)s) as e order by n, e"
    ),
)


def rows(events: int = LARGE) -> Iterator[Row]:
    """The time of a batch at so many events, beside the same at ten thousand."""
    with own_database() as small, own_database() as large:
        pair = asyncio.run(_measure(small, large, events))
    yield at_most(f"ingest, log of {events:,} events", pair, beside=f"the same, log of {SMALL:,}, in turn", bar=BAR)


_Ground = tuple[CloudSettings, DatabaseAddresses]


async def _measure(small: _Ground, large: _Ground, events: int) -> Pair:
    """Batches into either in turn: filling the large one takes so long that the machine may be busier afterwards."""
    async with _open_log(*small, SMALL) as few, _open_log(*large, events) as many:
        pair = Pair([], [])
        for index in range(BATCHES + WARM):
            turns = ((many, pair.ours), (few, pair.other))
            for log, times in turns if index % 2 else reversed(turns):
                seconds = await log()
                if index >= WARM:
                    times.append(seconds)
        return pair


@asynccontextmanager
async def _open_log(
    settings: CloudSettings, addresses: DatabaseAddresses, events: int
) -> AsyncIterator[Callable[[], Awaitable[float]]]:
    """A log of so many events in a database of its own; what is given takes one more batch, and its seconds."""
    ring = KeyRing(LocalKeyService(add_key(None)))
    async with Database(DatabaseSettings(url=addresses.app, role=APPLICATION)).open() as db:
        cloud = build_cloud(settings, db, ring, bytes(32), None, SystemClock())
        kiosk = await enrol(cloud)
        await _fill(cloud, await enrol_at(cloud, kiosk.identity.tenant), 0, events)
        device = await cloud.devices.find(kiosk.identity.epoch)
        if device is None:
            raise LookupError("the kiosk was not enrolled")
        yield lambda: take(cloud, device, kiosk.seal(kiosk.visits()))


async def _fill(cloud: Cloud, filler: BenchKiosk, have: int, wanted: int) -> None:
    first, last = have // _EVENTS_A_VISIT + 1, wanted // _EVENTS_A_VISIT
    for start in range(first, last + 1, _VISITS_AT_ONCE):
        async with cloud.db.tenant(filler.identity.tenant) as tx:
            await _write_visits(tx, filler, start, min(start + _VISITS_AT_ONCE - 1, last))


async def _write_visits(tx: Tenant, filler: BenchKiosk, first: int, last: int) -> None:
    values = {
        "first": first,
        "last": last,
        "tenant": tx.id,
        "site": filler.identity.site,
        "kiosk": filler.identity.kiosk,
        "epoch": filler.identity.epoch,
        "events": _EVENTS_A_VISIT,
        "tokens": _TOKENS_A_VISIT,
    }
    for statement in _FILL:
        await tx.connection.execute(statement.encode(), values)
