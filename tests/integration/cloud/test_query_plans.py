"""No page of the console reads a table from end to end when an organisation has a million visits (R13).

The statements are those that the pages send, as they pass the tenant door. In the ordinary run the tables hold a few
thousand rows whose statistics say that there are a million; ``./lodge test --slow query_plans`` loads the million.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from fastapi.routing import APIRoute
from psycopg import AsyncCursor
from psycopg.rows import TupleRow

from cloud_api.composition import DatabaseAddresses, build_cloud
from cloud_api.config import CloudSettings
from cloud_api.keys.ring import KeyRing
from cloud_api.migrations.roles import APPLICATION
from cloud_api.policy.reach import EVERYWHERE
from cloud_api.postgres.cluster import Server
from cloud_api.services.session_tokens import with_tenant
from cloud_api.services.visit_listing import VisitListing
from cloud_api.store.db import Database, DatabaseSettings
from cloud_api.store.stays import Chosen
from tests.fakes.cloud_clock import FrozenClock
from tests.fakes.cloud_key_service import MemoryKeyService
from tests.fakes.cloud_postgres import superuser_url
from tests.fakes.cloud_server import OPERATOR, ORIGIN, Ground, sample_file
from tests.fakes.console_browser import add_account, browse, build, sign_in
from tests.integration.cloud.test_console_guards import flat

pytestmark = pytest.mark.anyio
MILLION = 1_000_000
SAMPLE = 4_000
_NO_PAGES = ("/api/", "/device/", "/healthz", "/readyz", "/board/changes", "/sign-in", "/audit/consistency")
GROWING = (
    "alert", "audit_body", "audit_checkpoint", "audit_entry", "audit_node", "audit_record", "audit_search",
    "backup_item", "batch_manifest", "data_key", "erasure", "event_body", "event_header", "object", "receipt", "stay",
    "stay_token",
)  # fmt: skip
"""What grows with visits."""

FILLING = """
set session_replication_role = replica;
create temporary table old as select i, gen_random_uuid() as id,
    now() - interval '2 days' - i * interval '1 minute' as at from generate_series(1, {count}) i;
create temporary table one as select tenant_id, kiosk_id, epoch, raw, hash from lodge.event_header limit 1;
insert into lodge.data_key (tenant_id, id, kek_version, purpose, created_at, destroyed_at)
    select tenant_id, id, 1, 'stay', at, at from old, one;
insert into lodge.stay (tenant_id, id, site_id, data_key_id, present, flags, arrived_at, departed_at, updated_at)
    select one.tenant_id, old.id, (select id from lodge.site limit 1), old.id, false, '{{}}', at,
    at + interval '1 hour', at from old, one;
insert into lodge.stay_token
    select tenant_id, uuid_send(gen_random_uuid()), id from old, one, generate_series(1, {tokens});
insert into lodge.event_header (tenant_id, kiosk_id, epoch, seq, event_id, kind, stay_id, hash, raw, received_at)
    select tenant_id, kiosk_id, epoch, 1000 + i, id, 'visitor.arrived', id, hash, raw, at from old, one;
insert into lodge.event_body (tenant_id, kiosk_id, epoch, seq, data_key_id)
    select tenant_id, kiosk_id, epoch, 1000 + i, id from old, one;
insert into lodge.alert (tenant_id, id, stay_id, event_id, host_id, channel, standing, created_at, changed_at)
    select tenant_id, id, id, id, (select id from lodge.host limit 1), 'email', 'sent', at, at from old, one;
insert into lodge.object (tenant_id, id, kiosk_id, epoch, seq, stay_id, data_key_id, kind, media, size, sha256,
    standing, created_at)
    select tenant_id, id, kiosk_id, epoch, 1000 + i, id, id, 'photo', 'image/jpeg', 9, hash, 'expired',
    at from old, one;
insert into lodge.audit_record (tenant_id, id, kind, raw, recorded_at)
    select one.tenant_id, old.id, kind, r.raw, at from old, one, (select kind, raw from lodge.audit_record limit 1) r;
insert into lodge.audit_body (tenant_id, record_id, data_key_id, body)
    select one.tenant_id, old.id, one.tenant_id, 'x' from old, one;
insert into lodge.audit_entry (tenant_id, generation, position, leaf, kiosk_id, epoch, seq)
    select tenant_id, 1, 1000 + i, hash, kiosk_id, epoch, 1000 + i from old, one;
insert into lodge.audit_search (tenant_id, position, kind, kiosk_id)
    select tenant_id, 1000 + i, 'visitor.arrived', kiosk_id from old, one;
insert into lodge.audit_search (tenant_id, position, kind, actor)
    select tenant_id, 2000000 + i, 'staff.signed_in', 'someone' from old, one;
insert into lodge.audit_checkpoint (tenant_id, generation, size, note, signed_at)
    select tenant_id, 1, 1000 + i, (select note from lodge.audit_checkpoint limit 1), at from old, one;
