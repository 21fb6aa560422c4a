"""A browser without a screen: httpx on the application, with the headers that browsers send and a cookie jar."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from cloud_api.composition import Cloud
from cloud_api.console import build_accounts
from cloud_api.policy.roles import Grant, Role
from cloud_api.services.staff_accounts import NewStaff
from cloud_api.serving import build_http, build_rate_limit
from tests.fakes.cloud_server import OPERATOR, ORIGIN, Ground

ADDRESS = "192.0.2.44"
EMAIL = "ines@example.org"
PASSWORD = "seven lamps over the weir"
BROWSER = {"Accept": "text/html,application/xhtml+xml", "Sec-Fetch-Site": "same-origin", "Origin": ORIGIN}


def build(cloud: Cloud) -> FastAPI:
    return build_http(cloud, build_rate_limit(cloud))


@asynccontextmanager
async def browse(
    app: FastAPI, *, address: str = ADDRESS, headers: Mapping[str, str] = BROWSER
) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, client=(address, 4711), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers) as client:
        yield client


async def add_account(
    ground: Ground, email: str = EMAIL, *, name: str = "Ines Caldermoor", grants: tuple[Grant, ...] = ()
) -> None:
    """An account: the organisation's owner, unless ``grants`` say otherwise."""
    wanted = NewStaff(name, email, PASSWORD, grants or (Grant(Role.OWNER),))
    await build_accounts(ground.cloud).create(ground.tenant, wanted, OPERATOR)


async def sign_in(client: httpx.AsyncClient, email: str = EMAIL, password: str = PASSWORD) -> httpx.Response:
    return await client.post("/sign-in", data={"email": email, "password": password})


async def forget_attempts(cloud: Cloud) -> None:
    async with cloud.db.server() as connection:
        await connection.execute("delete from ops.rate_limit")


async def clear_accounts(ground: Ground) -> None:
    """Addresses are unique on a server, and a module's tests share one."""
    async with ground.cloud.db.lookup() as lookups:
        tenants = [tenant for tenant, _ in await lookups.list_organisations()]
    for tenant in tenants:
        async with ground.cloud.db.tenant(tenant) as tx:
            await tx.connection.execute("delete from lodge.staff_user where tenant_id = %s", (tenant,))
