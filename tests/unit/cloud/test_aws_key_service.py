"""AWS KMS as key service, beyond the contract that all share (R18): what it is asked, and what an outage does."""

import asyncio
import sys
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter

from cloud_api.config import load_settings
from cloud_api.errors import ConfigurationError, KeyServiceAwayError, KeyServiceError, StoreError
from cloud_api.http.app import build_app
from cloud_api.keys.aws import FRAME, AwsKeyService, encryption_context
from cloud_api.keys.aws_boto import boto_calls
from cloud_api.keys.local import LocalKeyService
from cloud_api.keys.opening import open_key_service
from cloud_api.keys.ring import KeyRing
from cloud_api.keys.service import WrapContext
from cloud_api.keys.settings import AwsKmsSettings, KeyServiceSettings
from cloud_api.keys.watch import KeyServiceWatch
from tests.fakes.aws_kms import KEY, OTHER, KmsTwin

pytestmark = pytest.mark.anyio
TENANT = UUID("5f0c1b52-8d0e-4a6b-9d53-2f6d3a1c7e10")
CONTEXT = WrapContext("kek", TENANT, 3)
AWAY = KeyServiceAwayError("AWS KMS does not answer", silent=True)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


def service_on(twin: KmsTwin, key: str = KEY, *older: str, now: list[float] | None = None) -> AwsKeyService:
    seconds = now or [0.0]
    return AwsKeyService(twin, AwsKmsSettings(key, "eu-central-1", older), monotonic=lambda: seconds[0])


async def test_the_frame_and_the_context_are_frozen() -> None:
    """Both are stored or bound for ever: policies and audits of AWS name the context (ADR 76)."""
    twin = KmsTwin()
    wrapped = await service_on(twin).wrap(b"k" * 32, CONTEXT)
    assert wrapped[:17] == b"lodge-kms-aws-v1\x00" == FRAME
    bound = {"lodge:purpose": "kek", "lodge:tenant": str(TENANT), "lodge:version": "3"}
    assert twin.asked == [("encrypt", bound)]
    assert encryption_context(WrapContext("request-nonces", None, 1))["lodge:tenant"] == "server"


async def test_r18_a_key_of_before_opens_only_while_it_is_named() -> None:
    """R18: nobody can plant a key that was wrapped by a KMS key of their own."""
    twin = KmsTwin()
    wrapped = await service_on(twin, OTHER).wrap(b"k" * 32, CONTEXT)
    moved = await service_on(twin, KEY, OTHER).rewrap(wrapped, CONTEXT)
    assert ("re_encrypt", dict(encryption_context(CONTEXT))) in twin.asked
    assert await service_on(twin).unwrap(moved, CONTEXT) == b"k" * 32
    with pytest.raises(KeyServiceError):
        await service_on(twin).unwrap(wrapped, CONTEXT)


async def test_a_key_that_is_refused_is_away_and_never_gone() -> None:
    """What is gone is given up; what is away is tried again."""
    twin = KmsTwin()
    wrapped = await service_on(twin).wrap(b"k" * 32, CONTEXT)
    twin.forbidden = {KEY}
    with pytest.raises(KeyServiceAwayError):
        await service_on(twin, KEY, OTHER).unwrap(wrapped, CONTEXT)
    assert not issubclass(KeyServiceAwayError, KeyServiceError)
    assert issubclass(KeyServiceAwayError, StoreError)


async def test_r43_an_outage_costs_one_wait_and_opened_keys_go_on() -> None:
    """A service that does not answer is left alone for a while, and is asked once for all who wait for one key."""
    twin, now = KmsTwin(), [0.0]
    ring = KeyRing(service_on(twin, now=now))
    wrapped, other = await ring.make(TENANT, 3), await KeyRing(service_on(twin)).make(TENANT, 4)
    twin.asked.clear()
    twin.away = AWAY
    assert (await ring.open(TENANT, 3, wrapped)).version == 3
    for _ in range(3):
        with pytest.raises(KeyServiceAwayError):
            await ring.open(TENANT, 4, other)
    assert len(twin.asked) == 1
    twin.away, now[0] = None, 6.0
    await asyncio.gather(*(ring.open(TENANT, 4, other) for _ in range(5)))
    assert len(twin.asked) == 2


async def test_readiness_tells_of_an_outage_without_waiting_for_it(caplog: pytest.LogCaptureFixture) -> None:
    twin, now = KmsTwin(), [0.0]
    watch = KeyServiceWatch(KeyRing(service_on(twin, now=now)), monotonic=lambda: now[0])
    heard = []
    for away in (None, AWAY, AWAY, None):
        twin.away, now[0] = away, now[0] + 61
        watch.answers()
        await watch.looked()
        heard.append(watch.answers())
    assert heard == [True, False, False, True]
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]


async def test_an_outage_of_keys_takes_no_server_out_of_a_balancer_and_is_no_fault_of_the_request() -> None:
    router = APIRouter()

    @router.get("/sealed")
    async def sealed() -> None:
        raise AWAY

    async def ready() -> None:
        return None

    app = build_app(readiness=ready, key_service_answers=lambda: False, routers=[router])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="https://lodge.example.org"
    ) as client:
        found, refused = await client.get("/readyz"), await client.get("/sealed")
    assert (found.status_code, found.json()["trouble"]) == (200, ["the key service does not answer"])
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert refused.json()["title"] == "The server cannot reach its key service"


async def test_r18_a_server_moves_from_the_file_to_kms_and_back(tmp_path: Path) -> None:
    """R18: each opens what it wrapped while both are there; without the file, what it wrapped says so."""
    path, twin = tmp_path / "kms.json", KmsTwin()
    aws = AwsKmsSettings(KEY, "eu-central-1")
    wrapped = await LocalKeyService.create(path).wrap(b"k" * 32, CONTEXT)
    to_aws = open_key_service(KeyServiceSettings("local", aws), path, wraps="aws", calls=lambda _: twin)
    moved = await to_aws.rewrap(wrapped, CONTEXT)
    assert (to_aws.name, moved.startswith(FRAME)) == (f"aws:{KEY}", True)
    back = open_key_service(KeyServiceSettings("aws", aws), path, wraps="local", calls=lambda _: twin)
    assert await back.unwrap(await back.rewrap(moved, CONTEXT), CONTEXT) == b"k" * 32
    path.unlink()
    alone = open_key_service(KeyServiceSettings("aws", aws), path, calls=lambda _: twin)
    assert await alone.unwrap(moved, CONTEXT) == b"k" * 32
    with pytest.raises(KeyServiceError, match=r"put kms\.json back"):
        await alone.unwrap(wrapped, CONTEXT)


def test_without_its_package_kms_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'porters-lodge\[aws\]'"):
        boto_calls(AwsKmsSettings(KEY, "eu-central-1"))


@pytest.mark.parametrize(
    ("endpoint", "fits"),
    [("", True), ("https://kms.example.org", True), ("http://127.0.0.1:5000", True), ("http://kms.example.org", False)],
)
def test_keys_leave_the_machine_over_tls_alone(tmp_path: Path, endpoint: str, fits: bool) -> None:
    kms = f'[kms]\nkey = "{KEY}"\nregion = "eu-central-1"\nendpoint = "{endpoint}"\n'
    (tmp_path / "lodge-cloud.toml").write_text(f'origin = "https://lodge.example.org"\n{kms}')
    if fits:
        assert load_settings(tmp_path).key_service.aws == AwsKmsSettings(KEY, "eu-central-1", endpoint=endpoint)
        return
    with pytest.raises(ConfigurationError, match=r"kms\.endpoint"):
        load_settings(tmp_path)
