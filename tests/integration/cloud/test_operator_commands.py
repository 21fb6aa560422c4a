"""What a server's operator can do to organisations, and what they cannot read by it (R17, R18, R27)."""

import asyncio
import json
import os
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from uuid import UUID

import click
import psycopg
import pytest
from click.testing import CliRunner, Result
from psycopg import sql

from cloud_api.cli.main import main
from cloud_api.composition import DatabaseAddresses, open_cloud
from cloud_api.config import load_settings
from cloud_api.postgres.cluster import Server
from cloud_api.services.audit_trail import Actor
from tests.fakes.cloud_clock import FrozenClock
from tests.fakes.cloud_postgres import superuser_url
from tests.fakes.cloud_server import Ground, names, sample_file

pytestmark = pytest.mark.above_the_store

Run = Callable[..., Result]
NAME = "Thistledown Works"
CANARIES = ("Quillfeather", "Marzipanworks", "visitorcanary", "poisoncanary")
"""A visitor's name, company and address, and what stood in an entry that could not be read."""

QUIET: set[tuple[str, ...]] = {
    ("api-key", "list"),
    ("audit", "checkpoint"),
    ("backup", "begin"),
    ("backup", "status"),
    ("doctor",),
    ("erasures", "replay"),
    ("keys", "pages"),
    ("keys", "rotate-kek"),
    ("keys", "rotate-master"),
    ("keys", "status"),
    ("kiosk", "commands"),
    ("kiosk", "list"),
    ("kiosk", "quarantine"),
    ("migrate",),
    ("org", "list"),
    ("org", "log"),
    ("org", "quotas"),
    ("system-log", "list"),
    ("user", "list"),
    ("webhook", "list"),
    ("webhook", "messages"),
}
"""Commands that tell of what is there: all are run, and show no visitor."""

OTHERS: dict[str, set[tuple[str, ...]]] = {
    "make or change something, and tell of that": {
        ("api-key", "create"), ("api-key", "revoke"),
        ("backup", "confirm"), ("backup", "expect"), ("init",), ("keys", "destroy-tenant"), ("keys", "move-root"),
        ("keys", "page"), ("keys", "replace-root"), ("keys", "rotate"), ("keys", "withdraw"),
        ("keys", "init"), ("keys", "seal-root"), ("keys", "unseal-root"), ("kiosk", "code"),
        ("kiosk", "command"), ("kiosk", "confirm"), ("kiosk", "create"), ("kiosk", "reviewed"), ("kiosk", "revoke"),
        ("org", "apply"), ("org", "create"), ("org", "logo"), ("org", "policy"), ("org", "resume"), ("org", "suspend"),
        ("user", "create"), ("user", "reset-factors"), ("user", "set-password"), ("user", "set-roles"),
        ("visit", "erase"), ("webhook", "again"), ("webhook", "create"), ("webhook", "remove"), ("webhook", "resume"),
        ("webhook", "secret"), ("webhook", "test"), ("user", "invite"), ("user", "remove"), ("org", "domains"),
        ("org", "revoke-links"),
    },
    "tell of logs and keys of one kiosk or entry": {
        ("audit", "consistency"), ("audit", "export"), ("audit", "prove"), ("audit", "verify"), ("kiosk", "epochs"),
        ("kiosk", "fork-proof"),
    },
    "hand out the code of one invitation, which says nothing of whoever is invited": {("org", "invitation-code")},
    "run until they are stopped, or need no server": {("database",), ("openapi",), ("serve",), ("worker",)},
    "hand over all of an organisation's data, once, to a file, and destroy it": {("org", "close")},
}  # fmt: skip


@pytest.fixture(scope="module")
def url(server: Server, addresses: DatabaseAddresses) -> str:
    return superuser_url(server, addresses.app.split("@/")[1].split("?")[0])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, addresses: DatabaseAddresses) -> Path:
    """One server's folder: its key file belongs to the module's database."""
    del addresses
    path = tmp_path_factory.mktemp("server")
    assert CliRunner().invoke(main, ["--data", str(path), "init"]).exit_code == 0
    return path


@pytest.fixture(scope="module")
def run(folder: Path, url: str) -> Iterator[Run]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", url)
        yield lambda *words, **more: CliRunner().invoke(main, ["--data", str(folder), *words], **more)


@pytest.fixture(scope="module")
def tenant(run: Run, folder: Path, url: str) -> UUID:
    """An organisation with a kiosk and a visitor, as the server's own settings and keys hold it."""
    made = json.loads(run("org", "create", NAME, "--root-key", str(folder / "root.key"), "--json").output)
    found = UUID(made["id"])
    asyncio.run(_fill(folder, url, found))
    return found


async def _fill(folder: Path, url: str, tenant: UUID) -> None:
    clock = FrozenClock()
    async with open_cloud(load_settings(folder), DatabaseAddresses(url, url, url), clock=clock) as cloud:
        await cloud.organisations.apply(tenant, sample_file(), Actor("operator"))
        ground = Ground(cloud, clock, tenant, b"")
        kiosk = await ground.enrol()
        kiosk.arrive(clock.now(), name=CANARIES[0], company=CANARIES[1], email=f"{CANARIES[2]}@example.org")
        kiosk.act("visitor.arrived", clock.now(), muster={"name": 1, "note": CANARIES[3]}, full={})
        await ground.send(kiosk, kiosk.batch())
        await cloud.sequencer.run_once()
        assert CANARIES[0] in await names(ground)


