"""Accounts and sessions on real PostgreSQL (R01, R05, R09, R27)."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from cloud_api.console import build_accounts, build_security_log, build_shared_limit
from cloud_api.errors import ConfigurationError
from cloud_api.http.console.gate import ConsoleGate
from cloud_api.http.console.pages import Pages
from cloud_api.http.console.sign_in_pages import SignInPagePorts, sign_in_router
from cloud_api.identity import build_identity
from cloud_api.services.log_contests import LogContests
from cloud_api.services.passwords import HashTerms, Match, Passwords, PasswordsBusyError
from cloud_api.services.security_log import SecurityLog
from cloud_api.services.server_keys import ServerKeys
from cloud_api.services.session_start import Where
from cloud_api.services.sign_in import SessionTerms
from cloud_api.services.staff_accounts import NewStaff
from tests.fakes.cloud_server import OPERATOR, Ground
from tests.fakes.console_browser import (
    ADDRESS,
    EMAIL,
    PASSWORD,
    add_account,
    browse,
    build,
    clear_accounts,
    forget_attempts,
    sign_in,
)
from tests.fakes.old_system_log import token_of_old_entry

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]
COOKIE = "__Host-lodge"


@pytest.fixture
def app(ground: Ground) -> FastAPI:
    return build(ground.cloud)


@pytest.fixture
async def client(app: FastAPI, ground: Ground) -> AsyncIterator[httpx.AsyncClient]:
    await forget_attempts(ground.cloud)
    await clear_accounts(ground)
    await add_account(ground)
    async with browse(app) as opened:
        yield opened


async def kinds(ground: Ground) -> Counter[str]:
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        query = "select kind from lodge.audit_record where tenant_id = %s and kind like 'staff.%%'"
        return Counter(row[0] for row in await (await tx.connection.execute(query, (tx.id,))).fetchall())


async def test_the_session_s_cookie_is_guarded_and_the_database_holds_its_hash_only(
    client: httpx.AsyncClient, ground: Ground
) -> None:
    answer = await sign_in(client)
    assert (answer.status_code, answer.headers["location"]) == (303, "/board")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for part in ("Path=/", "Secure", "HttpOnly", "SameSite=lax", "Max-Age=43200"):
        assert part in cookie
    assert "Domain" not in cookie
    token = client.cookies[COOKIE]
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        rows = await (await tx.connection.execute("select token_hash from lodge.staff_session")).fetchall()
    assert [len(row[0]) for row in rows] == [32]
    assert token.encode() not in bytes(rows[0][0])
    assert (await client.get("/board")).status_code == 200


async def test_what_belongs_to_a_person_is_sealed(client: httpx.AsyncClient, ground: Ground) -> None:
    """R17."""
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        rows = str(await (await tx.connection.execute("select * from lodge.staff_user")).fetchall())
    for secret in (EMAIL, "Ines", "argon2"):
        assert secret not in rows


async def test_unknown_address_and_wrong_password_get_the_same_answer(client: httpx.AsyncClient) -> None:
    wrong = await sign_in(client, password="seven lamps over the dam")
    unknown = await sign_in(client, email="nobody@example.org")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text == unknown.text.replace("nobody@example.org", EMAIL)
    assert "set-cookie" not in wrong.headers


async def test_both_failures_do_the_same_work_and_rest_to_the_same_moment(ground: Ground) -> None:
    """R05: what an outsider could measure is the same."""
    await clear_accounts(ground)
    await add_account(ground)
    rests: list[float] = []
    checked: list[bool] = []

    class Watched(Passwords):
        async def check(self, stored: str | None, password: str) -> Match:
            checked.append(stored is not None)
            return await super().check(stored, password)

    async def rest(seconds: float) -> None:
        rests.append(seconds)

    limit, passwords = build_shared_limit(ground.cloud), Watched(HashTerms(memory_kib=64))
    signing = build_identity(ground.cloud, limit, passwords=passwords, rest=rest).sign_in
    assert await signing.sign_in(EMAIL, "not the right words", Where("192.0.2.9")) is None
    assert await signing.sign_in("nobody@example.org", "not the right words", Where("192.0.2.9")) is None
    assert checked == [True, False]
    assert len(rests) == 2
    assert all(0 < seconds <= signing.terms.failure_seconds for seconds in rests)
    signing.terms = SessionTerms(failure_seconds=0.001)  # what took longer than that rests to a multiple of it
    assert await signing.sign_in(EMAIL, "not the right words", Where("192.0.2.9")) is None
    assert 0 < rests[2] <= 0.001


async def test_addresses_are_compared_as_people_write_them(client: httpx.AsyncClient) -> None:
    assert (await sign_in(client, email=f"  {EMAIL.upper()} ")).status_code == 303


async def test_five_tries_in_five_minutes_and_the_sixth_waits(client: httpx.AsyncClient, ground: Ground) -> None:
    """R05: also with the right password, and for exactly as long as it takes."""
    for number in range(5):
        assert (await sign_in(client, password="not the right words")).status_code == 401
        ground.clock.advance(seconds=10 * (number > 0))
    refused = await sign_in(client)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "260")
    assert "five wrong tries" in refused.text
    async with browse(build(ground.cloud), address="203.0.113.5") as elsewhere:
        assert (await sign_in(elsewhere)).status_code == 303
    ground.clock.advance(seconds=259)
    assert (await sign_in(client)).status_code == 429
    ground.clock.advance(seconds=2)
    assert (await sign_in(client)).status_code == 303


async def test_a_shift_that_signs_in_behind_one_address_is_not_locked_out(client: httpx.AsyncClient) -> None:
    """R05: only failures use up the allowance."""
    assert [(await sign_in(client)).status_code for _ in range(12)] == [303] * 12


async def test_a_success_gives_its_own_try_back_and_nobody_else_s(client: httpx.AsyncClient) -> None:
    """R05: whoever has an account cannot buy tries at another with it."""
    for _ in range(4):
        assert (await sign_in(client, password="not the right words", stranger=True)).status_code == 401
    for _ in range(3):
        assert (await sign_in(client, stranger=True)).status_code == 303
    assert (await sign_in(client, password="not the right words", stranger=True)).status_code == 401
    assert (await sign_in(client, stranger=True)).status_code == 429


async def test_a_flood_in_parallel_has_no_more_tries_than_one_after_the_other(
    client: httpx.AsyncClient, ground: Ground
) -> None:
    """R05: tries are taken before passwords are looked at."""
    words = ["not the right words", PASSWORD] * 10
    answers = await asyncio.gather(*(sign_in(client, password=word, stranger=True) for word in words))
    told = Counter(answer.status_code for answer in answers)
    assert told[401] <= 5
    assert told[429] >= 10
    assert (await kinds(ground))["staff.signin_failed"] == told[401]
    left = 5 - told[401]
    again = [
        (await sign_in(client, password="not the right words", stranger=True)).status_code for _ in range(left + 1)
    ]
    assert again == [401] * left + [429]


async def test_who_was_turned_away_unlooked_at_has_not_tried(ground: Ground) -> None:
    """R05: too many at once is the server's doing."""
    await forget_attempts(ground.cloud)

    class Busy(Passwords):
        async def check(self, stored: str | None, password: str) -> Match:
            raise PasswordsBusyError("all at once")

    limit = build_shared_limit(ground.cloud)
    made = build_identity(ground.cloud, limit, passwords=Busy())
    gate = ConsoleGate(made.sign_in, build_security_log(ground.cloud), LogContests(ground.cloud.db, ground.cloud.ring))
    app = FastAPI()
    app.include_router(
        sign_in_router(SignInPagePorts(Pages(), gate, made.sign_in, made.steps, made.guard, ground.clock)),
    )
    async with browse(app) as client:
        assert [(await sign_in(client)).status_code for _ in range(7)] == [503] * 7
    assert await limit.check("sign-in", ADDRESS) is None


