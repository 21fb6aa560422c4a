"""Sessions that are listed and ended, their policy, and a lockout that locks nobody else out (R01, R05, R09)."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

import httpx
import pytest
from fastapi import FastAPI

from cloud_api.console import build_accounts, build_shared_limit
from cloud_api.errors import ConfigurationError
from cloud_api.identity import build_identity
from cloud_api.policy.roles import Grant, Role
from cloud_api.services.factor_checks import Answer
from cloud_api.services.passwords import Match, Passwords
from cloud_api.services.second_step import Refused
from cloud_api.services.session_policies import SessionPolicies
from cloud_api.services.session_start import SignedIn, Where
from cloud_api.store import data_keys, half_sign_ins, sessions, users
from tests.fakes.cloud_server import OPERATOR, Ground
from tests.fakes.console_browser import (
    PASSWORD,
    add_account,
    browse,
    build,
    clear_accounts,
    forget_attempts,
    give_factor,
    give_password,
)
from tests.fakes.second_factors import kinds, set_up_app

# On one version of PostgreSQL: what is asked here is how the parts work together, and passwords are slow on purpose.
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.above_the_store,
]
RECEPTION = "rhona@example.org"
SESSION, STEP = "__Host-lodge", "__Host-lodge-step"


@pytest.fixture
def app(ground: Ground) -> FastAPI:
    return build(ground.cloud)


@pytest.fixture
async def client(app: FastAPI, ground: Ground) -> AsyncIterator[httpx.AsyncClient]:
    """The browser of an owner who has just given the password for the first time."""
    await forget_attempts(ground.cloud)
    await clear_accounts(ground)
    await add_account(ground)
    async with browse(app) as opened:
        assert (await give_password(opened)).status_code == 303
        yield opened


async def test_sessions_are_listed_and_ended_and_another_password_ends_all_others(
    client: httpx.AsyncClient, app: FastAPI, ground: Ground
) -> None:
    """R01, R09: this one and others, made when, from where; no session of anybody else can be ended."""
    here = (Grant(Role.RECEPTIONIST),)
    await add_account(ground, RECEPTION, name="Rhona Fernhollow", grants=here)
    agent = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; rv:132.0) Gecko/20100101 Firefox/132.0"}
    async with browse(app) as desk, browse(app, address="198.51.100.9") as phone, browse(app) as spare:
        for tab in (desk, phone, spare):
            assert (
                await tab.post("/sign-in", data={"email": RECEPTION, "password": PASSWORD}, headers=agent)
            ).is_redirect
        page = (await desk.get("/account/sessions")).text
        assert page.count("Firefox on Windows</h2>") == 3
        assert page.count("This one") == 1
        assert "198.51.100.9" in page
        async with ground.cloud.db.tenant(ground.tenant) as tx:
            rows = str(await (await tx.connection.execute("select * from lodge.staff_session")).fetchall())
        assert "198.51" not in rows
        assert "Firefox" not in rows
        theirs = re.findall(r"/account/sessions/([0-9a-f-]{36})/end", page)
        assert (await client.get("/account/second-factor")).status_code == 200
        await set_up_app(client, ground)
        assert (await client.post(f"/account/sessions/{theirs[0]}/end")).status_code == 404
        at_phone = re.search(r"/account/sessions/([0-9a-f-]{36})/end", (await phone.get("/account/sessions")).text)
        assert at_phone is not None
        for session in theirs:
            row = page.index(f"/account/sessions/{session}/end")
            if "198.51.100.9" in page[row - 900 : row]:
                assert (await desk.post(f"/account/sessions/{session}/end")).status_code == 303
                break
        assert (await phone.get("/board")).status_code == 303
        assert (await spare.get("/board")).status_code == 200
        before = desk.cookies[SESSION]
        short = await desk.post("/account/password", data={"password": "password1234"})
        assert (short.status_code, "strangers" in short.text) == (422, True)
        done = await desk.post("/account/password", data={"password": "nine lamps over the weir"})
        assert done.headers["location"] == "/account?done=password"
        assert desk.cookies[SESSION] != before
        assert (await desk.get("/board")).status_code == 200
        assert (await spare.get("/board")).status_code == 303
        assert (await give_password(spare, RECEPTION)).status_code == 401
        assert (await give_password(spare, RECEPTION, "nine lamps over the weir")).status_code == 303
        assert (await spare.post("/account/sessions/end-others")).status_code == 303
        assert (await desk.get("/board")).status_code == 303
    told = await kinds(ground)
    assert (told["staff.session_ended"], told["staff.sessions_ended"], told["staff.password_set"]) == (1, 1, 1)


async def test_the_policy_of_an_organisation_holds_for_sessions_that_there_are(
    client: httpx.AsyncClient, app: FastAPI, ground: Ground
) -> None:
    """R09: idle and absolute, within bounds, at once."""
    await set_up_app(client, ground)
    policies = SessionPolicies(ground.cloud.db, ground.cloud.trail, ground.clock)
    for idle, longest in ((4, None), (241, None), (None, 29), (None, 1441), (60, 30)):
        with pytest.raises(ConfigurationError):
            await policies.change(ground.tenant, OPERATOR, idle=idle, longest=longest)
    await add_account(ground, RECEPTION, name="Rhona Fernhollow", grants=(Grant(Role.RECEPTIONIST),))
    async with browse(app) as desk:
        await give_password(desk, RECEPTION)
        ground.clock.advance(minutes=9)
        for tab in (client, desk):
            assert (await tab.get("/account")).status_code == 200
        await policies.change(ground.tenant, OPERATOR, idle=10, longest=30)
        ground.clock.advance(minutes=9)
        assert "after 10 minutes without use" in (await desk.get("/account")).text
        ground.clock.advance(minutes=1)
        assert (await client.get("/board")).status_code == 303  # ten minutes without use
        ground.clock.advance(minutes=8)
        assert (await desk.get("/board")).status_code == 200
        ground.clock.advance(minutes=3)
        assert (await desk.get("/board")).status_code == 303  # half an hour since signing in
        await policies.change(ground.tenant, OPERATOR, idle=240, longest=1440)
        assert (await desk.get("/board")).status_code == 303, "what was over stays over under a wider policy"
    await policies.change(ground.tenant, OPERATOR, idle=30, longest=720)


async def test_an_organisation_may_ask_everybody_for_a_second_factor(
    client: httpx.AsyncClient, app: FastAPI, ground: Ground
) -> None:
    """R07, R09: set on the team's page with a fresh proof; it holds with the next click of who is signed in."""
    await set_up_app(client, ground)
    await add_account(ground, RECEPTION, name="Rhona Fernhollow", grants=(Grant(Role.RECEPTIONIST),))
    rules = {"second_factor": "everybody", "idle": "30", "longest": "720", "seen": "30 720 False"}
    async with browse(app) as desk:
        await give_password(desk, RECEPTION)
        assert (await desk.get("/board")).status_code == 200
        assert (await desk.post("/team/rules", data=rules)).status_code == 403
        for wrong, words in (({"idle": "4"}, "rest for 5 to 240"), ({"longest": "x"}, "whole number")):
            refused = await client.post("/team/rules", data={**rules, **wrong})
            assert (refused.status_code, words in refused.text) == (422, True)
        assert (await client.post("/team/rules", data=rules)).status_code == 303
        assert 'value="everybody" checked' in (await client.get("/team/rules")).text
        stale = await client.post("/team/rules", data={**rules, "second_factor": "by-role"})
        assert (stale.status_code, "changed meanwhile" in stale.text) == (422, True)
        led = await desk.get("/board", headers={"Accept": "text/html"})
        assert (led.status_code, led.headers["location"]) == (303, "/account/second-factor")
        told = await kinds(ground, "organisation.%")
        assert (told["organisation.factors_set"], told["organisation.sessions_set"]) == (1, 0)
        policies = SessionPolicies(ground.cloud.db, ground.cloud.trail, ground.clock)
        assert (await policies.change(ground.tenant, OPERATOR, factor_for_all=False)).factor_for_all is False
        assert (await desk.get("/board")).status_code == 200


