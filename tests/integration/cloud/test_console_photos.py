"""A visit's photo in the console: every state in words, the picture for those who may, nothing else as a picture."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from PIL import Image

from cloud_api.composition import DatabaseAddresses
from cloud_api.console import build_accounts
from cloud_api.services.staff_accounts import NewStaff
from sync.protocol.objects import ObjectKind, ObjectStanding
from sync.protocol.sealing import ObjectName
from tests.fakes.cloud_key_service import MemoryKeyService
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_photos import NamedPhoto, Post, receipt_of, take_photo
from tests.fakes.cloud_server import OPERATOR, Ground, run_ground
from tests.fakes.console_browser import (
    PASSWORD,
    add_account,
    browse,
    build,
    clear_accounts,
    forget_attempts,
    sign_in,
)

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]
NOT_HERE = "Not here yet; the kiosk sends it when it can"


@pytest.fixture
async def ground(addresses: DatabaseAddresses, key_service: MemoryKeyService, tmp_path: Path) -> AsyncIterator[Ground]:
    async with run_ground(addresses, service=key_service, folder=tmp_path) as made:
        await forget_attempts(made.cloud)
        await clear_accounts(made)
        await add_account(made)
        yield made


@pytest.fixture
def app(ground: Ground) -> FastAPI:
    return build(ground.cloud)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with browse(app) as opened:
        assert (await sign_in(opened)).status_code == 303
        yield opened


@pytest.fixture
async def kiosk(ground: Ground) -> FakeKiosk:
    return await ground.enrol()


@pytest.fixture
async def post(app: FastAPI, kiosk: FakeKiosk) -> AsyncIterator[Post]:
    transport = httpx.ASGITransport(app=app, client=("192.0.2.9", 1234))
    async with httpx.AsyncClient(transport=transport, base_url="https://behind.a.proxy.example.org") as opened:
        yield Post(opened, kiosk)


async def arrived(ground: Ground, kiosk: FakeKiosk, post: Post, **changes: object) -> NamedPhoto:
    photo = await take_photo(ground, kiosk, **changes)  # type: ignore[arg-type]  # passed on by name
    await ground.send(kiosk, kiosk.batch(photo.seq))
    await receipt_of(ground, kiosk, await post.whole(photo))
    return photo


def address(photo: NamedPhoto) -> str:
    return f"/visits/{photo.stay}/photos/{photo.photo.id}"


async def test_a_visit_without_a_photo_and_one_whose_photo_is_on_its_way_say_so(
    ground: Ground, kiosk: FakeKiosk, client: httpx.AsyncClient, post: Post
) -> None:
    plain = kiosk.arrive(ground.clock.now())
    photo = await take_photo(ground, kiosk)
    await ground.send(kiosk, kiosk.batch())
    page = (await client.get(f"/visits/{plain}")).text
    assert "None on record" in page
    assert "<img data-photo" not in page
    for _ in range(2):
        page = (await client.get(f"/visits/{photo.stay}")).text
        assert NOT_HERE in page
        assert "<img data-photo" not in page
        assert (await client.get(address(photo))).status_code == 404
        await post.part(photo, 0, photo.sealed[:300])


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "drawer"])
async def test_an_arrived_photo_is_shown_on_the_page_and_in_the_drawer(
    ground: Ground, kiosk: FakeKiosk, client: httpx.AsyncClient, post: Post, headers: dict[str, str]
) -> None:
    photo = await arrived(ground, kiosk, post)
    page = (await client.get(f"/visits/{photo.stay}", headers=headers)).text
    assert re.findall(r'<img data-photo src="([^"]+)" alt="Photo of Ada Sample">', page) == [address(photo)]
    assert "<div hidden data-photo-failed><dt>Photo</dt><dd>Cannot be shown</dd></div>" in page
    assert NOT_HERE not in page
    shown = await client.get(address(photo))
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert shown.headers["cache-control"] == "no-store"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-disposition"] == 'inline; filename="photo.jpg"'
    assert shown.headers["cross-origin-resource-policy"] == "same-origin"
    with Image.open(BytesIO(shown.content)) as picture:
        assert picture.size == (256, 256)


async def test_c26_what_is_no_picture_is_never_sent_as_one(
    ground: Ground, kiosk: FakeKiosk, client: httpx.AsyncClient, post: Post
) -> None:
    """C26: a kiosk may seal anything; the cloud cannot tell before it opens it, and a browser never gets it."""
    script = b"\xff\xd8\xff<script>alert(1)</script>"
    photo = await arrived(ground, kiosk, post, content=script)
    answer = await client.get(address(photo))
    assert answer.status_code == 422
    assert b"<script>alert" not in answer.content
    assert "<img data-photo" in (await client.get(f"/visits/{photo.stay}")).text


async def test_a_photo_that_was_damaged_or_lost_where_it_is_kept_is_not_shown(
    ground: Ground, kiosk: FakeKiosk, client: httpx.AsyncClient, post: Post
) -> None:
    photo = await arrived(ground, kiosk, post)
    name = ObjectName(ground.tenant, photo.photo.id)
    kept = await ground.cloud.objects.get(name)
    assert kept is not None
    await ground.cloud.objects.put(name, kept[:-1] + bytes([kept[-1] ^ 1]))
    assert (await client.get(address(photo))).status_code == 422
    await ground.cloud.objects.delete(name)
    assert (await client.get(address(photo))).status_code == 404


async def test_a_photo_is_shown_only_to_staff_of_its_organisation_and_only_under_its_visit(
    ground: Ground, kiosk: FakeKiosk, client: httpx.AsyncClient, post: Post, app: FastAPI
) -> None:
    """C28, R13."""
    photo, other = await arrived(ground, kiosk, post), await arrived(ground, kiosk, post)
    for path in (
        f"/visits/{other.stay}/photos/{photo.photo.id}",
        f"/visits/{uuid4()}/photos/{photo.photo.id}",
        f"/visits/{photo.stay}/photos/{uuid4()}",
        f"/visits/{photo.stay}/photos/x",
    ):
        assert (await client.get(path)).status_code == 404
    async with browse(app) as stranger:
        answer = await stranger.get(address(photo))
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in")
    created = await ground.cloud.organisations.create("Other Works", OPERATOR, lambda _key: None)
    someone = NewStaff("Tobiah Wrenfield", "tobiah@example.org", PASSWORD)
    await build_accounts(ground.cloud).create(created.id, someone, OPERATOR)
    async with browse(app) as elsewhere:
        await sign_in(elsewhere, "tobiah@example.org")
        assert (await elsewhere.get(address(photo))).status_code == 404


@pytest.mark.parametrize("kind", [ObjectKind.SIGNATURE, "hologram"])
async def test_other_objects_are_kept_and_not_shown_as_photos(
    ground: Ground, kiosk: FakeKiosk, client: httpx.AsyncClient, post: Post, kind: str
) -> None:
    photo = await arrived(ground, kiosk, post, kind=str(kind))
    assert "None on record" in (await client.get(f"/visits/{photo.stay}")).text
    assert (await client.get(address(photo))).status_code == 404


async def test_c39_the_photo_of_an_erased_visit_is_shown_to_nobody(
    ground: Ground, kiosk: FakeKiosk, client: httpx.AsyncClient, post: Post
) -> None:
    """C39: without the visit's key nothing opens, whatever files are left."""
    photo = await arrived(ground, kiosk, post)
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        await tx.connection.execute(
            "update lodge.data_key set wrapped = null, destroyed_at = now() where tenant_id = %s and id = %s",
            (ground.tenant, photo.stay),
        )
    assert (await client.get(address(photo))).status_code == 404
    assert "<img data-photo" not in (await client.get(f"/visits/{photo.stay}")).text


