"""Kiosks' routes over HTTP: signatures, nonces, limits, problems (RFC 9421, RFC 9457)."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import msgspec
import pytest
from fastapi import FastAPI

from cloud_api.http.limits import ProcessRateLimit
from cloud_api.serving import build_http
from sync.protocol import exact_json
from sync.protocol.batch import MAX_WIRE_BYTES, MEDIA_TYPE
from sync.protocol.chain import Head
from sync.protocol.enrolment import EnrolmentCode, FinishResponse, StartResponse
from sync.protocol.exchange import (
    ENROL_FINISH_PATH,
    ENROL_START_PATH,
    EVENTS_PATH,
    FEED_PATH,
    HELLO_PATH,
    FeedAnswer,
    HelloAnswer,
)
from sync.protocol.feed import PageKind
from tests.fakes.cloud_device_requests import fresh_nonce, post_batch, problem, send
from tests.fakes.cloud_kiosk import FakeKiosk, KioskKey
from tests.fakes.cloud_server import OPERATOR, Ground
from tests.fakes.feed_pages import versions_of

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]


@pytest.fixture
def app(ground: Ground) -> FastAPI:
    return build_http(ground.cloud, ProcessRateLimit(ground.clock))


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, client=("192.0.2.9", 1234))
    async with httpx.AsyncClient(transport=transport, base_url="https://behind.a.proxy.example.org") as opened:
        yield opened


async def test_a_kiosk_enrols_sends_and_reads_its_feed(client: httpx.AsyncClient, ground: Ground) -> None:
    issued, key = await ground.cloud.fleet.create(ground.tenant, "Lobby", None, OPERATOR), KioskKey()
    answer = await client.post(ENROL_START_PATH, content=exact_json.encode(key.start(issued.code)))
    started = exact_json.read(answer.content, StartResponse, what="start")
    answer = await client.post(ENROL_FINISH_PATH, content=exact_json.encode(key.finish(issued.code, started)))
    assert exact_json.read(answer.content, FinishResponse, what="finish").keys
    kiosk = FakeKiosk(started, key)
    kiosk.arrive(ground.clock.now())
    receipt = await post_batch(client, kiosk, kiosk.batch())
    assert (receipt.status_code, receipt.headers["content-type"]) == (200, "application/jose")
    assert receipt.text.count(".") == 2
    hello = kiosk.hello()
    said = await send(client, kiosk.request("POST", HELLO_PATH, hello, nonce=receipt.headers["lodge-nonce"]))
    assert exact_json.read(said.content, HelloAnswer, what="hello").verdict == "in_step"
    path = f"{FEED_PATH}?have=configuration:{int(ground.clock.now().timestamp())},hosts:0"
    feed = await send(client, kiosk.request("GET", path, nonce=said.headers["lodge-nonce"]))
    assert len(exact_json.read(feed.content, FeedAnswer, what="feed").pages) == len(PageKind) - 1


@pytest.mark.parametrize(
    ("seq", "verdict"), [(0, "server_ahead"), (1, "server_ahead"), (2, "in_step"), (5, "server_behind")]
)
async def test_hello_compares_both_logs(client: httpx.AsyncClient, ground: Ground, seq: int, verdict: str) -> None:
    kiosk = await ground.enrol()
    heads = {0: kiosk.head.hash}
    for number in (1, 2):
        kiosk.arrive(ground.clock.now())
        heads[number] = kiosk.head.hash
    await ground.send(kiosk, kiosk.batch())
    hello = kiosk.hello(seq, heads.get(seq, "0" * 64))
    answer = await send(client, kiosk.request("POST", HELLO_PATH, hello, nonce=await fresh_nonce(client)))
    said = exact_json.read(answer.content, HelloAnswer, what="hello")
    assert (said.verdict, said.accepted, said.head) == (verdict, 2, kiosk.head.hash)


async def test_hello_tells_a_clone(client: httpx.AsyncClient, ground: Ground) -> None:
    """C07, C08."""
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now())
    await ground.send(kiosk, kiosk.batch())
    hello = kiosk.hello(1, "1" * 64)
    answer = await send(client, kiosk.request("POST", HELLO_PATH, hello, nonce=await fresh_nonce(client)))
    assert exact_json.read(answer.content, HelloAnswer, what="hello").verdict == "forked"


@pytest.mark.parametrize("stale", ["none", "old", "foreign"])
async def test_without_a_fresh_nonce_a_new_one_is_given(client: httpx.AsyncClient, ground: Ground, stale: str) -> None:
    kiosk = await ground.enrol()
    nonce = {"none": "", "old": await fresh_nonce(client), "foreign": "A" * 40}[stale]
    ground.clock.advance(minutes=6)
    refused = await send(client, kiosk.request("GET", FEED_PATH, nonce=nonce))
    assert (refused.status_code, problem(refused)) == (401, "nonce-required")
    again = await send(client, kiosk.request("GET", FEED_PATH, nonce=refused.headers["lodge-nonce"]))
    assert again.status_code == 200


async def test_every_answer_carries_a_nonce(client: httpx.AsyncClient, ground: Ground) -> None:
    answers = [
        await client.get(FEED_PATH),
        await client.post(EVENTS_PATH, content=b"x"),
        await client.post(HELLO_PATH, content=b"x"),
        await client.post(ENROL_START_PATH, content=b"x"),
    ]
    assert [answer.status_code for answer in answers] == [401, 415, 401, 400]
    assert all(len(answer.headers["lodge-nonce"]) == 40 for answer in answers)


@pytest.mark.parametrize("change", ["body", "path", "query", "method", "audience", "signature", "unsigned", "digest"])
async def test_c14_c16_a_changed_request_is_refused(client: httpx.AsyncClient, ground: Ground, change: str) -> None:
    """C14, C16."""
    kiosk = await ground.enrol()
    hello = kiosk.hello(0, Head.genesis(kiosk.key.epoch).hash)
    request = kiosk.request("POST", HELLO_PATH, hello, nonce=await fresh_nonce(client))
    match change:
        case "body":
            request.body += b" "
        case "path":
            request.url = request.url.replace("hello", "events")
            request.headers["content-type"] = MEDIA_TYPE
        case "query":
            request.url += "?x=1"
        case "method":
            request.method = "GET"
            request.url = request.url.replace("hello", "feed")
        case "audience":
            request.headers["lodge-audience"] = f"https://evil.example.org {ground.tenant}"
        case "signature":
            request.headers["signature"] = request.headers["signature"].replace("lodge=:", "lodge=:AA")
        case "digest":
            del request.headers["content-digest"]
        case _:
            del request.headers["signature-input"]
    refused = await send(client, request)
    assert (refused.status_code, problem(refused)) == (401, "signature-refused")


async def test_c16_a_key_that_is_not_known_is_refused(client: httpx.AsyncClient, ground: Ground) -> None:
    """C16."""
    kiosk = await ground.enrol()
    kiosk.key = KioskKey()
    refused = await send(client, kiosk.request("GET", FEED_PATH, nonce=await fresh_nonce(client)))
    assert (refused.status_code, problem(refused)) == (401, "signature-refused")


async def test_c17_a_revoked_kiosk_gets_403_on_every_route(client: httpx.AsyncClient, ground: Ground) -> None:
    """C17."""
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now())
    await ground.cloud.fleet.revoke(ground.tenant, kiosk.identity.kiosk, OPERATOR)
    hello = kiosk.hello(0, Head.genesis(kiosk.key.epoch).hash)
    for request in (
        kiosk.request("GET", FEED_PATH, nonce=await fresh_nonce(client)),
        kiosk.request("POST", HELLO_PATH, hello, nonce=await fresh_nonce(client)),
        kiosk.request("POST", EVENTS_PATH, kiosk.batch(), nonce=await fresh_nonce(client), content_type=MEDIA_TYPE),
    ):
        refused = await send(client, request)
        assert (refused.status_code, problem(refused)) == (403, "revoked")


async def test_c12_a_gap_answers_409_with_the_number_expected(client: httpx.AsyncClient, ground: Ground) -> None:
    """C12."""
    kiosk = await ground.enrol()
    for _ in range(3):
        kiosk.arrive(ground.clock.now())
    answer = await post_batch(client, kiosk, kiosk.batch(3))
    assert (answer.status_code, problem(answer), answer.json()["expected_seq"]) == (409, "gap", 1)


async def test_c15_a_damaged_batch_answers_400_and_never_500(client: httpx.AsyncClient, ground: Ground) -> None:
    """C15: signed as a request, so that it reaches the batch's own verification."""
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now())
    wire = kiosk.batch()
    for position in range(0, len(wire), 41):
        damaged = bytearray(wire)
        damaged[position] ^= 0x10
        answer = await post_batch(client, kiosk, bytes(damaged))
        assert (answer.status_code, problem(answer)) == (400, "batch-refused")
    for cut in (b"", wire[:1], wire[:-1]):
        assert (await post_batch(client, kiosk, cut)).status_code == 400


