"""What becomes of a kiosk's photos, on every intake store: in memory and on PostgreSQL alike."""

from uuid import uuid4

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cloud_api.errors import ObjectStoreError
from cloud_api.services.object_intake import (
    Arrived,
    Misplaced,
    ObjectIntake,
    Outcome,
    Receipted,
    Request,
    Unfit,
    Unnamed,
)
from cloud_api.store.objects import StoredObject
from sync.protocol.commitments import SealedBody
from sync.protocol.events import Event
from sync.protocol.jws import read_unverified_payload
from sync.protocol.objects import ObjectReceipt, ObjectStanding
from sync.protocol.sealing import ObjectName, SealingKey, read_object, sealing_kid
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_photos import NamedPhoto, name_photo
from tests.fakes.ingest_bench import Bench
from tests.fakes.intake_memory import MemoryObjects

pytestmark = pytest.mark.anyio
FACE = b"a face " * 100


async def take(bench: Bench, kiosk: FakeKiosk, *, key: SealingKey | None = None, **changes: object) -> NamedPhoto:
    chosen = key or await bench.ledger.sealing_key()
    return name_photo(kiosk, bench.ledger.clock.now(), chosen, FACE, **changes)  # type: ignore[arg-type]  # by name


async def accepted(bench: Bench, kiosk: FakeKiosk, **changes: object) -> NamedPhoto:
    photo = await take(bench, kiosk, **changes)  # type: ignore[arg-type]  # passed on by name
    await bench.send(kiosk, kiosk.batch(photo.seq))
    return photo


async def ask(bench: Bench, kiosk: FakeKiosk, photo: NamedPhoto, *, seq: int | None = None) -> Request:
    return Request(await bench.ledger.device(kiosk.key.epoch), photo.photo.id, photo.epoch, seq or photo.seq)


async def send(bench: Bench, kiosk: FakeKiosk, photo: NamedPhoto, at: int = 0, end: int | None = None) -> Outcome:
    return await bench.intake.take(await ask(bench, kiosk, photo), at, photo.sealed[at:end])


async def found(bench: Bench, photo: NamedPhoto) -> tuple[StoredObject | None, int]:
    async with bench.ledger.intake_store.open(bench.ledger.tenant) as tx:
        return await tx.lock(photo.photo.id), await tx.count_arrived(photo.photo.id)


def standing(outcome: Outcome) -> str:
    assert isinstance(outcome, Receipted), outcome
    payload = read_unverified_payload(outcome.receipt, what="a receipt")
    return msgspec.json.decode(payload, type=ObjectReceipt).standing


async def test_c10_c12_parts_are_taken_once_in_their_order_and_the_whole_is_kept(bench: Bench) -> None:
    """C10, C12: doubled and misplaced parts change nothing; the same question gets the same receipt."""
    kiosk = await bench.ledger.enrol("Front door")
    photo, other = await accepted(bench, kiosk), await accepted(bench, kiosk)
    assert await bench.intake.state(await ask(bench, kiosk, photo)) == Arrived(0)
    assert await send(bench, kiosk, photo, 0, 300) == Arrived(300)
    assert await send(bench, kiosk, photo, 0, 300) == Arrived(300)
    assert await send(bench, kiosk, photo, 301, 400) == Misplaced(300)
    assert await send(bench, kiosk, photo, 200, 400) == Misplaced(300)
    assert await send(bench, kiosk, other, 0, 10) == Arrived(10)
    assert await send(bench, kiosk, photo, 300, 500) == Arrived(500)
    last = await send(bench, kiosk, photo, 500)
    assert standing(last) == ObjectStanding.DURABLE
    assert last == await send(bench, kiosk, photo) == await bench.intake.state(await ask(bench, kiosk, photo))
    (row, arrived), name = await found(bench, photo), ObjectName(bench.ledger.tenant, photo.photo.id)
    assert row is not None
    assert (row.standing, row.stay_id, row.sha256, arrived) == ("kept", photo.stay, photo.photo.reference().sha256, 0)
    assert bench.objects.kept == {name: read_object(photo.sealed).ciphertext}
    assert await found(bench, other) != (None, 0)


async def test_r36_a_photo_is_durable_once_a_backup_that_saw_it_is_confirmed(bench: Bench) -> None:
    kiosk = await bench.ledger.enrol("Front door")
    photo = await accepted(bench, kiosk)
    await bench.ledger.expect_backups(expected=True)
    try:
        before = await bench.ledger.begin_backup()
        assert standing(await send(bench, kiosk, photo)) == ObjectStanding.KEPT
        await bench.ledger.confirm_backup(before)
        assert standing(await bench.intake.state(await ask(bench, kiosk, photo))) == ObjectStanding.KEPT
        after = await bench.ledger.begin_backup()
        await bench.ledger.confirm_backup(after)
        last = await bench.intake.state(await ask(bench, kiosk, photo))
        assert standing(last) == ObjectStanding.DURABLE
        assert last == await bench.intake.state(await ask(bench, kiosk, photo))
    finally:
        await bench.ledger.expect_backups(expected=False)


async def test_only_what_an_accepted_event_of_the_same_kiosk_names_is_taken(bench: Bench) -> None:
    kiosk, stranger = await bench.ledger.enrol("Front door"), await bench.ledger.enrol("Back door")
    photo = await take(bench, kiosk)
    assert await send(bench, kiosk, photo) == Unnamed()
    await bench.send(kiosk, kiosk.batch())
    assert await send(bench, stranger, photo) == Unnamed()
    assert await bench.intake.state(await ask(bench, kiosk, photo, seq=photo.seq + 1)) == Unnamed()
    assert await found(bench, photo) == (None, 0)
    await send(bench, kiosk, photo, 0, 10)
    assert await send(bench, stranger, photo, 10) == Unnamed()
    assert standing(await send(bench, kiosk, photo, 10)) == ObjectStanding.DURABLE


