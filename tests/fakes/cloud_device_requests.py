"""Requests as kiosks send them, to an application in this process."""

import httpx

from sync.protocol.batch import MEDIA_TYPE
from sync.protocol.exchange import EVENTS_PATH, FEED_PATH
from sync.signable_request import SignableRequest
from tests.fakes.cloud_kiosk import FakeKiosk


async def send(client: httpx.AsyncClient, request: SignableRequest) -> httpx.Response:
    path = request.url.removeprefix("https://device.invalid")
    return await client.request(request.method, path, content=request.body, headers=dict(request.headers.items()))


async def fresh_nonce(client: httpx.AsyncClient) -> str:
    return str((await client.get(FEED_PATH)).headers["lodge-nonce"])


async def post_batch(
    client: httpx.AsyncClient, kiosk: FakeKiosk, wire: bytes, *, path: str = EVENTS_PATH, **headers: str
) -> httpx.Response:
    nonce = await fresh_nonce(client)
    chosen = {"content_type": MEDIA_TYPE, **headers}
    return await send(client, kiosk.request("POST", path, wire, nonce=nonce, **chosen))


def problem(response: httpx.Response) -> str:
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert document["status"] == response.status_code
    assert document["title"]
    return str(document["type"]).removeprefix("urn:lodge:problem:")