async def test_c25_an_oversized_body_is_refused_before_it_is_read(client: httpx.AsyncClient, ground: Ground) -> None:
    """C25."""
    kiosk = await ground.enrol()
    answer = await post_batch(client, kiosk, b"x" * (MAX_WIRE_BYTES + 1))
    assert (answer.status_code, problem(answer)) == (413, "too-large")

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b"x" * 65536

    answer = await client.post(EVENTS_PATH, content=endless(), headers={"content-type": MEDIA_TYPE})
    assert (answer.status_code, problem(answer)) == (413, "too-large")


async def test_another_media_type_is_refused(client: httpx.AsyncClient, ground: Ground) -> None:
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now())
    answer = await post_batch(client, kiosk, kiosk.batch(), content_type="application/json")
    assert (answer.status_code, problem(answer)) == (415, "media-type")


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b'{"v":1,"epoch":"x","seq":-1,"head":"y"}', b"[" * 2000])
async def test_a_malformed_hello_is_refused(client: httpx.AsyncClient, ground: Ground, body: bytes) -> None:
    kiosk = await ground.enrol()
    answer = await send(client, kiosk.request("POST", HELLO_PATH, body, nonce=await fresh_nonce(client)))
    assert (answer.status_code, problem(answer)) == (400, "malformed")


