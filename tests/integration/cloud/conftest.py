"""Fixtures on real PostgreSQL: every test here runs on each version that the machine has."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from cloud_api.composition import DatabaseAddresses
from cloud_api.postgres.binaries import Binaries
from cloud_api.postgres.cluster import Server
from cloud_api.postgres.lease import lease
from tests.fakes.cloud_key_service import MemoryKeyService
from tests.fakes.cloud_mail import MailServer
from tests.fakes.cloud_postgres import Servers
from tests.fakes.cloud_server import Ground, run_ground
from tests.fakes.cloud_site import Site, open_site
from tests.fakes.console_browser import add_account, browse, build, clear_accounts, forget_attempts, sign_in
from tests.fakes.installed_postgres import INSTALLED


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", params=INSTALLED, ids=lambda binaries: f"pg{binaries.major}")
def binaries(request: pytest.FixtureRequest) -> Binaries:
    found = request.param
    assert isinstance(found, Binaries)
    return found


@pytest.fixture(scope="session")
def server(postgres_servers: Servers, binaries: Binaries) -> Server:
    return postgres_servers.of(binaries)


@pytest.fixture(scope="module")
def addresses(postgres_servers: Servers, server: Server) -> DatabaseAddresses:
    return postgres_servers.new_database(server)


@pytest.fixture(scope="module")
def key_service() -> MemoryKeyService:
    """One for a database: the server's own secrets in it are wrapped by one service."""
    return MemoryKeyService()


@pytest.fixture
async def ground(addresses: DatabaseAddresses, key_service: MemoryKeyService, tmp_path: Path) -> AsyncIterator[Ground]:
    async with run_ground(addresses, service=key_service, folder=tmp_path) as made:
        yield made


@pytest.fixture
async def client(ground: Ground) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody with every permission has signed in to the console."""
    await forget_attempts(ground.cloud)
    await clear_accounts(ground)
    await add_account(ground)
    async with browse(build(ground.cloud)) as opened:
        assert (await sign_in(opened)).status_code == 303
        yield opened


@pytest.fixture(scope="session")
def mail_server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture(scope="session")
def site(mail_server: MailServer) -> Iterator[Site]:
    with open_site(mail_server) as made, lease(made.plan):  # held, so that each command need not start the server anew
        yield made


@pytest.fixture(scope="module")
def own_site(mail_server: MailServer) -> Iterator[Site]:
    """A site whose keys and whose database a module may change as it likes."""
    with open_site(mail_server) as made, lease(made.plan):
        yield made
