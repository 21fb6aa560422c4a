"""Taking batches that leave something open: uncertainty lists the person."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest

from cloud_api.services.ingest import Accepted, Forked, Frozen
from cloud_api.store import events, stays
from cloud_api.store.kiosks import Head as StoredHead
from sync.protocol.chain import Head
from sync.protocol.commitments import SealedBody
from sync.protocol.events import Event
from sync.protocol.hlc import ClockQuality
from sync.protocol.kinds import ArrivedFull, ArrivedMuster, Kind
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_server import OPERATOR, Ground, names, present, read_receipt

pytestmark = pytest.mark.anyio


async def test_a_departure_takes_a_person_off_the_list_and_a_revocation_puts_them_back(ground: Ground) -> None:
    kiosk = await ground.enrol()
    stay = kiosk.arrive(ground.clock.now())
    await ground.send(kiosk, kiosk.batch())
    kiosk.depart(ground.clock.now(), stay)
    await ground.send(kiosk, kiosk.batch(2))
    assert await present(ground) == []
    kiosk.act(Kind.DEPARTURE_REVOKED, ground.clock.now(), stay=stay, full={"reason": "mistaken"})
    await ground.send(kiosk, kiosk.batch(3))
    assert await names(ground) == ["Ada Sample"]


async def test_a_departure_that_is_told_before_its_arrival_waits_for_it(ground: Ground) -> None:
    """C11: two kiosks upload in the wrong order."""
    first, second = await ground.enrol("One"), await ground.enrol("Two")
    stay = first.arrive(ground.clock.now())
    second.depart(ground.clock.now() + timedelta(minutes=5), stay)
    await ground.send(second, second.batch())
    assert await present(ground) == []
    await ground.send(first, first.batch())
    assert await present(ground) == []
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        found = (await stays.find_many(tx, ground.cloud.ring, [stay]))[stay]
    assert (found.present, found.flags) == (False, ())
    assert found.person is not None


def poison(kiosk: FakeKiosk, position: int, body: bytes) -> None:
    event = kiosk.events[position]
    assert event.muster is not None
    sealed = SealedBody(salt=event.muster.salt, body=msgspec.Raw(body))
    kiosk.events[position] = Event(event.raw_header, event.header, sealed, event.full)


@pytest.mark.parametrize("body", [b'{"name":"Eve"}', b'{"name":1}', b"[]", b'{"name":"x","name":"y"}', b'{"a":1.5}'])
async def test_c13_a_poison_body_is_quarantined_and_the_rest_flows(ground: Ground, body: bytes) -> None:
    """C13: the person stays listed, unnamed."""
    kiosk = await ground.enrol()
    for name in ("Ada Sample", "Poison Person", "Cleo Sample"):
        kiosk.arrive(ground.clock.now(), name=name)
    poison(kiosk, 1, body)
    receipt = await read_receipt(ground, kiosk, await ground.send(kiosk, kiosk.batch()))
    assert receipt.accepted == 3
    assert receipt.quarantined == (kiosk.events[1].header.id,)
    assert await names(ground) == ["Ada Sample", "Cleo Sample", "unnamed"]
    kiosk.arrive(ground.clock.now(), name="Dora Sample")
    assert isinstance(await ground.send(kiosk, kiosk.batch(4)), Accepted)
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        kept = await events.quarantined_ids(
            tx,
            kiosk.identity.kiosk,
            kiosk.key.epoch,
            [StoredHead(event.header.seq, event.hash) for event in kiosk.events],
        )
    assert kept == [kiosk.events[1].header.id]


async def test_c13_a_departure_with_a_poison_body_removes_nobody(ground: Ground) -> None:
    """C13: uncertainty lists the person."""
    kiosk = await ground.enrol()
    stay = kiosk.arrive(ground.clock.now())
    kiosk.depart(ground.clock.now(), stay)
    event = kiosk.events[1]
    assert event.full is not None
    kiosk.events[1] = Event(
        event.raw_header, event.header, event.muster, SealedBody(salt=event.full.salt, body=msgspec.Raw(b"{}"))
    )
    receipt = await read_receipt(ground, kiosk, await ground.send(kiosk, kiosk.batch()))
    assert receipt.quarantined == (event.header.id,)
    assert await names(ground) == ["Ada Sample"]


async def test_bodies_erased_before_they_were_sent_are_accepted(ground: Ground) -> None:
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now())
    event = kiosk.events[0]
    kiosk.events[0] = Event(event.raw_header, event.header, None, None)
    receipt = await read_receipt(ground, kiosk, await ground.send(kiosk, kiosk.batch()))
    assert (receipt.accepted, receipt.quarantined) == (1, ())
    assert await names(ground) == ["unnamed"]


async def test_unknown_kinds_are_stored_and_not_interpreted(ground: Ground) -> None:
    kiosk = await ground.enrol()
    kiosk.act("parcel.arrived", ground.clock.now(), stay=uuid4(), muster={"x": 1}, full={"name": "Ada"})
    assert (await read_receipt(ground, kiosk, await ground.send(kiosk, kiosk.batch()))).accepted == 1
    assert await present(ground) == []


async def test_a_second_history_is_kept_as_evidence_and_freezes_the_key(ground: Ground) -> None:
    """C07: nothing of either branch is lost, and the first stays as it was."""
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now(), name="Ada Sample")
    kiosk.arrive(ground.clock.now(), name="Cleo Sample")
    await ground.send(kiosk, kiosk.batch())
    kiosk.head = Head(kiosk.key.epoch, 1, kiosk.events[0].hash)
    kiosk.events = kiosk.events[:1]
    kiosk.arrive(ground.clock.now(), name="Twin Sample")
    forked = kiosk.batch(2)
    assert await ground.send(kiosk, forked) == Forked(2)
    assert await ground.send(kiosk, forked) == Frozen()
    assert await names(ground) == ["Ada Sample", "Cleo Sample"]
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        cursor = await tx.connection.execute("select seq, sealed from lodge.event_fork")
        assert [tuple(row) for row in await cursor.fetchall()] == [(2, None)]  # nothing that an erasure would miss


async def test_a_branch_that_begins_at_the_head_is_found_too(ground: Ground) -> None:
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now())
    await ground.send(kiosk, kiosk.batch())
    kiosk.head = Head(kiosk.key.epoch, 1, "0" * 64)
    kiosk.arrive(ground.clock.now())
    assert await ground.send(kiosk, kiosk.batch(2)) == Forked(2)


async def test_an_erased_stay_gets_no_personal_data_again(ground: Ground) -> None:
    """R32: a late batch about somebody whose key is gone stores headers alone."""
    kiosk = await ground.enrol()
    stay = kiosk.arrive(ground.clock.now(), name="Erased Person")
    await ground.send(kiosk, kiosk.batch())
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        await tx.connection.execute(
            "update lodge.data_key set wrapped = null, destroyed_at = now() where tenant_id = %s and id = %s",
            (tx.id, stay),
        )
    kiosk.arrive(ground.clock.now(), name="Erased Person", stay=stay)
    assert isinstance(await ground.send(kiosk, kiosk.batch(2)), Accepted)
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        cursor = await tx.connection.execute(
            "select seq from lodge.event_body where kiosk_id = %s", (kiosk.identity.kiosk,)
        )
        assert [row[0] for row in await cursor.fetchall()] == [1]
    assert await names(ground) == ["unnamed"]


async def test_a_departure_with_a_clock_far_ahead_removes_nobody(ground: Ground) -> None:
    """C06, C22."""
    kiosk = await ground.enrol()
    stay = kiosk.arrive(ground.clock.now())
    kiosk.depart(ground.clock.now() + timedelta(days=3650), stay)
    assert isinstance(await ground.send(kiosk, kiosk.batch()), Accepted)
    assert await names(ground) == ["Ada Sample"]


async def test_an_arrival_without_a_set_clock_is_listed_and_flagged(ground: Ground) -> None:
    """C06: a kiosk that believes in 1970."""
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now() - timedelta(days=20_000), quality=ClockQuality.UNSYNCED)
    await ground.send(kiosk, kiosk.batch())
    (found,) = await present(ground)
    assert found.flags == ("clock-unsure",)


async def test_a_revoked_kiosk_removes_nobody_any_more(ground: Ground) -> None:
    """C17."""
    kiosk = await ground.enrol()
    stay = kiosk.arrive(ground.clock.now())
    await ground.send(kiosk, kiosk.batch())
    kiosk.depart(ground.clock.now(), stay)
    assert await ground.cloud.fleet.revoke(ground.tenant, kiosk.identity.kiosk, OPERATOR)
    assert await ground.send(kiosk, kiosk.batch(2)) == Frozen()
    assert await names(ground) == ["Ada Sample"]


async def test_c13_a_bad_full_body_leaves_the_name_on_the_list(ground: Ground) -> None:
    """C13: each body is judged by itself; folding again from the database gives the same."""
    kiosk = await ground.enrol()
    stay = kiosk.arrive(ground.clock.now(), name="Named Person")
    event = kiosk.events[0]
    assert event.full is not None
    kiosk.events[0] = Event(
        event.raw_header, event.header, event.muster, SealedBody(salt=event.full.salt, body=msgspec.Raw(b"\x00garbage"))
    )
    receipt = await read_receipt(ground, kiosk, await ground.send(kiosk, kiosk.batch()))
    assert receipt.quarantined == (event.header.id,)
    assert await names(ground) == ["Named Person"]
    kiosk.act(Kind.DEPARTURE_REVOKED, ground.clock.now(), stay=stay, full={"reason": "x"})
    await ground.send(kiosk, kiosk.batch(2))
    assert await names(ground) == ["Named Person"]


@pytest.mark.parametrize("body", [b"\x00\xff garbage", b'{"salt":"x"},"y":{', b"null", b""])
async def test_c13_poison_bytes_of_any_kind_never_stop_a_later_fold(ground: Ground, body: bytes) -> None:
    """C13."""
    kiosk = await ground.enrol()
    stay = kiosk.arrive(ground.clock.now())
    poison(kiosk, 0, body)
    assert isinstance(await ground.send(kiosk, kiosk.batch()), Accepted)
    assert await names(ground) == ["unnamed"]
    kiosk.depart(ground.clock.now(), stay)
    assert isinstance(await ground.send(kiosk, kiosk.batch(2)), Accepted)
    assert await present(ground) == []


async def test_an_arrival_without_a_stay_lists_a_person_all_the_same(ground: Ground) -> None:
    kiosk = await ground.enrol()
    muster = ArrivedMuster(name="Stayless Person", company="", host="", zone="", assistance=False)
    full = ArrivedFull(type="", language="en", host_id=None, email="", phone="", answers={})
    event = kiosk.act(Kind.VISITOR_ARRIVED, ground.clock.now(), stay=None, muster=muster, full=full)
    await ground.send(kiosk, kiosk.batch())
    (found,) = await present(ground)
    assert found.id == event.header.id
    assert await names(ground) == ["Stayless Person"]


async def test_a_departure_that_a_timer_assumed_takes_nobody_off_the_list(ground: Ground) -> None:
    kiosk = await ground.enrol()
    stay = kiosk.arrive(ground.clock.now())
    kiosk.act(Kind.DEPARTURE_ASSUMED, ground.clock.now(), stay=stay, full={"method": "automatic"})
    await ground.send(kiosk, kiosk.batch())
    (found,) = await present(ground)
    assert (found.flags, found.departed_at) == (("departure-assumed",), None)
    kiosk.depart(ground.clock.now(), stay)
    await ground.send(kiosk, kiosk.batch(3))
    assert await present(ground) == []


async def test_c11_no_two_kiosks_fold_one_stay_at_once(ground: Ground) -> None:
    """C11: else each would fold it without the other's event, and the last to write would win."""
    first, second = await ground.enrol("One"), await ground.enrol("Two")
    stay = first.arrive(ground.clock.now())
    await ground.send(first, first.batch())
    ground.clock.advance(minutes=1)
    first.depart(ground.clock.now(), stay)
    ground.clock.advance(minutes=1)
    second.act(Kind.DEPARTURE_REVOKED, ground.clock.now(), stay=stay, full={"reason": "mistaken"})
    async with ground.cloud.ingest_store.open(ground.tenant) as tx:
        await tx.lock_stays([stay], ground.clock.now())
        both = [
            asyncio.create_task(ground.send(first, first.batch(2))),
            asyncio.create_task(ground.send(second, second.batch())),
        ]
        async with ground.cloud.db.tenant(ground.tenant) as watching:
            waiting = 0
            while waiting < len(both):
                await asyncio.sleep(0.01)
                cursor = await watching.connection.execute(
                    "select count(distinct pid) from pg_locks where not granted"
                    " and pid in (select pid from pg_stat_activity where datname = current_database())"
                )
                row = await cursor.fetchone()
                waiting = int(row[0]) if row else 0
    assert all(isinstance(outcome, Accepted) for outcome in await asyncio.gather(*both))
    assert await names(ground) == ["Ada Sample"]
