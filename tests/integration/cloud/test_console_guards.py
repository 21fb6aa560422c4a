"""Headers on every answer, foreign requests refused, strangers limited: over the real table of routes."""

from collections.abc import AsyncIterator, Iterable, Iterator
from uuid import uuid4

import httpx
import msgspec
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount

from cloud_api.console import build_security_log, build_shared_limit
from cloud_api.http.limits import ProcessRateLimit
from cloud_api.http.security import CHEAP_PREFIXES, SECURITY_HEADERS, SIGNED_PREFIXES
from cloud_api.services.rate_limits import SharedRateLimit
from cloud_api.services.server_keys import ServerKeys
from sync.protocol.enrolment import EnrolmentCode
from tests.fakes.cloud_kiosk import KioskKey
from tests.fakes.cloud_server import ORIGIN, Ground
from tests.fakes.console_browser import ADDRESS, COOKIE, EMAIL, add_account, browse, build, forget_attempts, sign_in

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]


@pytest.fixture
def app(ground: Ground) -> FastAPI:
    return build(ground.cloud)


@pytest.fixture
async def client(app: FastAPI, ground: Ground) -> AsyncIterator[httpx.AsyncClient]:
    await forget_attempts(ground.cloud)
    async with browse(app) as opened:
        yield opened


