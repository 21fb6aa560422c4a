"""What a kiosk is told of the others of its site, on every muster store: in memory and on PostgreSQL alike."""

from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from cloud_api.services.musters import HISTORY
from sync.protocol.commitments import SealedBody
from sync.protocol.events import Event, genesis_hash
from sync.protocol.keys import public_key
from sync.protocol.muster import MusterSource, OpenedMusterBatch, open_muster_batch, present_digest
from sync.protocol.muster_exchange import MAX_BATCHES, HeardLog, MusterAnswer, MusterQuestion, ToldBatch
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.ingest_bench import Bench

pytestmark = pytest.mark.anyio


def of(kiosk: FakeKiosk, seq: int = 0, *, beside: tuple[str, ...] = ()) -> HeardLog:
    head = kiosk.events[seq - 1].hash if seq else genesis_hash(kiosk.key.epoch)
    return HeardLog(epoch=kiosk.key.epoch, seq=seq, head=head, beside=beside)


async def ask(bench: Bench, asker: FakeKiosk, *logs: HeardLog, **more: tuple[object, ...]) -> MusterAnswer:
    question = msgspec.convert({"v": 1, "logs": list(logs), **more}, MusterQuestion)
    return await bench.musters.answer(await bench.ledger.device(asker.key.epoch), question)


def opened(kiosk: FakeKiosk, told: ToldBatch) -> OpenedMusterBatch:
    identity = kiosk.identity
    source = MusterSource(identity.tenant, identity.site, identity.kiosk, public_key(kiosk.key.text))
    return open_muster_batch(told.wire, source)


def names(batch: OpenedMusterBatch) -> list[str]:
    bodies = [event.muster for event in batch.events if event.muster is not None]
    return [msgspec.json.decode(body.bytes())["name"] for body in bodies]


async def two(bench: Bench) -> tuple[FakeKiosk, FakeKiosk]:
    return await bench.ledger.enrol("Front door"), await bench.ledger.enrol("Back door")


async def test_f14_a_kiosk_is_told_what_another_recorded_headers_and_names_and_nothing_else(bench: Bench) -> None:
    """F14: muster bodies of arrivals; full bodies are never in it."""
    front, back = await two(bench)
    stay = front.arrive(bench.ledger.clock.now(), name="Ada Sample")
    front.depart(bench.ledger.clock.now(), stay)
    await bench.send(front, front.batch())
    answer = await ask(bench, back, of(front))
    (told,) = answer.batches
    batch = opened(front, told)
    assert [event.raw_header for event in batch.events] == [event.raw_header for event in front.events]
    assert (names(batch), batch.events[1].muster) == (["Ada Sample"], None)
    assert all(event.full is None for event in batch.events)
    assert (answer.more, answer.beside, answer.wanted, answer.present) == (False, (), (), None)


async def test_what_was_heard_is_not_told_again(bench: Bench) -> None:
    front, back = await two(bench)
    for _ in range(2):
        front.arrive(bench.ledger.clock.now())
        await bench.send(front, front.batch(len(front.events)))
    assert [opened(front, told).manifest.first for told in (await ask(bench, back, of(front))).batches] == [1, 2]
    assert [opened(front, told).manifest.first for told in (await ask(bench, back, of(front, 1))).batches] == [2]
    assert (await ask(bench, back, of(front, 2))).batches == ()


async def test_a_key_that_was_not_asked_for_or_is_unknown_is_not_told_of(bench: Bench) -> None:
    front, back = await two(bench)
    front.arrive(bench.ledger.clock.now())
    await bench.send(front, front.batch())
    unknown = HeardLog(epoch="A" * 43, seq=0, head="0" * 64)
    assert (await ask(bench, back, unknown)).batches == ()


async def test_c09_a_head_that_the_server_does_not_have_is_answered_from_the_beginning(bench: Bench) -> None:
    """C09: state, not a cursor: what a restored server has is told, whatever it had told before."""
    front, back = await two(bench)
    for _ in range(3):
        front.arrive(bench.ledger.clock.now())
    await bench.send(front, front.batch(1, 2))
    ahead = HeardLog(epoch=front.key.epoch, seq=3, head=front.head.hash)
    assert (await ask(bench, back, ahead)).batches == ()
    other = HeardLog(epoch=front.key.epoch, seq=2, head="ab" * 32)
    assert [opened(front, told).manifest.first for told in (await ask(bench, back, other)).batches] == [1]


