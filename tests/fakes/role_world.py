"""An organisation with two locations, and people of every role: everywhere, and at the first location alone."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI

from cloud_api.composition import DatabaseAddresses
from cloud_api.http.console.gate import COOKIE
from cloud_api.keys.service import KeyService
from cloud_api.policy.roles import Grant, Role
from cloud_api.services.api_tokens import TokenKind, new_token
from cloud_api.services.audit_reading import AuditReading
from cloud_api.services.call_readings import Occasion, call_id
from cloud_api.services.organisation_file import (
    InvitationEntry,
    OrganisationFile,
    SiteEntry,
    StaffPinEntry,
    VisitorTypeEntry,
    WatchEntry,
    WindowEntry,
    ZoneEntry,
)
from cloud_api.services.wanted_copies import copy_id
from cloud_api.store import (
    api_clients,
    api_keys,
    data_keys,
    deliveries,
    hosts,
    invitations,
    kiosks,
    published,
    sessions,
    staff_roles,
    users,
    webhook_messages,
    webhooks,
)
from cloud_api.store.api_clients import ApiClient
from cloud_api.store.api_keys import ApiKey
from cloud_api.store.db import Tenant
from cloud_api.store.deliveries import Delivery
from cloud_api.store.hosts import Host
from cloud_api.store.invitations import Invitation
from cloud_api.store.published import PublishedEntry
from cloud_api.store.sessions import NewSession
from cloud_api.store.users import User
from cloud_api.store.webhook_messages import NewMessage
from cloud_api.store.webhooks import Webhook
from sync.protocol import exact_json
from sync.protocol.feed import document_hash
from sync.protocol.kinds import CalledFull, ConsentFull, Kind
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_photos import Post, receipt_of, take_both
from tests.fakes.cloud_server import OPERATOR, Ground, run_ground, sample_file
from tests.fakes.console_browser import BROWSER, browse, build, give_factor

PLACES = {"mill-lane": "Mill Lane", "harbour": "Harbour House"}


@dataclass
class Person:
    """Somebody with a session, and the headers that bear it."""

    user_id: UUID
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {**BROWSER, "Cookie": f"{COOKIE}={self.token}"}


@dataclass
class Place:
    """A location with a kiosk; somebody who visits Grace Example there, and somebody with a photo, and a document that
    they agreed to, who visits nobody.
    """

    site: UUID
    key: str
    kiosk: FakeKiosk
    visit: UUID
    photographed: UUID
    photo: UUID
    signature: UUID
    document: UUID


@dataclass
class RoleWorld:
    """The organisation, its application, and a client that is nobody by itself."""

    ground: Ground
    app: FastAPI
    client: httpx.AsyncClient
    host: UUID
    places: list[Place] = field(default_factory=list)
    tokens: dict[UUID, str] = field(default_factory=dict)
    """Access tokens of programs, by person."""
    logged: UUID | None = None
    homes: dict[UUID, UUID] = field(default_factory=dict)
    """The organisation of each person."""

    async def person(self, *grants: Grant, name: str = "Robin Alder", email: str = "") -> Person:
        """A new account that is signed in: without a password, for hashing one for each would be most of the test."""
        made, now = Person(uuid4(), secrets.token_urlsafe(32)), self.ground.clock.now()
        user = User(made.user_id, name, email or f"{made.user_id}@example.org", "no hash", now, now, None)
        async with self.ground.cloud.db.tenant(self.ground.tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, self.ground.cloud.ring)
            assert await users.add(tx, cipher, user, secrets.token_bytes(32))
            await staff_roles.put(tx, made.user_id, grants)
            if any(grant.role is Role.HOST for grant in grants):
                await staff_roles.put_hosts(tx, made.user_id, [self.host])
            await self._begin_session(tx, made)
        await give_factor(self.ground.cloud, self.ground.tenant, made.user_id)
        self.homes[made.user_id] = self.ground.tenant
        return made

    async def again(self, person: Person) -> Person:
        """The same person in another browser."""
        other = Person(person.user_id, secrets.token_urlsafe(32))
        async with self.ground.cloud.db.tenant(self.ground.tenant) as tx:
            await self._begin_session(tx, other)
        return other

    async def grants_of(self, person: Person) -> tuple[Grant, ...]:
        async with self.ground.cloud.db.tenant(self.ground.tenant) as tx:
            return await staff_roles.of_user(tx, person.user_id)

    async def put(self, person: Person, *grants: Grant) -> None:
        async with self.ground.cloud.db.tenant(self.ground.tenant) as tx:
            await staff_roles.put(tx, person.user_id, grants)

    async def new_kiosk(self, place: Place) -> UUID:
        """A kiosk that waits for its code."""
        kiosk = kiosks.Kiosk(uuid4(), place.site, f"Spare at {place.key}", self.ground.clock.now(), None, None)
        async with self.ground.cloud.db.tenant(self.ground.tenant) as tx:
            await kiosks.add(tx, kiosk)
        return kiosk.id

    async def token(self, person: Person) -> str:
        """An access token of a program that a person connected just now."""
        if person.user_id not in self.tokens:
            now, cloud = self.ground.clock.now(), self.ground.cloud
            home, client_id = self.homes[person.user_id], uuid4()
            token = new_token(TokenKind.ACCESS, home)
            async with cloud.db.tenant(home) as tx:
                cipher = await data_keys.open_organisation_key(tx, cloud.ring)
                made = ApiClient(client_id, person.user_id, "Program", two_factor=True, made_at=now, used_at=now)
                await api_clients.add(tx, cipher, made)
                await api_clients.add_access(
                    tx, sha256(token.encode()).digest(), client_id, now=now, ends_at=now + timedelta(minutes=15)
                )
            self.tokens[person.user_id] = token
        return self.tokens[person.user_id]

    async def new_key(self) -> UUID:
        """A key that nobody knows, made by an owner."""
        cloud, maker = self.ground.cloud, await self.person(Grant(Role.OWNER))
        key = ApiKey(uuid4(), maker.user_id, "Key", ("visits.view",), None, self.ground.clock.now(), None)
        async with cloud.db.tenant(self.ground.tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, cloud.ring)
            await api_keys.add(tx, cipher, secrets.token_bytes(32), key)
        return key.id

    async def webhook(self) -> tuple[UUID, UUID]:
        """A webhook of the organisation, and a message to it that was given up."""
        now, hook, message = self.ground.clock.now(), uuid4(), uuid4()
        made = Webhook(hook, "Doors", "https://hooks.example.org/", "whsec_", None, None, None, ("visit.arrived",), now)
        async with self.ground.cloud.db.tenant(self.ground.tenant) as tx:
            for known in await webhooks.list_all(tx, await data_keys.open_organisation_key(tx, self.ground.cloud.ring)):
                await webhooks.remove(tx, known.id)  # there is a most
            await webhooks.add(tx, await data_keys.open_organisation_key(tx, self.ground.cloud.ring), made)
            await webhook_messages.add(tx, [NewMessage(message, hook, "webhook.test", uuid4(), None, now)], now)
            await webhook_messages.settle(tx, message, "failed", status=0, fault=None, now=now)
        return hook, message

    async def entry(self) -> UUID:
        """An entry of the audit log that the newest checkpoint covers."""
        if self.logged is None:
            await self.ground.cloud.sequencer.run_once()
            page = await AuditReading(self.ground.cloud.db, self.ground.cloud.ring).page(
                self.ground.tenant, self.ground.clock.now()
            )
            self.logged = page.lines[-1].id
        assert self.logged is not None
        return self.logged

    async def invitation(self, place: Place) -> UUID:
        """Somebody who is announced at a location."""
        entry = InvitationEntry(
            key=f"guest-{uuid4()}",
            type="visitor",
            name="Guest",
            site=place.key,
            windows=(WindowEntry(begins="2026-12-01T09:00Z", ends="2026-12-01T17:00Z"),),
        )
        item = PublishedEntry(uuid4(), place.site, exact_json.encode(entry))
        async with self.ground.cloud.db.tenant(self.ground.tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, self.ground.cloud.ring)
            assert await published.add(tx, cipher, "invitations", item)
        return item.id

    async def watched(self) -> UUID:
        """Somebody on the watchlist."""
        item = PublishedEntry(uuid4(), None, exact_json.encode(WatchEntry(key=f"watched-{uuid4()}", name="Somebody")))
        async with self.ground.cloud.db.tenant(self.ground.tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, self.ground.cloud.ring)
            assert await published.add(tx, cipher, "watchlist", item)
        return item.id

    async def new_visit(self, place: Place) -> UUID:
        """Another visit at a location."""
        stay = place.kiosk.arrive(self.ground.clock.now(), name="Caller to be Forgotten")
        await self.ground.send(place.kiosk, place.kiosk.batch(len(place.kiosk.events)))
        return stay

    async def delivery(self, place: Place) -> UUID:
        """Something that waits at a location."""
        item = Delivery(uuid4(), place.site, self.host, 1, self.ground.clock.now(), None)
        async with self.ground.cloud.db.tenant(self.ground.tenant) as tx:
            ciphers = await data_keys.open_keys(tx, self.ground.cloud.ring, [self.host])
            await deliveries.add(tx, ciphers[self.host], item)
        return item.id

    async def new_call(self, place: Place) -> UUID:
        """Somebody who waits at a kiosk of a location."""
        full = CalledFull(zone="", language="en", assistance=False)
        stay = uuid4()
        place.kiosk.act(Kind.RECEPTION_CALLED, self.ground.clock.now(), stay=stay, full=full)
        await self.ground.send(place.kiosk, place.kiosk.batch(len(place.kiosk.events)))
        return call_id(stay, Occasion.HELP)

    async def local_host(self, place: Place) -> UUID:
        """Somebody who can be visited at a location alone."""
        host = Host(uuid4(), place.site, active=True, name="Local Host", email="", department="")
        async with self.ground.cloud.db.tenant(self.ground.tenant) as tx:
            await hosts.put(tx, self.ground.cloud.ring, host, self.ground.clock.now())
        return host.id

    async def new_invitation(self, place: Place) -> UUID:
        """An invitation to a role at a place."""
        now = self.ground.clock.now()
        grants = (Grant(Role.RECEPTIONIST, place.site),)
        fresh = Invitation(uuid4(), "robin@example.org", grants, None, "en", now, now + timedelta(days=7))
        async with self.ground.cloud.db.tenant(self.ground.tenant) as tx:
            await invitations.add(tx, await data_keys.open_organisation_key(tx, self.ground.cloud.ring), fresh)
        return fresh.id

    async def ask(self, method: str, path: str, person: Person, **changes: object) -> httpx.Response:
        return await self.client.request(method, path, headers=person.headers, **changes)  # type: ignore[arg-type]  # passed on by name

    async def find(self, sought: str, person: Person) -> httpx.Response:
        """The board's search."""
        return await self.ask("POST", "/board", person, data={"q": sought})

    async def _begin_session(self, tx: Tenant, person: Person) -> None:
        cipher, now = await data_keys.open_organisation_key(tx, self.ground.cloud.ring), self.ground.clock.now()
        ends_at = now.replace(year=now.year + 1)
        session = NewSession(uuid4(), person.user_id, now, ends_at, two_factor=True, address="", browser="")
        await sessions.add(tx, cipher, sha256(person.token.encode()).digest(), session)


