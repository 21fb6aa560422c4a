"""Every route that anybody may ask has a limit (R05), generated from the application's own route table."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from cloud_api.composition import DatabaseAddresses
from cloud_api.http.access import declared_routes
from cloud_api.http.security import SIGNED_PREFIXES
from cloud_api.services.rate_limits import ALLOWANCES
from sync.protocol import exact_json
from sync.protocol.enrolment import EnrolmentCode, FinishRequest
from sync.protocol.exchange import ENROL_FINISH_PATH, ENROL_START_PATH
from sync.protocol.keys import base64url
from tests.fakes.cloud_kiosk import KioskKey
from tests.fakes.cloud_server import Ground, run_ground
from tests.fakes.console_browser import browse, build, forget_attempts
from tests.fakes.installed_postgres import INSTALLED

STRICT: Mapping[str, dict[str, str]] = {
    "POST /sign-in": {"email": "a@example.org", "password": "wrong one, of course"},
    "POST /forgot": {"email": "a@example.org"},
    "GET /join/{token}": {},
    "POST /join/{token}": {"name": "Robin", "password": "nine herons on the jetty"},
    "GET /reset/{token}": {},
    "POST /reset/{token}": {"password": "nine herons on the jetty"},
    "GET /confirm/{token}": {},
    "POST /confirm/{token}": {},
    "GET /mail/{token}": {},
    "POST /mail/{token}": {"days": "7"},
    "POST /mail/{token}/unsubscribe": {},
    "POST /enrol/v1/start": {},
    "POST /enrol/v1/finish": {},
}
"""Sign-in, invitations, addresses, resets, signed links and enrolment: the sixth try in five minutes waits."""
HARMLESS: Mapping[str, str] = {
    "POST /sign-out": "ends the session of whoever asks, and nothing else",
    "POST /sign-in/second": "without a right password first it looks at nothing; with one, five answers in all",
    "POST /sign-in/second/passkey": "the same",
    "GET /files/{name}": "122 random bits are the name, and what it shows is a logo",
    "POST /api/v1/tokens": "64 random bytes are the token: nobody guesses one, and each request counts as any other",
}
"""What anybody may send and is not counted so strictly, and why."""
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("binaries", INSTALLED[-1:], ids=["newest"], indirect=True, scope="session"),
]


@pytest.fixture(scope="module")
async def ground(addresses: DatabaseAddresses) -> AsyncIterator[Ground]:
    async with run_ground(addresses) as made:
        yield made


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits of many requests are reached by few: what is shown is that each is there."""
    few = {name: allowance for name, allowance in ALLOWANCES.items() if name != "requests"}
    monkeypatch.setattr("cloud_api.services.rate_limits.ALLOWANCES", {**few, "requests": ALLOWANCES["sign-in"]})
    monkeypatch.setattr("cloud_api.console._CHEAP_REQUESTS", 5)


def unauthenticated(app: FastAPI) -> list[str]:
    """Routes that look at a request of anybody: those tagged so, and enrolment, which no key signs yet."""
    return [
        f"{route.method} {route.path}"
        for route in declared_routes(app)
        if route.access == "public" or (route.access == "device" and not route.path.startswith(SIGNED_PREFIXES))
    ]


def guesses() -> Mapping[str, bytes]:
    """What a kiosk would send that guesses at a code."""
    key, code = KioskKey(), EnrolmentCode(b"guess" + bytes(11))
    finish = FinishRequest(
        v=1,
        code=code.id,
        nonce=key.nonce,
        server_nonce=key.nonce,
        key=key.text,
        mac=key.nonce,
        signature=base64url(bytes(64)),
    )
    sent = {ENROL_START_PATH: key.start(code), ENROL_FINISH_PATH: finish}
    return {f"POST {path}": exact_json.encode(message) for path, message in sent.items()}


async def ask(client: httpx.AsyncClient, name: str) -> int:
    method, path = name.split(" ")
    path = path.replace("{token}", "x").replace("{name}", "x") + ("/mark.svg" if path == "/static" else "")
    guess = guesses().get(name)
    data = STRICT.get(name, {}) if method == "POST" and guess is None else None
    return (await client.request(method, path, data=data, content=guess)).status_code


async def unlimited(app: FastAPI, names: Collection[str]) -> list[str]:
    """Those of the routes that look at all of six tries at once from one address."""

    async def tries(number: int, name: str) -> bool:
        async with browse(app, address=f"203.0.113.{number + 1}") as client:
            return 429 not in await asyncio.gather(*(ask(client, name) for _ in range(6)))

    found = await asyncio.gather(*(tries(number, name) for number, name in enumerate(names)))
    return [name for name, free in zip(names, found, strict=True) if free]


@pytest.mark.usefixtures("quick")
async def test_r05_no_route_that_anybody_may_ask_is_without_a_limit(ground: Ground) -> None:
    """R05: and the one that is planted is found."""
    await forget_attempts(ground.cloud)
    app = build(ground.cloud)
    names = unauthenticated(app)
    assert len(names) > 20
    assert await unlimited(app, names) == []
    planted = APIRouter(tags=["public"])
    planted.add_api_route("/device/planted", lambda: {"ok": True})
    app.include_router(planted)
    assert await unlimited(app, ["GET /device/planted"]) == ["GET /device/planted"]
    assert "GET /device/planted" in unauthenticated(app)


async def test_r05_the_sixth_try_of_a_stranger_waits_wherever_something_could_be_guessed(ground: Ground) -> None:
    """R05: each such route, with its limits as they are; what else anybody may send is listed with its reason."""
    app = build(ground.cloud)
    sending = {name for name in unauthenticated(app) if name.startswith("POST") or "{" in name}
    assert sending == STRICT.keys() | HARMLESS.keys()
    await forget_attempts(ground.cloud)
    assert await unlimited(app, list(STRICT)) == []
    assert await unlimited(app, ["GET /forgot"]) == ["GET /forgot"], "what only shows a form is counted as any request"
