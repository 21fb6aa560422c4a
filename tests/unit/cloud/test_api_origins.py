"""Browsers and the API: whose pages may ask it (R21), and that nothing else got wider (R19)."""

from collections.abc import AsyncIterator

import httpx
import pytest

from cloud_api.http.cors import CrossOrigin
from cloud_api.http.security import OriginGuard
from cloud_api.serving import describe_http
from tests.fakes.cloud_server import ORIGIN

pytestmark = pytest.mark.anyio
LISTED, OTHER = "https://intranet.example.org", "https://evil.example"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """The guards as they are joined, before a stand-in that lets everything in."""

    async def inside(scope: object, receive: object, send: object) -> None:
        from starlette.responses import PlainTextResponse  # noqa: PLC0415  beside its only use

        await PlainTextResponse("in")(scope, receive, send)  # type: ignore[arg-type]  # ASGI's own forms

    async def unnoted(*_said: str) -> None:
        pass

    guard = OriginGuard(
        inside,
        origin=ORIGIN,
        answer=lambda _request, problem: problem.response(),
        note=unnoted,
        api_origins=(LISTED,),
    )
    transport = httpx.ASGITransport(app=CrossOrigin(guard, allowed=(LISTED,)))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as opened:
        yield opened


async def test_r21_a_listed_origin_is_named_and_no_other_is(client: httpx.AsyncClient) -> None:
    """R21: never a wildcard, never for pages of the console, never with cookies."""
    for origin, path, named in (
        (LISTED, "/api/v1/visits", LISTED),
        (OTHER, "/api/v1/visits", None),
        ("null", "/api/v1/visits", None),
        (LISTED, "/board", None),
    ):
        answer = await client.get(path, headers={"Origin": origin})
        assert answer.headers.get("access-control-allow-origin") == named
        assert "access-control-allow-credentials" not in answer.headers
        assert ("vary" in answer.headers) is path.startswith("/api/")
        asked = {"Origin": origin, "Access-Control-Request-Method": "PUT"}
        preflight = await client.options(path, headers=asked)
        assert preflight.headers.get("access-control-allow-origin") == named
        assert (preflight.status_code == 204) is (named is not None)


async def test_r19_programs_pass_and_foreign_pages_do_not(client: httpx.AsyncClient) -> None:
    """R19, C31: what a browser says of itself decides; programs say nothing."""
    token = {"Authorization": "Bearer x"}
    for headers, status in (
        (token, 200),
        ({**token, "Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}, 200),
        ({**token, "Origin": LISTED, "Sec-Fetch-Site": "cross-site"}, 200),
        ({**token, "Origin": OTHER, "Sec-Fetch-Site": "cross-site"}, 403),
        ({**token, "Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
        ({**token, "Sec-Fetch-Site": "cross-site"}, 403),
        ({**token, "Origin": ORIGIN, "Sec-Fetch-Site": "same-site"}, 403),
    ):
        assert (await client.post("/api/v1/hosts", headers=headers)).status_code == status, headers
    page = {"Origin": LISTED, "Sec-Fetch-Site": "cross-site"}
    assert (await client.post("/team/keys", headers=page)).status_code == 403


def test_the_server_joins_both_with_the_list_of_its_settings() -> None:
    """R21."""
    joined = {item.cls: item.kwargs for item in describe_http().user_middleware}
    assert joined[CrossOrigin] == {"allowed": ()}  # type: ignore[index]  # a class of ours
    assert joined[OriginGuard]["api_origins"] == ()  # type: ignore[index]  # as above
