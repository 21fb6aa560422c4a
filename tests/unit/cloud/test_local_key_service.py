"""The key file of the local key service."""

import secrets
import stat
from pathlib import Path

import msgspec
import pytest

from cloud_api.errors import KeyServiceError
from cloud_api.keys.local import KeyFile, LocalKeyService, add_key, drop_older, read_key_file, replace_key_file
from cloud_api.keys.service import WrapContext

CONTEXT = WrapContext("kek", None, 1)
KEY = bytes(range(32))


def names_in(folder: Path) -> list[str]:
    return [found.name for found in folder.iterdir()]


def test_the_key_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    LocalKeyService.create(tmp_path / "kms.json")
    assert stat.S_IMODE((tmp_path / "kms.json").stat().st_mode) == 0o600


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    LocalKeyService.create(tmp_path / "kms.json")
    before = (tmp_path / "kms.json").read_bytes()
    with pytest.raises(KeyServiceError, match="never overwritten"):
        LocalKeyService.create(tmp_path / "kms.json")
    assert (tmp_path / "kms.json").read_bytes() == before


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kms.json"
    LocalKeyService.create(path)
    path.chmod(0o640)
    with pytest.raises(KeyServiceError, match="chmod 600"):
        LocalKeyService.open(path)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"v":1,"current":"00000000","keys":{}}', b'{"v":1,"current":"x","keys":{"x":"y"}}']
)
def test_a_damaged_key_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "kms.json"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyServiceError, match=r"kms\.json"):
        LocalKeyService.open(path)


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyServiceError, match="missing"):
        LocalKeyService.open(tmp_path / "kms.json")


async def _rewrap() -> tuple[bytes, bytes, LocalKeyService]:
    old = add_key(None)
    key = secrets.token_bytes(32)
    wrapped = await LocalKeyService(old).wrap(key, CONTEXT)
    return key, wrapped, LocalKeyService(add_key(old))


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_after_a_rotation_old_keys_open_and_new_ones_wrap(anyio_backend: str) -> None:
    key, wrapped, rotated = await _rewrap()
    assert await rotated.unwrap(wrapped, CONTEXT) == key
    assert (await rotated.wrap(key, CONTEXT))[:4] != wrapped[:4]


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_key_of_another_file_is_refused(anyio_backend: str) -> None:
    _, wrapped, _ = await _rewrap()
    with pytest.raises(KeyServiceError, match="another key file"):
        await LocalKeyService(add_key(None)).unwrap(wrapped, CONTEXT)


def test_the_file_knows_no_other_members() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"v":1,"current":"00000000","keys":{},"extra":1}', type=KeyFile)


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_r18_a_running_service_follows_the_file_when_its_key_is_replaced(
    tmp_path: Path, anyio_backend: str
) -> None:
    """R18: what is wrapped by the new key opens at once, and nothing new is wrapped by the old one."""
    del anyio_backend
    path = tmp_path / "kms.json"
    running = LocalKeyService.create(path)
    old = await running.wrap(KEY, CONTEXT)
    replace_key_file(path, add_key(read_key_file(path)))
    assert path.stat().st_mode & 0o777 == 0o600
    fresh = await LocalKeyService.open(path).wrap(KEY, CONTEXT)
    assert fresh[:4] != old[:4]
    assert [await running.unwrap(wrapped, CONTEXT) for wrapped in (old, fresh)] == [KEY, KEY]
    assert (await running.wrap(KEY, CONTEXT))[:4] == fresh[:4]
    replace_key_file(path, drop_older(read_key_file(path)))
    after = LocalKeyService.open(path)
    assert await after.unwrap(fresh, CONTEXT) == KEY
    with pytest.raises(KeyServiceError, match="another key file"):
        await after.unwrap(old, CONTEXT)
    assert names_in(tmp_path) == ["kms.json"]
