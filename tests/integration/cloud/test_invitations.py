"""Invitations of staff, other passwords, addresses: by links in mails that work once (R01, R05, R09)."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from cloud_api.composition import DatabaseAddresses
from cloud_api.policy.roles import Grant, Role
from cloud_api.postgres.binaries import find_binaries
from cloud_api.services.invitation_domains import InvitationDomains
from cloud_api.store import data_keys, staff_roles, users
from tests.fakes.cloud_server import OPERATOR
from tests.fakes.console_browser import (
    EMAIL,
    PASSWORD,
    add_account,
    clear_accounts,
    forget_attempts,
    give_password,
    sign_in,
)
from tests.fakes.mail_room import MailRoom, path_in, run_mail_room
from tests.fakes.second_factors import kinds

NEW = "robin@example.org"
SECRET = "nine herons on the jetty"
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("binaries", find_binaries()[-1:], ids=["newest"], indirect=True, scope="session"),
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
    shared.forget_jobs()
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
        assert (await newcomer.post(path_in(mail), data={"name": "Robin Alder", "password": "short"})).status_code == 422
        joined = await newcomer.post(path_in(mail), data={"name": "Robin Alder", "password": SECRET})
        assert (joined.status_code, joined.headers["location"]) == (303, "/board")
        assert (await newcomer.get("/board")).status_code == 200
        assert "confirmed" in (await newcomer.get("/account")).text
        again = await newcomer.post(path_in(mail), data={"name": "Eve", "password": SECRET})
        assert again.status_code == 404
    assert (await kinds(room.ground))["staff.joined"] == 1
