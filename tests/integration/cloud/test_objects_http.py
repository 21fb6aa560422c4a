"""Photos over HTTP on real PostgreSQL: whole, once, only what an accepted event of the same kiosk names."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import anyio
import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cloud_api.composition import DatabaseAddresses
from cloud_api.http.limits import ProcessRateLimit
from cloud_api.serving import build_http
from cloud_api.store import objects
from sync.protocol.objects import PART_BYTES, ObjectStanding
from sync.protocol.sealing import MAX_OBJECT_BYTES, ObjectName
from tests.fakes.cloud_device_requests import problem
from tests.fakes.cloud_key_service import MemoryKeyService
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_photos import NamedPhoto, Post, have, receipt_of, take_photo
from tests.fakes.cloud_server import OPERATOR, Ground, run_ground, sample_file

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]


@pytest.fixture
async def ground(addresses: DatabaseAddresses, key_service: MemoryKeyService, tmp_path: Path) -> AsyncIterator[Ground]:
    async with run_ground(addresses, service=key_service, folder=tmp_path) as made:
        yield made


@pytest.fixture
async def kiosk(ground: Ground) -> FakeKiosk:
    return await ground.enrol()


@pytest.fixture
async def post(ground: Ground, kiosk: FakeKiosk) -> AsyncIterator[Post]:
    app = build_http(ground.cloud, ProcessRateLimit(ground.clock))
    transport = httpx.ASGITransport(app=app, client=("192.0.2.9", 1234))
    async with httpx.AsyncClient(transport=transport, base_url="https://behind.a.proxy.example.org") as opened:
        yield Post(opened, kiosk)


async def accepted(ground: Ground, kiosk: FakeKiosk, **changes: object) -> NamedPhoto:
    """A photo whose arrival the cloud has."""
    photo = await take_photo(ground, kiosk, **changes)  # type: ignore[arg-type]  # passed on by name
    await ground.send(kiosk, kiosk.batch(photo.seq))
    return photo


async def stored(ground: Ground, photo: NamedPhoto) -> bytes | None:
    return await ground.cloud.objects.get(ObjectName(ground.tenant, photo.photo.id))


async def arrived_parts(ground: Ground, photo: NamedPhoto) -> int:
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        return await objects.count_arrived(tx, photo.photo.id)


async def test_a_photo_arrives_in_parts_and_the_last_is_answered_by_a_receipt(
    ground: Ground, kiosk: FakeKiosk, post: Post
) -> None:
    photo = await accepted(ground, kiosk)
    assert have(await post.ask(photo)) == 0
    for start in range(0, len(photo.sealed), 1000):
        answer = await post.part(photo, start, photo.sealed[start : start + 1000])
        if start + 1000 < len(photo.sealed):
            assert have(answer) == start + 1000
            assert have(await post.ask(photo)) == start + 1000
    receipt = await receipt_of(ground, kiosk, answer)
    assert (receipt.object, receipt.sha256) == (photo.photo.id, photo.photo.reference().sha256)
    assert receipt.standing == ObjectStanding.DURABLE
    assert await stored(ground, photo) == photo.sealed[128:], "the ciphertext as it came, without the sealed key"
    assert await arrived_parts(ground, photo) == 0


async def test_c10_the_same_part_and_the_same_question_get_the_same_answer(
    ground: Ground, kiosk: FakeKiosk, post: Post
) -> None:
    """C10: also after the whole is there, byte for byte."""
    photo = await accepted(ground, kiosk)
    for _ in range(3):
        assert have(await post.part(photo, 0, photo.sealed[:500])) == 500
    last = await post.part(photo, 500, photo.sealed[500:])
    again = [await post.part(photo, 500, photo.sealed[500:]), await post.whole(photo), await post.ask(photo)]
    assert {answer.text for answer in again} == {last.text}


@pytest.mark.parametrize(("at", "size"), [(0, 700), (400, 300), (501, 10), (700, 100), (5000, 1)])
async def test_c12_a_part_in_another_place_is_told_where_to_go_on(
    ground: Ground, kiosk: FakeKiosk, post: Post, at: int, size: int
) -> None:
    """C12: an overlap and a gap; nothing of it is kept."""
    photo = await accepted(ground, kiosk)
    await post.part(photo, 0, photo.sealed[:500])
    answer = await post.part(photo, at, photo.sealed[at : at + size].ljust(size, b"x"))
    assert (answer.status_code, problem(answer), answer.json()["have"]) == (409, "offset", 500)
    assert have(await post.ask(photo)) == 500


async def test_an_object_that_no_accepted_event_of_this_kiosk_names_is_unknown(
    ground: Ground, kiosk: FakeKiosk, post: Post
) -> None:
    photo = await take_photo(ground, kiosk)
    other = await ground.enrol("Side door")
    assert problem(await post.whole(photo)) == "object-unknown"
    await ground.send(kiosk, kiosk.batch())
    assert problem(await post.of(other).whole(photo)) == "object-unknown"
    for changes in ({"seq": photo.seq + 1}, {"seq": 0}, {"epoch": other.key.epoch}):
        answer = await post.part(photo, 0, photo.sealed, **changes)
        assert (answer.status_code, problem(answer)) == (404, "object-unknown")
    await post.part(photo, 0, photo.sealed[:300])
    answer = await post.of(other).part(photo, 300, photo.sealed[300:])
    assert (answer.status_code, problem(answer)) == (404, "object-unknown")
    await receipt_of(ground, kiosk, await post.part(photo, 300, photo.sealed[300:]))


async def test_c28_a_kiosk_of_another_organisation_reaches_no_object_here(
    ground: Ground, kiosk: FakeKiosk, post: Post
) -> None:
    """C28: under row-level security there is no such event and no such object."""
    photo = await accepted(ground, kiosk)
    await post.part(photo, 0, photo.sealed[:300])
    created = await ground.cloud.organisations.create("Other Works", OPERATOR, lambda _key: None)
    await ground.cloud.organisations.apply(created.id, sample_file(), OPERATOR)
    stranger = await Ground(ground.cloud, ground.clock, created.id, b"").enrol()
    for answer in (await post.of(stranger).ask(photo), await post.of(stranger).part(photo, 300, photo.sealed[300:])):
        assert (answer.status_code, problem(answer)) == (404, "object-unknown")
    assert have(await post.ask(photo)) == 300


async def test_c15_bytes_that_are_not_those_that_the_event_names_are_refused_and_dropped(
    ground: Ground, kiosk: FakeKiosk, post: Post
) -> None:
    """C15: a changed byte anywhere; then the true ones are taken."""
    photo = await accepted(ground, kiosk)
    for position in (0, 20, 60, 100, 200, len(photo.sealed) - 1):
        damaged = bytearray(photo.sealed)
        damaged[position] ^= 1
        answer = await post.part(photo, 0, bytes(damaged))
        assert (answer.status_code, problem(answer)) == (400, "object-refused")
        assert await arrived_parts(ground, photo) == 0
    answer = await post.part(photo, 0, photo.sealed + b"x")
    assert (answer.status_code, problem(answer)) == (400, "object-refused")
    await receipt_of(ground, kiosk, await post.whole(photo))


async def test_an_object_that_opens_but_is_not_the_one_that_was_named_is_refused(
    ground: Ground, kiosk: FakeKiosk, post: Post
) -> None:
    """The event is the kiosk's word on what it took: another picture cannot be put in its place afterwards."""
    photo = await accepted(ground, kiosk, sha256="0" * 64)
    answer = await post.whole(photo)
    assert (answer.status_code, problem(answer)) == (400, "object-refused")
    assert await stored(ground, photo) is None


