"""The audit log's pages, the security timeline, exports, the operator's log and keys (R05, R26, R27, R28, C35, C40)."""

import csv
import io
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import psycopg
import pytest
from click.testing import CliRunner

from cloud_api.composition import DatabaseAddresses
from cloud_api.console import build_security_log
from cloud_api.errors import ReasonNeededError
from cloud_api.migrations.roles import WORKER
from cloud_api.policy.reasons import DEMANDS
from cloud_api.policy.roles import Grant, Role
from cloud_api.services.audit_trail import Actor, AdminAct
from cloud_api.services.system_log_retention import SystemLogRetention
from cloud_api.store.db import Database, DatabaseSettings
from sync.archive_file import read_archive
from sync.protocol import exact_json
from sync.protocol.archive import verify_archive
from sync.protocol.exchange import Hello
from sync.protocol.log_witness import AlarmKind, WitnessEvidence
from sync.verify_cli import main as verify
from tests.fakes.api_program import program
from tests.fakes.cloud_key_service import MemoryKeyService
from tests.fakes.installed_postgres import INSTALLED
from tests.fakes.role_world import Person, RoleWorld, run_role_world
from tests.integration.cloud.test_log_witnesses import lost_note

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("binaries", INSTALLED[-1:], ids=["newest"], indirect=True, scope="session"),
]
SECRET = "=HYPERLINK(secret)"


@pytest.fixture(scope="module")
async def world(
    addresses: DatabaseAddresses, key_service: MemoryKeyService, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RoleWorld]:
    async with run_role_world(addresses, key_service, tmp_path_factory.mktemp("audit")) as made:
        yield made


@pytest.fixture(scope="module")
async def owner(world: RoleWorld) -> Person:
    return await world.person(Grant(Role.OWNER), name="Ines Caldermoor")


async def record(world: RoleWorld, kind: str, actor: Actor, **detail: str) -> None:
    async with world.ground.cloud.db.tenant(world.ground.tenant) as tx:
        await world.ground.cloud.trail.record(tx, AdminAct(kind, actor, detail))


async def page(world: RoleWorld, who: Person, path: str, status: int = 200) -> str:
    while await world.ground.cloud.sequencer.integrate(world.ground.tenant):
        pass
    answer = await world.ask("GET", path, who)
    assert answer.status_code == status, answer.text
    return answer.text


def entries(text: str) -> list[int]:
    return [int(number) for number in re.findall(r'href="/audit/entries/(\d+)"', text)]


async def test_the_log_is_searched_by_person_kind_kiosk_visit_and_day(world: RoleWorld, owner: Person) -> None:
    """R26."""
    kiosk, visit = world.places[0].kiosk.identity.kiosk, world.places[0].visit
    left = Actor("Tobiah Wrenfield", "192.0.2.7")
    await record(world, "staff.signed_in", left)
    await record(world, "kiosk.revoked", Actor("Tobiah Wrenfield", "192.0.2.7", "sold"), kiosk=str(kiosk))
    await page(world, owner, "/audit")
    assert len(entries(await page(world, owner, "/audit?who=Tobiah+Wrenfield"))) == 2
    assert entries(await page(world, owner, "/audit?who=tobiah+wrenfield&topic=kiosks")) != []
    assert "Nothing found" in await page(world, owner, "/audit?who=Nobody+Here")
    of_kiosk = await page(world, owner, f"/audit?kiosk={kiosk}")
    assert "Kiosk of Mill Lane revoked" in of_kiosk
    assert "A visitor arrived" in of_kiosk
    assert "Signed in" not in of_kiosk
    assert "Harbour House" not in "".join(re.findall(r"<td.*?</td>", of_kiosk))
    assert "A visitor arrived" not in await page(world, owner, f"/audit?kiosk={kiosk}&topic=keys")
    of_visit = await page(world, owner, f"/audit?visit={visit}")
    assert set(re.findall(r"A visitor \w+", of_visit)) == {"A visitor arrived"}
    today = world.ground.clock.now().date()
    assert entries(await page(world, owner, f"/audit?since={today}&until={today}")) != []
    assert "Nothing found" in await page(world, owner, f"/audit?until={today - timedelta(days=1)}")
    await page(world, owner, f"/audit?since={today}&until={today - timedelta(days=1)}", 422)
    for number in range(60):
        await record(world, "quotas.changed", Actor("operator", reason="as agreed"), kiosks=str(number))
    first = await page(world, owner, "/audit?topic=settings")
    older = re.search(r'href="(/audit\?topic=settings&amp;before=\d+)"', first)
    assert older is not None
    rest = entries(await page(world, owner, older[1].replace("&amp;", "&")))
    assert len(entries(first)) == 50
    assert rest
    assert max(rest) < min(entries(first))


