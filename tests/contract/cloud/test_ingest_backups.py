"""The second level of receipts on every ingest store: what a confirmed backup holds, and how a kiosk hears of it."""

from collections.abc import AsyncIterator

import msgspec
import pytest

from cloud_api.services.batch_outcomes import Forked
from sync.protocol import exact_json
from sync.protocol.exchange import Hello, HelloAnswer
from sync.protocol.jws import read_unverified_payload
from sync.protocol.receipt import Receipt
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.ingest_bench import Bench, receipt_of

pytestmark = pytest.mark.anyio


@pytest.fixture
async def careful(bench: Bench) -> AsyncIterator[Bench]:
    """A server whose receipts wait for backups; other tests share its database."""
    await bench.ledger.expect_backups(expected=True)
    yield bench
    await bench.ledger.expect_backups(expected=False)


async def greet(bench: Bench, kiosk: FakeKiosk, durable: int | None) -> tuple[HelloAnswer, Receipt | None]:
    said = exact_json.read(kiosk.hello(durable=durable), Hello, what="a hello")
    answer = await bench.hellos.answer(await bench.ledger.device(kiosk.key.epoch), said)
    if answer.receipt is None:
        return answer, None
    payload = read_unverified_payload(answer.receipt, what="a receipt")
    return answer, msgspec.json.decode(payload, type=Receipt)


async def arrive(bench: Bench, kiosk: FakeKiosk) -> Receipt:
    kiosk.arrive(bench.ledger.clock.now())
    return receipt_of(await bench.send(kiosk, kiosk.batch(len(kiosk.events))))


async def test_r36_durable_rises_to_what_a_confirmed_backup_saw_and_an_idle_kiosk_hears_of_it(careful: Bench) -> None:
    """R36: later events wait for a later backup; a repeated batch gets the words of its time."""
    kiosk = await careful.ledger.enrol("Lobby kiosk")
    assert [(await arrive(careful, kiosk)).durable for _ in range(2)] == [0, 0]
    begun = await careful.ledger.begin_backup()
    third = await arrive(careful, kiosk)
    assert (third.accepted, third.durable, (await greet(careful, kiosk, 0))[1]) == (3, 0, None)
    await careful.ledger.confirm_backup(begun)
    answer, told = await greet(careful, kiosk, 0)
    assert told is not None
    assert (told.accepted, told.durable, told.head, told.manifest) == (3, 2, kiosk.head.hash, third.manifest)
    assert (answer.accepted, answer.durable) == (3, 2)
    assert [(await greet(careful, kiosk, known))[1] for known in (2, 3, None)] == [None] * 3
    assert receipt_of(await careful.send(kiosk, kiosk.batch(3))).durable == 0  # sent again
    assert (await arrive(careful, kiosk)).durable == 2


async def test_r36_an_older_backup_that_is_confirmed_later_changes_nothing(careful: Bench) -> None:
    """R36: and a newer one stands for what the older ones saw."""
    kiosk = await careful.ledger.enrol("Lobby kiosk")
    await arrive(careful, kiosk)
    older = await careful.ledger.begin_backup()
    await arrive(careful, kiosk)
    newer = await careful.ledger.begin_backup()
    unfinished = await careful.ledger.begin_backup()
    assert len({older, newer, unfinished}) == 3
    for confirmed in (newer, older, newer):
        await careful.ledger.confirm_backup(confirmed)
        assert (await greet(careful, kiosk, None))[0].durable == 2


async def test_where_no_backup_is_expected_stored_is_durable(bench: Bench) -> None:
    kiosk = await bench.ledger.enrol("Lobby kiosk")
    receipt = await arrive(bench, kiosk)
    answer, told = await greet(bench, kiosk, 0)
    assert (receipt.durable, answer.durable, told and told.durable) == (1, 1, 1)
    assert (await greet(bench, kiosk, 1))[1] is None


async def test_r36_c07_a_backup_of_the_log_is_none_of_the_branch_beside_it(careful: Bench) -> None:
    """R36, C07: of two histories under one key only what a backup really holds is durable."""
    kiosk = await careful.ledger.enrol("Lobby kiosk")
    await arrive(careful, kiosk)
    twin = kiosk.twin(1)
    await arrive(careful, kiosk)
    begun = await careful.ledger.begin_backup()
    await careful.ledger.confirm_backup(begun)
    for _ in range(2):
        twin.arrive(careful.ledger.clock.now(), name="Twin Sample")
    assert await careful.send(twin, twin.batch(2)) == Forked(2)
    told = receipt_of(await careful.send_branch(twin, twin.batch(2, 2)))
    assert (told.accepted, told.head, told.durable) == (2, twin.events[1].hash, 1)
    last = receipt_of(await careful.send_branch(twin, twin.batch(3)))
    assert (last.accepted, last.durable, (await greet(careful, twin, 1))[1]) == (3, 1, None)
    await careful.ledger.confirm_backup(await careful.ledger.begin_backup())
    _, news = await greet(careful, twin, 1)
    assert news is not None
    assert (news.accepted, news.durable, news.head, news.manifest) == (3, 3, twin.head.hash, last.manifest)
    _, of_log = await greet(careful, kiosk, 0)
    assert of_log is not None
    assert (of_log.accepted, of_log.durable, of_log.head) == (2, 2, kiosk.head.hash)
