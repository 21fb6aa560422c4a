"""The queries that the console's pages send, each as it passes the tenant door and as if there were none.

They are heard while the pages are asked for over HTTP: no copy of a query stands here that could grow old. Both sides
send the same text with the same values; one works as the application, the other as a login that row-level security does
not apply to.
"""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
from fastapi import FastAPI
from fastapi.routing import APIRoute
from psycopg import AsyncCursor
from psycopg.rows import TupleRow

from benchmarks.bench_kiosk import ORIGIN
from benchmarks.cloud_ground import EMAIL, PASSWORD
from benchmarks.rows import Pair
from cloud_api.composition import Cloud
from cloud_api.migrations.roles import APPLICATION
from cloud_api.serving import build_http, build_rate_limit
from cloud_api.store import data_keys, passkeys
from cloud_api.store.passkeys import Passkey

COOKIE = "__Host-lodge"
BROWSER = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin", "Origin": ORIGIN}
_NO_PAGES = ("/api/", "/device/", "/healthz", "/readyz", "/board/changes", "/sign-in", "/audit/consistency", "/metrics")
_MORE = ("/board?q=odalys+fernhollow", "/board?show=left", "/audit?who=ines", "/audit?topic=keys", "/audit/security")
_WARM, _MOST_SECONDS, _SHORT_TIMES, _PAIRS = 12, 0.6, 4, 5
"""Before psycopg prepares a statement (5) and PostgreSQL keeps one plan for it (5 more) nothing is counted."""


@dataclass
class Heard:
    """Statements with the values that they came with first, and what each page sent, in its order."""

    page: str = ""
    statements: dict[str, Any] = field(default_factory=dict)
    pages: dict[str, list[str]] = field(default_factory=dict)

    def cursor(self) -> type[AsyncCursor[TupleRow]]:
        """A cursor that is heard."""
        heard = self

        class HeardCursor(AsyncCursor[TupleRow]):
            async def execute(self, query: Any, params: Any = None, **more: Any) -> Any:  # noqa: ANN401  psycopg's own
                text = query if isinstance(query, str) else query.decode() if isinstance(query, bytes) else ""
                if heard.page and re.match(r"\s*(select|with)\b", text) and "lodge." in text and " for " not in text:
                    heard.statements.setdefault(text, params)
                    heard.pages.setdefault(heard.page, []).append(text)
                return await super().execute(query, params, **more)

        return HeardCursor


async def visit_pages(cloud: Cloud, admin: psycopg.Connection, tenant: UUID, heard: Heard) -> str:
    """Ask for every page of the console that needs no more than an address, and for a visit's own; the session's
    cookie.
    """
    app = build_http(cloud, build_rate_limit(cloud))
    transport = httpx.ASGITransport(app=app, client=("192.0.2.44", 4711))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=BROWSER) as client:
        answer = await client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
        if COOKIE not in answer.cookies:
            raise LookupError(f"nobody could sign in: {answer.status_code}")
        await _vouch(cloud, admin, tenant)
        stay = admin.execute(
            "select id from lodge.stay where tenant_id = %s and name is not null order by arrived_at desc limit 1",
            (tenant,),
        ).fetchone()
        for path in (*_paths(app), *_MORE, f"/visits/{stay[0] if stay else ''}"):
            heard.page = path
            answer = await client.get(path)
            if answer.status_code not in (200, 303, 404):
                raise LookupError(f"{path} answered {answer.status_code}")
        heard.page = ""
        return str(client.cookies[COOKIE])


def _paths(app: FastAPI) -> Iterator[str]:
    for route in _flat(app.routes):
        wanted = isinstance(route, APIRoute) and "GET" in (route.methods or ()) and "{" not in route.path
        if wanted and not route.path.startswith(_NO_PAGES):
            yield route.path


def _flat(routes: Any) -> Iterator[Any]:  # noqa: ANN401  FastAPI keeps included routers nested
    for route in routes:
        inner = getattr(route, "original_router", None)
        yield from _flat(inner.routes) if inner is not None else (route,)


async def _vouch(cloud: Cloud, admin: psycopg.Connection, tenant: UUID) -> None:
    """Let the session count as one with a second factor, and the owner have one, which nobody can use."""
    admin.execute("update lodge.staff_session set two_factor = true where tenant_id = %s", (tenant,))
    row = admin.execute("select id from lodge.staff_user where tenant_id = %s", (tenant,)).fetchone()
    if row is None:
        raise LookupError("there is no account")
    async with cloud.db.tenant(tenant) as tx:
        cipher = await data_keys.open_organisation_key(tx, cloud.ring)
        await passkeys.add(tx, cipher, row[0], Passkey(uuid4(), b"bench", b"no key", 0, "Key", cloud.clock.now()))


@dataclass(frozen=True, slots=True)
class Timed:
    """A query's times with row-level security and without, in turn."""

    text: str
    pair: Pair


def time_queries(url: str, superuser: str, tenant: UUID, heard: Heard, runs: int) -> list[Timed]:
    """Each query at its quickest, ``runs`` times in turn or more where it is short; fewer where it takes long.

    On several pairs of connections: two processes of PostgreSQL that do the same differ by a tenth for as long as they
    live, by where they lie in memory.
    """
    with ExitStack() as stack:
        pairs = [
            (stack.enter_context(psycopg.connect(url)), stack.enter_context(psycopg.connect(superuser)))
            for _ in range(_PAIRS)
        ]
        for door, open_field in pairs:
            door.execute(f"set role {APPLICATION}".encode())
            for connection in (door, open_field):
                connection.execute("select set_config('search_path', 'queue, pg_catalog', false)")
                connection.execute("select set_config('timezone', 'UTC', false)")
                connection.commit()
        found = []
        for text, params in heard.statements.items():
            times = [_in_turn(door, open_field, tenant, (text, params), runs) for door, open_field in pairs]
            # What other programs do is added to a query's time and never taken off: the quickest tells most of itself.
            quickest = Pair([min(min(pair.ours) for pair in times)], [min(min(pair.other) for pair in times)])
            found.append(Timed(text, quickest))
        return found


def _in_turn(
    door: psycopg.Connection, open_field: psycopg.Connection, tenant: UUID, statement: tuple[str, Any], runs: int
) -> Pair:
    pair, spent = Pair([], []), 0.0
    with door.transaction(force_rollback=True), open_field.transaction(force_rollback=True):
        door.execute("select set_config('app.tenant_id', %s, true)", (str(tenant),))
        for index in range(runs * _SHORT_TIMES + _WARM):
            # Whoever comes second finds warmer caches: they take turns at that too.
            order = ((door, pair.ours), (open_field, pair.other))
            for connection, times in order if index % 2 else reversed(order):
                seconds = _time(connection, statement)
                spent += seconds
                if index >= _WARM:
                    times.append(seconds)
            if spent > _MOST_SECONDS and len(pair.ours) >= 5:
                break
    return pair


def _time(connection: psycopg.Connection, statement: tuple[str, Any]) -> float:
    begun = time.perf_counter()
    connection.execute(statement[0].encode(), statement[1]).fetchall()
    return time.perf_counter() - begun


def of_page(texts: list[str], timed: list[Timed]) -> Pair:
    """What all queries of a page take, as one run."""
    pairs = {each.text: each.pair for each in timed}
    return Pair([sum(pairs[text].ours[0] for text in texts)], [sum(pairs[text].other[0] for text in texts)])