async def test_a_log_is_told_from_fourteen_days_back_and_older_people_by_their_stay(bench: Bench) -> None:
    front, back = await two(bench)
    forgotten = front.arrive(bench.ledger.clock.now(), name="Noor Sample")
    await bench.send(front, front.batch())
    bench.ledger.clock.advance(days=HISTORY.days + 1)
    front.arrive(bench.ledger.clock.now(), name="Ada Sample")
    await bench.send(front, front.batch(2))
    answer = await ask(bench, back, of(front))
    assert [names(opened(front, told)) for told in answer.batches] == [["Ada Sample"]]
    answer = await ask(bench, back, of(front, 2), stays=(forgotten, uuid4()))
    assert [names(opened(front, told)) for told in answer.wanted] == [["Noor Sample"]]
    assert answer.batches == ()


async def test_lists_that_differ_are_told_and_those_that_were_named_are_not(bench: Bench) -> None:
    front, back = await two(bench)
    here = {front.arrive(bench.ledger.clock.now()) for _ in range(3)}
    await bench.send(front, front.batch())
    told = (await ask(bench, back, of(front, 3), present=(present_digest([]),))).present
    assert told is not None
    assert set(told) == here
    assert (await ask(bench, back, of(front, 3), present=("0" * 64, present_digest(list(here))))).present is None
    assert (await ask(bench, back, of(front, 3))).present is None


async def test_c39_what_was_erased_is_told_as_gone(bench: Bench) -> None:
    """C39."""
    front, back = await two(bench)
    stay = front.arrive(bench.ledger.clock.now())
    await bench.send(front, front.batch())
    await bench.ledger.erase(stay)
    (told,) = (await ask(bench, back, of(front))).batches
    assert opened(front, told).events[0].muster is None


async def test_c13_c22_what_the_server_doubts_is_told_with_it(bench: Bench) -> None:
    """C13, C22: a departure whose body was not taken, and events from a clock that is far ahead."""
    front, back = await two(bench)
    now = bench.ledger.clock.now()
    stay = front.arrive(now)
    front.depart(now, stay)
    spoilt = front.events[1]
    assert spoilt.full is not None
    body = SealedBody(salt=spoilt.full.salt, body=msgspec.Raw(b'{"method":"nobody"}'))
    front.events[1] = Event(spoilt.raw_header, spoilt.header, spoilt.muster, body)
    front.arrive(now + timedelta(minutes=11))
    front.arrive(now + timedelta(minutes=9))
    await bench.send(front, front.batch())
    (told,) = (await ask(bench, back, of(front))).batches
    assert (told.quarantined, told.flagged) == ((2,), (3,))
    assert len(opened(front, told).events) == 4


async def test_c07_both_histories_of_a_copied_card_are_told(bench: Bench) -> None:
    """C07: a branch by its manifest's name, once; its headers in front are those of the log."""
    front, back = await two(bench)
    now = bench.ledger.clock.now()
    front.arrive(now, name="Ada Sample")
    await bench.send(front, front.batch())
    twin = front.twin(1)
    front.arrive(now, name="Cleo Sample")
    await bench.send(front, front.batch(2))
    twin.arrive(now, name="Twin Sample")
    await bench.send(twin, twin.batch(2))
    await bench.send_branch(twin, twin.batch(1))
    answer = await ask(bench, back, of(front))
    assert [names(opened(front, told)) for told in answer.batches] == [["Ada Sample"], ["Cleo Sample"]]
    (branch,) = [opened(front, told) for told in answer.beside]
    assert names(branch) == ["Ada Sample", "Twin Sample"]
    assert (await ask(bench, back, of(front, 2, beside=(branch.manifest_hash,)))).beside == ()


async def test_c25_an_answer_is_bounded_and_says_that_there_is_more(bench: Bench) -> None:
    """C25."""
    front, back = await two(bench)
    for number in range(MAX_BATCHES + 2):
        front.arrive(bench.ledger.clock.now())
        await bench.send(front, front.batch(number + 1))
    first = await ask(bench, back, of(front), present=("0" * 64,))
    assert (len(first.batches), first.more, first.present) == (MAX_BATCHES, True, None)
    rest = await ask(bench, back, of(front, MAX_BATCHES), present=("0" * 64,))
    assert (len(rest.batches), rest.more) == (2, False)
    assert rest.present is not None


async def test_each_kiosk_that_can_still_speak_is_told_with_when_it_last_did(bench: Bench) -> None:
    front, back = await two(bench)
    front.arrive(bench.ledger.clock.now())
    await bench.send(front, front.batch())
    bench.ledger.clock.advance(minutes=1)
    heard: dict[UUID, int | None] = {item.kiosk: item.at_ms for item in (await ask(bench, back)).heard}
    answer = await ask(bench, back)
    assert heard[front.identity.kiosk] == answer.at_ms - 60_000
    assert set(heard) == {front.identity.kiosk, back.identity.kiosk}