def _leaves(group: click.Group) -> Iterator[click.Command]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _leaves(command)
        elif command is not None:
            yield command


def _commands(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _commands(command, (*before, name))
        else:
            yield (*before, name)


def shows(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary.lower() in text.lower() or canary.encode().hex() in text.lower()]


def test_every_command_is_one_that_shows_no_visitor_or_says_why_it_is_not_looked_at() -> None:
    """R17: a new command is decided upon here."""
    known = QUIET.union(*OTHERS.values())
    assert set(_commands(main)) == known


def test_a_choice_is_typed_as_the_documentation_writes_it() -> None:
    """C37: by its value (``visit.arrived``, ``csv``), never by a name that only the code knows."""
    choices = [
        choice
        for command in _leaves(main)
        for option in command.params
        if isinstance(option.type, click.Choice)
        for choice in option.type.choices
    ]
    assert {"visit.arrived", "csv"} <= set(choices)
    assert [choice for choice in choices if isinstance(choice, Enum)] == []


def test_r17_the_operators_commands_show_no_visitor(run: Run, tenant: UUID) -> None:
    """R17: whatever tells of what is there, also as facts for programs, and also where a body could not be read."""
    del tenant
    told = ""
    for words in sorted(QUIET - {("keys", "rotate-kek"), ("keys", "rotate-master"), ("migrate",)}):
        done = run(*words, *(["--json"] if "--json" in run(*words, "--help").output else []))
        assert done.exit_code == 0 or words == ("doctor",), (words, done.output)
        told += done.output
    assert "Lobby kiosk" in told
    assert "visitor.arrived" in told  # the entry that could not be read is named, and not shown
    assert shows(told) == []


def test_r17_the_database_shows_no_visitor_to_a_superuser_without_the_key_file(url: str, tenant: UUID) -> None:
    """R17, R27: every row of every schema, the operator's and the security log among them. A host's name, a
    visitor's and a member of staff's are alike: ciphertext. What is public shows, so it is looked at rightly.
    """
    del tenant
    shown = ""
    with psycopg.connect(url) as connection:
        for schema, table in connection.execute(
            "select schemaname, tablename from pg_tables where schemaname in ('lodge', 'ops', 'queue')"
        ).fetchall():
            query = sql.SQL("select t::text from {}.{} t").format(sql.Identifier(schema), sql.Identifier(table))
            shown += "".join(row[0] for row in connection.execute(query).fetchall())
    assert NAME in shown
    assert "grace@example.org" not in shown.lower()
    assert b"Grace Example".hex() not in shown
    assert shows(shown) == []
    assert shows(f"\\x{CANARIES[0].encode().hex()}") == [CANARIES[0]]


def test_r18_keys_are_replaced_and_the_old_ones_dropped_by_commands(run: Run, tenant: UUID, folder: Path) -> None:
    """R18: each step says what it did; the old key of the file goes only when nothing can depend on it."""
    first = json.loads(run("keys", "rotate-kek", "--reason", "yearly", "--json").output)
    assert (first["version"], first["destroyed"], first["wrapped"] > 3) == (2, 1, True)
    before = json.loads((folder / "kms.json").read_bytes())
    done = json.loads(run("keys", "rotate-master", "--json").output)
    assert (done["keks"], done["kept"], done["master"] != before["current"]) == (1, 1, True)
    refused = run("keys", "rotate-master", "--drop-old")
    assert (refused.exit_code, "last five minutes" in refused.output) == (1, True)
    os.utime(folder / "kms.json", (1, 1))
    assert json.loads(run("keys", "rotate-master", "--drop-old", "--json").output)["kept"] == 0
    assert list(json.loads((folder / "kms.json").read_bytes())["keys"]) == [done["master"]]
    assert (folder / "kms.json").stat().st_mode & 0o777 == 0o600
    kek = json.loads(run("keys", "status", "--json").output)["kek"]
    assert [(item["version"], item["state"], item["data_keys"] > 0) for item in kek] == [
        (2, "current", True),
        (1, "destroyed", False),
    ]
    assert kek[0]["wrapped_by"] == f"local:{done['master']}"
    assert json.loads(run("org", "list", "--json").output)[0]["id"] == str(tenant)
    assert run("keys", "rotate", "feed", "--root-key", str(folder / "root.key"), "--reason", "drill").exit_code == 0
    acts = json.loads(run("org", "log", "--json").output)
    assert [(act["kind"], act["organisation"], act["reason"]) for act in acts] == [
        ("key.rotated", str(tenant), "drill"),
        ("master.older_dropped", "", ""),
        ("master.rotated", "", ""),
        ("kek.rotated", str(tenant), "yearly"),
        ("organisation.created", str(tenant), ""),
    ]


def test_r02_a_key_is_made_listed_and_revoked_by_commands(run: Run, tenant: UUID, tmp_path: Path) -> None:
    """R02, R07: shown once; no wider than whoever it is made for, and for no owner without a second factor."""
    (tmp_path / "password").write_text("seven lamps over the weir\n")
    there = ("--org", str(tenant), "--password-file", str(tmp_path / "password"))
    for address, role in (("wren@example.org", "owner"), ("robin@example.org", "read_only")):
        created = run("user", "create", address, "--name", "Robin Alder", "--role", role, *there)
        assert created.exit_code == 0, created.output
    bare = run("api-key", "create", "Turnstiles", "--for", "wren@example.org", "--permission", "visits.view")
    assert (bare.exit_code, "must set up a second factor first" in bare.output) == (1, True)
    make = ("api-key", "create", "Turnstiles", "--for", "robin@example.org", "--permission")
    made = json.loads(run(*make, "visits.view", "--site", "mill-lane", "--days", "9", "--json").output)
    assert made["secret"].startswith(f"lodge_key_{tenant.hex}")
    wide = run(*make, "audit.view", "--site", "mill-lane")
    assert (wide.exit_code, "Only a key for all locations" in wide.output) == (1, True)
    listed = run("api-key", "list").output
    assert "Turnstiles" in listed
    assert "lodge_key_" not in listed
    assert run("api-key", "revoke", made["id"]).exit_code == 0
    assert "opens nothing any more" in run("api-key", "list").output
    only = run("user", "remove", "wren@example.org", "--reason", "left")
    assert (only.exit_code, "the only owner" in only.output) == (1, True)
    assert run("user", "remove", "robin@example.org", "--reason", "left").exit_code == 0
    assert [item["email"] for item in json.loads(run("user", "list", "--json").output)] == ["wren@example.org"]
    assert run("api-key", "list").output == "There is no API key.\n"


def test_r28_an_export_wants_a_reason_days_in_order_and_a_file_of_its_own(
    run: Run, tenant: UUID, tmp_path: Path
) -> None:
    """R28: as the console does; a file that is there is not written over unasked."""
    out = tmp_path / "log.csv"
    out.write_text("kept")
    asked = ("audit", "export", "--org", str(tenant), "--format", "csv", "-o", str(out))
    assert run(*asked).exit_code == 2  # without a reason
    over = run(*asked, "--reason", "drill")
    assert (over.exit_code, "say --force" in over.output, out.read_text()) == (1, True, "kept")
    days = ("--since", "2026-11-30", "--until", "2026-11-29")
    wrong = run(*asked, "--reason", "drill", "--force", *days)
    assert (wrong.exit_code, "a later day than --until" in wrong.output) == (1, True)
    assert run(*asked, "--reason", "drill", "--force").exit_code == 0
    assert "organisation.created" in out.read_text("utf-8-sig")


def test_an_organisation_is_bounded_suspended_and_closed_by_commands(run: Run, tenant: UUID, tmp_path: Path) -> None:
    """R18: closing wants the name typed out, a reason and a new file, and tells what it destroyed."""
    shown = json.loads(
        run("org", "quotas", "--set", "kiosks=1", "--set", "staff=any", "--reason", "plan", "--json").output
    )
    assert shown["kiosks"] == {"used": 1, "allowed": 1}
    assert "at most 1 kiosks" in run("kiosk", "create", "Back door").output
    assert run("org", "suspend", "--reason", " ").exit_code == 1
    assert run("org", "suspend", "--reason", "unpaid").exit_code == 0
    assert json.loads(run("org", "list", "--json").output) == [
        {"id": str(tenant), "name": NAME, "standing": "suspended"}
    ]
    out = tmp_path / "all.zip"
    assert run("org", "close", "--yes", NAME, "--out", str(out)).exit_code == 2  # without a reason
    wrong = run("org", "close", "--yes", "Thistledown", "--reason", "left", "--out", str(out))
    assert (wrong.exit_code, "type its name exactly" in wrong.output, out.exists()) == (1, True, False)
    unnamed = run("org", "close", "--yes", NAME, "--reason", "left", "--without-export")
    assert (unnamed.exit_code, "not destroyed unless" in unnamed.output) == (1, True)
    closed = json.loads(run("org", "close", "--yes", NAME, "--reason", "left", "--out", str(out), "--json").output)
    assert (closed["keys_destroyed"], closed["rows_deleted"]["stay"], closed["standing"]) == (1, 2, "closed")
    assert out.stat().st_mode & 0o777 == 0o600
    assert json.loads(run("org", "list", "--json").output) == [{"id": str(tenant), "name": "", "standing": "closed"}]
    again = run("org", "close", "--org", str(tenant), "--yes", NAME, "--reason", "left", "--out", str(out))
    assert (again.exit_code, "nothing is left of it" in again.output) == (1, True)
    acts = json.loads(run("org", "log", "--json").output)
    assert [act["kind"] for act in acts][:3] == [
        "organisation.closed",
        "organisation.destroyed",
        "organisation.closing",
    ]
    assert {act["reason"] for act in acts[:3]} == {"left"}