async def test_what_does_not_open_is_refused_although_its_event_names_it(
    ground: Ground, kiosk: FakeKiosk, post: Post
) -> None:
    """Sealed to a stranger's key, for another id, or no object at all: a receipt for it would be worth nothing."""
    stranger = X25519PrivateKey.generate().public_key()
    wrong_key = await accepted(ground, kiosk, key=stranger)
    answer = await post.whole(wrong_key)
    assert (answer.status_code, problem(answer)) == (400, "object-refused")
    assert "does not have" in answer.json()["detail"]
    other = uuid4()
    renamed = await accepted(ground, kiosk, id=other)
    moved = await post.whole(replace(renamed, photo=replace(renamed.photo, id=other)))
    assert (moved.status_code, problem(moved)) == (400, "object-refused")


async def test_c25_parts_and_objects_are_bounded(ground: Ground, kiosk: FakeKiosk, post: Post) -> None:
    """C25."""
    photo = await accepted(ground, kiosk, size=MAX_OBJECT_BYTES + 1)
    answer = await post.part(photo, 0, b"x")
    assert (answer.status_code, problem(answer)) == (400, "object-refused")
    sound = await accepted(ground, kiosk)
    answer = await post.part(sound, 0, b"x" * (PART_BYTES + 1))
    assert (answer.status_code, problem(answer)) == (413, "too-large")
    largest = await accepted(ground, kiosk, content=bytes(MAX_OBJECT_BYTES - 144))
    for start in range(0, MAX_OBJECT_BYTES, PART_BYTES):
        answer = await post.part(largest, start, largest.sealed[start : start + PART_BYTES])
    await receipt_of(ground, kiosk, answer)


@pytest.mark.parametrize(
    "changes",
    [{"seq": "x"}, {"seq": ""}, {"seq": "-1"}, {"seq": "9" * 30}, {"epoch": "x"}, {"epoch": ""}],
    ids=str,
)
async def test_malformed_requests_are_refused(
    ground: Ground, kiosk: FakeKiosk, post: Post, changes: dict[str, str]
) -> None:
    photo = await accepted(ground, kiosk)
    answer = await post.part(photo, 0, b"x", **changes)
    assert (answer.status_code, problem(answer)) == (400, "malformed")
    for at in (-1, MAX_OBJECT_BYTES, 10**20):
        answer = await post.part(photo, at, b"x")
        assert (answer.status_code, problem(answer)) == (400, "malformed")
    assert (await post.part(photo, 0, b"")).status_code == 400
    assert (await post.part(photo, 0, b"x", media="text/plain")).status_code == 415