async def test_failures_are_on_record_where_they_belong(client: httpx.AsyncClient, ground: Ground) -> None:
    """R05, R27: a known address in its organisation's log, an unknown one in the server's own, where nobody can read
    what was typed (now and then it is a password): not the operator, and not in entries of the versions before.
    """
    ground.clock.advance(seconds=1)
    begun = ground.clock.now()
    await sign_in(client, password="not the right words")
    assert await kinds(ground) == {"staff.created": 1, "staff.signin_failed": 1}
    for typed in ("Nobody@example.org", "nobody@example.ORG ", "seven lamps over the weir"):
        await sign_in(client, email=typed)
    keys = ServerKeys(ground.cloud.db, ground.cloud.ring)
    security = SecurityLog(ground.cloud.db, keys, ground.clock)
    told = [event for event in await security.list_newest(since=begun) if event.kind == "signin.failed"]
    assert {event.detail.address for event in told} == {"192.0.2.44"}
    tokens = Counter(event.detail.name for event in told)
    assert sorted(tokens.values()) == [1, 2]
    assert all(len(token) == 8 for token in tokens)
    assert await token_of_old_entry(ground, keys, "nobody@example.org") in tokens
    async with ground.cloud.db.server() as connection:
        raw = str(await (await connection.execute("select * from ops.system_log")).fetchall())
    assert "nobody@example.org" not in raw
    assert "192.0.2.44" not in raw


