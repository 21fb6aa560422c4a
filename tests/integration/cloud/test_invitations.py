"""Invitations of staff, other passwords, addresses: by links in mails that work once (R01, R05, R09)."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest

from cloud_api.composition import DatabaseAddresses
from cloud_api.notify.mailer import Delivery
from cloud_api.policy.roles import Grant, Role
from cloud_api.services.invitation_domains import InvitationDomains
from cloud_api.store import api_clients, data_keys, organisations, staff_roles, users
from cloud_api.store.api_clients import ApiClient
from cloud_api.worker.jobs import QUEUES
from tests.fakes.cloud_server import OPERATOR
from tests.fakes.console_browser import (
    EMAIL,
    PASSWORD,
    add_account,
    browse,
    clear_accounts,
    forget_attempts,
    give_password,
    sign_in,
)
from tests.fakes.installed_postgres import INSTALLED
from tests.fakes.mail_room import MailRoom, path_in, run_mail_room
from tests.fakes.second_factors import kinds, set_up_app

NEW = "robin@example.org"
SECRET = "nine herons on the jetty"
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
    """With one owner and nobody else."""
    await clear_accounts(shared.ground)
    await forget_attempts(shared.ground.cloud)
    await shared.forget()
    await add_account(shared.ground)
    return shared


async def invite(client: httpx.AsyncClient, email: str = NEW, *grants: str) -> httpx.Response:
    return await client.post("/invitations", data={"email": email, "grant": grants or ["receptionist"]})


async def test_somebody_who_is_invited_chooses_name_and_password_and_is_in(room: MailRoom) -> None:
    """R01, R09: by a link that works once; the mail goes out once however often its job is run."""
    async with room.browser() as head, room.browser("198.51.100.7") as newcomer:
        await sign_in(head)
        assert (await invite(head)).headers["location"] == "/team?done=invited"
        (mail,) = await room.work()
        assert await room.work() == []
        assert (mail.to, mail.subject) == (NEW, "Your invitation to Thistledown Works")
        assert "Ines" not in mail.text
        page = await newcomer.get(path_in(mail))
        assert page.status_code == 200
        assert "Join <bdi" in page.text
        assert (
            await newcomer.post(path_in(mail), data={"name": "Robin Alder", "password": "short"})
        ).status_code == 422
        joined = await newcomer.post(path_in(mail), data={"name": "Robin Alder", "password": SECRET})
        assert (joined.status_code, joined.headers["location"]) == (303, "/board")
        assert (await newcomer.get("/board")).status_code == 200
        assert "confirmed" in (await newcomer.get("/account")).text
        again = await newcomer.post(path_in(mail), data={"name": "Eve", "password": SECRET})
        assert again.status_code == 404
    assert (await kinds(room.ground))["staff.joined"] == 1


async def test_whom_and_to_what_one_may_invite(room: MailRoom) -> None:
    """R09, R11: within one's own role and locations, to chosen domains; a refusal shows the form again."""
    ground = room.ground
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        (home,) = await organisations.list_site_ids(tx)
    await add_account(ground, "lena@example.org", grants=(Grant(Role.LOCATION_ADMIN, home),))
    async with room.browser() as head, room.browser() as local:
        await sign_in(head)
        await sign_in(local, "lena@example.org")
        assert (await invite(head, NEW, "owner")).status_code == 422
        for unfit in ("no address", "a@evil.example@example.org", "a%evil.example@example.org", "müll@example.org"):
            assert (await invite(head, unfit)).status_code == 422, unfit
        for grant in ("admin", "receptionist"):
            assert (await invite(local, NEW, grant)).status_code == 403, grant
        assert (await invite(local, NEW, f"host@{home}")).status_code == 303
        set_to = {"domains": "example.org, Mühle.example"}
        assert (await head.post("/invitations/domains", data={"domains": "no_domain"})).status_code == 422
        assert (await head.post("/invitations/domains", data=set_to)).status_code == 303
        outside = await invite(head, "eve@elsewhere.example")
        assert outside.status_code == 422
        assert "invites addresses of example.org and xn--mhle-0ra.example only" in outside.text
        assert (await invite(head, "eve@sub.example.org")).status_code == 422
        assert (await invite(head, "MAX@MÜHLE.example")).status_code == 303
        team = (await head.get("/team")).text
        assert "MAX@MÜHLE.example" in team
        assert NEW in team
        seen = (await local.get("/team")).text
        assert "MAX@MÜHLE.example" not in seen, "who could not have made it does not see it"
        await InvitationDomains(ground.cloud.db, ground.cloud.trail).change(ground.tenant, (), OPERATOR)


