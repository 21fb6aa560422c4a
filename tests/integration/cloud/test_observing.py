"""Metrics, request numbers, readiness while stopping, and a database that a newer version has brought up to date."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from psycopg import sql

from cloud_api.composition import DatabaseAddresses, why_not_ready
from cloud_api.http.limits import ProcessRateLimit
from cloud_api.migrations import newest_revision
from cloud_api.serving import build_http
from tests.fakes.cloud_device_requests import post_batch
from tests.fakes.cloud_server import Ground

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]
_TOKEN = "a-token-for-the-scraper-0123456789"


@pytest.fixture
def app(ground: Ground) -> FastAPI:
    settings = replace(ground.cloud.settings, metrics_token=_TOKEN)
    return build_http(replace(ground.cloud, settings=settings), ProcessRateLimit(ground.clock, allowed=1000))


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, client=("192.0.2.9", 1234))
    async with httpx.AsyncClient(transport=transport, base_url="https://lodge.example.org") as opened:
        yield opened


async def test_metrics_count_by_route_and_hold_the_databases_figures(client: httpx.AsyncClient, ground: Ground) -> None:
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now())
    await post_batch(client, kiosk, kiosk.batch())
    await client.get("/visits/00000000-0000-4000-8000-000000000000")
    shown = await client.get("/metrics", headers={"Authorization": f"bearer {_TOKEN}"})
    assert shown.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = dict(line.rsplit(" ", 1) for line in shown.text.splitlines() if not line.startswith("#"))
    assert lines['lodge_http_requests_total{method="POST",route="/device/v1/events",status="200"}'] == "1.0"
    assert float(lines["lodge_organisations"]) >= 1
    assert float(lines["lodge_events_waiting_for_audit"]) >= 1
    assert lines["lodge_jobs_failed"] == "0.0"
    assert "00000000-0000" not in shown.text


@pytest.mark.parametrize("given", [None, "Bearer ", "Bearer wrong", f"Basic {_TOKEN}", "Bearer \u00e9"])
async def test_without_the_token_there_is_no_metrics_page(
    client: httpx.AsyncClient, app: FastAPI, given: str | None
) -> None:
    headers = {} if given is None else {b"authorization": given.encode()}
    assert (await client.get("/metrics", headers=headers)).status_code == httpx.codes.NOT_FOUND


async def test_a_server_without_a_token_shows_nothing_to_anybody(ground: Ground) -> None:
    app = build_http(ground.cloud, ProcessRateLimit(ground.clock))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://lodge.example.org") as client:
        for given in ("Bearer ", "Bearer"):
            answer = await client.get("/metrics", headers={"Authorization": given})
            assert answer.status_code == httpx.codes.NOT_FOUND


async def test_a_server_that_is_told_to_stop_is_not_ready_and_keeps_no_connection(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    first = await client.get("/readyz")
    assert (first.status_code, "connection" in first.headers) == (httpx.codes.OK, False)
    app.state.stopping.set()
    answer = await client.get("/readyz")
    assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert answer.headers["connection"] == "close"
    assert (await client.get("/healthz")).status_code == httpx.codes.OK
    assert first.headers["lodge-request"] != answer.headers["lodge-request"]


async def test_a_newer_database_serves_this_version_unless_it_says_otherwise(
    ground: Ground, addresses: DatabaseAddresses
) -> None:
    with psycopg.connect(addresses.migrator, autocommit=True) as connection:
        connection.execute("set role lodge_owner")

        def change(revision: str, oldest: str) -> None:
            connection.execute(sql.SQL("update ops.migration set version_num = {}").format(sql.Literal(revision)))
            connection.execute(sql.SQL("update ops.schema_floor set revision = {}").format(sql.Literal(oldest)))

        before = connection.execute("select revision from ops.schema_floor").fetchone()
        assert before is not None
        try:
            change("9998", newest_revision())
            assert await why_not_ready(ground.cloud.db) is None
            change("9998", "9998")
            assert "run the newer one" in (await why_not_ready(ground.cloud.db) or "")
            change("0001", "0001")
            assert "run lodge-cloud migrate" in (await why_not_ready(ground.cloud.db) or "")
        finally:
            change(newest_revision(), str(before[0]))
