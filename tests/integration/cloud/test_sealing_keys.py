"""Sealing keys: organisations made before there were any get one, and rotation opens what was sealed before (C46)."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from cloud_api.composition import DatabaseAddresses
from cloud_api.http.limits import ProcessRateLimit
from cloud_api.serving import build_http
from cloud_api.store import data_keys, signing_keys
from sync.protocol.objects import ObjectStanding
from sync.protocol.sealing import SealingKey
from tests.fakes.cloud_key_service import MemoryKeyService
from tests.fakes.cloud_photos import Post, keys_page, receipt_of, take_photo
from tests.fakes.cloud_server import Ground, run_ground
from tests.fakes.cloud_site import Site

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]


@pytest.fixture
async def ground(addresses: DatabaseAddresses, key_service: MemoryKeyService, tmp_path: Path) -> AsyncIterator[Ground]:
    async with run_ground(addresses, service=key_service, folder=tmp_path) as made:
        yield made


async def current(ground: Ground) -> SealingKey | None:
    return (await keys_page(ground)).sealing_key()


async def publish(ground: Ground) -> int:
    """What ``lodge-cloud keys page`` does; returns how many keys it made."""
    root = Ed25519PrivateKey.from_private_bytes(ground.root)
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        cipher = await data_keys.open_organisation_key(tx, ground.cloud.ring)
        made = await ground.cloud.ceremony.make_keys(tx, cipher)
        await ground.cloud.ceremony.publish_page(tx, root)
    return made


async def test_a_new_organisation_has_a_sealing_key_whose_private_half_is_sealed(ground: Ground) -> None:
    """R17."""
    key = await current(ground)
    assert key is not None
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        cipher = await data_keys.open_organisation_key(tx, ground.cloud.ring)
        private = await signing_keys.open_sealing(tx, cipher, key.kid)
        cursor = await tx.connection.execute(
            "select private_key from lodge.signing_key where tenant_id = %s and id = %s", (ground.tenant, key.kid)
        )
        row = await cursor.fetchone()
    assert row is not None
    assert private not in bytes(row[0])
    assert isinstance(key.public, X25519PublicKey)


async def test_an_organisation_from_before_gets_its_key_with_the_next_page_and_only_once(ground: Ground) -> None:
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        await tx.connection.execute(
            "delete from lodge.signing_key where tenant_id = %s and purpose = 'sealing'", (ground.tenant,)
        )
    others = {entry.kid for entry in (await keys_page(ground)).keys if entry.use != "sealing"}
    assert await publish(ground) == 2, "the current one and the next one"
    key = await current(ground)
    assert key is not None
    made = {entry.kid for entry in (await keys_page(ground)).keys} - others
    assert (len(made), key.kid in made) == (2, True)
    assert await publish(ground) == 0
    again = await current(ground)
    assert again is not None
    assert again.kid == key.kid


async def test_c46_what_was_sealed_to_a_retired_key_still_opens(ground: Ground) -> None:
    """C46: a kiosk that was offline during the rotation loses no photo."""
    kiosk = await ground.enrol()
    photo = await take_photo(ground, kiosk)
    before = await current(ground)
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        cipher = await data_keys.open_organisation_key(tx, ground.cloud.ring)
        await ground.cloud.ceremony.rotate(tx, cipher, "sealing")
    assert await publish(ground) == 0
    after = await current(ground)
    assert before is not None
    assert after is not None
    assert before.kid != after.kid
    await ground.send(kiosk, kiosk.batch())
    app = build_http(ground.cloud, ProcessRateLimit(ground.clock))
    transport = httpx.ASGITransport(app=app, client=("192.0.2.9", 1234))
    async with httpx.AsyncClient(transport=transport, base_url="https://behind.a.proxy.example.org") as client:
        receipt = await receipt_of(ground, kiosk, await Post(client, kiosk).whole(photo))
    assert receipt.standing == ObjectStanding.DURABLE


def test_the_commands_show_the_key_and_publish_it(site: Site) -> None:
    """The operator's own commands, as processes."""
    shown = site.facts("keys", "status")
    assert [key["state"] for key in shown["keys"] if key["use"] == "sealing"] == ["current", "next"]
    published = site.facts("keys", "page", "--root-key", str(site.folder / "root.key"))
    assert published["page"] == shown["page"] + 1
    assert site.facts("keys", "status")["keys"] == shown["keys"]
