"""Taking batches on real PostgreSQL: nothing acknowledged is lost, nothing is doubled, nothing forged gets in."""

import asyncio
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud_api.policy.reach import EVERYWHERE
from cloud_api.services.ingest import Accepted, Gap, Refused
from cloud_api.services.visitor_search import VisitorSearch
from cloud_api.store.epochs import read_head
from sync.protocol.kinds import DepartedFull, Kind
from tests.fakes.cloud_kiosk import KioskKey
from tests.fakes.cloud_server import Ground, alert_count, present, read_receipt, stored

pytestmark = pytest.mark.anyio


async def test_an_arrival_is_acknowledged_and_listed(ground: Ground) -> None:
    kiosk = await ground.enrol()
    stay = kiosk.arrive(ground.clock.now())
    receipt = await read_receipt(ground, kiosk, await ground.send(kiosk, kiosk.batch()))
    assert (receipt.accepted, receipt.durable, receipt.head) == (1, 1, kiosk.head.hash)
    (found,) = await present(ground)
    assert found.id == stay
    assert found.person is not None
    assert (found.person.name, found.person.company, found.person.email) == (
        "Ada Sample",
        "Pebble & Co",
        "ada@example.org",
    )
    assert found.arrived_at == ground.clock.now()


async def test_c10_a_batch_sent_again_gets_the_same_receipt_one_row_and_one_alert(ground: Ground) -> None:
    """C10: the answer was lost after the commit."""
    kiosk = await ground.enrol()
    stay = kiosk.arrive(ground.clock.now(), host_id=await ground.host())
    wire = kiosk.batch()
    first = await ground.send(kiosk, wire)
    ground.clock.advance(hours=3)
    second = await ground.send(kiosk, wire)
    assert isinstance(first, Accepted)
    assert isinstance(second, Accepted)
    assert (first.receipt, first.fresh, second.fresh) == (second.receipt, True, False)
    assert (await stored(ground, kiosk), await alert_count(ground, stay)) == (1, 1)


async def test_c11_the_same_batch_raced_ten_times_is_stored_once(ground: Ground) -> None:
    """C11."""
    kiosk = await ground.enrol()
    stay = kiosk.arrive(ground.clock.now(), host_id=await ground.host())
    wire = kiosk.batch()
    outcomes = await asyncio.gather(*(ground.send(kiosk, wire) for _ in range(10)))
    receipts = {outcome.receipt for outcome in outcomes if isinstance(outcome, Accepted)}
    assert (len(outcomes), len(receipts)) == (10, 1)
    assert (await stored(ground, kiosk), await alert_count(ground, stay)) == (1, 1)


async def test_c11_overlapping_batches_store_each_event_once(ground: Ground) -> None:
    """C11: boundaries drawn anew, as by a kiosk that lost its outbox."""
    kiosk = await ground.enrol()
    for _ in range(6):
        kiosk.arrive(ground.clock.now())
    for first, last in ((1, 4), (2, 5), (1, 3), (1, 6), (6, 6)):
        receipt = await read_receipt(ground, kiosk, await ground.send(kiosk, kiosk.batch(first, last)))
        assert receipt.accepted >= last
    assert await stored(ground, kiosk) == 6
    assert len(await present(ground)) == 6


async def test_c11_many_kiosks_at_once_do_not_disturb_each_other(ground: Ground) -> None:
    """C11: interleaved, sharing stays."""
    kiosks = [await ground.enrol(f"Kiosk {number}") for number in range(4)]
    shared = [uuid4() for _ in range(20)]
    for kiosk in kiosks:
        for stay in shared:
            kiosk.arrive(ground.clock.now(), stay=stay, host_id=await ground.host())
    await asyncio.gather(*(ground.send(kiosk, kiosk.batch()) for kiosk in kiosks))
    assert [await stored(ground, kiosk) for kiosk in kiosks] == [20] * 4
    assert len(await present(ground)) == 20
    assert await alert_count(ground, *shared) == 20


