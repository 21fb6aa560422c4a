"""Whose word on a client's address counts: by the server's real configuration, without a socket."""

from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.types import Message

from cloud_api.cli.running import configure_server
from cloud_api.config import CloudSettings
from cloud_api.http.limits import client_address

PROXY, STRANGER, CLIENT = "172.16.0.9", "198.51.100.7", "203.0.113.5"


async def address_seen(sender: str, said: str, trusted: tuple[str, ...]) -> str:
    """What limits and logs take for the address of a request that ``sender`` made and that says ``said``."""
    app, seen = FastAPI(), []

    @app.get("/")
    async def note(request: Request) -> None:
        seen.append(client_address(request))

    settings = CloudSettings(
        Path(), "https://lodge.example.org", "127.0.0.1", 8443, None, None, None, None, trusted_proxies=trusted
    )
    config = configure_server(app, settings, None)
    config.load()
    headers = [(b"x-forwarded-for", said.encode()), (b"x-real-ip", b"192.0.2.1"), (b"forwarded", b"for=192.0.2.1")]
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
    }
    scope |= {"path": "/", "raw_path": b"/", "query_string": b"", "headers": headers, "client": (sender, 4711)}

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_message: Message) -> None:
        return None

    await config.loaded_app(scope, receive, send)
    (address,) = seen
    assert ip_address(address)
    return address


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("sender", "said", "trusted", "seen"),
    [
        pytest.param(STRANGER, CLIENT, (), STRANGER, id="nobody is believed without proxies"),
        pytest.param(STRANGER, CLIENT, ("172.16.0.0/12",), STRANGER, id="a stranger beside the proxy"),
        pytest.param(PROXY, CLIENT, ("172.16.0.0/12",), CLIENT, id="the proxy"),
        pytest.param(PROXY, f"192.0.2.99, {CLIENT}", ("172.16.0.0/12",), CLIENT, id="what the client put before it"),
        pytest.param(PROXY, f"{CLIENT}, 172.16.0.8", ("172.16.0.0/12",), CLIENT, id="two proxies in a row"),
    ],
)
async def test_r06_a_forged_address_is_not_believed(
    sender: str, said: str, trusted: tuple[str, ...], seen: str
) -> None:
    assert await address_seen(sender, said, trusted) == seen
