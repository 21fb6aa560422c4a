"""A real server that outside scanners may attack: its own processes, TLS and database, on loopback, with the sample
organisation and somebody of every role in it.

``python -P -m tests.security.premises`` starts it and waits, for trying a scanner by hand.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from threading import Event, Thread

import httpx

from cloud_api.api import build_api_keys
from cloud_api.composition import Cloud, database_addresses, open_cloud
from cloud_api.config import load_settings
from cloud_api.policy.permissions import Permission
from cloud_api.policy.roles import Grant, Role
from cloud_api.policy.table import may
from cloud_api.services.api_keys import MadeKey, WantedKey
from cloud_api.serving import describe_http
from tests.fakes.cloud_clock import FrozenClock
from tests.fakes.cloud_mail import MailServer
from tests.fakes.cloud_server import OPERATOR, Ground
from tests.fakes.cloud_site import Site, open_site
from tests.fakes.role_world import RoleWorld, furnish, two_sites

_FORGET_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Scanned:
    """Where the server is, and what opens it. ``ids``: something real for each id in a path of the API."""

    origin: str
    certificate: Path
    keys: Mapping[str, str]
    """API keys, by role: everything that the role allows."""
    cookie: str
    """The session of an owner."""
    ids: Mapping[str, str]

    def answers_signed_in(self) -> bool:
        """Whether that session still opens the console: a scan from outside of it would have seen nothing."""
        with self.client() as client:
            return client.get("/account", headers={"Cookie": self.cookie}).status_code == HTTPStatus.OK

    def client(self) -> httpx.Client:
        """A client that is nobody by itself."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        return httpx.Client(base_url=self.origin, verify=context, timeout=20)


@contextmanager
def open_premises() -> Iterator[Scanned]:
    """The server, for as long as the block lasts. Its limits of requests are those of production; what they counted is
    forgotten ten times a second, as if each scanner came from many addresses.
    """
    with MailServer() as mail, open_site(mail) as site, site.process("serve", "--with-worker"):
        site.wait_until_ready()
        with database_addresses(load_settings(site.folder)) as addresses:
            made: list[Scanned] = []

            async def prepare() -> None:
                async with open_cloud(load_settings(site.folder), addresses, clock=_now()) as cloud:
                    made.append(await _furnish(site, cloud))

            asyncio.run(prepare())
            with _forgetting(site):
                yield made[0]


def _now() -> FrozenClock:
    return FrozenClock(datetime.now(UTC))  # noqa: TID251  the server's own clock is the machine's


async def _furnish(site: Site, cloud: Cloud) -> Scanned:
    async with cloud.db.lookup() as lookups:
        tenant = (await lookups.list_organisations())[0][0]
    ground = Ground(cloud, FrozenClock(cloud.clock.now()), tenant, b"")
    async with _client(site) as client:
        await cloud.organisations.apply(tenant, two_sites(), OPERATOR)
        world = RoleWorld(ground, describe_http(), client, await ground.host())
        await furnish(world)
        owner = await world.person(Grant(Role.OWNER))
        keys = {role.value: await _key(world, role) for role in Role}
        place = world.places[0]
        ids = {
            "stay_id": place.visit,
            "photo_id": place.photo,
            "signature_id": place.signature,
            "copy_id": place.document,
            "site_id": place.site,
            "host_id": world.host,
            "entry_id": await world.entry(),
            "invitation_id": await world.invitation(place),
            "kiosk_id": place.kiosk.identity.kiosk,
            "user_id": (await world.person(Grant(Role.RECEPTIONIST, place.site))).user_id,
            "key_id": await world.new_key(),
        }
        cookie = owner.headers["Cookie"]
    named = {name: str(value) for name, value in ids.items()}
    return Scanned(f"https://localhost:{site.port}", site.folder / "tls.crt", keys, cookie, named)


def _client(site: Site) -> httpx.AsyncClient:
    context = ssl.create_default_context(cafile=str(site.folder / "tls.crt"))
    return httpx.AsyncClient(base_url=f"https://localhost:{site.port}", verify=context, timeout=20)


async def _key(world: RoleWorld, role: Role) -> str:
    person = await world.person(Grant(role))
    allowed = frozenset(item for item in Permission if may([Grant(role)], item))
    made = await build_api_keys(world.ground.cloud).make_for(
        world.ground.tenant, person.user_id, WantedKey(f"Scanner as {role.label}", allowed, None, None), OPERATOR
    )
    assert isinstance(made, MadeKey), made
    return made.secret


@contextmanager
def _forgetting(site: Site) -> Iterator[None]:
    done = Event()

    def forget() -> None:
        with site.superuser() as connection:
            while not done.wait(_FORGET_SECONDS):
                connection.execute("delete from ops.rate_allowance")

    thread = Thread(target=forget, name="forgetting", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


if __name__ == "__main__":
    with open_premises() as scanned:
        sys.stdout.write(json.dumps(asdict(scanned), default=str, indent=1) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