async def test_a_revoked_kiosk_sends_nothing_more(ground: Ground, kiosk: FakeKiosk, post: Post) -> None:
    photo = await accepted(ground, kiosk)
    await ground.cloud.fleet.revoke(ground.tenant, kiosk.identity.kiosk, OPERATOR)
    answer = await post.whole(photo)
    assert (answer.status_code, problem(answer)) == (403, "revoked")


async def test_a_signature_over_other_bytes_is_refused(ground: Ground, kiosk: FakeKiosk, post: Post) -> None:
    photo = await accepted(ground, kiosk)
    request = kiosk.request("POST", photo.path(0), photo.sealed, nonce="", content_type="application/x")
    answer = await post.client.post(
        photo.path(0), content=photo.sealed[:-1] + bytes([photo.sealed[-1] ^ 1]), headers={
            **dict(request.headers.items()), "content-type": "application/vnd.lodge.object-part"
        },
    )  # fmt: skip
    assert (answer.status_code, problem(answer)) == (401, "signature-refused")


async def test_c03_a_server_whose_disk_refuses_says_come_again_and_has_kept_the_earlier_parts(
    ground: Ground, kiosk: FakeKiosk, post: Post, tmp_path: Path
) -> None:
    """C03: no receipt before the bytes are on the disk; the last part is asked for again."""
    photo = await accepted(ground, kiosk)
    await post.part(photo, 0, photo.sealed[:300])
    (tmp_path / "objects").write_bytes(b"in the way")
    answer = await post.part(photo, 300, photo.sealed[300:])
    assert (answer.status_code, problem(answer)) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0
    (tmp_path / "objects").unlink()
    assert have(await post.ask(photo)) == 300
    await receipt_of(ground, kiosk, await post.part(photo, 300, photo.sealed[300:]))


async def test_c39_a_photo_of_an_erased_visit_is_never_taken_and_its_kiosk_is_told(
    ground: Ground, kiosk: FakeKiosk, post: Post
) -> None:
    """C39: before the first byte, in the middle, and after the whole was there."""
    photos = [await accepted(ground, kiosk) for _ in range(3)]
    await post.part(photos[1], 0, photos[1].sealed[:300])
    await post.whole(photos[2])
    assert await stored(ground, photos[2]) is not None
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        await tx.connection.execute(
            "update lodge.data_key set wrapped = null, destroyed_at = now() where tenant_id = %s and id = any(%s)",
            (ground.tenant, [photo.stay for photo in photos]),
        )
    for photo in photos:
        receipt = await receipt_of(ground, kiosk, await post.whole(photo))
        assert (receipt.standing, receipt.sha256, receipt.object) == (ObjectStanding.ERASED, None, photo.photo.id)
        assert await stored(ground, photo) is None
        assert await arrived_parts(ground, photo) == 0


async def test_c39_erasing_a_visits_objects_takes_files_and_rows(ground: Ground, kiosk: FakeKiosk, post: Post) -> None:
    """C39."""
    photo = await accepted(ground, kiosk)
    await post.whole(photo)
    assert await ground.cloud.object_intake.erase_stay(ground.tenant, photo.stay) == 1
    assert await stored(ground, photo) is None
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        assert await objects.of_stay(tx, photo.stay) == {}
    assert await ground.cloud.object_intake.erase_stay(ground.tenant, photo.stay) == 0


async def test_c04_a_photo_whose_event_stands_in_a_branch_is_taken_too(
    ground: Ground, kiosk: FakeKiosk, post: Post
) -> None:
    """C04: what a copied card recorded is evidence, its photos included; the new key signs for the old event."""
    await accepted(ground, kiosk)
    twin = kiosk.twin(0)
    photo = await take_photo(ground, twin)
    start, fresh = twin.next_epoch("forked")
    device = await ground.cloud.devices.find(kiosk.key.epoch)
    assert device is not None
    await ground.cloud.epochs.begin(device, start, "192.0.2.9")
    await ground.cloud.branches.take(device, twin.batch())
    receipt = await receipt_of(ground, kiosk, await post.of(fresh).whole(photo))
    assert receipt.standing == ObjectStanding.DURABLE


async def test_two_copies_that_send_at_once_make_one_photo(ground: Ground, kiosk: FakeKiosk, post: Post) -> None:
    photo = await accepted(ground, kiosk)
    answers: list[httpx.Response] = []

    async def send_whole() -> None:
        answers.append(await post.whole(photo))

    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(send_whole)
    assert len({answer.text for answer in answers}) == 1
    await receipt_of(ground, kiosk, answers[0])
