"""Reception and security are told of who waits at a kiosk: once, in the right words, and the next where nobody goes."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from cloud_api.composition import DatabaseAddresses
from cloud_api.keys.fields import FieldCipher
from cloud_api.notify.mailer import Mail
from cloud_api.policy.roles import Grant, Role
from cloud_api.services.call_readings import Occasion, call_id
from cloud_api.services.ingest import Accepted
from cloud_api.store import data_keys, reception_calls, staff_roles, users
from cloud_api.store.db import Tenant
from cloud_api.store.users import User
from sync.protocol.hlc import ClockQuality
from sync.protocol.kinds import ArrivedFull, ArrivedMuster, CalledFull, HeldFull, Kind
from sync.protocol.repeats import act_again
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_server import OPERATOR
from tests.fakes.installed_postgres import INSTALLED
from tests.fakes.mail_room import MailRoom, run_mail_room

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("binaries", INSTALLED[-1:], ids=["newest"], indirect=True, scope="session"),
]
NAME = "Bram Canary"
STAFF = {
    "owner@example.org": Grant(Role.OWNER),
    "admin@example.org": Grant(Role.ADMIN),
    "desk@example.org": Grant(Role.RECEPTIONIST),
    "guard@example.org": Grant(Role.SECURITY),
    "reader@example.org": Grant(Role.READ_ONLY),
}


@pytest.fixture(scope="module")
async def shared(addresses: DatabaseAddresses) -> AsyncIterator[MailRoom]:
    async with run_mail_room(addresses) as room:
        async with room.ground.cloud.db.tenant(room.ground.tenant) as tx:
            cipher = await _cipher(room, tx)
            now = room.ground.clock.now()
            for email, grant in STAFF.items():
                user = User(uuid4(), email.partition("@")[0], email, "$none", now, now, None)
                assert await users.add(tx, cipher, user, email.encode())
                await staff_roles.put(tx, user.id, [grant])
        yield room


@pytest.fixture
async def room(shared: MailRoom) -> MailRoom:
    await shared.forget()
    async with shared.ground.cloud.db.tenant(shared.ground.tenant) as tx:
        await tx.connection.execute("delete from lodge.reception_call where tenant_id = %s", (tx.id,))
    return shared


def call(kiosk: FakeKiosk, at: datetime, stay: UUID, quality: ClockQuality = ClockQuality.NTP) -> None:
    full = CalledFull(zone="Front lobby", language="ar", assistance=True)
    kiosk.act(Kind.RECEPTION_CALLED, at, stay=stay, full=full, quality=quality)


def hold(kiosk: FakeKiosk, at: datetime, stay: UUID, *, reason: str = "host", watch: tuple[UUID, ...] = ()) -> None:
    full = HeldFull(
        reason=reason, name=NAME, company="Canary Lifts", host="", assistance=False, type="visitor", language="en",
        host_id=None, email="", phone="", answers={}, watch=watch,
    )  # fmt: skip
    kiosk.act(Kind.VISITOR_HELD, at, stay=stay, full=full)


def arrive_watched(kiosk: FakeKiosk, at: datetime, stay: UUID, admitted_by: str = "") -> None:
    muster = ArrivedMuster(name=NAME, company="Canary Lifts", host="", zone="Front lobby", assistance=False)
    full = ArrivedFull(
        type="visitor", language="en", host_id=None, email="", phone="", answers={}, watch=(uuid4(),),
        admitted_by=admitted_by,
    )  # fmt: skip
    kiosk.act(Kind.VISITOR_ARRIVED, at, stay=stay, muster=muster, full=full)


def readers(mails: list[Mail]) -> list[str]:
    return sorted(mail.to.partition("@")[0] for mail in mails)


async def test_f23_a_call_is_told_to_reception_once_however_often_it_comes(room: MailRoom) -> None:
    """F23, C10: the batch again, the events in a longer batch, the same act under another key."""
    ground, stay = room.ground, uuid4()
    kiosk = await ground.enrol()
    call(kiosk, ground.clock.now(), stay)
    wire = kiosk.batch()
    await ground.send(kiosk, wire)
    (mail,) = await room.work()
    assert (mail.to, mail.subject) == ("desk@example.org", "Reception is wanted at Lobby kiosk, Mill Lane")
    assert "at 9:30" in mail.text
    assert "/board?site=" in mail.text
    assert "ago" not in mail.text
    await ground.send(kiosk, wire)
    kiosk.arrive(ground.clock.now(), name="Somebody Else")
    outcome = await ground.send(kiosk, kiosk.batch())
    assert isinstance(outcome, Accepted)
    assert outcome.fresh
    again = act_again(kiosk.events[0])
    kiosk.act(again.kind, ground.clock.now(), stay=again.stay, full=again.full)
    await ground.send(kiosk, kiosk.batch(3))
    assert await room.work() == []


async def test_f09_the_watchlist_is_told_to_security_and_stands_in_no_mail(room: MailRoom) -> None:
    """F09: nor does the name; who met the list and went in is not in the mail of reception."""
    ground = room.ground
    kiosk, now = await ground.enrol(), room.ground.clock.now()
    hold(kiosk, now, uuid4())
    await ground.send(kiosk, kiosk.batch())
    plain = await room.work()
    hold(kiosk, now, uuid4(), reason="screening", watch=(uuid4(),))
    arrive_watched(kiosk, now, uuid4())
    arrive_watched(kiosk, now, uuid4(), admitted_by="reception")
    await ground.send(kiosk, kiosk.batch(2))
    watched = await room.work()
    assert readers(plain) == ["desk"]
    assert plain[0].subject == "A visitor waits at Lobby kiosk, Mill Lane"
    assert readers(watched) == ["guard", "guard"], "who was let in knowingly was told of when they were held"
    for mail in (*plain, *watched):
        said = f"{mail.subject} {mail.text}".casefold()
        assert not [word for word in ("canary", "bram", "watchlist", "screening", "host") if word in said]


async def test_c10_a_late_call_says_how_old_it_is_and_what_is_over_is_not_told(room: MailRoom) -> None:
    """F16: let in within the same batch, or gone; and a clock that nothing vouches for tells no age."""
    ground = room.ground
    kiosk, now = await ground.enrol(), room.ground.clock.now()
    let_in, undated = uuid4(), uuid4()
    call(kiosk, now - timedelta(minutes=42), let_in)
    kiosk.arrive(now - timedelta(minutes=41), name="Ada Sample", stay=let_in)
    call(kiosk, now - timedelta(minutes=40), uuid4())
    call(kiosk, now - timedelta(days=900), undated, ClockQuality.UNSYNCED)
    await ground.send(kiosk, kiosk.batch())
    late, unset = await room.work()
    assert "That was 40 min ago" in late.text
    assert "clock was not set" in unset.text
    assert "ago" not in unset.text


async def test_f16_nobody_went_so_the_next_are_told_once(room: MailRoom) -> None:
    ground, desk = room.ground, room.ground.cloud.mailing.reception
    kiosk = await ground.enrol()
    call(kiosk, ground.clock.now(), uuid4())
    hold(kiosk, ground.clock.now() - timedelta(days=2), uuid4())
    await ground.send(kiosk, kiosk.batch())
    assert readers(await room.work()) == ["desk", "desk"]
    ground.clock.advance(minutes=4)
    assert await desk.escalate() == 0
    ground.clock.advance(minutes=2)
    assert [await desk.escalate() for _ in range(2)] == [1, 0], "who was held two days ago waits no more"
    (mail,) = await room.work()
    assert (mail.to, mail.subject) == ("admin@example.org", "Nobody has answered yet: Lobby kiosk, Mill Lane")
    assert "That was 6 min ago" in mail.text


async def test_f16_once_somebody_goes_nobody_else_is_written_to(room: MailRoom) -> None:
    """F16: nor can a second one take it; a call that is over is not taken at all."""
    ground, (going, over) = room.ground, (uuid4(), uuid4())
    kiosk, now = await ground.enrol(), ground.clock.now()
    call(kiosk, now, going)
    call(kiosk, now, over)
    await ground.send(kiosk, kiosk.batch())
    kiosk.depart(now, over)
    await ground.send(kiosk, kiosk.batch(3))
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        first, second = (await users.find_many(tx, await _cipher(room, tx), await staff_roles.of_all(tx)))[:2]
        taken = [await reception_calls.take(tx, call_id(going, Occasion.HELP), one.id, now) for one in (first, second)]
        assert taken == [True, False]
        assert not await reception_calls.take(tx, call_id(over, Occasion.HELP), first.id, now)
    assert await room.work() == []
    ground.clock.advance(minutes=6)
    assert await ground.cloud.mailing.reception.escalate() == 0


async def test_r32_an_erased_visit_leaves_no_call_and_makes_none(room: MailRoom) -> None:
    ground, stay = room.ground, uuid4()
    kiosk = await ground.enrol()
    call(kiosk, ground.clock.now(), stay)
    kiosk.arrive(ground.clock.now(), stay=stay)
    await ground.send(kiosk, kiosk.batch())
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        assert await _count(tx) == 1
        await ground.cloud.erasing.erase_within(tx, stay, OPERATOR)
        assert await _count(tx) == 0
    hold(kiosk, ground.clock.now(), stay)
    await ground.send(kiosk, kiosk.batch(3))
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        assert await _count(tx) == 0


async def _cipher(room: MailRoom, tx: Tenant) -> FieldCipher:
    return await data_keys.open_organisation_key(tx, room.ground.cloud.ring)


async def _count(tx: Tenant) -> int:
    cursor = await tx.connection.execute("select count(*) from lodge.reception_call where tenant_id = %s", (tx.id,))
    row = await cursor.fetchone()
    return int(row[0]) if row else 0
