"""Organisations suspended, bounded and closed: nothing is lost, and nothing is left (R13, R17, R18)."""

import json
import tempfile
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import psycopg
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from psycopg import sql

from cloud_api.composition import DatabaseAddresses
from cloud_api.console import build_accounts, build_security_log
from cloud_api.erasure_journal import CLOSED, ErasureJournal, JournalEntry, read_journal
from cloud_api.errors import ConfigurationError, ErasureJournalError, StoreError
from cloud_api.keys.fields import FieldCipher
from cloud_api.postgres.cluster import Server
from cloud_api.services.audit_trail import Actor
from cloud_api.services.enrolment import EnrolmentRefusal
from cloud_api.services.quotas import QuotaExceededError
from cloud_api.services.staff_accounts import NewStaff
from cloud_api.store import data_keys
from cloud_api.store.whole_export import LEFT_OUT, SEALED, list_tables, unknown_columns
from sync.archive_file import read_archive
from sync.device.patience import Patience
from sync.device.stepping import LinkState
from sync.device.transport import Answer
from sync.protocol.archive import verify_archive
from tests.fakes.cloud_device_requests import post_batch, problem
from tests.fakes.cloud_kiosk import FakeKiosk, KioskKey
from tests.fakes.cloud_photos import Post, jpeg, receipt_of, take_photo
from tests.fakes.cloud_postgres import superuser_url
from tests.fakes.cloud_server import OPERATOR, Ground, names
from tests.fakes.console_browser import PASSWORD, add_account, browse, build, clear_accounts, forget_attempts, sign_in
from tests.fakes.second_factors import kinds

pytestmark = pytest.mark.anyio
CANARY = "Quillandra Zephyrwick"
BECAUSE = Actor("operator:ferris", reason="the contract ended")


@pytest.fixture
async def client(ground: Ground) -> AsyncIterator[httpx.AsyncClient]:
    await forget_attempts(ground.cloud)
    await clear_accounts(ground)
    async with browse(build(ground.cloud)) as opened:
        yield opened


@pytest.fixture
def owner(server: Server, addresses: DatabaseAddresses) -> str:
    return superuser_url(server, addresses.app.split("@/")[1].split("?")[0])


def standing_of(answer: httpx.Response) -> LinkState:
    """How a kiosk stands with the cloud after this answer."""
    return Patience(lambda: 0.5).refuse(Answer(answer.status_code, dict(answer.headers), answer.content)).state


async def test_a_suspended_organisations_kiosks_keep_what_they_record_and_send_it_when_it_is_over(
    ground: Ground, client: httpx.AsyncClient
) -> None:
    """No visitor waits for it, and nothing acknowledged or waiting is lost; nobody signs in meanwhile."""
    kiosk, standings = await ground.enrol(), ground.cloud.operator.standings
    code = (await ground.cloud.fleet.create(ground.tenant, "Second", None, OPERATOR)).code
    await add_account(ground)
    assert (await sign_in(client)).status_code == 303
    kiosk.arrive(ground.clock.now(), name=CANARY)
    assert await standings.suspend(ground.tenant, BECAUSE) == 1
    assert (await client.get("/board")).headers["location"].startswith("/sign-in?")
    refused = await sign_in(client)
    assert (refused.status_code, "is suspended on this server" in refused.text) == (403, True)
    assert (await sign_in(client, password="the wrong kettle")).status_code == 401
    assert (await kinds(ground))["staff.signin_failed"] == 0  # what is to be closed is not held up by a stranger
    assert "signin.failed" in [event.kind for event in await build_security_log(ground.cloud).list_newest()]
    assert await ground.cloud.enrolment.start(KioskKey().start(code)) is EnrolmentRefusal.SUSPENDED
    answer = await post_batch(client, kiosk, kiosk.batch())
    assert (problem(answer), answer.status_code, standing_of(answer)) == ("organisation-suspended", 503, LinkState.BUSY)
    kiosk.arrive(ground.clock.now(), name="Ada Sample")
    with pytest.raises(ConfigurationError, match="suspended already"):
        await standings.suspend(ground.tenant, BECAUSE)
    await standings.resume(ground.tenant, BECAUSE)
    assert (await post_batch(client, kiosk, kiosk.batch())).status_code == 200
    assert await names(ground) == ["Ada Sample", CANARY]
    assert (await sign_in(client)).status_code == 303
    acts = {(act.kind, act.detail.reason) for act in await ground.cloud.operator.log.list_newest()}
    assert acts == {("organisation.resumed", BECAUSE.reason), ("organisation.suspended", BECAUSE.reason)}