@asynccontextmanager
async def run_role_world(addresses: DatabaseAddresses, service: KeyService, folder: Path) -> AsyncIterator[RoleWorld]:
    """The world, on a database of its own."""
    async with run_ground(addresses, service=service, folder=folder) as ground:
        await ground.cloud.organisations.apply(ground.tenant, two_sites(), OPERATOR)
        app = build(ground.cloud)
        app.state.end_streams()  # a stream of ticks then ends by itself
        async with browse(app, headers={}) as client:
            world = RoleWorld(ground, app, client, await ground.host())
            await furnish(world)
            yield world


def two_sites() -> OrganisationFile:
    """The sample organisation with both locations."""
    zones = (ZoneEntry(key="hall", name="Hall", muster_point="Yard"),)
    sites = tuple(SiteEntry(key=key, name=name, time_zone="UTC", zones=zones) for key, name in PLACES.items())
    sort = VisitorTypeEntry(id="visitor", words={"en": "Visitor"}, badge="visitor", documents=("rules",))
    pin = StaffPinEntry(id="reception", pin="135790", scopes=("evacuation",))
    return sample_file(sites=sites, visitor_types=(sort,), staff_pins=(pin,))


async def furnish(world: RoleWorld) -> None:
    """Give each location its kiosk and visitors, and the audit log entries and a checkpoint."""
    for key, name in PLACES.items():
        world.places.append(await _place(world, key, name))
    await world.ground.cloud.sequencer.run_once()


async def _place(world: RoleWorld, key: str, name: str) -> Place:
    ground = world.ground
    kiosk = await ground.enrol(f"Kiosk of {name}", key)
    visit = kiosk.arrive(ground.clock.now(), name=f"Visitor of {name}", host_id=world.host)
    photo, signed = await take_both(ground, kiosk)
    rules = ConsentFull(
        purpose="document",
        document="rules",
        version="1",
        sha256=document_hash("Site rules", ("Be kind.",)),
        language="en",
        granted=True,
    )
    kiosk.act(Kind.CONSENT_RECORDED, ground.clock.now(), stay=photo.stay, full=rules)
    await ground.send(kiosk, kiosk.batch())
    await receipt_of(ground, kiosk, await Post(world.client, kiosk).whole(photo))
    await receipt_of(ground, kiosk, await Post(world.client, kiosk).whole(signed))
    document = copy_id(photo.stay, rules)
    return Place(kiosk.identity.site, key, kiosk, visit, photo.stay, photo.photo.id, signed.photo.id, document)
