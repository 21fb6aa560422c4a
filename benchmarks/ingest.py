"""Ingest with row-level security, verification, encryption and audit queue, beside a bare insert of the same rows.

The bare peer stores exactly the header rows, 256 a batch, as binary arrays on one connection with
``synchronous_commit`` on, in the same PostgreSQL and in turn with ours.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from benchmarks.bare_insert import INSERT, TABLE, columns_of
from benchmarks.bench_kiosk import ORIGIN, enrol
from benchmarks.rows import Pair, Row, at_least
from cloud_api.clock import SystemClock
from cloud_api.composition import Cloud, build_cloud, database_addresses
from cloud_api.config import CloudSettings
from cloud_api.keys.local import LocalKeyService, add_key
from cloud_api.keys.ring import KeyRing
from cloud_api.migrations.roles import APPLICATION
from cloud_api.services.devices import Device
from cloud_api.services.ingest import Accepted
from cloud_api.store.db import Database, DatabaseSettings
from sync.protocol.batch import MAX_EVENTS
from sync.protocol.chain import Identity
from sync.protocol.events import Event

BATCHES, WARM = 40, 4


def rows() -> Iterator[Row]:
    """The row of DESIGN 7 for ingest."""
    with tempfile.TemporaryDirectory(prefix="lodge-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        settings = CloudSettings(folder, ORIGIN, "127.0.0.1", 8443, None, None, None, None)
        with database_addresses(settings) as addresses:
            pair = asyncio.run(_measure(settings, addresses.app, addresses.migrator))
    yield at_least(
        "ingest",
        pair,
        units=MAX_EVENTS,
        unit="events/s p50",
        beside="bare binary-array insert of the same header rows",
        bar=0.6,
    )


async def _measure(settings: CloudSettings, app_url: str, owner_url: str) -> Pair:
    ring = KeyRing(LocalKeyService(add_key(None)))
    pair = Pair([], [])
    async with Database(DatabaseSettings(url=app_url, role=APPLICATION)).open() as db:
        cloud = build_cloud(settings, db, ring, bytes(32), None, SystemClock())
        kiosk = await enrol(cloud)
        device = await cloud.devices.find(kiosk.identity.epoch)
        if device is None:
            raise LookupError("the kiosk was not enrolled")
        async with await psycopg.AsyncConnection.connect(owner_url, autocommit=True) as bare:
            await bare.execute("create schema if not exists bench")
            await bare.execute(TABLE)
            for index in range(BATCHES + WARM):
                events = kiosk.visits()
                ours = await take(cloud, device, kiosk.seal(events))
                other = await insert(bare, kiosk.identity, events)
                if index >= WARM:
                    pair.ours.append(ours)
                    pair.other.append(other)
    return pair


async def take(cloud: Cloud, device: Device, wire: bytes) -> float:
    """Take a batch and return the seconds that it took."""
    begun = time.perf_counter()
    outcome = await cloud.ingest.take(device, wire)
    taken = time.perf_counter() - begun
    if not isinstance(outcome, Accepted):
        raise TypeError(f"a batch was not accepted: {outcome}")
    return taken


async def insert(bare: psycopg.AsyncConnection, identity: Identity, events: list[Event]) -> float:
    """Store the header rows alone and return the seconds that it took."""
    columns = columns_of(events)
    begun = time.perf_counter()
    await bare.execute(INSERT, (identity.tenant, identity.kiosk, identity.epoch, *columns))
    return time.perf_counter() - begun
