"""A canary name is nowhere in PostgreSQL's files (R17)."""

from pathlib import Path

import msgspec
import psycopg
import pytest

from cloud_api.composition import DatabaseAddresses
from cloud_api.notify.mailer import Claim, Delivery, Mail
from cloud_api.postgres.cluster import Server
from cloud_api.services.audit_trail import Actor
from cloud_api.services.organisation_file import HostEntry
from cloud_api.store import alerts
from tests.fakes.cloud_postgres import superuser_url
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


def data_files(server: Server) -> list[Path]:
    # The socket folder stands beside the data wherever its path is short enough, as it is here.
    return [path for path in server.socket_folder.parent.rglob("*") if path.is_file()]


def planted(path: Path) -> list[tuple[str, Path]]:
    """Which canaries a file holds, in any spelling."""
    raw = content(path)
    return [
        (what, path)
        for what, canary in CANARIES.items()
        for spelling in (canary, canary.lower(), canary.upper())
        if spelling.encode() in raw or spelling.encode("utf-16-le") in raw
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
    with psycopg.connect(superuser_url(server, "postgres"), autocommit=True) as connection:
        connection.execute("checkpoint")
    files = data_files(server)
    assert any(path.name == "postgres.log" for path in files)
    assert any("pg_wal" in path.parts for path in files)
    assert [place for path in files for place in planted(path)] == []


async def test_the_search_for_canaries_would_find_one(server: Server, addresses: DatabaseAddresses) -> None:
    """The positive control of the test above."""
    with psycopg.connect(superuser_url(server, "postgres"), autocommit=True) as connection:
        connection.execute("create table planted (name text)")
        connection.execute("insert into planted values ('Plantedcanary')")
        connection.execute("checkpoint")
    assert any(b"Plantedcanary" in content(path) for path in data_files(server))