async def test_a_session_ends_when_idle_and_in_any_case_after_twelve_hours(
    client: httpx.AsyncClient, ground: Ground
) -> None:
    """R09."""
    await sign_in(client)
    for _ in range(24):
        ground.clock.advance(minutes=29)
        assert (await client.get("/account")).status_code == 200
    ground.clock.advance(minutes=25)
    ended = await client.get("/account")
    assert (ended.status_code, ended.headers["location"]) == (303, "/sign-in?next=/account&ended=yes")
    await forget_attempts(ground.cloud)
    await sign_in(client)
    ground.clock.advance(minutes=30)
    assert (await client.get("/account")).status_code == 303


async def test_a_page_that_refreshes_by_itself_keeps_nobody_signed_in(
    client: httpx.AsyncClient, ground: Ground
) -> None:
    await sign_in(client)
    by_itself = {"Lodge-Refresh": "by-itself", "HX-Request": "true", "Lodge-Page": "/board"}
    for _ in range(2):
        ground.clock.advance(minutes=14)
        assert (await client.get("/board", headers=by_itself)).status_code == 200
    ground.clock.advance(minutes=3)
    ended = await client.get("/board", headers=by_itself)
    assert (ended.status_code, ended.headers["hx-redirect"]) == (401, "/sign-in?next=/board&ended=yes")


async def test_the_token_changes_at_each_sign_in_and_the_old_one_is_worth_nothing(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    await sign_in(client)
    old = client.cookies[COOKIE]
    await sign_in(client)
    assert client.cookies[COOKIE] != old
    async with browse(app) as thief:
        thief.cookies.set(COOKIE, old)
        assert (await thief.get("/board")).status_code == 303
    async with browse(app) as led:
        given = await led.post(
            "/sign-in",
            data={"email": EMAIL, "password": PASSWORD},
            headers={"Cookie": f"{COOKIE}=chosen-by-somebody-else"},
        )
        assert given.status_code == 303
        assert "chosen-by-somebody-else" not in given.headers["set-cookie"]


async def test_signing_out_ends_the_session(client: httpx.AsyncClient, app: FastAPI, ground: Ground) -> None:
    await sign_in(client)
    token = client.cookies[COOKIE]
    answer = await client.post("/sign-out")
    assert answer.headers["location"] == "/sign-in"
    assert "Max-Age=0" in answer.headers["set-cookie"]
    async with browse(app) as thief:
        thief.cookies.set(COOKIE, token)
        assert (await thief.get("/board")).status_code == 303
    assert await kinds(ground) == {"staff.created": 1, "staff.signed_in": 1, "staff.signed_out": 1}


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "é", "a\x00b"])
async def test_a_token_of_any_form_is_worth_nothing(app: FastAPI, token: str) -> None:
    async with browse(app) as client:
        answer = await client.get("/board", headers={b"Cookie": f"{COOKIE}={token}".encode()})
        assert answer.status_code == 303


async def test_another_password_ends_all_sessions(client: httpx.AsyncClient, ground: Ground) -> None:
    await sign_in(client)
    accounts = build_accounts(ground.cloud)
    assert await accounts.set_password(ground.tenant, EMAIL, "eight lamps over the weir", OPERATOR) == 1
    assert (await client.get("/board")).status_code == 303
    assert (await sign_in(client)).status_code == 401
    assert (await sign_in(client, password="eight lamps over the weir")).status_code == 303
    assert [account.user.email for account in await accounts.list(ground.tenant)] == [EMAIL]


@pytest.mark.parametrize(
    ("wanted", "word"),
    [
        (NewStaff("Ines", "ines2@example.org", "password1234"), "strangers"),
        (NewStaff("Ines", "ines2@example.org", "short"), "12 signs"),
        (NewStaff("Ines", "no address", PASSWORD), "e-mail"),
        (NewStaff("", "ines2@example.org", PASSWORD), "name"),
        (NewStaff("Ines\x07", "ines2@example.org", PASSWORD), "name"),
        (NewStaff("Ines", EMAIL.upper(), PASSWORD), "has an account"),
    ],
)
async def test_an_account_that_cannot_be_made_says_why(
    client: httpx.AsyncClient, ground: Ground, wanted: NewStaff, word: str
) -> None:
    with pytest.raises(ConfigurationError, match=word):
        await build_accounts(ground.cloud).create(ground.tenant, wanted, OPERATOR)
    assert [account.user.email for account in await build_accounts(ground.cloud).list(ground.tenant)] == [EMAIL]
