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
from cloud_api.policy.roles import Grant, Role
from cloud_api.services.file_visits import FieldEntry, VisitorTypeEntry
from cloud_api.services.staff_accounts import NewStaff
from sync.protocol.feed import Choice
from sync.protocol.ink import MEDIA_TYPE, encode_ink
from sync.protocol.kinds import ConsentFull, Kind
from sync.protocol.objects import ObjectKind, ObjectStanding
from sync.protocol.sealing import ObjectName
from tests.fakes.cloud_key_service import MemoryKeyService
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_photos import NamedPhoto, Post, keys_page, name_photo, receipt_of, take_photo
from tests.fakes.cloud_server import OPERATOR, Ground, run_ground, sample_file
from tests.fakes.console_browser import (
    PASSWORD,
    add_account,
    browse,
    build,
    clear_accounts,
    forget_attempts,
    sign_in,
)
from tests.vectors.inked import INK

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


DRIVER = VisitorTypeEntry(
    id="driver",
    words={"en": "Driver"},
    badge="visitor",
    fields=(
        FieldEntry(
            id="licence", words={"en": "Licence"}, kind="licence", purpose="x", basis="contract", restricted=True
        ),
        FieldEntry(
            id="dock",
            words={"en": "Dock"},
            kind="choice",
            purpose="x",
            basis="contract",
            choices=(Choice(id="n", words={"en": "North dock"}),),
        ),
    ),
)


async def signed_visit(ground: Ground, kiosk: FakeKiosk, post: Post, content: bytes) -> NamedPhoto:
    """A driver with answers to three questions, one of which is not asked any more, and a signed document."""
    chosen = (await keys_page(ground)).sealing_key()
    assert chosen is not None
    answers = {"mood": "gone from the file", "dock": "n", "licence": "FERNH-807"}
    signed = name_photo(
        kiosk,
        ground.clock.now(),
        chosen,
        content,
        answers=answers,
        visitor="driver",
        kind=ObjectKind.SIGNATURE,
        media=MEDIA_TYPE,
    )
    consent = ConsentFull(
        purpose="document",
        document="induction",
        version="2",
        sha256="ab" * 32,
        language="en",
        granted=True,
        signature=signed.photo.id,
        asked=2,
        right=2,
    )
    kiosk.act(Kind.CONSENT_RECORDED, ground.clock.now(), stay=signed.stay, full=consent)
    await ground.send(kiosk, kiosk.batch(signed.seq))
    await receipt_of(ground, kiosk, await post.whole(signed))
    return signed


async def test_f07_restricted_answers_and_signatures_are_for_those_who_may(
    ground: Ground, kiosk: FakeKiosk, client: httpx.AsyncClient, post: Post, app: FastAPI
) -> None:
    """F05, F07, R13: an answer whose question is gone may have been restricted, and is treated so."""
    await ground.cloud.organisations.apply(ground.tenant, sample_file(visitor_types=(DRIVER,)), OPERATOR)
    signed = await signed_visit(ground, kiosk, post, encode_ink(INK))
    at = f"/visits/{signed.stay}/signatures/{signed.photo.id}"
    page = (await client.get(f"/visits/{signed.stay}")).text
    for words in ("FERNH-807", "North dock", "gone from the file", f'src="{at}"', "Signed · 2 of 2 questions"):
        assert words in page
    shown = await client.get(at)
    assert (shown.content, shown.headers["content-type"]) == (encode_ink(INK), "image/svg+xml")
    assert shown.headers["cache-control"] == "no-store"
    assert "script-src 'self'" in shown.headers["content-security-policy"]
    assert (await client.get(f"/visits/{signed.stay}/photos/{signed.photo.id}")).status_code == 404
    await add_account(ground, "reader@example.org", name="Rosalind Reader", grants=(Grant(Role.READ_ONLY),))
    async with browse(app) as reader:
        await sign_in(reader, "reader@example.org")
        page = (await reader.get(f"/visits/{signed.stay}")).text
        assert "North dock" in page
        assert page.count("On record; not shown to your role") == 2
        for words in ("FERNH-807", "gone from the file", at):
            assert words not in page
        assert (await reader.get(at)).status_code == 403


async def test_c26_what_is_no_signature_is_never_sent_as_one(
    ground: Ground, kiosk: FakeKiosk, client: httpx.AsyncClient, post: Post
) -> None:
    """C26: an SVG may hold anything; ours holds strokes."""
    script = encode_ink(INK).replace(b"<path", b"<script>alert(1)</script><path")
    signed = await signed_visit(ground, kiosk, post, script)
    answer = await client.get(f"/visits/{signed.stay}/signatures/{signed.photo.id}")
    assert answer.status_code == 422
    assert b"<script>alert" not in answer.content


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
    signed = await signed_visit(ground, kiosk, post, encode_ink(INK))
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
    assert (await client.get(f"/visits/{signed.stay}/signatures/{signed.photo.id}")).status_code == 200
    for photo in (whole, half):
        assert await ground.cloud.objects.get(ObjectName(ground.tenant, photo.photo.id)) is None
        assert (await client.get(address(photo))).status_code == 404
        assert "Deleted after two weeks" in (await client.get(f"/visits/{photo.stay}")).text
        receipt = await receipt_of(ground, kiosk, await post.whole(photo))
        assert receipt.standing == ObjectStanding.ERASED
    assert (await client.get(address(young))).status_code == 200
