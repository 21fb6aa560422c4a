"""Forks, epochs, branches and settlement on every ingest store: in memory and on PostgreSQL alike."""

import msgspec
import pytest

from cloud_api.services import epochs
from cloud_api.services.audit_trail import Actor
from cloud_api.services.batch_outcomes import Accepted, Forked, Frozen, Gap, NotFrozen, Refused
from cloud_api.services.confirmation import Confirmed, NotConfirmed
from cloud_api.services.epochs import Begun, EpochTaken, StartRefused, TooManyUnconfirmed
from sync.protocol import exact_json
from sync.protocol.commitments import SealedBody
from sync.protocol.events import Event
from sync.protocol.exchange import Hello
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.ingest_bench import Bench, receipt_of

pytestmark = pytest.mark.anyio
ADMIN = Actor("admin@example.org", "192.0.2.1", "lost")


async def forked(bench: Bench) -> tuple[FakeKiosk, FakeKiosk]:
    """A kiosk and a copy of its card that both went on: both let the same visitor out, and each let one in."""
    kiosk = await bench.ledger.enrol("Lobby kiosk")
    now = bench.ledger.clock.now()
    kiosk.arrive(now, name="Ada Sample")
    assert isinstance(await bench.send(kiosk, kiosk.batch()), Accepted)
    return kiosk, kiosk.twin(1)


async def test_c07_a_second_history_freezes_the_epoch_and_doubts_departures_from_there_on(bench: Bench) -> None:
    """C07: whom the disputed part let out is listed again."""
    kiosk, twin = await forked(bench)
    now = bench.ledger.clock.now()
    stay = kiosk.events[0].header.stay
    assert stay is not None
    kiosk.depart(now, stay)
    assert isinstance(await bench.send(kiosk, kiosk.batch(2)), Accepted)
    assert await bench.ledger.present() == set()
    twin.arrive(now, name="Twin Sample")
    assert await bench.send(twin, twin.batch(2)) == Forked(2)
    assert await bench.ledger.present() == {stay}
    assert await bench.send(twin, twin.batch(2)) == Frozen()
    assert isinstance(await bench.send(kiosk, kiosk.batch(2)), Accepted)  # receipted: a replay gets its receipt
    kiosk.arrive(now)
    assert await bench.send(kiosk, kiosk.batch(3)) == Frozen()
    (act,) = [detail for kind, detail in await bench.ledger.acts() if kind == "epoch.forked"]
    assert (act["epoch"], act["seq"]) == (kiosk.key.epoch, "2")


async def test_c07_a_branch_is_kept_beside_the_log_and_its_people_count(bench: Bench) -> None:
    """C07: nothing of either machine is lost, hosts are told once, and the receipt is about the branch."""
    kiosk, twin = await forked(bench)
    now, host = bench.ledger.clock.now(), await bench.ledger.host()
    kiosk.arrive(now, name="Cleo Sample")
    await bench.send(kiosk, kiosk.batch(2))
    stay = twin.arrive(now, name="Twin Sample", host_id=host)
    assert await bench.send_branch(twin, twin.batch(2)) == NotFrozen()
    assert await bench.send(twin, twin.batch(2)) == Forked(2)
    taken = await bench.send_branch(twin, twin.batch(2))
    told = receipt_of(taken)
    assert (told.accepted, told.head, told.epoch) == (2, twin.head.hash, twin.key.epoch)
    assert isinstance(taken, Accepted)
    assert await bench.send_branch(twin, twin.batch(2)) == Accepted(taken.receipt, fresh=False)
    assert (await bench.ledger.count_alerts(stay), len(await bench.ledger.present())) == (1, 3)
    again = receipt_of(await bench.send_branch(twin, twin.batch(1)))
    assert (again.accepted, again.head) == (2, twin.head.hash)
    found = await bench.ledger.find_stay(stay)
    assert found is not None
    assert "unconfirmed" in found.flags
    kept = [detail for kind, detail in await bench.ledger.acts() if kind == "branch.kept"]
    assert [(act["added"], act["epoch"]) for act in kept] == [("1", twin.key.epoch), ("0", twin.key.epoch)]