async def test_a_malformed_have_is_refused(client: httpx.AsyncClient, ground: Ground) -> None:
    kiosk = await ground.enrol()
    for have in ("x", "hosts:-1", "hosts:1;drop", "hosts:" + "9" * 30):
        request = kiosk.request("GET", f"{FEED_PATH}?have={have}", nonce=await fresh_nonce(client))
        answer = await send(client, request)
        assert (answer.status_code, problem(answer)) == (400, "malformed")


async def test_r05_the_sixth_failed_enrolment_from_one_address_has_to_wait(client: httpx.AsyncClient) -> None:
    """R05, C24."""
    key = KioskKey()
    answers = [
        await client.post(ENROL_START_PATH, content=exact_json.encode(key.start(EnrolmentCode(bytes([number]) * 16))))
        for number in range(6)
    ]
    assert [answer.status_code for answer in answers] == [404] * 5 + [429]
    assert problem(answers[-1]) == "too-many-requests"
    assert int(answers[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize("key", ["!" * 43, "A" * 42 + "B", "\u00e9" * 43])
async def test_an_enrolment_with_an_impossible_key_is_malformed(
    client: httpx.AsyncClient, ground: Ground, key: str
) -> None:
    issued = await ground.cloud.fleet.create(ground.tenant, "Lobby", None, OPERATOR)
    start = msgspec.structs.replace(KioskKey().start(issued.code), key=key)
    answer = await client.post(ENROL_START_PATH, content=exact_json.encode(start))
    assert (answer.status_code, problem(answer)) == (400, "malformed")


async def test_health_and_readiness(client: httpx.AsyncClient, ground: Ground) -> None:
    assert (await client.get("/healthz")).json() == {"ok": True}
    assert (await client.get("/readyz")).json() == {"ok": True}


async def test_unknown_paths_and_methods_answer_problems(client: httpx.AsyncClient) -> None:
    assert problem(await client.get("/nowhere")) == "not-found"
    assert problem(await client.delete(FEED_PATH)) == "method-not-allowed"
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert (await client.get(path)).status_code == 404


async def test_c28_a_kiosk_of_another_organisation_reaches_nothing_here(
    client: httpx.AsyncClient, ground: Ground
) -> None:
    """C28: its own signature opens its own organisation only; the feed it gets is its own."""
    created = await ground.cloud.organisations.create("Other Works", OPERATOR, lambda _key: None)
    kiosk = await ground.enrol()
    kiosk.audience = kiosk.audience.replace(str(ground.tenant), str(created.id))
    refused = await send(client, kiosk.request("GET", FEED_PATH, nonce=await fresh_nonce(client)))
    assert (refused.status_code, problem(refused)) == (401, "signature-refused")


async def test_pages_of_the_feed_expire_and_are_signed_anew_in_time(ground: Ground) -> None:
    kiosk = await ground.enrol()
    device = await ground.cloud.devices.find(kiosk.key.epoch)
    assert device is not None
    have = versions_of((await ground.cloud.feed.answer(device, {})).pages)
    assert (await ground.cloud.feed.answer(device, have)).pages == ()
    ground.clock.moment += timedelta(days=1)
    assert len((await ground.cloud.feed.answer(device, have)).pages) == len(PageKind)
