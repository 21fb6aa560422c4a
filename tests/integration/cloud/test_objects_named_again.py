"""A photo whose arrival was recorded again because of a damaged page (ADR 51), on real PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from cloud_api.composition import DatabaseAddresses
from cloud_api.http.limits import ProcessRateLimit
from cloud_api.serving import build_http
from sync.protocol import exact_json
from sync.protocol.kinds import ArrivedFull, ArrivedMuster, Kind
from sync.protocol.objects import ObjectStanding
from tests.fakes.cloud_device_requests import problem
from tests.fakes.cloud_key_service import MemoryKeyService
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_photos import Post, have, receipt_of, take_photo
from tests.fakes.cloud_server import Ground, run_ground

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]


@pytest.fixture
async def ground(addresses: DatabaseAddresses, key_service: MemoryKeyService, tmp_path: Path) -> AsyncIterator[Ground]:
    async with run_ground(addresses, service=key_service, folder=tmp_path) as made:
        yield made


@pytest.fixture
async def post(ground: Ground) -> AsyncIterator[Post]:
    transport = httpx.ASGITransport(app=build_http(ground.cloud, ProcessRateLimit(ground.clock)))
    async with httpx.AsyncClient(transport=transport, base_url="https://behind.a.proxy.example.org") as opened:
        yield Post(opened, await ground.enrol())


async def test_c05_a_photo_that_went_up_in_part_goes_on_under_the_event_that_names_it_again(
    ground: Ground, post: Post
) -> None:
    """C05: whoever recorded the act again knows of no other place; a place that names another visit is none."""
    kiosk = post.kiosk
    photo = await take_photo(ground, kiosk)
    await ground.send(kiosk, kiosk.batch(photo.seq))
    await post.part(photo, 0, photo.sealed[:300])
    again, another = _recorded_again(ground, kiosk, photo.stay), _recorded_again(ground, kiosk, uuid4())
    assert problem(await post.ask(photo, seq=again)) == "object-unknown"
    await ground.send(kiosk, kiosk.batch(again))
    assert problem(await post.ask(photo, seq=another)) == "object-unknown"
    assert have(await post.ask(photo, seq=again)) == 300
    receipt = await receipt_of(ground, kiosk, await post.part(photo, 300, photo.sealed[300:], seq=again))
    assert receipt.sha256 == photo.photo.reference().sha256
    assert await receipt_of(ground, kiosk, await post.ask(photo)) == receipt
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        await tx.connection.execute(
            "update lodge.data_key set wrapped = null, destroyed_at = now() where tenant_id = %s and id = %s",
            (ground.tenant, photo.stay),
        )
    assert (await receipt_of(ground, kiosk, await post.ask(photo, seq=again))).standing == ObjectStanding.ERASED


def _recorded_again(ground: Ground, kiosk: FakeKiosk, stay: UUID) -> int:
    """The first arrival once more, for a stay; its number."""
    muster, full = kiosk.events[0].muster, kiosk.events[0].full
    assert muster is not None
    assert full is not None
    bodies = (
        exact_json.decode(muster.bytes(), ArrivedMuster, what="a body"),
        exact_json.decode(full.bytes(), ArrivedFull, what="a body"),
    )
    event = kiosk.act(Kind.VISITOR_ARRIVED, ground.clock.now(), stay=stay, muster=bodies[0], full=bodies[1])
    return event.header.seq