async def test_r31_after_fourteen_days_photos_are_deleted_whole_or_not_and_the_visit_says_so(
    ground: Ground, kiosk: FakeKiosk, client: httpx.AsyncClient, post: Post
) -> None:
    """R31: file, key and parts; the kiosk that asks again is told, and what is younger stays."""
    whole, half = await arrived(ground, kiosk, post), await take_photo(ground, kiosk)
    await ground.send(kiosk, kiosk.batch(half.seq))
    await post.part(half, 0, half.sealed[:300])
    ground.clock.moment += timedelta(days=14)
    young = await arrived(ground, kiosk, post)
    assert await ground.cloud.object_retention.purge() == 0
    ground.clock.moment += timedelta(seconds=1)
    assert await ground.cloud.object_retention.purge() >= 2  # other tests' organisations are in this database too
    assert await ground.cloud.object_retention.purge() == 0
    await forget_attempts(ground.cloud)
    await sign_in(client)
    for photo in (whole, half):
        assert await ground.cloud.objects.get(ObjectName(ground.tenant, photo.photo.id)) is None
        assert (await client.get(address(photo))).status_code == 404
        assert "Deleted after two weeks" in (await client.get(f"/visits/{photo.stay}")).text
        receipt = await receipt_of(ground, kiosk, await post.whole(photo))
        assert receipt.standing == ObjectStanding.ERASED
    assert (await client.get(address(young))).status_code == 200
