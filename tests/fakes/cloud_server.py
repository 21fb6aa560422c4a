"""A whole cloud on real PostgreSQL for one test: services joined as in production, with a clock that stands."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cloud_api.composition import Cloud, DatabaseAddresses, build_cloud
from cloud_api.config import CloudSettings
from cloud_api.keys.ring import KeyRing
from cloud_api.keys.service import KeyService
from cloud_api.migrations.roles import APPLICATION
from cloud_api.notify.mailer import Mailer
from cloud_api.services.audit_trail import Actor
from cloud_api.services.enrolment import EnrolmentRefusal
from cloud_api.services.ingest import Accepted
from cloud_api.services.organisation_file import (
    DocumentEntry,
    HostEntry,
    OrganisationFile,
    SiteEntry,
    VisitorTypeEntry,
    ZoneEntry,
)
from cloud_api.store import alerts, events, hosts, signing_keys, stays
from cloud_api.store.db import Database, DatabaseSettings
from cloud_api.store.stays import Stay
from sync.protocol.keys import base64url, public_key
from sync.protocol.keyspage import KeyUse, open_keys_page
from sync.protocol.receipt import Receipt, open_receipt
from tests.fakes.cloud_clock import FrozenClock
from tests.fakes.cloud_key_service import MemoryKeyService
from tests.fakes.cloud_kiosk import FakeKiosk, KioskKey

OPERATOR = Actor("operator", reason="as agreed")
ORIGIN = "https://lodge.example.org"
NOWHERE = Path("/nonexistent")
"""A server's folder that cannot be written: whatever is to be kept there is refused."""


def sample_file(**changes: object) -> OrganisationFile:
    """The sample organisation."""
    fields: dict[str, object] = {
        "name": "Thistledown Works",
        "sites": (
            SiteEntry(
                key="mill-lane",
                name="Mill Lane",
                time_zone="Europe/London",
                zones=(ZoneEntry(key="lobby", name="Front lobby", muster_point="Car park B"),),
            ),
        ),
        "visitor_types": (VisitorTypeEntry(id="visitor", words={"en": "Visitor"}, badge="visitor"),),
        "documents": (
            DocumentEntry(id="rules", version="1", language="en", title="Site rules", paragraphs=("Be kind.",)),
        ),
        "hosts": (
            HostEntry(key="grace", name="Grace Example", email="grace@example.org", department="Weaving"),
            HostEntry(key="nomail", name="Noel Mailless"),
        ),
    }
    return OrganisationFile(**{**fields, **changes})  # type: ignore[arg-type]  # fields by name


@dataclass
class Ground:
    """A cloud with one organisation on it."""

    cloud: Cloud
    clock: FrozenClock
    tenant: UUID
    root: bytes

    async def enrol(self, name: str = "Lobby kiosk", site: str = "mill-lane") -> FakeKiosk:
        issued = await self.cloud.fleet.create(self.tenant, name, site, OPERATOR)
        key = KioskKey()
        started = await self.cloud.enrolment.start(key.start(issued.code))
        assert not isinstance(started, EnrolmentRefusal)
        finished = await self.cloud.enrolment.finish(key.finish(issued.code, started), "127.0.0.1")
        assert not isinstance(finished, EnrolmentRefusal)
        return FakeKiosk(started, key)

    async def host(self, name: str = "Grace Example") -> UUID:
        async with self.cloud.db.tenant(self.tenant) as tx:
            return next(host.id for host in await hosts.list_all(tx, self.cloud.ring) if host.name == name)

    async def send(self, kiosk: FakeKiosk, wire: bytes) -> object:
        device = await self.cloud.devices.find(kiosk.key.epoch)
        assert device is not None
        return await self.cloud.ingest.take(device, wire)


@asynccontextmanager
async def run_cloud(
    addresses: DatabaseAddresses,
    *,
    clock: FrozenClock | None = None,
    mailer: Mailer | None = None,
    service: KeyService | None = None,
    role: str = APPLICATION,
    folder: Path = NOWHERE,
) -> AsyncIterator[Cloud]:
    """A cloud without an organisation."""
    settings = CloudSettings(folder, ORIGIN, "127.0.0.1", 8443, None, None, None, None)
    async with Database(DatabaseSettings(url=addresses.app, role=role, pool_size=6)).open() as db:
        ring = KeyRing(service or MemoryKeyService())
        yield build_cloud(settings, db, ring, b"n" * 32, mailer, clock or FrozenClock())


@asynccontextmanager
async def run_ground(
    addresses: DatabaseAddresses,
    *,
    mailer: Mailer | None = None,
    service: KeyService | None = None,
    folder: Path = NOWHERE,
) -> AsyncIterator[Ground]:
    """A cloud with the sample organisation."""
    clock = FrozenClock()
    kept: list[bytes] = []
    async with run_cloud(addresses, clock=clock, mailer=mailer, service=service, folder=folder) as cloud:
        created = await cloud.organisations.create("Thistledown Works", OPERATOR, kept.append)
        await cloud.organisations.apply(created.id, sample_file(), OPERATOR)
        yield Ground(cloud, clock, created.id, kept[0])


async def read_receipt(ground: Ground, kiosk: FakeKiosk, outcome: object) -> Receipt:
    assert isinstance(outcome, Accepted), outcome
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        page = await signing_keys.newest_page(tx)
    assert page is not None
    opened = open_keys_page(page.page, root=public_key(base64url(page.root_key)), tenant=ground.tenant)
    return open_receipt(
        outcome.receipt,
        key=opened.current(KeyUse.RECEIPT),
        audience=kiosk.audience,
        kiosk=kiosk.identity.kiosk,
        epoch=kiosk.key.epoch,
    )


async def present(ground: Ground) -> list[Stay]:
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        return await stays.list_present(tx, ground.cloud.ring)


async def names(ground: Ground) -> list[str]:
    return sorted(stay.person.name if stay.person else "unnamed" for stay in await present(ground))


async def stored(ground: Ground, kiosk: FakeKiosk) -> int:
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        return len(await events.stored_hashes(tx, kiosk.identity.kiosk, kiosk.key.epoch, 1, 10_000))


async def alert_count(ground: Ground, *wanted: UUID) -> int:
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        return sum(len(found) for found in (await alerts.of_stays(tx, wanted)).values())