async def test_an_invitation_says_nothing_of_accounts_to_whoever_makes_it(room: MailRoom) -> None:
    """R09, R13: the answer and the list are the same; the mail tells the person, and has no link."""
    other = await room.ground.cloud.organisations.create("Other Works", OPERATOR, lambda _key: None)
    here, room.ground.tenant = room.ground.tenant, other.id
    await add_account(room.ground, "taken@example.org")
    room.ground.tenant = here
    async with room.browser() as head:
        await sign_in(head)
        answers = [await invite(head, email) for email in (NEW, "taken@example.org")]
        assert {(answer.status_code, answer.headers["location"]) for answer in answers} == {(303, "/team?done=invited")}
        fresh, taken = await room.work()
        assert path_in(fresh).startswith("/join/")
        assert "https://" not in taken.text
        assert "Other Works" not in taken.text
        team = (await head.get("/team")).text
        assert team.count("/withdraw") == 2


async def test_links_end_with_withdrawal_renewal_time_demotion_and_domains(room: MailRoom) -> None:
    """R09, R12: whatever ends an invitation, its link answers the same 404."""
    ground = room.ground
    await add_account(ground, "ada@example.org", grants=(Grant(Role.ADMIN),))
    async with room.browser() as admin, room.browser("198.51.100.8") as newcomer:
        await sign_in(admin, "ada@example.org")
        await invite(admin)
        (first,) = await room.work()
        act = await act_on(admin)
        assert (await admin.post(f"/invitations/{act}/again")).status_code == 303
        (second,) = await room.work()
        gone = (await newcomer.get(path_in(first))).text
        assert (await newcomer.get(path_in(second))).status_code == 200
        domains = InvitationDomains(ground.cloud.db, ground.cloud.trail)
        await domains.change(ground.tenant, ["elsewhere.example"], OPERATOR)
        answers = [await newcomer.get(path_in(second))]
        await domains.change(ground.tenant, (), OPERATOR)
        async with ground.cloud.db.tenant(ground.tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, ground.cloud.ring)
            ada = next(user for user in await users.list_all(tx, cipher) if user.email == "ada@example.org")
            await staff_roles.put(tx, ada.id, [Grant(Role.HOST)])
        answers.append(await newcomer.get(path_in(second)))
        async with ground.cloud.db.tenant(ground.tenant) as tx:
            await staff_roles.put(tx, ada.id, [Grant(Role.ADMIN)])
        assert (await newcomer.get(path_in(second))).status_code == 200
        assert (await admin.post(f"/invitations/{act}/withdraw")).status_code == 303
        answers.append(await newcomer.get(path_in(second)))
        await invite(admin)
        (third,) = await room.work()
        ground.clock.advance(days=7)
        answers.append(await newcomer.get(path_in(third)))
        assert {(answer.status_code, answer.text) for answer in answers} == {(404, gone)}
        ground.clock.advance(days=-7)


async def act_on(client: httpx.AsyncClient) -> str:
    """The id of the newest invitation that the team page has buttons for."""
    return (await client.get("/team")).text.partition('action="/invitations/')[2].partition("/again")[0]


