"""A canary name is nowhere in PostgreSQL's files (R17)."""

from pathlib import Path

import msgspec
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from cloud_api.composition import DatabaseAddresses
from cloud_api.notify.mailer import Claim, Delivery, Mail
from cloud_api.postgres.cluster import Server
from cloud_api.services.audit_trail import Actor
from cloud_api.services.organisation_file import HostEntry
from cloud_api.store import alerts
from tests.fakes.cloud_postgres import files_that_may_hold, superuser_url
from tests.fakes.cloud_server import OPERATOR, run_ground, sample_file

pytestmark = pytest.mark.anyio

CANARIES = {
    "visitor": "Quillfeather",
    "company": "Marzipanworks",
    "host": "Zephyrine",
    "visitor mail": "canarymail",
    "host mail": "hostcanary",
    "actor": "actorcanary",
    "reason": "reasoncanary",
    "poison": "poisoncanary",
    "pin": "918273645",
}


class TakingMailer:
    async def deliver(self, mail: Mail, claim: Claim) -> Delivery:
        assert await claim()
        return Delivery.SENT


def content(path: Path) -> bytes:
    """What a file holds; nothing when the running server has removed it since it was listed."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def planted(raw: bytes) -> list[str]:
    """Which canaries are in this, in any spelling."""
    folded = raw.lower()
    return [
        what
        for what, canary in CANARIES.items()
        if canary.lower().encode() in folded or canary.lower().encode("utf-16-le") in folded
    ]


async def test_canaries_are_nowhere_in_the_raw_bytes_of_the_database(
    server: Server, addresses: DatabaseAddresses
) -> None:
    """R17: heap, indexes, WAL, temporary files, statistics and the server's own log."""
    async with run_ground(addresses, mailer=TakingMailer()) as ground:
        site = sample_file().sites[0]
        changed = sample_file(
            hosts=(HostEntry(key="host-canary", name=CANARIES["host"], email=f"{CANARIES['host mail']}@example.org"),),
            sites=(msgspec.structs.replace(site, staff_pin=CANARIES["pin"]),),
        )
        actor = Actor(CANARIES["actor"], "192.0.2.7", CANARIES["reason"])
        await ground.cloud.organisations.apply(ground.tenant, changed, actor)
        kiosk = await ground.enrol()
        host = await ground.host(CANARIES["host"])
        stay = kiosk.arrive(
            ground.clock.now(),
            name=CANARIES["visitor"],
            company=CANARIES["company"],
            host=CANARIES["host"],
            host_id=host,
            email=f"{CANARIES['visitor mail']}@example.org",
        )
        kiosk.act("visitor.arrived", ground.clock.now(), muster={"name": 1, "note": CANARIES["poison"]}, full={})
        await ground.send(kiosk, kiosk.batch())
        async with ground.cloud.db.tenant(ground.tenant) as tx:
            (alert,) = (await alerts.of_stays(tx, [stay]))[stay]
        await ground.cloud.alerts.deliver(ground.tenant, [alert.id])
        await ground.cloud.audit_export.make(ground.tenant, OPERATOR)
    files = files_that_may_hold(server, addresses)
    assert any(path.name == "postgres.log" for path in files)
    assert any("pg_wal" in path.parts for path in files)
    assert [(what, path) for path in files for what in planted(content(path))] == []


async def test_the_search_for_canaries_would_find_one(server: Server, addresses: DatabaseAddresses) -> None:
    """The positive control of the test above: in the database's own files, and in those of the whole server."""
    name = conninfo_to_dict(addresses.app)["dbname"]
    with psycopg.connect(superuser_url(server, str(name)), autocommit=True) as connection:
        connection.execute("create table public.planted (name text)")
        connection.execute("insert into public.planted values ('an ActorCanary here')")
    holding = [path for path in files_that_may_hold(server, addresses) if planted(content(path)) == ["actor"]]
    assert any("base" in path.parts for path in holding)
    assert any("pg_wal" in path.parts for path in holding)
    assert planted("Say QuillFeather!".encode("utf-16-le")) == ["visitor"]