def routes_of(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Every method and path of the application, with ids filled in."""
    for route in flat(app.routes):
        if isinstance(route, APIRoute):
            path = route.path.replace("{stay_id}", str(uuid4())).replace("{kiosk_id}", str(uuid4()))
            yield from ((method, path) for method in sorted(route.methods or ()))
        elif isinstance(route, Mount):
            for path in ("console.css", "", "nothing"):
                yield ("GET", f"{route.path}/{path}")
        else:
            raise TypeError(f"a route of an unknown sort: {route}")


def flat(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """Routes, those of included routers too, which FastAPI keeps nested."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is None:
            yield route
        else:
            yield from flat(included.routes)


def require_headers(answer: httpx.Response) -> None:
    where = f"{answer.request.method} {answer.request.url} -> {answer.status_code}"
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers.get_list(name) == [value], f"{where}: {name}"
    assert "cache-control" in answer.headers, where
    kind = answer.headers.get("content-type", "")
    assert "charset=utf-8" in kind or not kind.startswith("text/"), f"{where}: {kind}"  # ASVS 4.1.1
    assert kind or not answer.content, where


async def test_every_answer_of_every_route_carries_the_security_headers(
    app: FastAPI, client: httpx.AsyncClient, ground: Ground
) -> None:
    """R20, on errors and redirects too."""
    await add_account(ground)
    seen: set[int] = set()
    for signed_in in (False, True):
        if signed_in:
            assert (await sign_in(client)).status_code == 303
            unclear = await client.get("/board?site=no-uuid")
            require_headers(unclear)
            seen.add(unclear.status_code)
        for method, path in routes_of(app):
            if signed_in and path.startswith(("/board/changes", "/api/")):
                continue  # a stream has no end, see the test of streams; programs have no session
            for verb in (method, "DELETE"):
                for headers in ({}, {"Accept": "application/json"}, {"Origin": "https://evil.example"}):
                    await forget_attempts(ground.cloud)
                    answer = await client.request(verb, path, headers=headers)
                    require_headers(answer)
                    seen.add(answer.status_code)
    assert {200, 303, 401, 403, 404, 405, 415, 422} <= seen
    for path in ("/api/v1/kiosks/", "/board/", "/device/v1/hello/"):  # no redirect that a Host header leads elsewhere
        astray = await client.get(path, headers={"Host": "evil.example", "Accept": "application/json"})
        assert (astray.status_code, "location" in astray.headers) == (404, False), path
    for path in ("/board", "/api/v1/visits", "/device/v1/hello", "/static/console.css"):  # ASVS 13.4.4
        traced = await client.request("TRACE", path, headers={"X-Canary": "canary-4711"})
        assert traced.status_code in (403, 405), path
        assert "canary-4711" not in traced.text


async def test_c31_the_headers_are_the_required_ones_and_no_page_can_be_framed() -> None:
    """R20."""
    assert SECURITY_HEADERS["strict-transport-security"] == "max-age=31536000"
    assert SECURITY_HEADERS["x-frame-options"] == "DENY"
    assert SECURITY_HEADERS["x-content-type-options"] == "nosniff"
    assert SECURITY_HEADERS["referrer-policy"] == "strict-origin-when-cross-origin"
    for feature in ("camera", "microphone", "geolocation", "interest-cohort"):
        assert f"{feature}=()" in SECURITY_HEADERS["permissions-policy"]
    policy = SECURITY_HEADERS["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert SECURITY_HEADERS["cross-origin-opener-policy"] == "same-origin"


async def test_a_failure_inside_says_nothing_of_the_inside(app: FastAPI, client: httpx.AsyncClient) -> None:
    @app.get("/breaks")
    async def breaks() -> None:
        raise ZeroDivisionError("Ada Sample, ada@example.org")

    for accept, media_type in (("text/html", "text/html; charset=utf-8"), ("*/*", "application/problem+json")):
        answer = await client.get("/breaks", headers={"Accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (500, media_type)
        assert "Ada" not in answer.text
        assert "Zero" not in answer.text
        require_headers(answer)


FOREIGN: list[dict[str, str | None]] = [
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://other.example.org", "Sec-Fetch-Site": "same-site"},
    {"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"},
    {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    {"Origin": None, "Sec-Fetch-Site": None},
    {"Origin": None, "Sec-Fetch-Site": "none"},
    {"Origin": ORIGIN.replace("https", "http"), "Sec-Fetch-Site": None},
    {"Origin": f"{ORIGIN}:8443", "Sec-Fetch-Site": None},
    {"Origin": f"{ORIGIN}.evil.example", "Sec-Fetch-Site": None},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=lambda item: f"{item['Origin']}-{item['Sec-Fetch-Site']}")
async def test_c31_a_foreign_request_changes_nothing(
    app: FastAPI, client: httpx.AsyncClient, ground: Ground, headers: dict[str, str | None]
) -> None:
    """R19, C31: on every route that changes state; foreign, same-site, null and absent origins."""
    await add_account(ground, f"{uuid4()}@example.org")
    for method, path in routes_of(app):
        if method not in ("POST", "PUT", "DELETE") or path.startswith(("/device/", "/enrol/")):
            continue
        if path.startswith("/api/") and headers["Origin"] is None:
            continue  # a program, whose token is all that counts: no browser sends one by itself
        if path.endswith("/unsubscribe") and headers["Origin"] is None:
            continue  # a mail program's button, by a signed link that is all that counts
        request = client.build_request(method, path)
        for name, value in headers.items():
            request.headers.pop(name, None)
            if value is not None:
                request.headers[name] = value
        answer = await client.send(request)
        assert answer.status_code == 403, path
        assert "set-cookie" not in answer.headers


async def test_a_browser_of_another_origin_is_refused_on_kiosks_routes_too(client: httpx.AsyncClient) -> None:
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    for path in ("/device/v1/hello", "/enrol/v1/start"):
        assert (await client.post(path, headers=headers)).status_code == 403


async def test_r27_refused_strangers_are_in_the_operators_log_once_each(
    client: httpx.AsyncClient, ground: Ground
) -> None:
    """R27, ASVS 16.3.3: one entry a kind and address within five minutes, however often they try."""
    evil = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    start = msgspec.json.encode(KioskKey().start(EnrolmentCode(b"g" * 16)))
    security = build_security_log(ground.cloud)
    ground.clock.advance(minutes=10)
    begun = ground.clock.now()
    for _ in range(2):
        assert (await client.post("/sign-in", headers=evil)).status_code == 403
        guessed = await client.post("/enrol/v1/start", content=start)
        assert guessed.status_code == 404, guessed.text
    told = await security.list_newest(since=begun)
    added = sorted((event.kind, event.detail.address, event.detail.name) for event in told)
    assert added == [
        ("enrolment.refused", ADDRESS, "code-unknown"),
        ("origin.refused", ADDRESS, "https://evil.example"),
    ]


async def test_c31_no_answer_opens_the_server_to_other_origins(app: FastAPI, client: httpx.AsyncClient) -> None:
    """R21: the list of allowed origins is empty."""
    for method, path in routes_of(app):
        if path == "/board/changes":
            continue
        answer = await client.request(method, path, headers={"Origin": "https://evil.example"})
        preflight = await client.options(
            path, headers={"Origin": "https://evil.example", "Access-Control-Request-Method": method}
        )
        for given in (answer, preflight):
            assert [name for name in given.headers if name.startswith("access-control")] == []


async def test_every_route_that_strangers_reach_has_a_limit(app: FastAPI, ground: Ground) -> None:
    """R05, R06: 200 a minute and address, also where somebody must sign in first."""
    paths = sorted({path for method, path in routes_of(app) if method == "GET"})
    assert len(paths) > 8
    programs = 0
    for number, path in enumerate(paths):
        if path.startswith(SIGNED_PREFIXES):
            continue
        programs += path.startswith("/api/")
        if path.startswith("/api/") and programs > 1:
            continue  # the limit goes by the prefix
        allowed = 1200 if path.startswith(CHEAP_PREFIXES) else 200
        address = f"198.51.100.{number}"
        limit = SharedRateLimit(ground.cloud.db, ServerKeys(ground.cloud.db, ground.cloud.ring), ground.clock, Never())
        if allowed == 200:
            for _ in range(allowed):
                assert await limit.check("requests", address) is None
        async with browse(app, address=address) as client:
            if allowed > 200:
                answers = [(await client.get(path)).status_code for _ in range(allowed + 1)]
                assert answers.count(429) == 1, path
            answer = await client.get(path)
            assert answer.status_code == 429, path
            assert 0 < int(answer.headers["retry-after"]) <= 60
            require_headers(answer)


class Never:
    async def check(self, name: str, who: str) -> int | None:
        raise AssertionError("the database can be asked")

    async def give_back(self, name: str, who: str) -> None:
        raise AssertionError("the database can be asked")


async def test_two_replicas_share_one_limit(app: FastAPI, ground: Ground) -> None:
    """R06."""
    other = build(ground.cloud)
    async with browse(app, address="198.51.100.200") as first, browse(other, address="198.51.100.200") as second:
        answers = [(await client.get("/sign-in")).status_code for _ in range(100) for client in (first, second)]
        assert set(answers) == {200}
        assert (await first.get("/sign-in")).status_code == 429
        assert (await second.get("/sign-in")).status_code == 429
        ground.clock.advance(seconds=61)
        assert (await second.get("/sign-in")).status_code == 200


async def test_a_crowd_behind_one_address_shuts_out_nobody_who_is_signed_in(
    client: httpx.AsyncClient, app: FastAPI, ground: Ground
) -> None:
    """R06: the roll call is read from the network that visitors use too."""
    await add_account(ground, "perrin@example.org", name="Perrin Ashcombe")
    assert (await sign_in(client, "perrin@example.org")).status_code == 303
    assert (await client.get("/evacuation")).status_code == 200
    limit = build_shared_limit(ground.cloud)
    while await limit.check("requests", ADDRESS) is None:
        pass
    async with browse(app) as stranger:
        stranger.cookies.set(COOKIE, "made-up", domain="lodge.example.org", path="/")
        assert (await stranger.get("/sign-in")).status_code == 429
    assert (await client.get("/evacuation")).status_code == 200


async def test_without_the_database_each_process_counts_by_itself(ground: Ground) -> None:
    """R06 fails safe: neither open nor shut."""

    class Lost(ServerKeys):
        async def get(self, name: str) -> bytes:
            from cloud_api.errors import StoreError  # noqa: PLC0415  beside its only use

            raise StoreError("gone")

    limit = SharedRateLimit(
        ground.cloud.db, Lost(ground.cloud.db, ground.cloud.ring), ground.clock, ProcessRateLimit(ground.clock)
    )
    assert [await limit.check("sign-in", "192.0.2.1") for _ in range(6)] == [None] * 5 + [300]
    assert await limit.check("sign-in", "192.0.2.2") is None
    await limit.give_back("sign-in", "192.0.2.1")
    assert [await limit.check("sign-in", "192.0.2.1") for _ in range(2)] == [None, 300]
    await limit.give_back("sign-in", "192.0.2.77")
    assert [await limit.check("sign-in", "192.0.2.77") for _ in range(6)] == [None] * 5 + [300]


async def test_addresses_are_not_readable_in_the_table_of_limits(client: httpx.AsyncClient, ground: Ground) -> None:
    await client.post("/sign-in", data={"email": EMAIL, "password": "x"})
    async with ground.cloud.db.server() as connection:
        rows = await (await connection.execute("select * from ops.rate_allowance")).fetchall()
    assert 2 <= len(rows) <= 3  # of requests, of sign-ins, and of failures where there is such an account
    assert "192.0.2.44" not in str(rows)
    assert {len(row[0]) for row in rows} == {16}


async def test_static_files_are_kept_long_only_under_their_content_s_name(client: httpx.AsyncClient) -> None:
    named = await client.get("/static/console.css?v=123")
    assert named.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (await client.get("/static/console.css")).headers["cache-control"] == "public, no-cache"
    for path in (
        "/static/",
        "/static",
        "/static/vendor/",
        "/static/../composition.py",
        "/static/%2e%2e/composition.py",
    ):
        assert (await client.get(path, follow_redirects=True)).status_code == 404, path
    for path in ("/static/console.js", "/static/fonts/inter-latin.woff2"):
        assert (await client.get(path)).status_code == 200
    drawn = await client.get("/static/icons.svg")
    assert drawn.headers["content-type"] == "image/svg+xml; charset=utf-8"  # ASVS 4.1.1
