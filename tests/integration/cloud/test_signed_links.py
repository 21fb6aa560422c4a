"""Signed links (R10), and what hosts choose by them."""

from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import httpx
import psycopg
import pytest

from cloud_api.composition import DatabaseAddresses
from cloud_api.notify.mailer import Mail
from cloud_api.policy.reach import EVERYWHERE
from cloud_api.policy.roles import Grant, Role
from cloud_api.services.directory import Directory
from cloud_api.services.signed_links import LinkPurpose, SignedLinks
from cloud_api.store import (
    alerts,
    api_requests,
    data_keys,
    hosts,
    invitations,
    letters,
    staff_links,
    staff_roles,
    users,
)
from cloud_api.store.hosts import Host
from cloud_api.store.invitations import Invitation
from cloud_api.store.letters import Letter
from cloud_api.store.staff_links import StaffLink
from cloud_api.store.users import User
from sync.protocol.keys import base64url
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_server import OPERATOR, sample_file
from tests.fakes.console_browser import add_account, clear_accounts, forget_attempts, sign_in
from tests.fakes.installed_postgres import INSTALLED
from tests.fakes.mail_room import MailRoom, path_in, run_mail_room

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("binaries", INSTALLED[-1:], ids=["newest"], indirect=True, scope="session"),
]


@pytest.fixture(scope="module")
async def room(addresses: DatabaseAddresses) -> AsyncIterator[MailRoom]:
    async with run_mail_room(addresses) as made:
        yield made


@pytest.fixture(scope="module")
async def kiosk(room: MailRoom) -> FakeKiosk:
    return await room.ground.enrol()


async def arrival(room: MailRoom, kiosk: FakeKiosk, name: str = "Ada Sample") -> Mail | None:
    """Somebody arrives; the mail that their host gets, if any."""
    ground, before = room.ground, len(room.mailer.taken)
    first = len(kiosk.events) + 1
    stay = kiosk.arrive(ground.clock.now(), name=name, host_id=await ground.host())
    await ground.send(kiosk, kiosk.batch(first))
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        (alert,) = (await alerts.of_stays(tx, [stay]))[stay]
    await ground.cloud.alerts.deliver(ground.tenant, [alert.id])
    return room.mailer.taken[-1] if len(room.mailer.taken) > before else None


Said = tuple[int, str, str | None]


async def make(room: MailRoom, lasts: timedelta = timedelta(days=90)) -> str:
    ground = room.ground
    host = await ground.host()
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        return await ground.cloud.mailing.links.make(tx, LinkPurpose.HOST_MAIL, host, lasts=lasts)


async def answer(room: MailRoom, text: str) -> Said:
    await forget_attempts(room.ground.cloud)
    async with room.browser() as client:
        said = await client.get(f"/mail/{text}")
    return said.status_code, said.text, said.headers.get("cache-control")


async def move_end(room: MailRoom, days: int) -> None:
    """As somebody would who can write to the database and has no key."""
    async with room.ground.cloud.db.tenant(room.ground.tenant) as tx:
        query = "update lodge.signed_link set ends_at = ends_at + %s where tenant_id = %s"
        await tx.connection.execute(query, (timedelta(days=days), tx.id))


async def test_a_link_that_is_not_good_answers_the_same_whatever_is_wrong_with_it(room: MailRoom) -> None:
    """R10, C28: forged, expired, revoked, of another organisation, of an older key, or never made."""
    ground, links = room.ground, room.ground.cloud.mailing.links
    other = (await ground.cloud.organisations.create("Other Works", OPERATOR, lambda _key: None)).id
    good = await make(room)
    assert await make(room) == good, "while it lasts long enough it is the same, so that rows do not pile up"
    raw = urlsafe_b64decode(good + "==")
    bad = {
        "forged": base64url(raw[:-1] + bytes([raw[-1] ^ 1])),
        "written otherwise": good[:-1] + ("B" if good[-1] == "A" else chr(ord(good[-1]) + 1)),
        "moved": base64url(raw[:1] + other.bytes + raw[17:]),
        "of nobody": base64url(raw[:1] + uuid4().bytes + raw[17:]),
        "of no row": base64url(raw[:17] + uuid4().bytes + raw[33:]),
        "cut": good[:-3],
        "no link": "x",
    }
    answers = {what: await answer(room, text) for what, text in bad.items()}
    await move_end(room, 1)
    answers["its end moved in the database"] = await answer(room, good)
    await move_end(room, -1)
    assert (await answer(room, good))[0] == 200
    ground.clock.advance(days=90)
    answers["expired"] = await answer(room, good)
    ground.clock.advance(days=-90)
    host = await ground.host()
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        assert await links.revoke(tx, LinkPurpose.HOST_MAIL, host) == 1
    answers["revoked"] = await answer(room, good)
    newer = await make(room)
    assert (await answer(room, newer))[0] == 200
    await links.rotate(ground.tenant, OPERATOR)
    answers["of an older key"] = await answer(room, newer)
    assert (await answer(room, await make(room)))[0] == 200
    assert len(set(answers.values())) == 1, answers
    assert answers["forged"][0] == 404
    with pytest.raises(ValueError, match="90 days"):
        await make(room, timedelta(days=91))


