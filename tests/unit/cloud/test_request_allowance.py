"""Whose allowance a request uses up (R06)."""

from uuid import UUID

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from cloud_api.http.limits import ProcessRateLimit
from cloud_api.http.live_sessions import LiveSessions
from cloud_api.http.problems import ProblemError
from cloud_api.http.security import RequestAllowance
from tests.fakes.cloud_clock import FrozenClock

pytestmark = pytest.mark.anyio
ANN = UUID(int=1)


async def renewing(scope: Scope, receive: Receive, send: Send) -> None:
    """Gives the session that asks for it another token."""
    answer = PlainTextResponse("done")
    if scope["path"] == "/renew":
        answer.set_cookie("session", "second", path="/")
    await answer(scope, receive, send)


def refused(_request: Request, problem: ProblemError) -> Response:
    return problem.response()


async def test_r06_networks_have_an_allowance_and_accounts_one_of_their_own() -> None:
    """Of IPv6 a whole /64 is one stranger; a session's other token counts for its account from the first request on."""
    clock = FrozenClock()
    live = LiveSessions(clock, cookie="session")
    limit = ProcessRateLimit(clock, allowed=3, seconds=60_000)
    app = RequestAllowance(renewing, shared=limit, own=limit, live=live, answer=refused)

    async def ask(path: str, address: str, token: str = "") -> int:
        transport = httpx.ASGITransport(app=app, client=(address, 4711))
        headers = {"Cookie": f"session={token}"} if token else {}
        async with httpx.AsyncClient(transport=transport, base_url="https://lodge.example.org") as client:
            return (await client.get(path, headers=headers)).status_code

    assert [await ask("/", f"2001:db8::{part}") for part in range(1, 5)] == [200, 200, 200, 429]
    assert await ask("/", "2001:db8:0:1::1") == 200
    assert await ask("/", "2001:db8::9", "first") == 429
    live.note("first", ANN)
    assert await ask("/renew", "2001:db8::9", "first") == 200
    assert await ask("/", "2001:db8::9", "second") == 200
    assert [await ask("/", "2001:db8:7::1", token) for token in ("second", "first")] == [200, 429]
    clock.advance(minutes=240)
    assert await ask("/", "2001:db8::9", "second") == 429
