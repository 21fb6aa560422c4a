"""What every ingest store keeps, shown through the decisions that are made on it: in memory and on PostgreSQL alike."""

from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest

from cloud_api.services.audit_trail import Actor, AdminAct
from cloud_api.services.batch_outcomes import Accepted, Gap
from cloud_api.services.call_readings import Occasion, call_id
from cloud_api.services.ingest_store import ArrivalAlert
from sync.protocol.commitments import SealedBody
from sync.protocol.events import Event
from sync.protocol.kinds import (
    NOTHING,
    ArrivedFull,
    ArrivedMuster,
    CalledFull,
    CommandAnsweredFull,
    ConsentFull,
    DepartedFull,
    HeldFull,
    Kind,
)
from tests.fakes.ingest_bench import Bench, receipt_of

pytestmark = pytest.mark.anyio
ADMIN = Actor("admin@example.org", "192.0.2.1")


async def test_c10_a_batch_sent_again_gets_the_same_receipt_and_one_alert(bench: Bench) -> None:
    """C10."""
    kiosk = await bench.ledger.enrol("Lobby kiosk")
    stay = kiosk.arrive(bench.ledger.clock.now(), host_id=await bench.ledger.host())
    first = await bench.send(kiosk, kiosk.batch())
    bench.ledger.clock.advance(hours=1)
    second = await bench.send(kiosk, kiosk.batch())
    assert isinstance(first, Accepted)
    assert second == Accepted(first.receipt, fresh=False)
    assert (await bench.ledger.present(), await bench.ledger.count_alerts(stay)) == ({stay}, 1)


async def test_f16_a_call_is_kept_once_and_ends_when_they_are_let_in_or_leave(bench: Bench) -> None:
    """F16, F23: over in the batch that tells of it, in a later one, and never by what came before it."""
    kiosk, now = await bench.ledger.enrol("Lobby kiosk"), bench.ledger.clock.now()
    at_once, later, after = uuid4(), uuid4(), uuid4()
    full = CalledFull(zone="", language="en", assistance=False)
    kiosk.arrive(now, stay=after)
    for stay in (at_once, later, after):
        kiosk.act(Kind.RECEPTION_CALLED, now, stay=stay, full=full)
    kiosk.arrive(now, stay=at_once)
    await bench.send(kiosk, kiosk.batch())
    ids = [call_id(stay, Occasion.HELP) for stay in (at_once, later, after)]
    assert await bench.ledger.calls() == dict(zip(ids, ("let_in", None, None), strict=True))
    kiosk.act(Kind.RECEPTION_CALLED, now, stay=at_once, full=full)
    kiosk.arrive(now, stay=later)
    kiosk.depart(now, after)
    await bench.send(kiosk, kiosk.batch(2))
    assert await bench.ledger.calls() == dict(zip(ids, ("let_in", "let_in", "left"), strict=True))


async def test_c13_zero_characters_in_the_texts_of_bodies_are_taken_like_any_other(bench: Bench) -> None:
    """C13: PostgreSQL has no text for them; what the server writes down of a body must not be in the clear."""
    kiosk, now, zero = await bench.ledger.enrol("Lobby kiosk"), bench.ledger.clock.now(), "a\0b"
    who = {"company": zero, "host": zero, "assistance": True}
    told = {"type": zero, "language": zero, "host_id": None, "email": zero, "phone": zero, "answers": {zero: zero}}
    bodies: dict[str, tuple[msgspec.Struct, msgspec.Struct]] = {
        Kind.VISITOR_ARRIVED: (
            ArrivedMuster(name=zero, zone=zero, invitation=uuid4(), **who),  # type: ignore[arg-type]  # by name
            ArrivedFull(watch=(uuid4(),), **told),  # type: ignore[arg-type]  # by name
        ),
        Kind.VISITOR_HELD: (NOTHING, HeldFull(reason=zero, name=zero, **who, **told)),  # type: ignore[arg-type]  # by name
        Kind.RECEPTION_CALLED: (NOTHING, CalledFull(zone=zero, language=zero, assistance=True)),
        Kind.CONSENT_RECORDED: (
            NOTHING,
            ConsentFull(
                purpose="document", document=zero, version=zero, sha256="0" * 64, language=zero, granted=True, copy=True
            ),
        ),
        Kind.COMMAND_ANSWERED: (NOTHING, CommandAnsweredFull(command=uuid4(), order=zero, outcome=zero)),
        Kind.VISITOR_DEPARTED: (NOTHING, DepartedFull(method="desk", by=zero)),
    }
    stay = uuid4()
    for kind, (muster, full) in bodies.items():
        kiosk.act(kind, now, stay=stay, muster=muster, full=full)
    told_of = receipt_of(await bench.send(kiosk, kiosk.batch()))
    assert (told_of.accepted, told_of.quarantined) == (len(bodies), ())
    found = await bench.ledger.find_stay(stay)
    assert found is not None
    assert found.person is not None
    assert (found.person.name, found.present) == (zero, False)


