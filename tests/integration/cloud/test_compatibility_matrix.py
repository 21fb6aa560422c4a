"""Earlier and later kiosks before our cloud. The other half, our kiosk before other clouds, needs no database:
``tests/contract/sync/test_compatibility_matrix.py``.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import httpx
import msgspec
import pytest

from cloud_api.http.limits import ProcessRateLimit
from cloud_api.serving import build_http
from sync.protocol import exact_json
from sync.protocol.enrolment import FinishResponse, StartResponse
from sync.protocol.exchange import (
    ENROL_FINISH_PATH,
    ENROL_START_PATH,
    FEED_PATH,
    HELLO_PATH,
    FeedAnswer,
    HelloAnswer,
)
from sync.protocol.feed import PageKind
from tests.fakes.cloud_device_requests import fresh_nonce, post_batch, send
from tests.fakes.cloud_kiosk import FakeKiosk, KioskKey
from tests.fakes.cloud_server import OPERATOR, Ground
from tests.vectors.stored import FOLDER

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]
RELEASED = FOLDER.parent / "released" / "1"


@pytest.fixture
async def client(ground: Ground) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=build_http(ground.cloud, ProcessRateLimit(ground.clock)))
    async with httpx.AsyncClient(transport=transport, base_url="https://lodge.example.org") as opened:
        yield opened


async def _enrol(client: httpx.AsyncClient, ground: Ground) -> tuple[FakeKiosk, str]:
    """A kiosk of the first release, and the keys page that it was given."""
    issued, key = await ground.cloud.fleet.create(ground.tenant, "Lobby", None, OPERATOR), KioskKey()
    answer = await client.post(ENROL_START_PATH, content=exact_json.encode(key.start(issued.code)))
    started = exact_json.read(answer.content, StartResponse, what="start")
    answer = await client.post(ENROL_FINISH_PATH, content=exact_json.encode(key.finish(issued.code, started)))
    return FakeKiosk(started, key), exact_json.read(answer.content, FinishResponse, what="finish").keys


def _payload(signed: str) -> dict[str, object]:
    text = signed.split(".")[1]
    members: dict[str, object] = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return members


def _released(name: str) -> dict[str, object]:
    members: dict[str, object] = json.loads(json.loads((RELEASED / f"{name}.json").read_bytes())["payload"])
    return members


async def test_a_kiosk_of_the_first_release_is_served_without_a_greeting_or_a_held_request(
    client: httpx.AsyncClient, ground: Ground
) -> None:
    """It reads signed messages in exact form, so nothing may stand in them that it does not know."""
    kiosk, keys = await _enrol(client, ground)
    kiosk.arrive(ground.clock.now())
    receipt = await post_batch(client, kiosk, kiosk.batch())
    feed = await send(client, kiosk.request("GET", FEED_PATH, nonce=receipt.headers["lodge-nonce"]))
    answer = exact_json.read(feed.content, FeedAnswer, what="feed")
    heads = [msgspec.json.decode(msgspec.json.encode(sent), type=dict[str, object])["head"] for sent in answer.pages]
    assert (receipt.status_code, feed.status_code) == (200, 200)
    assert list(_payload(receipt.text)) == list(_released("receipt"))
    assert list(_payload(keys)) == list(_payload(answer.keys)) == list(_released("keys-page"))
    assert heads
    for head in heads:
        assert list(_payload(str(head))) == list(_released("feed-page"))


async def test_acts_of_a_later_kiosk_are_kept_whole_and_its_log_goes_on(
    client: httpx.AsyncClient, ground: Ground
) -> None:
    """Kinds that nobody here knows stay opaque, are in no quarantine, and hold up nothing behind them."""
    kiosk, _ = await _enrol(client, ground)
    kiosk.act("parcel.lifted", ground.clock.now(), muster={"shelf": "B"}, full={"later": [1, {"deep": None}]})
    stay = kiosk.arrive(ground.clock.now())
    kiosk.act("visitor.levitated", ground.clock.now(), stay=stay, full={"metres": 2})
    receipt = await post_batch(client, kiosk, kiosk.batch())
    said = _payload(receipt.text)
    assert (receipt.status_code, said["accepted"], said["quarantined"]) == (200, 3, [])
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        rows = await (await tx.connection.execute("select kind from lodge.event_header order by seq")).fetchall()
        present = await (await tx.connection.execute("select id from lodge.stay where present")).fetchall()
    assert [kind for (kind,) in rows] == ["parcel.lifted", "visitor.arrived", "visitor.levitated"]
    assert present == [(stay,)]


async def test_questions_of_a_later_kiosk_are_answered_in_the_highest_version_that_both_speak(
    client: httpx.AsyncClient, ground: Ground
) -> None:
    """It says and asks for more than there is; what is here, it gets."""
    kiosk, _ = await _enrol(client, ground)
    later = kiosk.hello(speaks=[1, 2, 3], mood="sunny")
    said = await send(client, kiosk.request("POST", HELLO_PATH, later, nonce=await fresh_nonce(client)))
    assert exact_json.read(said.content, HelloAnswer, what="hello").speaks == (1,)
    path = f"{FEED_PATH}?wait=0&have=lockers:4,hosts:0&weather=rain"
    feed = await send(client, kiosk.request("GET", path, nonce=said.headers["lodge-nonce"]))
    assert feed.status_code == 200
    kinds = {_payload(sent.head)["page"] for sent in exact_json.read(feed.content, FeedAnswer, what="feed").pages}
    assert {PageKind.HOSTS.value, PageKind.CONFIGURATION.value} <= kinds
    unknown = await send(
        client, kiosk.request("POST", f"/device/v2/{uuid4()}", b"{}", nonce=feed.headers["lodge-nonce"])
    )
    assert unknown.status_code == 404


def test_the_released_vectors_are_there() -> None:
    assert {Path("receipt.json"), Path("keys-page.json")} <= {path.relative_to(RELEASED) for path in RELEASED.iterdir()}