async def test_who_knows_an_address_only_cannot_lock_its_owner_out(
    client: httpx.AsyncClient, app: FastAPI, ground: Ground
) -> None:
    """R05, R07: neither from elsewhere nor from the owner's own network, where the owner's browser is known."""
    await add_account(ground, RECEPTION, name="Rhona Fernhollow", grants=(Grant(Role.RECEPTIONIST),))
    async with browse(app) as desk:
        assert (await give_password(desk, RECEPTION)).status_code == 303
        await desk.post("/sign-out")
        async with browse(app) as neighbour:  # behind the same address as the desk
            wrong = (give_password(neighbour, RECEPTION, "not the right words") for _ in range(8))
            told = Counter(answer.status_code for answer in await asyncio.gather(*wrong))
            assert told == {401: 5, 429: 3}
            assert (await give_password(neighbour, RECEPTION)).status_code == 429
            name, entry = desk.cookies["__Host-lodge-known"].split(".")
            forged = f"{name}.{entry.partition('-')[0]}-{'A' * 22}"
            neighbour.cookies.set("__Host-lodge-known", forged, domain="lodge.example.org", path="/")
            assert (await give_password(neighbour, RECEPTION)).status_code == 429
        assert (await give_password(desk, RECEPTION)).status_code == 303
    guard = build_identity(ground.cloud, build_shared_limit(ground.cloud)).guard
    user = next(
        each.user.id for each in await build_accounts(ground.cloud).list(ground.tenant) if RECEPTION in str(each)
    )
    assert [await guard.is_new_siege(user) for _ in range(95)] == [False] * 95  # as many, from a hundred networks
    async with browse(app, address="198.51.100.1") as bot:
        await asyncio.gather(*(give_password(bot, RECEPTION, "not the right words") for _ in range(5)))
    async with browse(app, address="203.0.113.200") as new_laptop:
        assert (await give_password(new_laptop, RECEPTION)).status_code == 303
    assert (await kinds(ground))["staff.besieged"] == 1


