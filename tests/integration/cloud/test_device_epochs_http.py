"""Epochs, branches, greetings and backpressure over HTTP."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from cloud_api.http.backpressure import DeviceShares, ShareTerms, Turnstile, TurnstileTerms
from cloud_api.http.limits import ProcessRateLimit
from cloud_api.http.problems import ProblemError
from cloud_api.serving import build_http
from cloud_api.store import kiosks
from sync.protocol import exact_json
from sync.protocol.batch import MEDIA_TYPE
from sync.protocol.exchange import (
    BRANCHES_PATH,
    EPOCHS_PATH,
    FEED_PATH,
    HELLO_PATH,
    EpochAnswer,
    HelloAnswer,
)
from sync.protocol.feed import ClearBranch, PageKind, Roster, SentPage, read_content
from tests.fakes.cloud_clock import FrozenClock
from tests.fakes.cloud_device_requests import fresh_nonce, post_batch, problem, send
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_server import OPERATOR, Ground, names, sample_file
from tests.fakes.feed_pages import head_of

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]


@pytest.fixture
def app(ground: Ground) -> FastAPI:
    return build_http(ground.cloud, ProcessRateLimit(ground.clock))


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, client=("192.0.2.9", 1234))
    async with httpx.AsyncClient(transport=transport, base_url="https://lodge.example.org") as opened:
        yield opened


async def post(client: httpx.AsyncClient, kiosk: FakeKiosk, path: str, body: bytes) -> httpx.Response:
    return await send(client, kiosk.request("POST", path, body, nonce=await fresh_nonce(client)))


async def newest_roster(ground: Ground, kiosk: FakeKiosk, held: int = 0) -> SentPage:
    device = await ground.cloud.devices.find(kiosk.key.epoch)
    assert device is not None
    answer = await ground.cloud.feed.answer(device, {"roster": held})
    (page,) = [sent for sent in answer.pages if head_of(sent).page == "roster"]
    return page


async def read_roster(ground: Ground, kiosk: FakeKiosk) -> Roster:
    return read_content(PageKind.ROSTER, (await newest_roster(ground, kiosk)).whole or b"", Roster)


async def test_c08_a_restored_kiosk_begins_an_epoch_and_its_rest_goes_to_a_branch(
    client: httpx.AsyncClient, ground: Ground
) -> None:
    """C08: from the hello to the confirmed roster."""
    kiosk = await ground.enrol()
    for name in ("Ada Sample", "Cleo Sample"):
        kiosk.arrive(ground.clock.now(), name=name)
    assert (await post_batch(client, kiosk, kiosk.batch())).status_code == 200
    restored = kiosk.twin(1)
    said = await post(client, restored, HELLO_PATH, restored.hello())
    assert exact_json.read(said.content, HelloAnswer, what="hello").verdict == "server_ahead"
    restored.arrive(ground.clock.now(), name="Dora Sample")
    raw, after = restored.next_epoch("rolled_back", at=kiosk.twin(1).head)
    for _ in range(2):
        begun = await post(client, restored, EPOCHS_PATH, raw)
        assert exact_json.read(begun.content, EpochAnswer, what="an answer").standing == "unconfirmed"
    frozen = await post_batch(client, restored, restored.batch(2))
    assert (frozen.status_code, problem(frozen)) == (409, "frozen")
    assert await _is_beside(client, restored) is False
    kept = await post_batch(client, restored, restored.batch(2), path=BRANCHES_PATH)
    assert (kept.status_code, kept.headers["content-type"]) == (200, "application/jose")
    assert [await _is_beside(client, each) for each in (restored, kiosk, kiosk.twin(1))] == [True, None, None]
    after.arrive(ground.clock.now(), name="Eve Sample")
    assert (await post_batch(client, after, after.batch())).status_code == 200
    assert await names(ground) == ["Ada Sample", "Cleo Sample", "Dora Sample", "Eve Sample"]
    (entry,) = (await read_roster(ground, after)).kiosks
    told = {key.kid: (key.standing, key.forked, key.clear) for key in entry.keys}
    assert told == {kiosk.key.epoch: ("frozen", 2, None), after.key.epoch: ("unconfirmed", 0, None)}
    await ground.cloud.confirmation.confirm(ground.tenant, kiosk.identity.kiosk, after.key.epoch, OPERATOR)
    (entry,) = (await read_roster(ground, after)).kiosks
    keys = {key.kid: key for key in entry.keys}
    assert [keys[item.key.epoch].standing for item in (kiosk, after)] == ["frozen", "current"]
    assert keys[kiosk.key.epoch].clear == ClearBranch(seq=1, head=kiosk.twin(1).head.hash)


async def _is_beside(client: httpx.AsyncClient, kiosk: FakeKiosk) -> bool | None:
    """Whether the cloud says that a branch ends as this copy of the log does; nothing of what its log has."""
    said = await post(client, kiosk, HELLO_PATH, kiosk.hello())
    return exact_json.read(said.content, HelloAnswer, what="hello").beside


async def test_c17_a_revoked_key_begins_no_epoch(client: httpx.AsyncClient, ground: Ground) -> None:
    """C17."""
    kiosk = await ground.enrol()
    raw, _ = kiosk.next_epoch("asked")
    await ground.cloud.fleet.revoke(ground.tenant, kiosk.identity.kiosk, OPERATOR)
    refused = await post(client, kiosk, EPOCHS_PATH, raw)
    assert (refused.status_code, problem(refused)) == (403, "revoked")


async def test_a_start_that_is_none_or_taken_is_refused(client: httpx.AsyncClient, ground: Ground) -> None:
    one, two = await ground.enrol("One"), await ground.enrol("Two")
    raw, after = one.next_epoch("asked")
    stolen = await post(client, two, EPOCHS_PATH, raw)
    assert (stolen.status_code, problem(stolen)) == (400, "malformed")
    assert (await post(client, one, EPOCHS_PATH, raw)).status_code == 200
    again, _ = one.next_epoch("forked", key=after.key)
    taken = await post(client, one, EPOCHS_PATH, again)
    assert (taken.status_code, problem(taken)) == (409, "epoch-taken")
    large = await post(client, one, EPOCHS_PATH, b"x" * 9000)
    assert (large.status_code, problem(large)) == (413, "too-large")


async def test_a_key_of_another_organisation_is_taken(client: httpx.AsyncClient, ground: Ground) -> None:
    """R13: the answer tells no more than that."""
    created = await ground.cloud.organisations.create("Other Works", OPERATOR, lambda _key: None)
    await ground.cloud.organisations.apply(created.id, sample_file(name="Other Works"), OPERATOR)
    other = Ground(ground.cloud, ground.clock, created.id, b"")
    kiosk, stranger = await ground.enrol(), await other.enrol()
    raw, after = stranger.next_epoch("asked")
    assert (await post(client, stranger, EPOCHS_PATH, raw)).status_code == 200
    again, _ = kiosk.next_epoch("asked", key=after.key)
    taken = await post(client, kiosk, EPOCHS_PATH, again)
    assert (taken.status_code, problem(taken)) == (409, "epoch-taken")


async def test_a_branch_of_a_living_epoch_is_refused(client: httpx.AsyncClient, ground: Ground) -> None:
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now())
    refused = await post_batch(client, kiosk, kiosk.batch(), path=BRANCHES_PATH)
    assert (refused.status_code, problem(refused)) == (409, "not-frozen")
    wrong = await post_batch(client, kiosk, kiosk.batch(), path=BRANCHES_PATH, content_type="application/json")
    assert (wrong.status_code, problem(wrong)) == (415, "media-type")


async def test_what_a_newer_kiosk_says_besides_is_ignored_and_the_rest_is_kept(
    client: httpx.AsyncClient, ground: Ground
) -> None:
    """A kiosk that speaks later versions, with members that we do not know."""
    kiosk = await ground.enrol()
    said = kiosk.hello(speaks=[1, 2, -5, 2**52], software="9.9\x00.9", waiting=41, checkpoint="note", mood="sunny")
    answer = await post(client, kiosk, HELLO_PATH, said)
    assert exact_json.read(answer.content, HelloAnswer, what="hello").speaks == (1,)
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        cursor = await tx.connection.execute("select software, speaks, waiting, checkpoint from lodge.kiosk")
        assert await cursor.fetchone() == ("9.9.9", [1, 2], 41, "note")
        assert (await kiosks.list_all(tx))[0].last_seen_at == ground.clock.now()


async def test_c09_a_restored_server_s_pages_go_on_above_those_that_it_has_forgotten(ground: Ground) -> None:
    """C09: and name none of them, so that no kiosk misses a confirmation or revocation from then on."""
    kiosk = await ground.enrol()
    held = head_of(await newest_roster(ground, kiosk))
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        await tx.connection.execute(
            "delete from lodge.feed_page where tenant_id = %s and kind = 'roster' and version = %s",
            (tx.id, held.version),
        )
    ground.clock.advance(minutes=10)
    made = head_of(await newest_roster(ground, kiosk, held.version))
    assert made.version > held.version + 1
    device = await ground.cloud.devices.find(kiosk.key.epoch)
    assert device is not None
    far = await ground.cloud.feed.answer(device, {"roster": 10**12})
    assert "roster" not in [head_of(sent).page for sent in far.pages]
    raw, _ = kiosk.next_epoch("asked")
    device = await ground.cloud.devices.find(kiosk.key.epoch)
    assert device is not None
    await ground.cloud.epochs.begin(device, raw, "192.0.2.7")
    assert head_of(await newest_roster(ground, kiosk)).version == made.version + 1


async def test_c25_a_kiosk_that_asks_too_often_has_to_wait(client: httpx.AsyncClient, ground: Ground) -> None:
    """C25: and gets through again after that."""
    kiosk, other = await ground.enrol("One"), await ground.enrol("Two")
    nonce = await fresh_nonce(client)
    answers = [await send(client, kiosk.request("GET", FEED_PATH, nonce=nonce)) for _ in range(201)]
    assert {answer.status_code for answer in answers[:200]} == {200}
    assert (answers[200].status_code, answers[200].headers["retry-after"]) == (429, "2")
    assert problem(answers[200]) == "too-many-requests"
    assert (await send(client, other.request("GET", FEED_PATH, nonce=nonce))).status_code == 200
    ground.clock.advance(seconds=2)
    assert (await send(client, kiosk.request("GET", FEED_PATH, nonce=nonce))).status_code == 200


async def test_c25_a_full_server_turns_batches_away_and_says_when_to_come_again() -> None:
    """C25: so many at once, so many waiting, and nobody for ever."""
    turnstile = Turnstile(TurnstileTerms(at_once=1, waiting=1, wait_seconds=0.05, again_seconds=7))
    told: list[int] = []
    again: set[str] = set()

    async def enter() -> None:
        try:
            async with turnstile.turn():
                told.append(200)
                await done.wait()
        except ProblemError as error:
            told.append(error.status)
            again.add(error.headers["Retry-After"])

    done = asyncio.Event()
    tasks = [asyncio.create_task(enter()) for _ in range(3)]
    await asyncio.wait(tasks[1:])
    assert (sorted(told), again) == ([200, 503, 503], {"7"})
    done.set()
    await tasks[0]
    async with turnstile.turn():
        told.append(1)
    assert told[-1] == 1


def test_c25_a_share_grows_again_and_old_kiosks_are_forgotten() -> None:
    """C25."""
    clock = FrozenClock()
    shares = DeviceShares(clock, ShareTerms(burst=2, each_second=1.0, remembered=2))
    for _ in range(2):
        shares.take("a")
    with pytest.raises(ProblemError):
        shares.take("a")
    clock.advance(seconds=1)
    shares.take("a")
    for name in ("b", "c", "a"):
        shares.take(name)


async def test_c25_a_database_out_of_reach_answers_503_with_a_nonce(client: httpx.AsyncClient, ground: Ground) -> None:
    """C25: the kiosk keeps everything and comes again."""
    kiosk = await ground.enrol()
    request = kiosk.request("POST", HELLO_PATH, kiosk.hello(), nonce=await fresh_nonce(client))
    await ground.cloud.db._pool.close()  # as when the database goes away
    answer = await send(client, request)
    assert (answer.status_code, answer.headers["retry-after"], problem(answer)) == (503, "5", "unavailable")
    assert len(answer.headers["lodge-nonce"]) == 40
    assert answer.headers.get("content-type") != MEDIA_TYPE