async def test_c11_overlapping_batches_store_each_event_once(bench: Bench) -> None:
    """C11."""
    kiosk = await bench.ledger.enrol("Lobby kiosk")
    arrived = {kiosk.arrive(bench.ledger.clock.now()) for _ in range(5)}
    for first, last, accepted in ((1, 3, 3), (2, 4, 4), (1, 2, 2), (4, 5, 5)):
        assert receipt_of(await bench.send(kiosk, kiosk.batch(first, last))).accepted == accepted
    assert await bench.ledger.present() == arrived


async def test_c07_a_receipt_speaks_of_the_batch_it_answers_whatever_a_copy_has_sent(bench: Bench) -> None:
    """C07: a head that the kiosk does not know would keep it from believing the receipt, and block its queue."""
    kiosk = await bench.ledger.enrol("Lobby kiosk")
    for _ in range(2):
        kiosk.arrive(bench.ledger.clock.now())
    twin = kiosk.twin(2)
    twin.arrive(bench.ledger.clock.now())
    await bench.send(twin, twin.batch(1, 3))
    receipt = receipt_of(await bench.send(kiosk, kiosk.batch(1, 2)))
    assert (receipt.accepted, receipt.head) == (2, kiosk.head.hash)


async def test_c12_a_gap_stores_nothing(bench: Bench) -> None:
    """C12."""
    kiosk = await bench.ledger.enrol("Lobby kiosk")
    for _ in range(3):
        kiosk.arrive(bench.ledger.clock.now())
    assert await bench.send(kiosk, kiosk.batch(2)) == Gap(1)
    assert await bench.ledger.present() == set()


@pytest.mark.parametrize("readable", [False, True])
async def test_c13_a_poison_body_is_named_in_every_receipt_that_covers_it(bench: Bench, *, readable: bool) -> None:
    """C05, C13: nor is a body believed that could be read and is not the one that was committed to."""
    kiosk = await bench.ledger.enrol("Lobby kiosk")
    for _ in range(2):
        kiosk.arrive(bench.ledger.clock.now())
    spoilt = kiosk.events[0]
    assert spoilt.muster is not None
    other = bytes(spoilt.muster.body).replace(b'"name":"', b'"name":"Not ') if readable else b'{"name":1}'
    assert other != bytes(spoilt.muster.body)
    body = SealedBody(salt=spoilt.muster.salt, body=msgspec.Raw(other))
    kiosk.events[0] = Event(spoilt.raw_header, spoilt.header, body, spoilt.full)
    for last in (1, 2):
        assert receipt_of(await bench.send(kiosk, kiosk.batch(1, last))).quarantined == (spoilt.header.id,)
    found = await bench.ledger.find_stay(spoilt.header.stay or uuid4())
    assert found is not None
    assert (found.present, found.person) == (True, None)


async def test_a_departure_by_another_kiosk_takes_a_person_off_the_list(bench: Bench) -> None:
    one, two = await bench.ledger.enrol("One"), await bench.ledger.enrol("Two")
    stay = one.arrive(bench.ledger.clock.now())
    two.depart(bench.ledger.clock.now() + timedelta(minutes=5), stay)
    await bench.send(two, two.batch())
    await bench.send(one, one.batch())
    found = await bench.ledger.find_stay(stay)
    assert found is not None
    assert (found.present, found.person is not None) == (False, True)