class Meanwhile(Passwords):
    """Between a check and what is done about it something else happens, once."""

    then: Callable[[], Awaitable[object]] | None = None

    async def check(self, stored: str | None, password: str) -> Match:
        said = await super().check(stored, password)
        act, self.then = self.then, None
        if act is not None:
            await act()
        return said


async def test_no_session_begins_by_a_password_that_was_changed_while_it_was_checked(ground: Ground) -> None:
    """R01, R05: neither a session nor the step before it, also where the account is gone; the same password under
    another hash goes on.
    """
    await clear_accounts(ground)
    await add_account(ground, RECEPTION, name="Rhona Fernhollow")
    passwords, accounts = Meanwhile(), build_accounts(ground.cloud)
    signing = build_identity(ground.cloud, build_shared_limit(ground.cloud), passwords=passwords, rest=_no_rest).sign_in
    [account] = await accounts.list(ground.tenant)

    async def made_anew() -> None:
        async with ground.cloud.db.tenant(ground.tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, ground.cloud.ring)
            await users.rehash(tx, cipher, account.user.id, await passwords.hash(PASSWORD))

    async def begun() -> int:
        async with ground.cloud.db.tenant(ground.tenant) as tx:
            half = await tx.connection.execute("delete from lodge.staff_half_sign_in where tenant_id = %s", (tx.id,))
            return await sessions.end_all_of(tx, account.user.id) + half.rowcount

    passwords.then = made_anew
    assert isinstance(await signing.sign_in(RECEPTION, PASSWORD, Where("192.0.2.44")), SignedIn)
    assert await begun() == 1
    other = "nine lamps over the weir"
    passwords.then = partial(accounts.set_password, ground.tenant, RECEPTION, other, OPERATOR)
    assert await signing.sign_in(RECEPTION, PASSWORD, Where("192.0.2.44")) is None
    await give_factor(ground.cloud, ground.tenant, account.user.id)
    passwords.then = partial(accounts.set_password, ground.tenant, RECEPTION, PASSWORD, OPERATOR)
    assert await signing.sign_in(RECEPTION, other, Where("192.0.2.44")) is None
    assert await begun() == 0

    async def removed() -> None:
        await clear_accounts(ground)

    passwords.then = removed
    assert await signing.sign_in(RECEPTION, PASSWORD, Where("192.0.2.44")) is None
    assert await begun() == 0


async def _no_rest(_seconds: float) -> None:
    return


async def test_a_second_step_that_crosses_a_change_of_the_password_gives_no_session(
    client: httpx.AsyncClient, app: FastAPI, ground: Ground
) -> None:
    """R01, R07: it waits for the change, and is over then."""
    phone, _ = await set_up_app(client, ground)
    async with browse(app) as thief:
        assert (await give_password(thief)).headers["location"].startswith("/sign-in/second")
        step = build_identity(ground.cloud, build_shared_limit(ground.cloud)).steps
        ground.clock.advance(minutes=1)
        answer = Answer("app", phone.code(ground.clock.now()))
        [account] = await build_accounts(ground.cloud).list(ground.tenant)
        async with ground.cloud.db.tenant(ground.tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, ground.cloud.ring)
            await users.set_password(tx, cipher, account.user.id, "another hash", ground.clock.now())
            await sessions.end_all_of(tx, account.user.id)
            crossing = asyncio.create_task(step.finish(thief.cookies[STEP], answer, Where("192.0.2.44")))
            await _someone_waits(ground)
            await half_sign_ins.end_all_of(tx, account.user.id)
        assert await crossing is Refused.OVER
        async with ground.cloud.db.tenant(ground.tenant) as tx:
            assert await sessions.end_all_of(tx, account.user.id) == 0


async def _someone_waits(ground: Ground) -> None:
    query = "select count(*) from pg_locks where not granted"
    async with asyncio.timeout(10), ground.cloud.db.server() as connection:
        while (await (await connection.execute(query)).fetchone()) == (0,):
            continue
