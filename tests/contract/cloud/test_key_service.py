"""What every key service keeps to (R18): the key file, AWS KMS, both while a server moves, and the one in memory.

In the ordinary run AWS KMS is a twin behind our port of its calls; ``./lodge test --slow kms`` runs the same suite
through boto3 against a server that speaks KMS, which it installs in an environment of its own.
"""

import secrets
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from cloud_api.errors import KeyServiceError
from cloud_api.keys.local import LocalKeyService
from cloud_api.keys.opening import MovingKeyService
from cloud_api.keys.service import KeyService, WrapContext
from tests.fakes.aws_kms import twin_service
from tests.fakes.cloud_key_service import MemoryKeyService

pytestmark = pytest.mark.anyio
CONTEXT = WrapContext("kek", uuid4(), 1)


@pytest.fixture(
    params=["local", "memory", "twin of aws kms", "moving", pytest.param("aws kms by boto3", marks=pytest.mark.slow)]
)
def service(request: pytest.FixtureRequest, tmp_path: Path) -> KeyService:
    makers: dict[str, Callable[[], KeyService]] = {
        "local": lambda: LocalKeyService.create(tmp_path / "kms.json"),
        "memory": MemoryKeyService,
        "twin of aws kms": twin_service,
        "moving": lambda: MovingKeyService("aws", LocalKeyService.create(tmp_path / "kms.json"), twin_service()),
        "aws kms by boto3": lambda: request.getfixturevalue("aws_key_service"),
    }
    return makers[request.param]()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


async def test_a_wrapped_key_comes_back(service: KeyService) -> None:
    key = secrets.token_bytes(32)
    assert await service.unwrap(await service.wrap(key, CONTEXT), CONTEXT) == key


async def test_what_is_wrapped_does_not_hold_the_key(service: KeyService) -> None:
    key = secrets.token_bytes(32)
    assert key not in await service.wrap(key, CONTEXT)


@pytest.mark.parametrize(
    "other",
    [
        WrapContext("kek", uuid4(), 1),
        WrapContext("kek", CONTEXT.tenant, 2),
        WrapContext("secret", CONTEXT.tenant, 1),
        WrapContext("kek", None, 1),
    ],
    ids=["tenant", "version", "purpose", "server"],
)
async def test_a_key_does_not_open_in_another_context(service: KeyService, other: WrapContext) -> None:
    wrapped = await service.wrap(secrets.token_bytes(32), CONTEXT)
    with pytest.raises(KeyServiceError):
        await service.unwrap(wrapped, other)


@pytest.mark.parametrize("size", [0, 16, 31, 33])
async def test_only_keys_of_32_bytes_are_wrapped(service: KeyService, size: int) -> None:
    with pytest.raises(KeyServiceError):
        await service.wrap(b"k" * size, CONTEXT)


async def test_damaged_bytes_are_refused(service: KeyService) -> None:
    wrapped = await service.wrap(secrets.token_bytes(32), CONTEXT)
    for damaged in (b"", wrapped[:-1], wrapped[:-1] + bytes([wrapped[-1] ^ 1]), bytes([wrapped[0] ^ 1]) + wrapped[1:]):
        with pytest.raises(KeyServiceError):
            await service.unwrap(damaged, CONTEXT)


async def test_a_key_wrapped_anew_is_the_same_and_keeps_its_context(service: KeyService) -> None:
    key = secrets.token_bytes(32)
    wrapped = await service.wrap(key, CONTEXT)
    fresh = await service.rewrap(wrapped, CONTEXT)
    assert (await service.unwrap(fresh, CONTEXT), await service.unwrap(wrapped, CONTEXT)) == (key, key)
    other = WrapContext("kek", uuid4(), 1)
    for act in (service.unwrap, service.rewrap):
        with pytest.raises(KeyServiceError):
            await act(fresh, other)


async def test_a_service_says_who_it_is(service: KeyService) -> None:
    assert service.name
