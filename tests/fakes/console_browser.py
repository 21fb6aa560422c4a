"""A browser without a screen: httpx on the application, with the headers that browsers send and a cookie jar."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI

from cloud_api.composition import Cloud
from cloud_api.console import build_accounts
from cloud_api.policy.factors import needs_factor
from cloud_api.policy.roles import Grant, Role
from cloud_api.services.session_tokens import digest
from cloud_api.services.staff_accounts import NewStaff
from cloud_api.serving import build_http, build_rate_limit
from cloud_api.store import data_keys, passkeys, sessions, staff_roles
from cloud_api.store.passkeys import Passkey
from tests.fakes.cloud_server import OPERATOR, ORIGIN, Ground

ADDRESS = "192.0.2.44"
EMAIL = "ines@example.org"
PASSWORD = "seven lamps over the weir"
BROWSER = {"Accept": "text/html,application/xhtml+xml", "Sec-Fetch-Site": "same-origin", "Origin": ORIGIN}


COOKIE = "__Host-lodge"
_VOUCHED: dict[str, tuple[UUID, UUID]] = {}
"""Which account has such a factor, by its address: for the time of signing in again it is taken away."""


class Browser(httpx.AsyncClient):
    """A client that knows the cloud behind its application."""

    cloud: Cloud | None = None


def build(cloud: Cloud) -> FastAPI:
    app = build_http(cloud, build_rate_limit(cloud))
    app.state.cloud = cloud
    return app


@asynccontextmanager
async def browse(
    app: FastAPI, *, address: str = ADDRESS, headers: Mapping[str, str] = BROWSER
) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, client=(address, 4711), raise_app_exceptions=False)
    async with Browser(transport=transport, base_url=ORIGIN, headers=headers) as client:
        client.cloud = getattr(app.state, "cloud", None)
        yield client


async def add_account(
    ground: Ground, email: str = EMAIL, *, name: str = "Ines Caldermoor", grants: tuple[Grant, ...] = ()
) -> None:
    """An account: the organisation's owner, unless ``grants`` say otherwise."""
    wanted = NewStaff(name, email, PASSWORD, grants or (Grant(Role.OWNER),))
    await build_accounts(ground.cloud).create(ground.tenant, wanted, OPERATOR)


async def sign_in(
    client: httpx.AsyncClient, email: str = EMAIL, password: str = PASSWORD, *, stranger: bool = False
) -> httpx.Response:
    """Sign in as one does whose role asks for no second factor: tests of that use ``give_password``. ``stranger``: from
    a browser that sends no cookies.
    """
    cloud, account = client.cloud if isinstance(client, Browser) else None, _VOUCHED.get(email.strip().lower())
    lent = cloud is not None and account is not None and await _take_factor(cloud, *account)
    answer = await give_password(client, email, password, stranger=stranger)
    if cloud is not None and COOKIE in answer.cookies:
        await vouch(cloud, answer.cookies[COOKIE], email)
    elif cloud is not None and account is not None and lent:
        await give_factor(cloud, *account)
    return answer


async def give_password(
    client: httpx.AsyncClient, email: str = EMAIL, password: str = PASSWORD, *, stranger: bool = False
) -> httpx.Response:
    headers = {"Cookie": "none=none"} if stranger else {}
    return await client.post("/sign-in", data={"email": email, "password": password}, headers=headers)


async def vouch(cloud: Cloud, token: str, email: str) -> None:
    """Let a session count as one with a second factor, and give one to the account whose role asks for it."""
    async with cloud.db.lookup() as lookups:
        tenant = await lookups.find_session(digest(token))
    assert tenant is not None
    async with cloud.db.tenant(tenant) as tx:
        await tx.connection.execute(
            "update lodge.staff_session set two_factor = true where tenant_id = %s and token_hash = %s",
            (tenant, digest(token)),
        )
        session = await sessions.find(tx, digest(token))
        assert session is not None
        needed = needs_factor(await staff_roles.of_user(tx, session.user_id))
    if needed:
        await give_factor(cloud, tenant, session.user_id)
        _VOUCHED[email.strip().lower()] = (tenant, session.user_id)


async def give_factor(cloud: Cloud, tenant: UUID, user_id: UUID) -> None:
    """A passkey that nobody can use, for an account whose second step a test does not ask about."""
    async with cloud.db.tenant(tenant) as tx:
        cipher = await data_keys.open_organisation_key(tx, cloud.ring)
        key = Passkey(uuid4(), _credential(user_id), b"no key", 0, "Key", cloud.clock.now())
        await passkeys.add(tx, cipher, user_id, key)


async def _take_factor(cloud: Cloud, tenant: UUID, user_id: UUID) -> bool:
    async with cloud.db.tenant(tenant) as tx:
        cursor = await tx.connection.execute(
            "delete from lodge.staff_passkey where tenant_id = %s and credential_id = %s", (tx.id, _credential(user_id))
        )
        return cursor.rowcount == 1


def _credential(user_id: UUID) -> bytes:
    return f"vouched {user_id}".encode()


async def forget_attempts(cloud: Cloud) -> None:
    async with cloud.db.server() as connection:
        await connection.execute("delete from ops.rate_allowance")


async def clear_accounts(ground: Ground) -> None:
    """Addresses are unique on a server, and a module's tests share one."""
    async with ground.cloud.db.lookup() as lookups:
        tenants = [tenant for tenant, _ in await lookups.list_organisations()]
    for tenant in tenants:
        async with ground.cloud.db.tenant(tenant) as tx:
            await tx.connection.execute("delete from lodge.staff_user where tenant_id = %s", (tenant,))
