"""Deliveries (F15): hosts are told once and reminded once, what is written of one is sealed, and all of it ends."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from cloud_api.composition import DatabaseAddresses
from cloud_api.policy.reach import EVERYWHERE
from cloud_api.services.deliveries import Deliveries, Told, WantedDelivery
from cloud_api.services.not_done import NotDone
from cloud_api.store import hosts, organisations
from cloud_api.store.deliveries import Filter
from tests.fakes.cloud_server import OPERATOR
from tests.fakes.installed_postgres import INSTALLED
from tests.fakes.mail_room import MailRoom, run_mail_room

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("binaries", INSTALLED[-1:], ids=["newest"], indirect=True, scope="session"),
]


@pytest.fixture(scope="module")
async def shared(addresses: DatabaseAddresses) -> AsyncIterator[MailRoom]:
    async with run_mail_room(addresses) as room:
        yield room


@pytest.fixture
async def room(shared: MailRoom) -> MailRoom:
    await shared.forget()
    return shared


def desk(room: MailRoom) -> Deliveries:
    return room.ground.cloud.mailing.deliveries


async def record(room: MailRoom, recipient: str = "Grace", **changes: object) -> Told:
    async with room.ground.cloud.db.tenant(room.ground.tenant) as tx:
        (site,) = await organisations.list_site_ids(tx)
    wanted = {"items": 2, "carrier": "Fictional Freight", "note": "Fragile canary", "place": "Shelf 3", **changes}
    given = WantedDelivery(site, None, recipient, remind_after_hours=24, **wanted)  # type: ignore[arg-type]  # fields by name
    made = await desk(room).record(room.ground.tenant, EVERYWHERE, given, OPERATOR)
    assert isinstance(made, Told)
    return made


async def mute(room: MailRoom, until: timedelta | None) -> None:
    ground = room.ground
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        await hosts.put_muted(tx, await ground.host(), None if until is None else ground.clock.now() + until)


async def test_f15_a_host_is_told_once_and_reminded_once(room: MailRoom) -> None:
    """F15: however often the worker comes by; in the words of the location, with the way to have no such mails."""
    made = await record(room)
    assert made.standing == "waiting"
    (mail,) = await room.work()
    assert (mail.to, mail.subject) == ("grace@example.org", "A delivery for you at Mill Lane")
    assert all(word in mail.text for word in ("How many: 2", "Fictional Freight", "Shelf 3", "Fragile canary"))
    assert mail.unsubscribe.endswith("/unsubscribe")
    assert mail.unsubscribe.removesuffix("/unsubscribe") in mail.text
    assert await room.work() == []
    found = await desk(room).find(room.ground.tenant, EVERYWHERE, made.delivery.id)
    assert found is not None
    assert found.standing == "sent"
    room.ground.clock.advance(hours=23)
    assert await desk(room).remind() == 0
    room.ground.clock.advance(hours=2)
    assert [await desk(room).remind() for _ in range(2)] == [1, 0]
    (mail,) = await room.work()
    assert mail.subject == "A delivery still waits for you at Mill Lane"


async def test_f15_whoever_wants_no_mail_or_has_it_already_is_not_written_to(room: MailRoom) -> None:
    await mute(room, timedelta(days=3))
    await record(room)
    assert await room.work() == []
    await mute(room, None)
    made = await record(room)
    collected = await desk(room).collect(room.ground.tenant, EVERYWHERE, made.delivery.id, "Grace", OPERATOR)
    assert isinstance(collected, Told)
    room.ground.clock.advance(hours=25)
    await desk(room).remind()
    told = [mail.subject for mail in await room.work()]
    assert told == ["A delivery still waits for you at Mill Lane"], "of the first alone, which still waits"
    again = await desk(room).collect(room.ground.tenant, EVERYWHERE, made.delivery.id, "Eve", OPERATOR)
    assert again is NotDone.KNOWN
    nobody = await record(room, "Noel Mailless")
    assert (nobody.standing, nobody.delivery.remind_at) == (None, None)


async def test_f15_a_desk_writes_nobody_many_mails_and_leads_nobody_elsewhere(room: MailRoom) -> None:
    """F15: six at once to a host, the rest is shown as not told; words of others bear no link."""
    room.ground.clock.advance(days=2)
    traps = "See https://evil.example/a or www.evil.example, evil\u200b.example/b, x@evil.example, ｅvil。example today"
    first = await record(room, carrier=traps, note=traps, place=f"Shelf 3 {traps}")
    made = [first, *[await record(room) for _ in range(6)]]
    sent = await room.work()
    assert len(sent) == 6
    assert "evil" not in sent[0].text
    assert all(word in sent[0].text for word in ("Shelf 3", "See", "today", "How many: 2"))
    told = [await desk(room).find(room.ground.tenant, EVERYWHERE, item.delivery.id) for item in made]
    assert [item and item.standing for item in told] == ["sent"] * 6 + ["failed"]
    room.ground.clock.advance(minutes=10)
    await record(room)
    assert len(await room.work()) == 1


async def test_f15_what_is_written_is_sealed_and_ends(room: MailRoom, addresses: DatabaseAddresses) -> None:
    """R31, R36: nothing readable in the table, nothing at all after 30 days, and nothing after an erasure."""
    made = await record(room)
    await desk(room).collect(room.ground.tenant, EVERYWHERE, made.delivery.id, "Collector canary", OPERATOR)
    kept = await record(room)
    with psycopg.connect(addresses.migrator) as connection:
        connection.execute("set role lodge_owner")
        connection.execute("select set_config('app.tenant_id', %s, false)", (str(room.ground.tenant),))
        rows = connection.execute("select * from lodge.delivery").fetchall()
    assert len(rows) >= 2
    assert not [
        word for word in (b"canary", b"Freight", b"Shelf") for row in rows for value in row if word in _raw(value)
    ]
    room.ground.clock.advance(days=29)
    await desk(room).purge()
    assert made.delivery.id in await ids(room)
    room.ground.clock.advance(days=2)
    assert await desk(room).purge() >= 1
    assert made.delivery.id not in await ids(room)
    assert kept.delivery.id in await ids(room)
    assert await desk(room).erase(room.ground.tenant, EVERYWHERE, kept.delivery.id, OPERATOR)
    assert kept.delivery.id not in await ids(room)


async def ids(room: MailRoom) -> list[UUID]:
    found = await desk(room).choose(room.ground.tenant, EVERYWHERE, Filter(), 200)
    return [item.delivery.id for item in found]


def _raw(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