async def test_c13_an_arrival_whose_body_is_in_quarantine_names_nothing(bench: Bench) -> None:
    """C13."""
    kiosk = await bench.ledger.enrol("Front door")
    photo = await take(bench, kiosk)
    sound = kiosk.events[0]
    assert sound.full is not None
    spoilt = SealedBody(salt=sound.full.salt, body=msgspec.Raw(b'{"type":7}'))
    kiosk.events[0] = Event(sound.raw_header, sound.header, sound.muster, spoilt)
    await bench.send(kiosk, kiosk.batch())
    assert await send(bench, kiosk, photo) == Unnamed()
    assert await found(bench, photo) == (None, 0)


@pytest.mark.parametrize("changes", [{"kind": "pho\0to"}, {"media": "image/\0"}], ids=["kind", "media"])
async def test_c13_an_object_of_a_kind_that_cannot_be_written_down_is_refused(
    bench: Bench, changes: dict[str, str]
) -> None:
    """C13: a zero character, which PostgreSQL takes in no text; its event and the objects beside it are taken."""
    kiosk = await bench.ledger.enrol("Front door")
    spoilt, sound = await accepted(bench, kiosk, **changes), await accepted(bench, kiosk)
    assert isinstance(await bench.intake.state(await ask(bench, kiosk, spoilt)), Unfit)
    assert isinstance(await send(bench, kiosk, spoilt), Unfit)
    assert await found(bench, spoilt) == (None, 0)
    assert standing(await send(bench, kiosk, sound)) == ObjectStanding.DURABLE


async def test_c04_a_photo_that_a_branch_names_is_taken_beside_that_of_the_log(bench: Bench) -> None:
    """C04: two histories of one card, two arrivals at one place, a photo of each."""
    kiosk = await bench.ledger.enrol("Front door")
    twin = kiosk.twin(0)
    first, second = await accepted(bench, kiosk), await take(bench, twin)
    start, fresh = twin.next_epoch("forked")
    await bench.begin(kiosk, start)
    await bench.send_branch(twin, twin.batch())
    assert (first.epoch, first.seq) == (second.epoch, second.seq)
    assert [standing(await send(bench, fresh, photo)) for photo in (first, second)] == [ObjectStanding.DURABLE] * 2


async def test_c15_what_is_not_what_was_named_is_refused_and_dropped(bench: Bench) -> None:
    """C15: other bytes, more bytes, and what is sealed to a key that the organisation does not have."""
    kiosk, key = await bench.ledger.enrol("Front door"), X25519PrivateKey.generate().public_key()
    photo = await accepted(bench, kiosk)
    foreign = await accepted(bench, kiosk, key=SealingKey(sealing_kid(key), key))
    where = await ask(bench, kiosk, photo)
    for sent in (photo.sealed[:-1] + bytes([photo.sealed[-1] ^ 1]), photo.sealed + b"x"):
        assert isinstance(await bench.intake.take(where, 0, sent), Unfit)
    assert isinstance(await send(bench, kiosk, foreign), Unfit)
    assert ((await found(bench, photo))[1], (await found(bench, foreign))[1], bench.objects.kept) == (0, 0, {})
    assert standing(await send(bench, kiosk, photo)) == ObjectStanding.DURABLE


async def test_c39_an_erased_visits_photo_is_wanted_no_more(bench: Bench) -> None:
    """C39: before the first byte, in the midst of it, and when it was whole."""
    kiosk = await bench.ledger.enrol("Front door")
    photos = [await accepted(bench, kiosk) for _ in range(3)]
    await send(bench, kiosk, photos[1], 0, 300)
    await send(bench, kiosk, photos[2])
    assert await bench.intake.erase_stay(bench.ledger.tenant, uuid4()) == 0
    for photo in photos:
        await bench.ledger.erase(photo.stay)
        assert standing(await send(bench, kiosk, photo)) == ObjectStanding.ERASED
        assert (await found(bench, photo), bench.objects.kept.keys() & {photo.photo.id}) == ((None, 0), set())
    kept = await accepted(bench, kiosk)
    await send(bench, kiosk, kept)
    assert await bench.intake.erase_stay(bench.ledger.tenant, kept.stay) == 1
    assert (await found(bench, kept), bench.objects.kept) == ((None, 0), {})


async def test_c03_what_breaks_off_leaves_the_parts_before_it_and_no_receipt(bench: Bench) -> None:
    """C03: the disk refuses the whole; the last part is asked for again."""
    kiosk = await bench.ledger.enrol("Front door")
    photo = await accepted(bench, kiosk)
    await send(bench, kiosk, photo, 0, 300)
    full = ObjectIntake(bench.ledger.intake_store, _FullDisk(), bench.ledger.clock)
    with pytest.raises(ObjectStoreError):
        await full.take(await ask(bench, kiosk, photo), 300, photo.sealed[300:])
    assert (await found(bench, photo))[1] == 300
    assert standing(await send(bench, kiosk, photo, 300)) == ObjectStanding.DURABLE


class _FullDisk(MemoryObjects):
    async def put(self, name: ObjectName, data: bytes) -> None:
        raise ObjectStoreError("the disk is full")
