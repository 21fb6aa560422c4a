"""A visitor without their code has another one mailed, and nobody learns by it who is invited (F04, R09)."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from cloud_api.composition import DatabaseAddresses
from cloud_api.services.organisation_file import InvitationEntry, WindowEntry
from cloud_api.services.retention import Retention
from sync.protocol import exact_json
from sync.protocol.exchange import (
    MAILED_CODE_TRIES_PATH,
    MAILED_CODES_PATH,
    CodeTry,
    CodeTryAnswer,
    CodeWanted,
)
from tests.fakes.cloud_device_requests import fresh_nonce, problem, send
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_server import OPERATOR, sample_file
from tests.fakes.console_browser import browse, forget_attempts
from tests.fakes.installed_postgres import INSTALLED
from tests.fakes.mail_room import MailRoom, run_mail_room

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("binaries", INSTALLED[-1:], ids=["newest"], indirect=True, scope="session"),
]
WINDOW = WindowEntry(begins="2026-03-01T00:00Z", ends="2026-04-01T00:00Z")
OVER = WindowEntry(begins="2026-02-01T00:00Z", ends="2026-03-01T00:00Z")
ADA = InvitationEntry(
    key="ada", type="visitor", name="Ada Sample", email="ada@example.org", language="de", windows=(WINDOW,), uses=0
)
LATE = InvitationEntry(key="late", type="visitor", name="Lou Late", email="lou@example.org", windows=(OVER,))


@pytest.fixture(scope="module")
async def made(addresses: DatabaseAddresses) -> AsyncIterator[MailRoom]:
    async with run_mail_room(addresses) as room:
        ground = room.ground
        await ground.cloud.organisations.apply(ground.tenant, sample_file(invitations=(ADA, LATE)), OPERATOR)
        yield room


@pytest.fixture
async def room(made: MailRoom) -> MailRoom:
    await made.forget()
    await forget_attempts(made.ground.cloud)
    return made


@pytest.fixture
async def kiosk(room: MailRoom) -> FakeKiosk:
    return await room.ground.enrol()


async def ask(client: httpx.AsyncClient, kiosk: FakeKiosk, path: str, message: object) -> httpx.Response:
    nonce = await fresh_nonce(client)
    return await send(client, kiosk.request("POST", path, exact_json.encode(message), nonce=nonce))


async def want(room: MailRoom, kiosk: FakeKiosk, email: str) -> httpx.Response:
    async with browse(room.app, headers={}) as client:
        return await ask(client, kiosk, MAILED_CODES_PATH, CodeWanted(v=1, email=email))


async def opens(room: MailRoom, kiosk: FakeKiosk, email: str, code: str) -> int:
    """How many invitations a code opens."""
    async with browse(room.app, headers={}) as client:
        answer = await ask(client, kiosk, MAILED_CODE_TRIES_PATH, CodeTry(v=1, email=email, code=code))
    assert answer.status_code == 200, answer.text
    return len(exact_json.read(answer.content, CodeTryAnswer, what="an answer").invitations)


async def mailed(room: MailRoom) -> str:
    """The code in the one mail of this round."""
    (mail,) = await room.work()
    assert mail.to == "ada@example.org"
    assert mail.subject.startswith("Ihr Code für Thistledown Works: ")
    (code,) = set(re.findall(r"\b\d{6}\b", mail.text))
    assert "09:40" in mail.text  # ten minutes on, by the clock of the place
    return str(code)


def other(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


async def test_f04_a_mailed_code_opens_the_invitation_once_at_the_kiosk_that_asked(
    room: MailRoom, kiosk: FakeKiosk
) -> None:
    """F04: to the address that was announced, however it was typed, in the invitation's language."""
    assert (await want(room, kiosk, " ADA@Example.org")).json() == {"v": 1, "seconds": 600}
    code, elsewhere = await mailed(room), await room.ground.enrol("Back door")
    assert await opens(room, elsewhere, "ada@example.org", code) == 0
    assert await opens(room, kiosk, "ada@example.org", other(code)) == 0
    assert await opens(room, kiosk, "ada@example.org", code) == 1
    assert await opens(room, kiosk, "ada@example.org", code) == 0, "it works once"


async def test_f04_strangers_are_answered_alike_and_get_no_mail(room: MailRoom, kiosk: FakeKiosk) -> None:
    """R09: nor does whoever's last day is over; rows are there for either, so that the work is the same."""
    known = await want(room, kiosk, "ada@example.org")
    for stranger in ("nobody@example.org", "lou@example.org"):
        answer = await want(room, kiosk, stranger)
        assert (answer.status_code, answer.content) == (known.status_code, known.content)
        assert await opens(room, kiosk, stranger, "000000") == 0
    assert [mail.to for mail in await room.work()] == ["ada@example.org"]


async def test_f04_five_wrong_tries_end_it_and_so_do_ten_minutes(room: MailRoom, kiosk: FakeKiosk) -> None:
    await want(room, kiosk, "ada@example.org")
    code = await mailed(room)
    for _ in range(5):
        assert await opens(room, kiosk, "ada@example.org", other(code)) == 0
    assert await opens(room, kiosk, "ada@example.org", code) == 0
    await want(room, kiosk, "ada@example.org")
    ground, fresh = room.ground, await mailed(room)
    began = ground.clock.now()
    try:
        ground.clock.advance(minutes=10)
        assert await opens(room, kiosk, "ada@example.org", fresh) == 0
        ground.clock.moment = began + timedelta(minutes=11)
        await Retention(ground.cloud.db, ground.cloud.ring, ground.clock).purge()
        async with ground.cloud.db.tenant(ground.tenant) as tx:
            row = await (await tx.connection.execute("select count(*) from lodge.mailed_code")).fetchone()
        assert row == (0,)
    finally:
        ground.clock.moment = began


async def test_f04_an_address_gets_three_codes_and_the_next_waits_known_or_not(
    room: MailRoom, kiosk: FakeKiosk
) -> None:
    """R05: by GCRA, for every kiosk of the server together."""
    for address in ("ada@example.org", "nobody@example.org"):
        answers = [await want(room, kiosk, address) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert (problem(answers[3]), answers[3].headers["retry-after"]) == ("too-many-requests", "600")


async def test_a_server_without_mail_says_so(room: MailRoom, kiosk: FakeKiosk) -> None:
    async with browse(room.without_mail(), headers={}) as client:
        answer = await ask(client, kiosk, MAILED_CODES_PATH, CodeWanted(v=1, email="ada@example.org"))
    assert (answer.status_code, problem(answer)) == (404, "no-mail")