async def test_an_entry_is_explained_and_its_proof_verifies_without_the_server(
    world: RoleWorld, owner: Person, tmp_path: Path
) -> None:
    """R26, R28: also once its personal part is erased; a row that was changed is told."""
    ground, kiosk = world.ground, world.places[0].kiosk
    await record(
        world,
        "visit.erased",
        Actor("Yarrow Wintersedge", "192.0.2.8", "asked by the person"),
        stay=str(world.places[1].visit),
    )
    number = entries(await page(world, owner, "/audit?who=Yarrow+Wintersedge"))[0]
    device = await ground.cloud.devices.find(kiosk.key.epoch)
    assert device is not None
    hello = exact_json.read(kiosk.hello(checkpoint=(await newest_note(world))), Hello, what="hello")
    await ground.cloud.log_witnesses.hear(device, hello, "192.0.2.1")
    text = await page(world, owner, f"/audit/entries/{number}")
    for said in (
        "A visit was erased",
        "Yarrow Wintersedge",
        "asked by the person",
        "unchanged. Checked just now",
        "Kiosk of Mill Lane",
    ):
        assert said in text, said
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        await tx.connection.execute(
            "delete from lodge.audit_body where record_id ="
            " (select record_id from lodge.audit_search where tenant_id = %s and position = %s)",
            (ground.tenant, number - 1),
        )
    text = await page(world, owner, f"/audit/entries/{number}")
    assert "Erased, commitment intact" in text
    assert "Yarrow" not in text
    assert "Nothing found" in await page(world, owner, "/audit?who=Yarrow+Wintersedge")
    for name, path in (("entry", f"/audit/entries/{number}/proof"), ("checkpoint", "/audit/checkpoint")):
        file = tmp_path / name
        file.write_bytes((await world.ask("GET", path, owner)).content)
        told = CliRunner().invoke(verify, [str(file), "--json"])
        assert told.exit_code == 0, told.output
    await page(world, owner, "/audit/entries/999999", 404)


async def newest_note(world: RoleWorld) -> str:
    async with world.ground.cloud.db.tenant(world.ground.tenant) as tx:
        row = await (
            await tx.connection.execute(
                "select note from lodge.audit_checkpoint order by generation desc, size desc limit 1"
            )
        ).fetchone()
    assert row is not None
    return str(row[0])


async def test_r05_refusals_and_failed_sign_ins_are_on_the_timeline_of_those_who_may(
    world: RoleWorld, owner: Person
) -> None:
    """R05, R27: and ordinary visits are not."""
    desk = await world.person(Grant(Role.RECEPTIONIST), name="Odalys Fernhollow")
    assert (await world.ask("GET", "/audit/security", desk)).status_code == 403
    await record(world, "staff.signin_failed", Actor("Odalys Fernhollow", "198.51.100.7"))
    text = await page(world, owner, "/audit/security?who=odalys")
    for said in (
        "Sign-in refused: wrong password",
        "198.51.100.7",
        "Refused: their role does not allow it (Read the audit log)",
    ):
        assert said in text, said
    assert "A visitor arrived" not in await page(world, owner, "/audit/security")


async def test_r27_organisation_and_operator_each_see_their_own_log(world: RoleWorld, owner: Person) -> None:
    """R27: the visibility matrix."""
    security = build_security_log(world.ground.cloud)
    await security.note("signin.failed", address="203.0.113.9", name="stranger@example.org")
    told = await world.ground.cloud.operator.system_log.list(("security", "operation"))
    assert any(entry.address == "203.0.113.9" for entry in told)
    assert not any(
        "stranger" in entry.name or "Caldermoor" in entry.name or "Fernhollow" in entry.name for entry in told
    )
    for path in ("/audit", "/audit/security"):
        assert "stranger@example.org" not in await page(world, owner, path)
        assert "203.0.113.9" not in await page(world, owner, path)


async def test_r27_acts_go_after_a_year_and_the_security_class_is_kept(
    world: RoleWorld, addresses: DatabaseAddresses
) -> None:
    """R27: by the worker, and refused by the database for the other class."""
    ground = world.ground
    await ground.cloud.operator.log.record("organisation.suspended", ground.tenant, Actor("operator:rhona"))
    async with Database(DatabaseSettings(url=addresses.worker, role=WORKER, pool_size=1)).open() as db:
        retention, began = SystemLogRetention(db, ground.clock), ground.clock.now()
        ground.clock.advance(minutes=364 * 24 * 60)
        assert await retention.purge() == 0
        ground.clock.advance(minutes=2 * 24 * 60)
        assert await retention.purge() >= 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with db.server() as connection:
                await connection.execute("delete from ops.system_log where class = 'security'")
    ground.clock.advance(minutes=-366 * 24 * 60)
    assert ground.clock.now() == began
    assert await ground.cloud.operator.log.list_newest() == []
    assert await build_security_log(ground.cloud).list_newest() != []