async def test_c12_a_gap_names_the_number_expected_and_stores_nothing(ground: Ground) -> None:
    """C12."""
    kiosk = await ground.enrol()
    for _ in range(5):
        kiosk.arrive(ground.clock.now())
    assert await ground.send(kiosk, kiosk.batch(2, 3)) == Gap(1)
    assert await stored(ground, kiosk) == 0
    assert isinstance(await ground.send(kiosk, kiosk.batch(1, 2)), Accepted)
    assert await ground.send(kiosk, kiosk.batch(4, 5)) == Gap(3)
    assert await stored(ground, kiosk) == 2


async def test_c14_a_batch_for_another_server_or_organisation_is_refused(ground: Ground) -> None:
    """C14."""
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now())
    for audience in (f"https://evil.example.org {ground.tenant}", f"https://lodge.example.org {uuid4()}", "x"):
        assert isinstance(await ground.send(kiosk, kiosk.batch(audience=audience)), Refused)
    assert await stored(ground, kiosk) == 0


async def test_c14_a_batch_of_another_kiosk_is_refused(ground: Ground) -> None:
    """C14: a kiosk of the same organisation cannot speak for its neighbour."""
    kiosk, other = await ground.enrol("One"), await ground.enrol("Two")
    kiosk.arrive(ground.clock.now())
    assert isinstance(await ground.send(other, kiosk.batch()), Refused)
    assert await stored(ground, kiosk) == 0


async def test_c15_no_truncation_and_no_flipped_bit_gets_in(ground: Ground) -> None:
    """C15: every byte, one bit each; the pure verification is fuzzed with the protocol."""
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now())
    wire = kiosk.batch()
    device = await ground.cloud.devices.find(kiosk.key.epoch)
    assert device is not None
    for position in range(0, len(wire), 7):
        damaged = bytearray(wire)
        damaged[position] ^= 1 << position % 8
        assert isinstance(await ground.cloud.ingest.take(device, bytes(damaged)), Refused), position
    for length in (0, 1, len(wire) // 2, len(wire) - 1):
        assert isinstance(await ground.cloud.ingest.take(device, wire[:length]), Refused)
    assert await stored(ground, kiosk) == 0


async def test_c16_a_batch_by_an_unknown_key_is_refused(ground: Ground) -> None:
    """C16: a stranger's key under the name of an enrolled kiosk."""
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now())
    kiosk.key = KioskKey(Ed25519PrivateKey.generate())
    forged = kiosk.batch()
    async with ground.cloud.db.lookup() as lookups:
        assert await lookups.find_device(kiosk.key.epoch) is None
    enrolled = await ground.enrol("Other")
    assert isinstance(await ground.send(enrolled, forged), Refused)


async def test_people_are_found_by_the_beginnings_of_their_names(ground: Ground) -> None:
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now(), name="Zoë Müller", company="Fjord Ltd")
    kiosk.arrive(ground.clock.now(), name="Ada Sample")
    await ground.send(kiosk, kiosk.batch())
    search = VisitorSearch(ground.cloud.db, ground.cloud.ring)
    for query, expected in (
        ("zoe mul", ["Zoë Müller"]),
        ("fjord", ["Zoë Müller"]),
        ("ada", ["Ada Sample"]),
        ("zz", []),
    ):
        found = await search.find(ground.tenant, EVERYWHERE, query)
        assert [stay.person.name for stay in found if stay.person] == expected, query


async def test_the_head_moves_with_the_events_and_only_with_them(ground: Ground) -> None:
    kiosk = await ground.enrol()
    kiosk.act(Kind.KIOSK_STARTED, ground.clock.now(), full={"version": "1"})
    kiosk.act(Kind.VISITOR_DEPARTED, ground.clock.now(), stay=uuid4(), full=DepartedFull(method="name"))
    await ground.send(kiosk, kiosk.batch())
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        head = await read_head(tx, kiosk.identity.kiosk, kiosk.key.epoch)
        queued = "select first_seq, last_seq from lodge.audit_pending where first_seq is not null"
        pending = await (await tx.connection.execute(queued)).fetchall()
    assert head is not None
    assert (head.seq, head.hash) == (2, kiosk.head.hash)
    assert pending == [(1, 2)]
