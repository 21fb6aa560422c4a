"""Ingest with row-level security, verification, encryption and audit queue, beside a bare insert of the same rows.

The bare peer stores exactly the header rows, 256 a batch, as binary arrays on one connection with
``synchronous_commit`` on, in the same PostgreSQL and in turn with ours.
"""

import asyncio
import secrets
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from uuid import uuid4

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.bare_insert import INSERT, TABLE, columns_of
from benchmarks.rows import Pair, Row, at_least
from benchmarks.sample_visits import visits
from cloud_api.clock import SystemClock
from cloud_api.composition import Cloud, build_cloud, database_addresses
from cloud_api.config import CloudSettings
from cloud_api.keys.local import LocalKeyService, add_key
from cloud_api.keys.ring import KeyRing
from cloud_api.migrations.roles import APPLICATION
from cloud_api.services.audit_trail import Actor
from cloud_api.services.devices import Device
from cloud_api.services.enrolment import EnrolmentRefusal
from cloud_api.services.ingest import Accepted
from cloud_api.services.organisation_file import read_organisation_file
from cloud_api.store.db import Database, DatabaseSettings
from sync.protocol.batch import MAX_EVENTS, audience, seal_batch
from sync.protocol.chain import Act, Head, Identity, Stamp, link
from sync.protocol.enrolment import FinishRequest, StartRequest, Transcript, kiosk_mac, prove_possession
from sync.protocol.events import Event
from sync.protocol.hlc import ClockQuality, Hlc, HybridClock
from sync.protocol.keys import base64url, public_text, thumbprint
from workbench.demo.cloud import SAMPLE

BATCHES, WARM = 40, 4
OPERATOR = Actor("benchmark")
ORIGIN = "https://lodge.example.org"


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
        kiosk = await _enrol(cloud)
        device = await cloud.devices.find(kiosk.identity.epoch)
        if device is None:
            raise LookupError("the kiosk was not enrolled")
        async with await psycopg.AsyncConnection.connect(owner_url, autocommit=True) as bare:
            await bare.execute("create schema if not exists bench")
            await bare.execute(TABLE)
            for index in range(BATCHES + WARM):
                events = kiosk.visits()
                ours = await _ours(cloud, device, kiosk.seal(events))
                other = await _other(bare, kiosk.identity, events)
                if index >= WARM:
                    pair.ours.append(ours)
                    pair.other.append(other)
    return pair


async def _ours(cloud: Cloud, device: Device, wire: bytes) -> float:
    begun = time.perf_counter()
    outcome = await cloud.ingest.take(device, wire)
    taken = time.perf_counter() - begun
    if not isinstance(outcome, Accepted):
        raise TypeError(f"a batch was not accepted: {outcome}")
    return taken


async def _other(bare: psycopg.AsyncConnection, identity: Identity, events: list[Event]) -> float:
    columns = columns_of(events)
    begun = time.perf_counter()
    await bare.execute(INSERT, (identity.tenant, identity.kiosk, identity.epoch, *columns))
    return time.perf_counter() - begun


class _Kiosk:
    """Makes whole visits, as a kiosk records them."""

    def __init__(self, identity: Identity, key: Ed25519PrivateKey) -> None:
        self.identity = identity
        self._key = key
        self._head = Head.genesis(identity.epoch)
        self._clock = HybridClock(Hlc(0, 0))
        self._boot = uuid4()
        self._acts = visits()

    def visits(self) -> list[Event]:
        """One full batch of events of whole visits."""
        return [self._link(act) for act in islice(self._acts, MAX_EVENTS)]

    def seal(self, events: list[Event]) -> bytes:
        """The batch as it is sent."""
        aud = audience(ORIGIN, self.identity.tenant)
        return seal_batch(events, key=self._key, audience=aud, hlc=str(self._clock.last))

    def _link(self, act: Act) -> Event:
        now_ms = time.time_ns() // 1_000_000
        stamp = Stamp(self._clock.tick(now_ms), ClockQuality.NTP, self._boot, now_ms)
        event, self._head = link(act, identity=self.identity, head=self._head, stamp=stamp, entropy=secrets.token_bytes)
        return event


async def _enrol(cloud: Cloud) -> _Kiosk:
    created = await cloud.organisations.create("Thistledown Works", OPERATOR, lambda _root: None)
    await cloud.organisations.apply(created.id, read_organisation_file(SAMPLE.read_bytes()), OPERATOR)
    issued = await cloud.fleet.create(created.id, "Lobby", "mill-lane", OPERATOR)
    key = Ed25519PrivateKey.generate()
    public, nonce = public_text(key.public_key()), secrets.token_hex(32)
    started = await cloud.enrolment.start(StartRequest(v=1, code=issued.code.id, nonce=nonce, key=public))
    if isinstance(started, EnrolmentRefusal):
        raise TypeError(f"the enrolment was refused: {started}")
    seen = Transcript(
        code=issued.code.id, kiosk_nonce=nonce, server_nonce=started.nonce, key=public, origin=started.origin,
        tenant=started.tenant, site=started.site, kiosk=started.kiosk, root=started.root,
    )  # fmt: skip
    finish = FinishRequest(
        v=1, code=issued.code.id, nonce=nonce, server_nonce=started.nonce, key=public,
        mac=kiosk_mac(issued.code.verifier, seen), signature=base64url(prove_possession(seen, key)),
    )  # fmt: skip
    await cloud.enrolment.finish(finish, "127.0.0.1")
    return _Kiosk(Identity(started.tenant, started.site, started.kiosk, thumbprint(key.public_key())), key)