@pytest.mark.parametrize("by", ["address", "file"])
async def test_r10_what_a_host_had_ends_with_their_address(room: MailRoom, by: str) -> None:
    """R10, R11: another address is another person: no visits of the former one, no link of theirs, nothing muted."""
    ground, cloud = room.ground, room.ground.cloud
    now = ground.clock.now()
    former, successor = (User(uuid4(), "Robin", f"{name}-{by}@example.org", "", now, now, None) for name in "ab")
    directory = Directory(cloud.db, cloud.ring, cloud.feed, cloud.trail, cloud.clock)
    async with cloud.db.tenant(ground.tenant) as tx:
        cipher = await data_keys.open_organisation_key(tx, cloud.ring)
        for user in (former, successor):
            assert await users.add(tx, cipher, user, user.id.bytes + user.id.bytes)
            await staff_roles.put(tx, user.id, (Grant(Role.HOST),))
    made = await directory.add_host(
        ground.tenant, f"moving-{by}", Host(uuid4(), None, True, "Grace", former.email, ""), OPERATOR
    )
    assert isinstance(made, Host)
    async with cloud.db.tenant(ground.tenant) as tx:
        assert await staff_roles.hosts_of(tx, former.id) == {made.id}
        link = await cloud.mailing.links.make(tx, LinkPurpose.HOST_MAIL, made.id)
        await hosts.put_muted(tx, made.id, now + timedelta(days=9))
    if by == "file":
        await cloud.organisations.apply(ground.tenant, sample_file(), OPERATOR)
    else:
        moved = replace(made, email=successor.email)
        await directory.change_host(ground.tenant, EVERYWHERE, moved, lambda _: True, OPERATOR)
    assert await cloud.mailing.links.open(link, LinkPurpose.HOST_MAIL) is None
    async with cloud.db.tenant(ground.tenant) as tx:
        assert await hosts.find_muted(tx, made.id) is None
        assert await staff_roles.hosts_of(tx, former.id) == frozenset()
        assert await staff_roles.hosts_of(tx, successor.id) == ({made.id} if by == "address" else frozenset())


async def test_refused_links_take_the_same_time_and_good_ones_are_not_held_up(room: MailRoom) -> None:
    """R10: what is found is not told by how long it took."""
    rests: list[float] = []

    async def rest(seconds: float) -> None:
        rests.append(seconds)

    cloud = room.ground.cloud
    links = SignedLinks(cloud.db, cloud.ring, cloud.trail, cloud.clock, rest)
    async with cloud.db.tenant(room.ground.tenant) as tx:
        good = await links.make(tx, LinkPurpose.HOST_MAIL, await room.ground.host())
    assert await links.open(good, LinkPurpose.HOST_MAIL) is not None
    assert rests == []
    for text in ("x", base64url(bytes([1]) + bytes(48))):
        assert await links.open(text, LinkPurpose.HOST_MAIL) is None
    assert len(rests) == 2


async def test_a_host_has_no_mails_for_a_while_and_again(room: MailRoom, kiosk: FakeKiosk) -> None:
    """R10: by the link at the foot of a mail; the desk sees it, the audit log has it, no account is needed."""
    ground = room.ground
    await clear_accounts(ground)
    await forget_attempts(ground.cloud)
    await add_account(ground)
    mail = await arrival(room, kiosk)
    assert mail is not None
    assert mail.unsubscribe == f"https://lodge.example.org{path_in(mail)}/unsubscribe"
    async with room.browser() as host, room.browser() as desk:
        page = await host.get(path_in(mail))
        assert "You get one when somebody arrives" in page.text
        assert "Grace" not in page.text, "a link that was passed on names nobody"
        assert page.headers["referrer-policy"] == "strict-origin-when-cross-origin"
        assert (await host.post(path_in(mail), data={"days": "7"})).status_code == 303
        muted = (await host.get(path_in(mail))).text
        assert "You get none until" in muted
        assert await arrival(room, kiosk, "Bram Oakentide") is None
        await sign_in(desk)
        assert "Host not told" in (await desk.get("/board")).text
        ground.clock.advance(days=7)
        assert await arrival(room, kiosk, "Pim Larkspur") is not None, "it ends by itself"
        await host.post(path_in(mail), data={"days": "90"})
        await host.post(path_in(mail), data={"days": "0"})
        assert await arrival(room, kiosk, "Odalys Fernhollow") is not None
        ground.clock.advance(days=-7)
        while await ground.cloud.sequencer.run_once():
            pass
        await sign_in(desk)
        log = (await desk.get("/audit")).text
        assert "A host wants no mail of arrivals until" in log
        assert "A host wants mail of arrivals again" in log


