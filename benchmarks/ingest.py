"""Ingest with row-level security, verification, encryption and audit queue, beside bare inserts in the same PostgreSQL.

The first peer stores the same rows of the same tables, the second the header rows alone; both as binary arrays, 256
events a batch, on one connection with ``synchronous_commit`` on, in turn with ours. A server has several kiosks at a
time, and so have the first two rows, of two replicas and of one process; the others send one batch after the other.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import psycopg

from benchmarks.bare_insert import insert_bare, prepare_bare
from benchmarks.bench_kiosk import BenchKiosk, enrol, enrol_at
from benchmarks.own_database import own_database, superuser
from benchmarks.replicas import Replicas, replicas
from benchmarks.rows import Pair, Row, at_least
from benchmarks.same_rows import SameRows
from cloud_api.clock import SystemClock
from cloud_api.composition import Cloud, build_cloud
from cloud_api.config import CloudSettings
from cloud_api.keys.local import LocalKeyService, add_key
from cloud_api.keys.ring import KeyRing
from cloud_api.migrations.roles import APPLICATION
from cloud_api.services.devices import Device
from cloud_api.services.ingest import Accepted
from cloud_api.store.db import Database, DatabaseSettings
from sync.protocol.batch import MAX_EVENTS
from sync.protocol.events import Event

KIOSKS, REPLICAS, ROUNDS, WARM = 4, 2, 30, 3
EACH = 2
"""Batches that each kiosk sends to the replicas in a round, one after the other."""
BAR = 0.6
_SAME, _HEADERS = "bare binary-array insert of the same rows", "bare binary-array insert of the header rows alone"


@dataclass(frozen=True, slots=True)
class _Sender:
    kiosk: BenchKiosk
    device: Device

    def pack(self) -> tuple[list[Event], bytes]:
        events = self.kiosk.visits()
        return events, self.kiosk.seal(events)


@dataclass(frozen=True, slots=True)
class _Seconds:
    """Of a batch: several kiosks at once on replicas and on one process, one kiosk, and the two peers."""

    replicas: list[float] = field(default_factory=list)
    at_once: list[float] = field(default_factory=list)
    one: list[float] = field(default_factory=list)
    same: list[float] = field(default_factory=list)
    headers: list[float] = field(default_factory=list)


def rows() -> Iterator[Row]:
    """The row of DESIGN 7 for ingest, and three more to understand it by."""
    with (
        own_database() as (settings, addresses),
        psycopg.connect(superuser(settings.postgres_folder), autocommit=True) as bare,
    ):
        taken = asyncio.run(_measure(settings, addresses.app, bare))
    yield _row(f"ingest, {KIOSKS} kiosks at once, {REPLICAS} replicas", taken.replicas, taken.same, _SAME, BAR)
    yield _row(f"ingest, {KIOSKS} kiosks at once, one process", taken.at_once, taken.same, _SAME, None)
    yield _row("ingest, one kiosk", taken.one, taken.same, _SAME, None)
    yield _row("ingest, one kiosk, beside less", taken.one, taken.headers, _HEADERS, None)


def _row(name: str, ours: list[float], other: list[float], beside: str, bar: float | None) -> Row:
    return at_least(name, Pair(ours, other), units=MAX_EVENTS, unit="events/s p50", beside=beside, bar=bar)


async def _measure(settings: CloudSettings, app_url: str, bare: psycopg.Connection) -> _Seconds:
    master_key, taken = add_key(None), _Seconds()
    ring = KeyRing(LocalKeyService(master_key))
    async with Database(DatabaseSettings(url=app_url, role=APPLICATION)).open() as db:
        cloud = build_cloud(settings, db, ring, bytes(32), None, SystemClock())
        senders = await _senders(cloud)
        same = SameRows(bare)
        prepare_bare(bare)
        with replicas(REPLICAS, settings, app_url, master_key) as several:
            for index in range(ROUNDS + WARM):
                seconds = (_spread(senders, several), *await _round(cloud, senders, same, bare))
                if index >= WARM:
                    lists = (taken.replicas, taken.at_once, taken.one, taken.same, taken.headers)
                    for known, fresh in zip(lists, seconds, strict=True):
                        known.append(fresh)
    return taken


def _spread(senders: Sequence[_Sender], several: Replicas) -> float:
    """Seconds of a batch when the kiosks send to replicas."""
    wires = {sender.kiosk.identity.epoch: [sender.pack()[1] for _ in range(EACH)] for sender in senders}
    return several.take(wires) / (len(senders) * EACH)


async def _senders(cloud: Cloud) -> list[_Sender]:
    first = await enrol(cloud)
    kiosks = [first, *[await enrol_at(cloud, first.identity.tenant) for _ in range(KIOSKS - 1)]]
    found = [(kiosk, await cloud.devices.find(kiosk.identity.epoch)) for kiosk in kiosks]
    return [_Sender(kiosk, device) for kiosk, device in found if device is not None]


async def _round(
    cloud: Cloud, senders: Sequence[_Sender], same: SameRows, bare: psycopg.Connection
) -> tuple[float, float, float, float]:
    """Seconds of a batch: of as many kiosks at once, of one alone, and of its peers."""
    packed = [sender.pack()[1] for sender in senders]
    begun = time.perf_counter()
    await asyncio.gather(*(take(cloud, sender.device, wire) for sender, wire in zip(senders, packed, strict=True)))
    at_once = (time.perf_counter() - begun) / len(senders)
    events, wire = senders[0].pack()
    one = await take(cloud, senders[0].device, wire)
    identity = senders[0].kiosk.identity
    before, last = same.batches(identity, events[0].header.seq - MAX_EVENTS - 1)
    same.insert(same.read(before))
    return at_once, one, same.insert(same.read(last)), insert_bare(bare, identity, events)


async def take(cloud: Cloud, device: Device, wire: bytes) -> float:
    """Take a batch and return the seconds that it took."""
    begun = time.perf_counter()
    outcome = await cloud.ingest.take(device, wire)
    taken = time.perf_counter() - begun
    if not isinstance(outcome, Accepted):
        raise TypeError(f"a batch was not accepted: {outcome}")
    return taken
