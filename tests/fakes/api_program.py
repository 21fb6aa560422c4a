"""A program that asks the API: httpx on the application, with a token and without cookies."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import httpx

from cloud_api.api import build_api_keys, build_programs
from cloud_api.identity import build_identity
from cloud_api.policy.permissions import Permission
from cloud_api.services.api_keys import MadeKey, WantedKey
from cloud_api.services.audit_trail import Actor
from cloud_api.services.programs import Connected, Tokens
from cloud_api.services.sign_in import Staff
from cloud_api.serving import build_rate_limit
from tests.fakes.role_world import Person, RoleWorld

HERE = Actor("Robin Alder", "192.0.2.44")


@dataclass
class Program:
    """Its client, and the token that it sends."""

    client: httpx.AsyncClient
    token: str

    async def ask(self, method: str, path: str, **more: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}  # type: ignore[dict-item]
        return await self.client.request(method, f"/api/v1{path}", headers=headers, **more)  # type: ignore[arg-type]


async def staff_of(world: RoleWorld, person: Person) -> Staff:
    """A person as the console knows them."""
    identity = build_identity(world.ground.cloud, build_rate_limit(world.ground.cloud))
    found = await identity.sign_in.find(person.token)
    assert found is not None
    return found


async def connect(world: RoleWorld, person: Person, name: str = "Report writer") -> Connected:
    """A program of somebody's, as the console connects one."""
    made = await build_programs(world.ground.cloud).connect(await staff_of(world, person), name, HERE)
    assert isinstance(made, Connected)
    return made


async def program(world: RoleWorld, person: Person) -> Program:
    """The same with an access token."""
    connected = await connect(world, person)
    made = await build_programs(world.ground.cloud).exchange(connected.refresh, HERE.address)
    assert isinstance(made, Tokens)
    return Program(world.client, made.access)


async def make_key(
    world: RoleWorld,
    person: Person,
    permissions: Collection[Permission],
    sites: Collection[UUID] | None = None,
    days: int | None = None,
) -> MadeKey:
    """A key, as the console makes one."""
    wanted = WantedKey("Access control", frozenset(permissions), None if sites is None else frozenset(sites), days)
    made = await build_api_keys(world.ground.cloud).make(await staff_of(world, person), wanted, HERE)
    assert isinstance(made, MadeKey), made
    return made