async def test_a_mail_program_s_button_mutes_without_a_page_or_a_cookie(room: MailRoom, kiosk: FakeKiosk) -> None:
    """R10, RFC 8058; R19: foreign pages still cannot, and nothing else is opened to them."""
    await forget_attempts(room.ground.cloud)
    mail = await arrival(room, kiosk, "Wren Aldergate")
    assert mail is not None
    path = mail.unsubscribe.removeprefix("https://lodge.example.org")
    form = {"List-Unsubscribe": "One-Click"}
    async with room.browser() as client:
        client.headers = httpx.Headers({"accept": "*/*"})
        assert (await client.post("/forgot", data={"email": "a@example.org"})).status_code == 403
        evil = await client.post(path, data=form, headers={"Origin": "https://evil.example"})
        assert evil.status_code == 403
        assert (await client.get(path)).status_code == 405, "following it changes nothing"
        assert await arrival(room, kiosk, "Still Told") is not None
        assert (await client.post(path, data=form)).status_code == 200
        assert await arrival(room, kiosk, "Not Told") is None


async def test_jobs_and_rows_of_letters_name_nobody(room: MailRoom) -> None:
    """R10, R43: the queue holds ids; tables hold hashes and ciphertext, and no token."""
    ground = room.ground
    await clear_accounts(ground)
    await room.forget()
    await add_account(ground)
    async with room.browser() as head:
        await sign_in(head)
        await head.post("/invitations", data={"email": "robin@example.org", "grant": "host"})
        (mail,) = await room.work()
    token = path_in(mail).removeprefix("/join/")
    with psycopg.connect(room.worker_url) as connection:
        connection.execute("select set_config('app.tenant_id', %s, false)", (str(ground.tenant),))
        tables = ("queue.procrastinate_jobs", "lodge.letter", "lodge.staff_invitation", "lodge.audit_record")
        for table in tables:
            rows = connection.execute(f"select t::text from {table} t".encode()).fetchall()  # noqa: S608  constants
            assert rows, table
            text = "\n".join(row[0] for row in rows)
            for hidden in (token, token[32:], "robin", b"robin".hex(), token[32:].encode().hex()):
                assert hidden not in text, (table, hidden)


async def test_r31_what_had_its_time_goes_though_no_other_of_its_kind_comes(room: MailRoom) -> None:
    """R31: answers that programs got, invitations of staff, links and letters, each at the time that data.md names."""
    ground, cloud = room.ground, room.ground.cloud
    now = ground.clock.now()
    person, retention = User(uuid4(), "Robin", "gone@example.org", "", now, now, None), cloud.operator.retention
    soon = now + timedelta(hours=1)
    async with cloud.db.tenant(ground.tenant) as tx:
        cipher = await data_keys.open_organisation_key(tx, cloud.ring)
        assert await api_requests.claim(tx, person.id, b"k" * 32, b"r" * 32, now=now, kept_since=now)
        await api_requests.finish(tx, cipher, person.id, b"k" * 32, status=201, answer="{}")
        assert await users.add(tx, cipher, person, person.id.bytes * 2)
        await invitations.add(tx, cipher, Invitation(person.id, person.email, (), None, "en", now, soon))
        await staff_links.add(tx, cipher, StaffLink(uuid4(), person.id, "password", person.email, now, soon))
        await letters.add(tx, cipher, Letter(person.id, "password_link", uuid4(), person.email, "sent", now))

    async def left() -> list[int]:
        async with cloud.db.tenant(ground.tenant) as tx:
            found = await tx.connection.execute(
                "select (select count(*) from lodge.staff_link where user_id = %(id)s),"
                " (select count(*) from lodge.api_request where caller_id = %(id)s),"
                " (select count(*) from lodge.letter where id = %(id)s),"
                " (select count(*) from lodge.staff_invitation where id = %(id)s)",
                {"id": person.id},
            )
            return list(await found.fetchone() or ())

    assert await left() == [1, 1, 1, 1]
    for place, hours in enumerate((2, 24, 30 * 24, 30 * 24 + 1)):
        after = timedelta(hours=hours)
        ground.clock.advance(seconds=(now + after - ground.clock.now()).total_seconds() - 1)
        await retention.purge()
        assert (await left())[place] == 1
        ground.clock.advance(seconds=2)
        await retention.purge()
        assert (await left())[place] == 0