async def test_quotas_bind_where_staff_add_something_and_never_where_a_visitor_arrives(
    ground: Ground, client: httpx.AsyncClient
) -> None:
    kiosk, accounts = await ground.enrol(), build_accounts(ground.cloud)
    await ground.cloud.operator.quotas.put(ground.tenant, {"kiosks": 1, "staff": 0, "object_bytes": 10}, BECAUSE)
    with pytest.raises(QuotaExceededError, match="1 of at most 1 kiosks"):
        await ground.enrol("One too many")
    with pytest.raises(QuotaExceededError, match="0 of at most 0 staff accounts"):
        await accounts.create(ground.tenant, NewStaff("Ines", "ines@example.org", PASSWORD), OPERATOR)
    photo = await take_photo(ground, kiosk)
    assert (await post_batch(client, kiosk, kiosk.batch())).status_code == 200
    assert await names(ground) == ["Ada Sample"]
    post = Post(client, kiosk)
    full = await post.ask(photo)
    assert (problem(full), full.headers["retry-after"]) == ("quota-exceeded", "3600")
    assert (problem(await post.whole(photo)), standing_of(full)) == ("quota-exceeded", LinkState.BUSY)
    await ground.cloud.operator.quotas.put(ground.tenant, {"object_bytes": None}, BECAUSE)
    assert (await receipt_of(ground, kiosk, await post.whole(photo))).standing == "durable"
    used = {item.name: (item.used, item.allowed) for item in await ground.cloud.operator.quotas.show(ground.tenant)}
    assert used == {"kiosks": (1, 1), "staff": (0, 0), "object_bytes": (len(photo.sealed), None)}


async def test_r25_an_export_knows_every_restricted_column(ground: Ground) -> None:
    """R25: each is opened, or left out for a reason; a new one fails here before it fails an operator."""
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        tables = await list_tables(tx)
    restricted = {(table.name, column) for table in tables for column in table.restricted}
    assert unknown_columns(tables) == []
    named = {(table, column) for table, sealed in SEALED.items() for column in sealed.columns} | set(LEFT_OUT)
    assert named <= restricted
    planted = [replace(tables[0], restricted=("secret",))]
    assert unknown_columns(planted) == [f"{tables[0].name}.secret"]


async def _fill(ground: Ground, client: httpx.AsyncClient) -> FakeKiosk:
    kiosk = await ground.enrol()
    kiosk.arrive(ground.clock.now(), name=CANARY, company="Marzipan Works", host_id=await ground.host())
    await add_account(ground, name="Ines Caldermoor")
    photo = await take_photo(ground, kiosk, jpeg(3))
    kiosk.act("visitor.arrived", ground.clock.now(), muster={"name": 1, "note": CANARY}, full={})  # poison
    assert (await post_batch(client, kiosk, kiosk.batch())).status_code == 200
    await receipt_of(ground, kiosk, await Post(client, kiosk).whole(photo))
    return kiosk


async def _ciphers(ground: Ground) -> list[FieldCipher]:
    """Every data key that there is now."""
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        cursor = await tx.connection.execute("select id from lodge.data_key where wrapped is not null")
        ids = [row[0] for row in await cursor.fetchall()]
        return list((await data_keys.open_keys(tx, ground.cloud.ring, ids)).values())