async def test_c12_a_branch_must_hang_on_a_header_that_is_known(bench: Bench) -> None:
    """C12."""
    kiosk, twin = await forked(bench)
    now = bench.ledger.clock.now()
    kiosk.arrive(now)
    await bench.send(kiosk, kiosk.batch(2))
    for _ in range(4):
        twin.arrive(now)
    assert await bench.send(twin, twin.batch(2, 2)) == Forked(2)
    assert await bench.send_branch(twin, twin.batch(5)) == Gap(3)
    assert await bench.send_branch(twin, twin.batch(3)) == Gap(1)
    assert receipt_of(await bench.send_branch(twin, twin.batch(1, 3))).accepted == 3
    assert receipt_of(await bench.send_branch(twin, twin.batch(4))).accepted == 5
    assert len(await bench.ledger.present()) == 6


async def test_c13_poison_on_a_branch_is_quarantined_and_its_person_listed(bench: Bench) -> None:
    """C13."""
    kiosk, twin = await forked(bench)
    kiosk.arrive(bench.ledger.clock.now())
    await bench.send(kiosk, kiosk.batch(2))
    stay = twin.arrive(bench.ledger.clock.now())
    spoilt = twin.events[1]
    assert spoilt.muster is not None
    body = SealedBody(salt=spoilt.muster.salt, body=msgspec.Raw(b"\x00\xff"))
    twin.events[1] = Event(spoilt.raw_header, spoilt.header, body, spoilt.full)
    await bench.send(twin, twin.batch(2))
    assert receipt_of(await bench.send_branch(twin, twin.batch(2))).quarantined == (spoilt.header.id,)
    twin.arrive(bench.ledger.clock.now())
    assert receipt_of(await bench.send_branch(twin, twin.batch(2))).quarantined == (spoilt.header.id,)
    found = await bench.ledger.find_stay(stay)
    assert found is not None
    assert (found.present, found.person) == (True, None)


async def test_c08_a_kiosk_begins_an_epoch_by_itself_and_goes_on_unconfirmed(bench: Bench) -> None:
    """C08: a restored card; arrivals list people, departures take nobody off until an administrator confirms."""
    kiosk, restored = await forked(bench)
    now = bench.ledger.clock.now()
    stay = kiosk.events[0].header.stay
    assert stay is not None
    kiosk.arrive(now, name="Cleo Sample")
    await bench.send(kiosk, kiosk.batch(2))
    raw, after = restored.next_epoch("rolled_back")
    assert await bench.begin(restored, raw) == Begun("unconfirmed", fresh=True)
    assert await bench.begin(restored, raw) == Begun("unconfirmed", fresh=False)
    after.arrive(now, name="Dora Sample")
    after.depart(now, stay)
    assert receipt_of(await bench.send(after, after.batch())).accepted == 2
    assert len(await bench.ledger.present()) == 3
    confirmed = await bench.confirmation.confirm(bench.ledger.tenant, kiosk.identity.kiosk, after.key.epoch, ADMIN)
    assert confirmed == Confirmed((after.key.epoch,))
    assert stay not in await bench.ledger.present()
    assert len(await bench.ledger.present()) == 2
    standings = [(await bench.ledger.device(item.key.epoch)).standing for item in (kiosk, after)]
    assert standings == ["frozen", "current"]
    kinds = [kind for kind, _ in await bench.ledger.acts()]
    assert [kinds.count(kind) for kind in ("epoch.begun", "epoch.confirmed")] == [1, 1]


async def test_an_epoch_is_taken_by_another_start_for_its_key(bench: Bench) -> None:
    kiosk, other = await bench.ledger.enrol("One"), await bench.ledger.enrol("Two")
    raw, after = kiosk.next_epoch("asked")
    assert isinstance(await bench.begin(other, raw), StartRefused)
    assert await bench.begin(kiosk, raw) == Begun("unconfirmed", fresh=True)
    again, _ = kiosk.next_epoch("forked", key=after.key)
    assert await bench.begin(kiosk, again) == EpochTaken()
    assert isinstance(await bench.begin(kiosk, b"{}"), StartRefused)


