"""The audit log: integrated by a sequencer, verified by an outsider (R26, R28, C40)."""

import asyncio

import pytest

from cloud_api.services.audit_trail import Actor, AdminAct
from cloud_api.store import audit_log, signing_keys
from sync.protocol.archive import ENTRIES, SIGNED_MEMBERS, ArchiveError, verify_archive
from sync.protocol.audit import EntryType, entry_hash, entry_leaf
from sync.protocol.checkpoint import Checkpoint, open_checkpoint
from sync.protocol.exact_json import decode
from sync.protocol.jws import read_unverified_payload
from sync.protocol.keyspage import KeysPage, KeyUse
from sync.protocol.merkle import consistency_proof, inclusion_proof, root, verify_consistency, verify_inclusion
from sync.protocol.receipt import Receipt
from tests.fakes.cloud_server import OPERATOR, Ground

pytestmark = pytest.mark.anyio


async def integrate_all(ground: Ground) -> int:
    total = 0
    while done := await ground.cloud.sequencer.integrate(ground.tenant):
        total += done
    return total


async def newest(ground: Ground) -> Checkpoint:
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        page = await signing_keys.newest_page(tx)
        stored = await audit_log.newest_checkpoint(tx)
    assert page is not None
    assert stored is not None
    keys = decode(read_unverified_payload(page.page, what="page"), KeysPage, what="page")
    return open_checkpoint(stored.note, origin=keys.log, key=keys.current(KeyUse.LOG))


async def nodes_of(ground: Ground, size: int) -> dict[tuple[int, int], bytes]:
    wanted = [(level, at) for level in range(size.bit_length() + 1) for at in range((size >> level) + 1)]
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        return await audit_log.read_nodes(tx, 1, wanted)


async def test_every_act_and_event_gets_its_place_and_a_checkpoint_speaks_of_all(ground: Ground) -> None:
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now())
    await ground.send(kiosk, kiosk.batch())
    assert await integrate_all(ground) == 5  # created, applied, kiosk created, enrolled; one event
    checkpoint = await newest(ground)
    assert checkpoint.size == 5
    nodes = await nodes_of(ground, 5)
    assert root(5, lambda level, at: nodes[level, at]) == checkpoint.root


async def test_the_next_receipt_carries_the_newest_checkpoint(ground: Ground) -> None:
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now())
    await ground.send(kiosk, kiosk.batch())
    await integrate_all(ground)
    kiosk.arrive(ground.clock.now())
    outcome = await ground.send(kiosk, kiosk.batch(2))
    payload = read_unverified_payload(outcome.receipt, what="receipt")  # type: ignore[attr-defined]  # accepted
    note = decode(payload, Receipt, what="receipt").checkpoint
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        stored = await audit_log.newest_checkpoint(tx)
    assert stored is not None
    assert note == stored.note


async def test_inclusion_and_consistency_are_proved_from_stored_nodes(ground: Ground) -> None:
    """R26."""
    kiosk = await ground.enrol()
    sizes = []
    for count in (1, 3, 7, 2):
        first = len(kiosk.events) + 1
        for _ in range(count):
            kiosk.arrive(ground.clock.now())
        await ground.send(kiosk, kiosk.batch(first))
        await integrate_all(ground)
        sizes.append((await newest(ground)).size)
    size, whole = sizes[-1], (await newest(ground)).root
    nodes = await nodes_of(ground, size)

    def at(level: int, position: int) -> bytes:
        return nodes[level, position]

    for index in range(size):
        verify_inclusion(leaf=at(0, index), index=index, size=size, proof=inclusion_proof(index, size, at), root=whole)
    for smaller in sizes:
        verify_consistency(
            first=smaller,
            second=size,
            first_root=root(smaller, at),
            second_root=whole,
            proof=consistency_proof(smaller, size, at),
        )


async def test_two_sequencers_at_once_number_nothing_twice(ground: Ground) -> None:
    kiosk = await ground.enrol()
    for number in range(1, 41):
        kiosk.arrive(ground.clock.now())
        await ground.send(kiosk, kiosk.batch(number))
    await asyncio.gather(*(integrate_all(ground) for _ in range(4)))
    await integrate_all(ground)
    checkpoint = await newest(ground)
    assert checkpoint.size == 44
    nodes = await nodes_of(ground, 44)
    assert root(44, lambda level, at: nodes[level, at]) == checkpoint.root


async def test_entries_of_one_kiosk_stand_in_the_order_of_its_chain(ground: Ground) -> None:
    kiosks = [await ground.enrol(f"Kiosk {number}") for number in range(3)]
    for _ in range(5):
        for kiosk in kiosks:
            kiosk.arrive(ground.clock.now())
            await ground.send(kiosk, kiosk.batch(len(kiosk.events)))
    export = await ground.cloud.audit_export.make(ground.tenant, OPERATOR)
    verified = verify_archive(export.members)
    assert (verified.device_events, verified.batches, verified.kiosks) == (15, 15, 3)


async def test_an_export_verifies_and_shows_what_staff_did(ground: Ground) -> None:
    """R28."""
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now())
    await ground.send(kiosk, kiosk.batch())
    export = await ground.cloud.audit_export.make(ground.tenant, Actor("rosa@example.org", "192.0.2.7", "yearly audit"))
    verified = verify_archive(export.members)
    assert (verified.tenant, verified.entries, verified.device_events) == (ground.tenant, 6, 1)
    assert b"yearly audit" in export.members[ENTRIES]
    assert b"Ada Sample" not in b"".join(export.members.values())


@pytest.mark.parametrize("member", SIGNED_MEMBERS)
async def test_a_changed_member_of_an_export_is_named(ground: Ground, member: str) -> None:
    """R26, R28."""
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now())
    await ground.send(kiosk, kiosk.batch())
    members = (await ground.cloud.audit_export.make(ground.tenant, OPERATOR)).members
    damaged = bytearray(members[member])
    damaged[len(damaged) // 2] ^= 1
    with pytest.raises(ArchiveError) as caught:
        verify_archive({**members, member: bytes(damaged)})
    assert caught.value.member == member


async def test_an_act_that_is_rolled_back_leaves_no_record(ground: Ground) -> None:
    await integrate_all(ground)
    before = (await newest(ground)).size

    async def fail_within() -> None:
        async with ground.cloud.db.tenant(ground.tenant) as tx:
            await ground.cloud.trail.record(tx, AdminAct("kiosk.created", OPERATOR))
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        await fail_within()
    assert await integrate_all(ground) == 0
    assert (await newest(ground)).size == before


async def test_an_erased_body_leaves_every_proof_valid(ground: Ground) -> None:
    """R26: actor, address and reason are personal; the header stays."""
    await integrate_all(ground)
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        await tx.connection.execute("delete from lodge.audit_body")
    export = await ground.cloud.audit_export.make(ground.tenant, OPERATOR)
    verified = verify_archive(export.members)
    assert (verified.admin_entries, verified.bodies_shown) == (3, 1)


async def test_leaves_are_those_of_the_protocol(ground: Ground) -> None:
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now())
    await ground.send(kiosk, kiosk.batch())
    await integrate_all(ground)
    size = (await newest(ground)).size
    nodes = await nodes_of(ground, size)
    expected = entry_leaf(EntryType.DEVICE, entry_hash(EntryType.DEVICE, kiosk.events[0].raw_header))
    assert expected in {nodes[0, index] for index in range(size)}