async def test_hosts_without_an_address_get_no_alert(bench: Bench) -> None:
    kiosk = await bench.ledger.enrol("Lobby kiosk")
    unreachable = await bench.ledger.host(reachable=False)
    stays = [kiosk.arrive(bench.ledger.clock.now(), host_id=host) for host in (unreachable, uuid4(), None)]
    await bench.send(kiosk, kiosk.batch())
    assert [await bench.ledger.count_alerts(stay) for stay in stays] == [0, 0, 0]
    assert await bench.ledger.present() == set(stays)


async def test_an_alert_asked_for_twice_is_made_once(bench: Bench) -> None:
    """C11: two kiosks tell of the same arrival."""
    kiosks = [await bench.ledger.enrol(name) for name in ("One", "Two")]
    host, stay = await bench.ledger.host(), uuid4()
    for kiosk in kiosks:
        kiosk.arrive(bench.ledger.clock.now(), stay=stay, host_id=host)
        await bench.send(kiosk, kiosk.batch())
    assert await bench.ledger.count_alerts(stay) == 1


async def test_c39_of_an_erased_stay_only_whether_somebody_is_there_is_written(bench: Bench) -> None:
    """C39, R32: a kiosk that has not heard of it tells the name again; nobody hears it, and the list stays true."""
    kiosk, late = await bench.ledger.enrol("Lobby kiosk"), await bench.ledger.enrol("Late kiosk")
    stay = kiosk.arrive(bench.ledger.clock.now())
    await bench.send(kiosk, kiosk.batch())
    await bench.ledger.erase(stay)
    late.arrive(bench.ledger.clock.now(), stay=stay, name="Ada Sample", host_id=await bench.ledger.host())
    assert receipt_of(await bench.send(late, late.batch())).accepted == 1
    found = await bench.ledger.find_stay(stay)
    assert found is not None
    assert (found.present, found.person, found.flags) == (True, None, ("unnamed",))
    assert await bench.ledger.count_alerts(stay) == 0
    kiosk.depart(bench.ledger.clock.now(), stay)
    assert receipt_of(await bench.send(kiosk, kiosk.batch(2))).accepted == 2
    gone = await bench.ledger.find_stay(stay)
    assert gone is not None
    assert (gone.present, gone.person) == (False, None)


async def test_a_transaction_that_fails_leaves_nothing_behind(bench: Bench) -> None:
    kiosk = await bench.ledger.enrol("Lobby kiosk")
    record = await bench.ledger.device(kiosk.key.epoch)
    now = bench.ledger.clock.now()

    async def crash() -> None:
        async with bench.ledger.store.open(bench.ledger.tenant) as tx:
            await tx.freeze(record.kiosk_id, record.epoch, now)
            await tx.mark_forked(record.kiosk_id, record.epoch, 1)
            await tx.lock_stays([uuid4()], now)
            await tx.record_act(AdminAct("test.act", ADMIN))
            raise LookupError("crash")

    with pytest.raises(LookupError, match="crash"):
        await crash()
    assert (await bench.ledger.device(kiosk.key.epoch)).standing == "current"
    assert "test.act" not in [kind for kind, _ in await bench.ledger.acts()]


async def test_the_lowest_disputed_seq_of_an_epoch_is_kept(bench: Bench) -> None:
    kiosk = await bench.ledger.enrol("Lobby kiosk")
    record = await bench.ledger.device(kiosk.key.epoch)
    async with bench.ledger.store.open(bench.ledger.tenant) as tx:
        for seq in (7, 4, 9):
            await tx.mark_forked(record.kiosk_id, record.epoch, seq)
        assert (await tx.read_epochs([record.epoch]))[record.epoch].forked_seq == 4
        assert await tx.read_epochs(["A" * 43]) == {}


async def test_alerts_for_an_unknown_stay_are_refused_whole(bench: Bench) -> None:
    async def ask() -> None:
        async with bench.ledger.store.open(bench.ledger.tenant) as tx:
            alert = ArrivalAlert(uuid4(), uuid4(), await bench.ledger.host())
            await tx.add_alerts([alert], bench.ledger.clock.now())

    with pytest.raises(Exception, match=r"alert|foreign key"):
        await ask()