insert into lodge.audit_node (tenant_id, generation, level, position, hash)
    select tenant_id, 1, 9, 1000 + i, hash from old, one;
insert into lodge.batch_manifest (tenant_id, kiosk_id, epoch, first_seq, last_seq, hash, manifest, received_at)
    select tenant_id, kiosk_id, epoch, 1000 + i, 1000 + i, uuid_send(id), 'm', at from old, one;
insert into lodge.receipt (tenant_id, kiosk_id, epoch, manifest_hash, receipt, signed_at)
    select tenant_id, kiosk_id, epoch, uuid_send(id), 'r', at from old, one;
insert into lodge.erasure (tenant_id, id, stay_id, erased_at) select tenant_id, id, id, at from old, one;
insert into lodge.backup_item (tenant_id, item, number) select tenant_id, uuid_send(id), 1 from old, one;
reset session_replication_role;
"""

Statement = tuple[str, Any]


class Recorder:
    """Keeps each statement that passes, with its values."""

    def __init__(self) -> None:
        self.page = ""
        self.heard: dict[str, tuple[str, Any]] = {}
        recorder = self

        class RecordingCursor(AsyncCursor[TupleRow]):
            async def execute(self, query: Any, params: Any = None, **more: Any) -> Any:
                text = query if isinstance(query, str) else query.decode() if isinstance(query, bytes) else ""
                if recorder.page and re.match(r"\s*(select|with|update|delete)\b", text) and "lodge." in text:
                    recorder.heard.setdefault(text, (recorder.page, params))
                return await super().execute(query, params, **more)

        self.cursor = RecordingCursor


@dataclass
class Busy:
    """An organisation with very many visits, and pages about one of them."""

    ground: Ground
    recorder: Recorder
    stay: UUID
    kiosk: UUID


@asynccontextmanager
async def _busy(
    addresses: DatabaseAddresses, url: str, folder: Path, *, count: int, tokens: int
) -> AsyncIterator[Busy]:
    recorder, clock = Recorder(), FrozenClock()
    settings = CloudSettings(folder, ORIGIN, "127.0.0.1", 8443, None, None, None, None)
    database = Database(DatabaseSettings(url=addresses.app, role=APPLICATION, statement_seconds=600))
    database.pool.kwargs["cursor_factory"] = recorder.cursor  # type: ignore[index]  # the pool's own dictionary
    async with database.open() as db:
        cloud = build_cloud(settings, db, KeyRing(MemoryKeyService()), b"n" * 32, None, clock)
        created = await cloud.organisations.create("Thistledown Works", OPERATOR, lambda _key: None)
        await cloud.organisations.apply(created.id, sample_file(), OPERATOR)
        ground = Ground(cloud, clock, created.id, b"")
        kiosk = await ground.enrol()
        stay = kiosk.arrive(clock.now(), name="Ada Sample", host_id=await ground.host())
        await ground.send(kiosk, kiosk.batch())
        await cloud.sequencer.run_once()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(FILLING.format(count=count, tokens=tokens).encode())
            connection.execute("analyze")
        yield Busy(ground, recorder, stay, kiosk.identity.kiosk)


def _pretend(url: str, factor: int) -> None:
    """Let the statistics say that there are so many times more rows, on as many pages."""
    with psycopg.connect(url, autocommit=True) as connection:
        for table in GROWING:
            connection.execute(f"alter table lodge.{table} set (autovacuum_enabled = false)".encode())
        connection.execute(
            "update pg_class set reltuples = reltuples * %s where oid in (select c.oid from pg_class c"
            " left join pg_index x on x.indexrelid = c.oid join pg_class t on t.oid = coalesce(x.indrelid, c.oid)"
            " where t.relnamespace = 'lodge'::regnamespace and t.relname = any(%s))",
            (factor, list(GROWING)),
        )


def _pages(app: Any, busy: Busy, user: UUID) -> Iterator[str]:
    """Every page of the console, about this visit and kiosk; a new parameter must be given a value here."""
    values: dict[str, object] = {
        "stay_id": busy.stay,
        "kiosk_id": busy.kiosk,
        "photo_id": busy.stay,
        "user_id": user,
        "signature_id": busy.stay,
        "copy_id": busy.stay,
    }
    values |= {"key": "visitor", "field_id": "_new", "question_id": "_new", "language": "en"}
    values |= {"number": 3, "key_id": busy.stay, "name": "nothing", "token": with_tenant(busy.ground.tenant, "nothing")}
    for route in flat(app.routes):
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()) and not route.path.startswith(_NO_PAGES):
            yield route.path.format(**values)
    yield from ("/board?show=left", "/audit?before=2000")
    yield "/audit/consistency?first=4&second=5"
    for base in ("/audit", "/audit/security"):
        yield from (f"{base}?who=ines", f"{base}?kiosk={busy.kiosk}", f"{base}?since=2026-01-01&until=2026-12-31")
        yield from (f"{base}?topic=kiosks&before=2000", f"{base}?topic=team&who=ines&kiosk={busy.kiosk}")
    yield f"/audit?visit={busy.stay}"


async def _visit(busy: Busy) -> None:
    app = build(busy.ground.cloud)
    await add_account(busy.ground)
    async with browse(app) as client:
        assert (await sign_in(client)).status_code == 303
        async with busy.ground.cloud.db.tenant(busy.ground.tenant) as tx:
            found = await (await tx.connection.execute("select id from lodge.staff_user")).fetchone()
        assert found is not None
        for path in _pages(app, busy, found[0]):
            busy.recorder.page = path
            answer = await client.get(path)
            assert answer.status_code in (200, 303, 404, 409), (path, answer.text[:300])
        for sought in ("ada sample", "nobody"):
            busy.recorder.page = f"/board for {sought}"
            assert (await client.post("/board", data={"q": sought})).status_code == 200
    busy.recorder.page = "/api/v1/visits"
    cloud = busy.ground.cloud
    on = Chosen(after=(busy.ground.clock.now(), busy.stay))
    await VisitListing(cloud.db, cloud.ring, cloud.clock).choose(busy.ground.tenant, EVERYWHERE, on, limit=51)
    busy.recorder.page = ""


async def _explain(busy: Busy) -> dict[str, dict[str, Any]]:
    plans = {}
    async with busy.ground.cloud.db.tenant(busy.ground.tenant) as tx:
        for text, (page, params) in busy.recorder.heard.items():
            cursor = await tx.connection.execute(f"explain (format json) {text}".encode(), params)
            row = await cursor.fetchone()
            assert row is not None
            found = row[0] if isinstance(row[0], list) else json.loads(row[0])
            plans[f"{page}: {text}"] = found[0]["Plan"]
    return plans


def faults(node: dict[str, Any], *, bounded: bool = False) -> Iterator[str]:
    """Where a plan reads a growing table from end to end, or all rows of the organisation by an index.

    ``bounded``: a limit stands above, with nothing between that must see every row first.
    """
    kind, table, rows = node["Node Type"], node.get("Relation Name", ""), node["Plan Rows"]
    if kind.endswith("Seq Scan") and table in GROWING:
        yield f"{kind} on {table}"
    condition = node.get("Index Cond", "")
    if "Index" in kind and condition and not bounded and rows > SAMPLE:
        columns = set(re.findall(r"\(\(?(\w+) [=<>]", condition)) | set(re.findall(r"AND \((\w+)", condition))
        if columns <= {"tenant_id"}:
            yield f"{kind} by the organisation alone, {rows} rows: {node['Index Name']}"
    passes = kind == "Limit" or (bounded and kind in {"Nested Loop", "Result", "Subquery Scan", "Append", "LockRows"})
    for child in node.get("Plans", ()):
        yield from faults(child, bounded=passes)


@pytest.fixture
def url(server: Server, addresses: DatabaseAddresses) -> str:
    return superuser_url(server, addresses.app.split("@/")[1].split("?")[0])


async def _judge(busy: Busy) -> None:
    await _visit(busy)
    plans = await _explain(busy)
    read = {table for table in GROWING if any(f"lodge.{table}" in text for text in plans)}
    assert {"stay", "stay_token", "event_header", "data_key", "alert", "audit_entry", "audit_search", "object"} <= read
    assert {text: list(faults(plan)) for text, plan in plans.items() if list(faults(plan))} == {}


async def test_r13_no_page_reads_a_table_of_a_million_rows_from_end_to_end(
    addresses: DatabaseAddresses, url: str, tmp_path: Path
) -> None:
    """R13: by row-level security and the indexes that lead with the organisation."""
    async with _busy(addresses, url, tmp_path, count=SAMPLE, tokens=4) as busy:
        _pretend(url, MILLION // SAMPLE)
        await _judge(busy)
        busy.recorder.heard = {
            "select id from lodge.stay where tenant_id = %s and updated_at > now()": ("planted", (busy.ground.tenant,)),
            "select count(*) from lodge.stay_token where tenant_id = %s": ("planted", (busy.ground.tenant,)),
        }
        assert all(list(faults(plan)) for plan in (await _explain(busy)).values())  # the positive control


@pytest.mark.slow
@pytest.mark.timeout(3600)
async def test_r13_no_page_reads_a_million_rows_from_end_to_end(server: Server, tmp_path: Path) -> None:
    """R13: the same with the rows themselves."""
    from tests.fakes.cloud_postgres import TEMPLATE, addresses_of, create_database  # noqa: PLC0415  its only use

    name = "lodge_million"
    create_database(server, name, template=TEMPLATE)
    url = superuser_url(server, name)
    async with _busy(addresses_of(server, name), url, tmp_path, count=MILLION, tokens=1) as busy:
        await _judge(busy)