async def test_r09_one_mail_for_an_invitation_sent_again_and_no_sixth_an_hour_to_one_address(
    room: MailRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R09, R05: however it is written, by whomever; 200 wait at most; their jobs are not those of arrivals (ADR 23)."""
    async with room.browser() as head:
        await sign_in(head)
        answers = [await invite(head, email) for email in (NEW, NEW.upper(), NEW, NEW)]
        answers.append(await head.post(f"/invitations/{await act_on(head)}/again"))
        assert {answer.status_code for answer in answers} == {303}
        late = await invite(head)
        assert (late.status_code, "five invitations within an hour" in late.text) == (422, True)
        assert (await head.post(f"/invitations/{await act_on(head)}/again")).status_code == 409
        mails = await room.work()
        assert [(await head.get(path_in(mail))).status_code for mail in mails] == [200] * 4, "each link is good"
        async with room.ground.cloud.db.server() as connection:
            cursor = await connection.execute("select distinct queue_name, task_name from queue.procrastinate_jobs")
            queues = {task: queue for queue, task in await cursor.fetchall()}
        assert queues["letters.deliver"] not in QUEUES
        monkeypatch.setattr("cloud_api.services.invitations.MOST_WAITING", 4)
        full = await invite(head, "second@example.org")
        assert (full.status_code, "invitations wait already" in full.text) == (422, True)


async def test_without_a_mail_server_the_link_is_handed_over_once(room: MailRoom) -> None:
    """R09: the address is not taken as confirmed then; and nobody can ask for another password by mail."""
    async with browse(room.without_mail()) as head, browse(room.without_mail()) as newcomer:
        await sign_in(head)
        shown = (await invite(head)).text
        link = shown.partition('id="link" tabindex="0">')[2].partition("<")[0]
        path = link.removeprefix("https://lodge.example.org")
        assert path.startswith("/join/")
        assert path not in (await head.get("/team")).text
        assert await room.work() == []
        joined = await newcomer.post(path, data={"name": "Robin Alder", "password": SECRET})
        assert joined.headers["location"] == "/board"
        assert "not confirmed yet" in (await newcomer.get("/account")).text
        assert "sends no mail" in (await newcomer.get("/forgot")).text


async def test_a_password_is_reset_once_and_the_second_factor_stays(room: MailRoom) -> None:
    """R01, R05, R07: every session and program ends, nobody is signed in by it, and the owner is told."""
    async with room.browser() as head, room.browser("198.51.100.9") as stranger:
        await sign_in(head)
        cloud, now = room.ground.cloud, room.ground.clock.now()
        async with cloud.db.tenant(room.ground.tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, cloud.ring)
            (owner,) = await users.list_all(tx, cipher)
            program = ApiClient(uuid4(), owner.id, "Turnstile", two_factor=False, made_at=now, used_at=now)
            await api_clients.add(tx, cipher, program)
        for email in (EMAIL.upper(), "nobody@example.org"):
            assert "If this address has an account" in (await stranger.post("/forgot", data={"email": email})).text
        (mail,) = await room.work()
        assert mail.to == EMAIL
        weak = await stranger.post(path_in(mail), data={"password": EMAIL})
        assert weak.status_code == 422
        done = await stranger.post(path_in(mail), data={"password": SECRET})
        assert done.headers["location"] == "/sign-in?done=password"
        assert (await head.get("/board")).status_code == 303, "signed out"
        assert (await stranger.get("/board")).status_code == 303, "and nobody is signed in"
        async with cloud.db.tenant(room.ground.tenant) as tx:
            assert await api_clients.end_all_of(tx, owner.id) == 0, "programs are disconnected"
        (told,) = await room.work()
        assert (told.to, told.subject) == (EMAIL, "Your password for Lodge was changed")
        assert (await give_password(stranger, EMAIL, PASSWORD)).status_code == 401
        let_in = await give_password(stranger, EMAIL, SECRET)
        assert let_in.status_code == 303
        assert let_in.headers["location"].startswith("/sign-in/second"), "the second factor is asked for as before"
        assert (await stranger.get("/board")).headers["location"] == "/sign-in?next=/board"
        assert (await stranger.post(path_in(mail), data={"password": PASSWORD})).status_code == 404
        await stranger.post("/forgot", data={"email": EMAIL})
        late = (await room.work())[0]
        room.ground.clock.advance(minutes=30)
        assert (await stranger.get(path_in(late))).status_code == 404
        assert (await kinds(room.ground))["staff.password_reset"] == 1


async def test_people_are_told_of_another_password_or_factor_that_their_account_got(room: MailRoom) -> None:
    """R07, ASVS 6.3.7: whoever sits at their desk changes neither unnoticed."""
    async with room.browser() as head:
        await sign_in(head)
        assert (await head.post("/account/password", data={"password": SECRET})).status_code == 303
        (told,) = await room.work()
        assert (told.to, told.subject) == (EMAIL, "Your password for Lodge was changed")
        await set_up_app(head, room.ground)
        (told,) = await room.work()
        assert (told.to, told.subject) == (EMAIL, "The second factor of your Lodge account was changed")
        assert "https://" not in told.text


async def test_another_address_counts_once_it_is_confirmed_and_the_one_before_is_told(room: MailRoom) -> None:
    """R01: by whoever reads what is sent there; links that were sent to the one before are void."""
    async with room.browser() as head:
        await sign_in(head)
        await head.post("/forgot", data={"email": EMAIL})
        (reset,) = await room.work()
        asked = await head.post("/account/email", data={"email": "ines@example.net", "language": "de"})
        assert asked.headers["location"] == "/account?done=address"
        (mail,) = await room.work()
        assert (mail.to, mail.subject) == ("ines@example.net", "Bestätigen Sie Ihre Adresse für Lodge")
        assert EMAIL in (await head.get("/account")).text
        assert (await head.get(path_in(mail))).status_code == 200, "and looking at it changes nothing"
        assert EMAIL in (await head.get("/account")).text
        assert "Thank you" in (await head.post(path_in(mail))).text
        assert "ines@example.net" in (await head.get("/account")).text
        (told,) = await room.work()
        assert told.to == EMAIL
        assert "ines@example.net" not in told.text
        assert (await head.post(path_in(mail))).status_code == 404
        assert (await head.get(path_in(reset))).status_code == 404
        await add_account(room.ground, "taken@example.org", grants=(Grant(Role.HOST),))
        await head.post("/account/email", data={"email": "taken@example.org", "language": "en"})
        (taken,) = await room.work()
        assert "https://" not in taken.text


async def test_a_letter_that_the_mail_server_does_not_take_is_tried_again_with_another_link(room: MailRoom) -> None:
    """R09: and one whose sender vanished is not sent twice."""
    ground = room.ground
    async with room.browser() as head:
        await sign_in(head)
        room.mailer.outcomes[:] = [Delivery.NOT_SENT]
        await invite(head)
        assert await room.work() == []
        ground.clock.advance(minutes=6)
        assert await ground.cloud.mailing.letters.rescue() == 1
        (mail,) = await room.work()
        assert (await head.get(path_in(mail))).status_code == 200
        room.mailer.outcomes[:] = [Delivery.UNSURE]
        await invite(head, "second@example.org")
        assert len(await room.work()) == 1
        ground.clock.advance(minutes=6)
        assert await ground.cloud.mailing.letters.rescue() == 0
        assert "Mail may not have arrived" in (await head.get("/team")).text


async def test_r05_the_sixth_try_waits(room: MailRoom) -> None:
    """R05: at invitations, resets, addresses and signed links; right ones are not counted."""
    async with room.browser("198.51.100.20") as guesser:
        paths = ("/join/x", "/reset/x", "/confirm/x", "/mail/x")
        answers = await asyncio.gather(*(guesser.get(path) for path in paths for _ in range(6)))
        for path in paths:
            said = [answer.status_code for answer in answers if answer.url.path == path]
            assert sorted(said) == [404] * 5 + [429], path
        forms = [guesser.post("/forgot", data={"email": f"{number}@example.org"}) for number in range(6)]
        asked = await asyncio.gather(*forms)
    assert sorted(answer.status_code for answer in asked) == [200] * 5 + [429]
    assert all(answer.headers["retry-after"] for answer in (*answers, *asked) if answer.status_code == 429)