async def test_c35_exports_want_a_reason_and_hold_no_formula(world: RoleWorld, owner: Person) -> None:
    """R28, C35: CSV and JSON of some days; each export is itself in the log, with its reason."""
    await record(world, "quotas.changed", Actor(SECRET, "192.0.2.3", "\tpaid"), kiosks="9")
    await page(world, owner, "/audit")
    assert (await world.ask("POST", "/audit/export", owner, data={"format": "csv"})).status_code == 422
    answer = await world.ask("POST", "/audit/export", owner, data={"format": "csv", "reason": "yearly audit"})
    assert answer.headers["content-disposition"].endswith('.csv"')
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [int(row["entry"]) for row in rows] == list(range(1, len(rows) + 1))
    row = next(row for row in rows if row["who"].endswith(SECRET))
    assert (row["who"], row["reason"]) == (f"'{SECRET}", "'\tpaid")
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row.values())
    today = world.ground.clock.now().date()
    asked = {"format": "json", "reason": "works council", "until": str(today - timedelta(days=1))}
    assert json.loads((await world.ask("POST", "/audit/export", owner, data=asked)).content)["entries"] == []
    whole = json.loads((await world.ask("POST", "/audit/export", owner, data={**asked, "until": str(today)})).content)
    assert [entry["entry"] for entry in whole["entries"]] == list(range(whole["first"], whole["last"] + 1))
    assert "works council" in await page(world, owner, "/audit?topic=log")


async def test_r26_what_somebody_did_by_a_program_is_found_by_their_name(world: RoleWorld, owner: Person) -> None:
    """R26: by the name alone, and by all that the entry shows."""
    robot = await program(world, await world.person(Grant(Role.OWNER), name="Rowan Quickthorn"))
    assert (await robot.ask("POST", "/hosts", json={"key": "found", "name": "Found Sample"})).status_code == 201
    await page(world, owner, "/audit")
    for who in ("Rowan Quickthorn", "rowan", "Rowan Quickthorn, by the program “Report writer”"):
        found = await page(world, owner, f"/audit?{urlencode({'who': who, 'kind': 'host.added'})}")
        assert found.count("by the program “Report writer”") > who.count("by the program"), who


async def test_r28_archives_are_packed_piece_by_piece_one_at_a_time_for_an_organisation(
    world: RoleWorld, owner: Person, tmp_path: Path
) -> None:
    """R28, C27: each verifies; beyond that 503 until the first is sent, and nothing is recorded."""
    exports, asked = world.ground.cloud.audit_export, {"format": "archive", "reason": "yearly audit"}
    answer = await world.ask("POST", "/audit/export", owner, data=asked)
    (path := tmp_path / "audit.zip").write_bytes(answer.content)
    assert verify_archive(read_archive(path)).entries > 0
    with exports.place(world.ground.tenant):
        busy = await world.ask("POST", "/audit/export", owner, data=asked)
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "60")
    with exports.place(uuid4()), exports.place(uuid4()):
        assert (await world.ask("POST", "/audit/export", owner, data=asked)).status_code == 503
    assert (await world.ask("POST", "/audit/export", owner, data=asked)).status_code == 200


@pytest.mark.parametrize("demand", DEMANDS, ids=lambda demand: demand.kind)
async def test_r26_an_act_that_wants_a_reason_is_not_recorded_without(world: RoleWorld, demand: object) -> None:
    """R26: one list, enforced where every act passes."""
    kind, detail, unattended = demand.kind, demand.detail, demand.unattended  # type: ignore[attr-defined]
    given = {detail[0]: detail[1] or "given"} if detail else {}
    with pytest.raises(ReasonNeededError):
        await record(world, kind, Actor("Ines Caldermoor", "192.0.2.3", " "), **given)
    if unattended:
        await record(world, kind, Actor("operator:timetable"), **given)


async def test_keys_and_devices_are_shown_and_nothing_secret(world: RoleWorld, owner: Person) -> None:
    """R17: fingerprints, standings, and which keys are due after a year."""
    text = await page(world, owner, "/keys")
    for said in (
        "Receipts: what kiosks were told is stored",
        world.places[0].kiosk.key.epoch,
        "Enrolled",
        "keys rotate",
    ):
        assert said in text, said
    assert "more than a year" not in text
    reader = await world.person(Grant(Role.READ_ONLY))
    assert (await world.ask("GET", "/keys", reader)).status_code == 403


async def test_c40_a_contested_log_alarms_on_every_page_of_those_who_may_see_it(
    world: RoleWorld, owner: Person
) -> None:
    """C40: and a generation after a restore is told on the log's page."""
    ground, kiosk = world.ground, world.places[1].kiosk
    assert "The audit log is contested" not in await page(world, owner, "/board")
    device = await ground.cloud.devices.find(kiosk.key.epoch)
    assert device is not None
    lost = await lost_note(ground, 999)
    evidence = WitnessEvidence(
        v=1,
        tenant=ground.tenant,
        kind=AlarmKind.REWRITTEN,
        held=lost,
        offered=await newest_note(world),
        hashes=None,
        since_ms=1,
        times=1,
    )
    hello = exact_json.read(kiosk.hello(checkpoint=lost, alarm=evidence), Hello, what="hello")
    await ground.cloud.log_witnesses.hear(device, hello, "192.0.2.1")
    for path in ("/board", "/kiosks", "/audit", "/keys", "/account"):
        text = await page(world, owner, path)
        assert "The audit log is contested" in text, path
        assert "Kiosk of Harbour House" in text
    assert "This is generation 2 of the log" in await page(world, owner, "/audit")
    desk = await world.person(Grant(Role.RECEPTIONIST))
    assert "contested" not in await page(world, desk, "/board")