def _dump(owner: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every schema of ours, as a superuser without our keys sees it."""
    with psycopg.connect(owner) as connection:
        tables = connection.execute(
            "select schemaname, tablename from pg_tables where schemaname in ('lodge', 'ops', 'queue')"
        ).fetchall()
        return {
            f"{schema}.{table}": connection.execute(
                sql.SQL("select * from {}.{}").format(sql.Identifier(schema), sql.Identifier(table))
            ).fetchall()
            for schema, table in tables
        }


def _check_file(path: Path) -> dict[str, list[dict[str, object]]]:
    assert path.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(path) as archive:
        facts = json.loads(archive.read("organisation.json"))
        data = {name: [json.loads(line) for line in archive.read(f"data/{name}.jsonl").splitlines()]
                for name in facts["tables"]}  # fmt: skip
        (photo,) = [name for name in archive.namelist() if name.startswith("objects/")]
        assert archive.read(photo) == jpeg(3)
        (path.parent / "audit.zip").write_bytes(archive.read("audit.zip"))
    assert {name: len(rows) for name, rows in data.items()} == {
        name: table["rows"] for name, table in facts["tables"].items()
    }
    assert verify_archive(read_archive(path.parent / "audit.zip")).entries > 5
    assert facts["unreadable"] == []
    return data


async def test_r17_r18_a_closed_organisation_is_exported_whole_and_then_nothing_of_it_is_left(
    ground: Ground, client: httpx.AsyncClient, owner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R17, R18: also not when everything live is opened with every key that there was; and another's is untouched."""
    kiosk, closing = await _fill(ground, client), ground.cloud.operator.closing
    other = await ground.cloud.organisations.create("Other Works", OPERATOR, lambda _key: None)
    ciphers, path = await _ciphers(ground), tmp_path / "whole.zip"
    with pytest.raises(ConfigurationError, match='is called "Thistledown Works"'):
        await closing.begin(ground.tenant, "Thistledown", BECAUSE)
    assert await closing.begin(ground.tenant, "Thistledown Works", BECAUSE)
    assert problem(await post_batch(client, kiosk, kiosk.batch())) == "organisation-suspended"
    with monkeypatch.context() as patched:
        patched.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))  # nothing of it stands there in the clear
        exported = await closing.export(ground.tenant, path, BECAUSE)
    data = _check_file(path)
    assert [row["name"] for row in data["stay"]].count(CANARY) == 1
    assert {"Ines Caldermoor"} == {row["name"] for row in data["staff_user"]}
    assert any(CANARY in json.dumps(row["muster"]) for row in data["event_body"])
    with pytest.raises(ConfigurationError, match="exists already"):
        await closing.export(ground.tenant, path, BECAUSE)
    late = replace(exported, rows={**exported.rows, "event_header": 0})
    with pytest.raises(StoreError, match="event_header"):
        await closing.destroy(ground.tenant, owner, late, BECAUSE)
    journal = ground.cloud.settings.erasure_journal
    journal.mkdir()
    with pytest.raises(ErasureJournalError):
        await closing.destroy(ground.tenant, owner, exported, BECAUSE)
    journal.rmdir()
    assert CANARY in await names(ground)  # a failure in the middle, or at the very end, leaves all of it
    assert ground.tenant not in [found.id for found in await closing.list_closed()]
    before = [value for rows in _dump(owner).values() for row in rows for value in row]
    assert (_shows_canary(before, ciphers), _shows_canary(before, [])) == (True, False)
    gone = await closing.destroy(ground.tenant, owner, exported, BECAUSE)
    assert (gone.versions, gone.data_keys, gone.rows["stay"]) == (1, len(ciphers), len(data["stay"]))
    assert (await closing.list_closed())[0].files_gone_at is None  # as a crash here leaves it
    assert await closing.delete_files(ground.tenant, BECAUSE) == 1
    _require_nothing_left(_dump(owner), ground, ciphers)
    assert list(ground.cloud.settings.objects_folder.iterdir()) == []
    answer = await post_batch(client, kiosk, kiosk.batch())
    assert (problem(answer), standing_of(answer)) == ("organisation-closed", LinkState.REVOKED)
    assert (await sign_in(client)).status_code == 401
    async with ground.cloud.db.lookup() as lookups:
        assert (other.id, "Other Works", "open") in await lookups.list_standings()
    assert [(entry.tenant, entry.stay) for entry in read_journal(journal).entries] == [(ground.tenant, CLOSED)]
    (stone,) = [item for item in await closing.list_closed() if item.id == ground.tenant]
    assert (stone.export_sha256, stone.files_gone_at is not None) == (exported.sha256, True)
    kinds = {act.kind for act in await ground.cloud.operator.log.list_newest()}
    assert {"organisation.closing", "organisation.destroyed", "organisation.closed"} <= kinds


def _require_nothing_left(
    after: dict[str, list[tuple[object, ...]]], ground: Ground, ciphers: list[FieldCipher]
) -> None:
    tenant, live = ground.tenant, [value for rows in after.values() for row in rows for value in row]
    assert {table for table, rows in after.items() if any(tenant in row for row in rows)} == {
        "ops.closed_organisation",
        "ops.closed_key",
    }
    assert not _shows_canary(live, ciphers)


def _shows_canary(live: list[object], ciphers: list[FieldCipher]) -> bool:
    """Whether a value shows the name as it is or, whatever place it is bound to, opened by one of the keys."""
    for value in live:
        raw = value if isinstance(value, bytes) else str(value).encode()
        if CANARY.encode() in raw:
            return True
        for cipher in ciphers if isinstance(value, bytes) and raw[:1] == b"\x01" else ():
            # GCM is CTR from block 2 on: so it is read without its tag, and without knowing where it belongs.
            start = raw[1:13] + (2).to_bytes(4, "big")
            reader = Cipher(algorithms.AES(cipher._key), modes.CTR(start)).decryptor()
            if CANARY.encode() in reader.update(raw[13:-16]):
                return True
    return False


async def test_r18_a_closed_organisation_that_a_backup_brings_back_is_unreadable_before_anybody_is_served(
    ground: Ground, client: httpx.AsyncClient, owner: str
) -> None:
    """R18, C39: the journal outside the database knows; what is left of it is deleted by closing it again."""
    kiosk = await _fill(ground, client)
    await ErasureJournal(ground.cloud.settings.erasure_journal).add([JournalEntry(ground.tenant, CLOSED, 1)])
    first = await ground.cloud.operator.erasure_replay.run()
    assert (first.closed, len(first.faults), first.erased, first.elsewhere) == (1, 1, 0, 0)
    assert await _ciphers(ground) == []
    assert await names(ground) == ["unnamed", "unnamed", "unnamed"]
    assert problem(await post_batch(client, kiosk, kiosk.batch())) == "organisation-closed"
    assert await ground.cloud.sequencer.run_once() >= 0  # what waits for its log stops nobody's
    assert (await sign_in(client)).status_code == 401
    assert not await ground.cloud.operator.closing.begin(ground.tenant, "Thistledown Works", BECAUSE)
    gone = await ground.cloud.operator.closing.destroy(ground.tenant, owner, None, BECAUSE)
    assert (gone.versions, gone.data_keys, gone.rows["event_header"] >= 3) == (0, 0, True)
