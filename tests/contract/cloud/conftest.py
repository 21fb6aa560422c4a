"""The ingest stores that one contract suite holds: the twin in memory, and each PostgreSQL that the machine has."""

import sys
from collections.abc import AsyncIterator, Iterator

import pytest

from cloud_api.composition import DatabaseAddresses
from cloud_api.keys.aws import AwsKeyService
from cloud_api.keys.aws_boto import boto_calls
from cloud_api.keys.settings import AwsKmsSettings
from cloud_api.postgres.binaries import Binaries
from tests.fakes.cloud_key_service import MemoryKeyService
from tests.fakes.cloud_postgres import Servers
from tests.fakes.cloud_server import run_ground
from tests.fakes.ingest_bench import Bench, MemoryLedger, PostgresLedger
from tests.fakes.installed_postgres import INSTALLED
from workbench.kms.environment import KmsServerError, prepare
from workbench.tasks.tree import CHECKOUT


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(
    scope="session",
    params=[None, *INSTALLED],
    ids=lambda found: "memory" if found is None else f"pg{found.major}",
)
def place(request: pytest.FixtureRequest, postgres_servers: Servers) -> DatabaseAddresses | None:
    found = request.param
    if found is None:
        return None
    assert isinstance(found, Binaries)
    return postgres_servers.new_database(postgres_servers.of(found))


@pytest.fixture(scope="session")
def wrapping() -> MemoryKeyService:
    """One for all databases: the server's own secrets in each are wrapped by one service."""
    return MemoryKeyService()


@pytest.fixture
async def bench(place: DatabaseAddresses | None, wrapping: MemoryKeyService) -> AsyncIterator[Bench]:
    if place is None:
        yield Bench(MemoryLedger())
        return
    async with run_ground(place, service=wrapping) as ground:
        yield Bench(PostgresLedger(ground))


@pytest.fixture(scope="module")
def aws_key_service() -> Iterator[AwsKeyService]:
    """AWS KMS by boto3, on a server that speaks it; both come from an environment of their own."""
    try:
        server = prepare(CHECKOUT / ".lodge" / "kms")
    except KmsServerError as error:
        pytest.skip(str(error))
    with pytest.MonkeyPatch.context() as patch, server.running() as endpoint:
        patch.setattr(sys, "path", [*sys.path, str(server.packages)])
        for name, value in (("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")):
            patch.setenv(name, value)
        settings = AwsKmsSettings("alias/lodge", "eu-central-1", endpoint=endpoint)
        calls = boto_calls(settings)
        made = calls._client.create_key()["KeyMetadata"]["KeyId"]
        calls._client.create_alias(AliasName=settings.key, TargetKeyId=made)
        yield AwsKeyService(calls, settings)