async def test_c07_epochs_that_nobody_confirms_are_bounded_and_a_confirmed_one_makes_room(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C07: whoever has a kiosk's key cannot fill the page that all kiosks hold."""
    monkeypatch.setattr(epochs, "MOST_UNCONFIRMED", 3)
    kiosk, other = await bench.ledger.enrol("One"), await bench.ledger.enrol("Two")
    starts = [kiosk.next_epoch("asked") for _ in range(4)]
    for raw, _ in starts[:3]:
        bench.ledger.clock.advance(seconds=1)
        assert await bench.begin(kiosk, raw) == Begun("unconfirmed", fresh=True)
    newest = starts[2][1]
    refused = [await bench.begin(kiosk, starts[3][0]), await bench.begin(newest, newest.next_epoch("asked")[0])]
    assert refused == [TooManyUnconfirmed()] * 2
    assert await bench.begin(kiosk, starts[0][0]) == Begun("unconfirmed", fresh=False)
    assert await bench.begin(other, other.next_epoch("asked")[0]) == Begun("unconfirmed", fresh=True)
    await bench.confirmation.confirm(bench.ledger.tenant, kiosk.identity.kiosk, newest.key.epoch, ADMIN)
    bench.ledger.clock.advance(seconds=1)
    assert await bench.begin(kiosk, starts[3][0]) == Begun("unconfirmed", fresh=True)


async def test_c07_one_branch_is_confirmed_and_a_second_one_is_refused_with_words(bench: Bench) -> None:
    """C07: the confirmed history's departures count, the other's do not."""
    kiosk, twin = await forked(bench)
    now = bench.ledger.clock.now()
    stay = kiosk.events[0].header.stay
    assert stay is not None
    cleo = kiosk.arrive(now, name="Cleo Sample")
    await bench.send(kiosk, kiosk.batch(2))
    dora = twin.arrive(now, name="Dora Sample")
    twin.depart(now, stay)
    await bench.send(twin, twin.batch(2))
    await bench.send_branch(twin, twin.batch(2))
    starts = [item.next_epoch("forked") for item in (kiosk, twin)]
    for item, (raw, _) in zip((kiosk, twin), starts, strict=True):
        assert await bench.begin(item, raw) == Begun("unconfirmed", fresh=True)
    assert await bench.ledger.present() == {stay, cleo, dora}
    (_, mine), (_, other) = starts
    first = await bench.confirmation.confirm(bench.ledger.tenant, kiosk.identity.kiosk, other.key.epoch, ADMIN)
    assert first == Confirmed((other.key.epoch,))
    assert await bench.ledger.present() == {cleo, dora}  # the copy let Ada out, and the copy is believed
    second = await bench.confirmation.confirm(bench.ledger.tenant, kiosk.identity.kiosk, mine.key.epoch, ADMIN)
    assert isinstance(second, NotConfirmed)
    assert "only one can count" in second.reason
    again = await bench.confirmation.confirm(bench.ledger.tenant, kiosk.identity.kiosk, other.key.epoch, ADMIN)
    assert isinstance(again, NotConfirmed)
    nobody = await bench.confirmation.confirm(bench.ledger.tenant, kiosk.identity.kiosk, "A" * 43, ADMIN)
    assert nobody == NotConfirmed("This kiosk has no such log.")


async def test_c07_a_branch_that_comes_after_its_confirmation_counts(bench: Bench) -> None:
    """C07."""
    kiosk, twin = await forked(bench)
    now = bench.ledger.clock.now()
    stay = kiosk.events[0].header.stay
    assert stay is not None
    kiosk.arrive(now, name="Cleo Sample")
    await bench.send(kiosk, kiosk.batch(2))
    twin.depart(now, stay)
    await bench.send(twin, twin.batch(2))
    raw, after = twin.next_epoch("forked")
    await bench.begin(twin, raw)
    await bench.confirmation.confirm(bench.ledger.tenant, kiosk.identity.kiosk, after.key.epoch, ADMIN)
    assert stay in await bench.ledger.present()
    assert isinstance(await bench.send_branch(twin, twin.batch(2)), Accepted)
    assert stay not in await bench.ledger.present()


async def test_a_chain_of_epochs_is_confirmed_by_its_newest(bench: Bench) -> None:
    kiosk = await bench.ledger.enrol("Lobby kiosk")
    kiosk.arrive(bench.ledger.clock.now())
    raw, second = kiosk.next_epoch()
    await bench.begin(kiosk, raw)
    raw, third = second.next_epoch()
    await bench.begin(second, raw)
    done = await bench.confirmation.confirm(bench.ledger.tenant, kiosk.identity.kiosk, third.key.epoch, ADMIN)
    assert done == Confirmed((third.key.epoch, second.key.epoch))
    standings = [(await bench.ledger.device(item.key.epoch)).standing for item in (kiosk, second, third)]
    assert standings == ["frozen", "frozen", "current"]


async def test_c08_events_of_a_frozen_epoch_that_dispute_nothing_stay_clear_on_a_branch(bench: Bench) -> None:
    """C08: what a kiosk had not sent before its restored copy went on."""
    kiosk, restored = await forked(bench)
    stay = kiosk.events[0].header.stay
    assert stay is not None
    raw, _ = restored.next_epoch("rolled_back")
    await bench.begin(restored, raw)
    kiosk.depart(bench.ledger.clock.now(), stay)
    assert await bench.send(kiosk, kiosk.batch(2)) == Frozen()
    assert receipt_of(await bench.send_branch(kiosk, kiosk.batch(2))).accepted == 2
    assert stay not in await bench.ledger.present()


async def test_c17_a_revoked_kiosk_takes_nobody_off_the_list_any_more(bench: Bench) -> None:
    """C17: also not by what it said this week."""
    kiosk, other = await bench.ledger.enrol("One"), await bench.ledger.enrol("Two")
    stays = [other.arrive(bench.ledger.clock.now()) for _ in range(2)]
    await bench.send(other, other.batch())
    bench.ledger.clock.advance(minutes=5)
    kiosk.depart(bench.ledger.clock.now(), stays[0])
    await bench.send(kiosk, kiosk.batch())
    assert await bench.ledger.present() == {stays[1]}
    assert await bench.confirmation.revoke(bench.ledger.tenant, kiosk.identity.kiosk, ADMIN)
    assert not await bench.confirmation.revoke(bench.ledger.tenant, kiosk.identity.kiosk, ADMIN)
    assert await bench.ledger.present() == set(stays)
    assert (await bench.ledger.device(kiosk.key.epoch)).standing == "revoked"
    assert isinstance(await bench.send_branch(kiosk, kiosk.batch()), Accepted)  # answered before
    kiosk.depart(bench.ledger.clock.now(), stays[1])
    assert isinstance(await bench.send_branch(kiosk, kiosk.batch(2)), Refused)


async def test_c09_hello_settles_every_difference(bench: Bench) -> None:
    """C09: what a restored server or kiosk finds."""
    kiosk = await bench.ledger.enrol("Lobby kiosk")

    async def verdict(said: FakeKiosk) -> tuple[str, int, str]:
        answer = await bench.hellos.answer(
            await bench.ledger.device(said.key.epoch), exact_json.read(said.hello(), Hello, what="a hello")
        )
        return answer.verdict, answer.accepted, answer.standing

    assert await verdict(kiosk) == ("in_step", 0, "current")
    for _ in range(3):
        kiosk.arrive(bench.ledger.clock.now())
    assert await verdict(kiosk) == ("server_behind", 0, "current")
    await bench.send(kiosk, kiosk.batch())
    assert await verdict(kiosk) == ("in_step", 3, "current")
    restored = kiosk.twin(1)
    assert await verdict(restored) == ("server_ahead", 3, "current")
    restored.arrive(bench.ledger.clock.now())
    assert await verdict(restored) == ("forked", 3, "current")
    raw, after = restored.next_epoch("forked")
    await bench.begin(restored, raw)
    assert await verdict(kiosk) == ("in_step", 3, "frozen")
    assert await verdict(after) == ("in_step", 0, "unconfirmed")
