"""Second factors, and proofs before dangerous acts, on real PostgreSQL (R07)."""

import asyncio
import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from cloud_api.console import build_accounts
from cloud_api.errors import ReasonNeededError
from cloud_api.services.audit_trail import Actor
from tests.fakes.authenticator import Authenticator
from tests.fakes.cloud_server import ORIGIN, Ground
from tests.fakes.console_browser import (
    EMAIL,
    PASSWORD,
    add_account,
    browse,
    build,
    clear_accounts,
    forget_attempts,
    give_password,
)
from tests.fakes.second_factors import hidden, kinds, set_up_app

# On one version of PostgreSQL: what is asked here is how the parts work together, and passwords are slow on purpose.
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.above_the_store,
]
RECEPTION = "rhona@example.org"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
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


async def test_an_owner_without_a_second_factor_is_led_to_one_and_can_do_nothing_else(
    client: httpx.AsyncClient, app: FastAPI, ground: Ground
) -> None:
    """R07, C29: over the whole table of routes."""
    from tests.integration.cloud.test_console_guards import routes_of  # noqa: PLC0415  the one table

    open_to_all = (
        "/sign-in",
        "/sign-out",
        "/prove",
        "/static",
        "/files/",
        "/healthz",
        "/readyz",
        "/metrics",
        "/device/",
        "/enrol/",
    )
    by_link = ("/forgot", "/join/", "/reset/", "/confirm/", "/mail/", "/api/")
    enrolling = ("/account/second-factor", "/account/app", "/account/passkeys", "/account/recovery-codes")
    shut = 0
    for method, path in routes_of(app):
        if path == "/" or path.startswith((*open_to_all, *enrolling, *by_link)):
            continue
        await forget_attempts(ground.cloud)
        answer = await client.request(method, re.sub(r"\{[a-z_]*id\}", str(ground.tenant), path))
        if method == "GET":
            assert (answer.status_code, answer.headers.get("location")) == (303, "/account/second-factor"), path
        else:
            assert answer.status_code == 403, path
        shut += 1
    assert shut >= 15
    assert (await client.get("/audit", headers={"Accept": "application/json"})).status_code == 403
    before = client.cookies[SESSION]
    _, codes = await set_up_app(client, ground)
    assert len(set(codes)) == 10
    assert (await client.get("/board")).status_code == 200
    assert client.cookies[SESSION] != before
    client.cookies.set(SESSION, before, domain="lodge.example.org", path="/")
    assert (await client.get("/board")).status_code == 303


async def test_a_code_is_taken_once_also_from_two_browsers_at_once(
    client: httpx.AsyncClient, app: FastAPI, ground: Ground
) -> None:
    """R07: of four requests with one code, one gets a session; afterwards earlier codes are no good."""
    phone, _ = await set_up_app(client, ground)
    ground.clock.advance(seconds=60)
    now = ground.clock.now()
    async with browse(app) as one, browse(app) as other:
        for tab in (one, other):
            asked = await give_password(tab)
            assert asked.headers["location"] == "/sign-in/second?next=/board"
            assert (SESSION in tab.cookies, STEP in tab.cookies) == (False, True)
            assert (await tab.get("/board")).headers["location"].startswith("/sign-in")
        form = {"code": phone.code(now), "next": "/kiosks"}
        answers = await asyncio.gather(*(tab.post("/sign-in/second", data=form) for tab in (one, other) * 2))
        got = [answer.headers.get("location") for answer in answers]
        assert got.count("/kiosks") == 1
        assert sum(SESSION in answer.cookies for answer in answers) == 1
        loser = other if SESSION in one.cookies else one
        for steps in (0, -1):
            again = await loser.post("/sign-in/second", data={"code": phone.code(now, steps=steps)})
            assert again.status_code == 401, steps
        assert "was used already" in again.text
        await forget_attempts(ground.cloud)
        assert (await loser.post("/sign-in/second", data={"code": phone.code(now, steps=1)})).status_code == 303


async def test_what_is_half_signed_in_is_no_session_and_ends_after_five_answers_or_ten_minutes(
    client: httpx.AsyncClient, app: FastAPI, ground: Ground
) -> None:
    """R07."""
    phone, _ = await set_up_app(client, ground)
    ground.clock.advance(minutes=1)
    async with browse(app, address="198.51.100.7") as half:
        await give_password(half)
        half.cookies.set(SESSION, half.cookies[STEP], domain="lodge.example.org", path="/")
        assert (await half.get("/board")).status_code == 303
        for _ in range(4):
            assert (await half.post("/sign-in/second", data={"code": "000000"})).status_code == 401
        over = await half.post("/sign-in/second", data={"code": "000000"})
        assert (over.status_code, over.headers["location"]) == (303, "/sign-in?again=yes")
    async with browse(app, address="198.51.100.8") as late:
        await give_password(late)
        token = late.cookies[STEP]
        ground.clock.advance(minutes=10)
        late.cookies.set(STEP, token, domain="lodge.example.org", path="/")
        over = await late.post("/sign-in/second", data={"code": phone.code(ground.clock.now())})
        assert over.headers["location"] == "/sign-in?again=yes"
    assert (await kinds(ground))["staff.second_step_failed"] == 5


async def test_codes_cannot_be_guessed_from_however_many_networks(
    client: httpx.AsyncClient, app: FastAPI, ground: Ground
) -> None:
    """R07: with the password known, ten tries a day reach a code of an app; the owner's own browser and the other ways
    in stay open meanwhile.
    """
    phone, codes = await set_up_app(client, ground)
    tried = 0
    for network in range(4):
        async with browse(app, address=f"203.0.113.{network}") as thief:
            await give_password(thief)
            for _ in range(4):
                answer = await thief.post("/sign-in/second", data={"code": "000000"})
                tried += answer.status_code == 401
    assert tried == 10
    assert answer.status_code == 429
    async with browse(app, address="203.0.113.77") as away:
        await give_password(away)
        assert (await away.post("/sign-in/second", data={"recovery": codes[0]})).status_code == 303
    ground.clock.advance(seconds=60)
    await client.post("/sign-out")
    await give_password(client)
    assert (await client.post("/sign-in/second", data={"code": phone.code(ground.clock.now())})).status_code == 303


async def test_a_recovery_code_works_once_and_is_kept_as_a_hash(
    client: httpx.AsyncClient, app: FastAPI, ground: Ground
) -> None:
    """R07."""
    _, codes = await set_up_app(client, ground)
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        stored = await (await tx.connection.execute("select * from lodge.staff_recovery_code")).fetchall()
        secrets = await (await tx.connection.execute("select secret from lodge.staff_totp")).fetchall()
    assert len(stored) == 10
    assert not any(code.encode() in str(stored).encode() for code in codes)
    assert len(bytes(secrets[0][0])) == 1 + 12 + 20 + 16
    typed = codes[3].lower().replace("-", " ").replace("0", "o")
    async with browse(app) as one, browse(app) as other:
        for tab in (one, other):
            await give_password(tab)
        answers = await asyncio.gather(*(tab.post("/sign-in/second", data={"recovery": typed}) for tab in (one, other)))
        assert sorted(answer.status_code for answer in answers) == [303, 401]
        renewed = await client.post("/account/recovery-codes")
        fresh = re.findall(r"<code>([0-9A-Z-]{19})</code>", renewed.text)
        assert len(fresh) == 10
        loser = other if answers[0].status_code == 303 else one
        assert (await loser.post("/sign-in/second", data={"recovery": codes[4]})).status_code == 401
        assert (await loser.post("/sign-in/second", data={"recovery": fresh[4]})).status_code == 303
    assert (await kinds(ground))["staff.recovery_code_used"] == 2


async def test_a_passkey_signs_in_and_a_copy_of_it_is_noticed(
    client: httpx.AsyncClient, app: FastAPI, ground: Ground
) -> None:
    """R07: challenges are used once, answers for another origin are worth nothing, a counter must grow."""
    key = Authenticator(ORIGIN, "lodge.example.org")
    for foreign in (Authenticator("https://evil.example", "lodge.example.org"), Authenticator(ORIGIN, "example.org")):
        asked = (await client.post("/account/passkeys/options")).text
        refused = await client.post("/account/passkeys", data={"name": "Key", "credential": foreign.create(asked)})
        assert refused.status_code == 422
    asked = (await client.post("/account/passkeys/options")).text
    told = await client.post("/account/passkeys", data={"name": "Key on my ring", "credential": key.create(asked)})
    assert "recovery codes" in told.text
    async with browse(app) as tab:
        await give_password(tab)
        asked = (await tab.post("/sign-in/second/passkey")).text
        answer = key.get(asked)
        for wrong in ("{}", "[" * 5000, "x", answer.replace("webauthn", "web"), answer[:-40]):
            assert (await tab.post("/sign-in/second", data={"credential": wrong})).status_code in (401, 303)
            await give_password(tab)
            await forget_attempts(ground.cloud)
        answer = key.get((await tab.post("/sign-in/second/passkey")).text)
        for once in (answer.replace("-key", "_key"), answer):  # a challenge is for one answer, a wrong one too
            assert (await tab.post("/sign-in/second", data={"credential": once})).status_code == 401
        answer = key.get((await tab.post("/sign-in/second/passkey")).text)
        assert (await tab.post("/sign-in/second", data={"credential": answer})).headers["location"] == "/board"
        await give_password(tab)
        await tab.post("/sign-in/second/passkey")
        assert (await tab.post("/sign-in/second", data={"credential": answer})).status_code == 401  # another challenge
        key.counter -= 2
        asked = (await tab.post("/sign-in/second/passkey")).text
        assert (await tab.post("/sign-in/second", data={"credential": key.get(asked)})).status_code == 401
        key.counter += 9
        assert (await tab.post("/sign-in/second/passkey")).status_code == 404
        again = await give_password(tab)  # the password alone does not open the account now
        assert again.headers["location"] == "/sign-in/second?next=/board"
        assert "Recovery code" in (await tab.get("/sign-in/second")).text
    assert (await kinds(ground))["staff.passkey_suspect"] == 1
    assert "Its counter went back" in (await client.get("/account")).text


async def test_a_dangerous_act_asks_again_after_ten_minutes_and_goes_on_with_what_was_entered(
    client: httpx.AsyncClient, ground: Ground
) -> None:
    """R07: step-up on revoking a kiosk and exporting the log; the token changes, and wrong proofs end the session."""
    phone, _ = await set_up_app(client, ground)
    kiosk = (await ground.enrol()).identity.kiosk
    assert (await client.post("/audit/export", data={"reason": "yearly audit"})).status_code == 200
    ground.clock.advance(minutes=10)
    path, before = f"/kiosks/{kiosk}/revoke", client.cookies[SESSION]
    asked = await client.post(path, data={"reason": 'lost & "found"'}, headers={"Referer": f"{ORIGIN}{path}"})
    assert asked.status_code == 403
    assert "Is it you?" in asked.text
    assert (await client.post(path, headers={"Accept": "application/json"})).json()["type"].endswith("proof-needed")
    act = hidden(asked.text)
    assert (act["act"], act["back"]) == (path, path)
    for proof in ({}, {"password": PASSWORD}, {"password": "wrong", "code": phone.code(ground.clock.now())}):
        assert (await client.post("/prove", data={**act, **proof})).status_code == 401
    proof = {"password": PASSWORD, "code": phone.code(ground.clock.now())}
    going = await client.post("/prove", data={**act, **proof})
    assert f'action="{path}"' in going.text
    assert hidden(going.text) == {"reason": 'lost & "found"'}
    assert client.cookies[SESSION] != before
    assert (await client.post(path, data=hidden(going.text))).headers["location"] == "/kiosks"
    ground.clock.advance(minutes=11)
    owner = next(each.user.id for each in await build_accounts(ground.cloud).list(ground.tenant))
    roles = await client.post(f"/team/{owner}/roles", content="grant=owner&grant=security&seen=owner", headers=FORM)
    assert hidden(roles.text)["fields"] == "grant=owner&grant=security&seen=owner"
    review = hidden((await client.get(f"/team/{owner}/roles?grant=owner&grant=security")).text)
    shown = await client.post("/prove", data={**review, **proof, "code": phone.code(ground.clock.now())})
    assert shown.headers["location"] == f"/team/{owner}/roles?grant=owner&grant=security"
    ground.clock.advance(minutes=11)
    act = hidden((await client.post("/audit/export")).text)
    for _ in range(5):
        assert (await client.post("/prove", data={**act, "password": "not it"})).status_code == 401
    over = await client.post("/prove", data={**act, "password": PASSWORD, "code": phone.code(ground.clock.now())})
    assert over.headers["location"].startswith("/sign-in?")
    assert (await client.get("/board")).status_code == 303


async def test_the_last_factor_of_an_owner_stays_and_the_operator_s_way_out_says_why(
    client: httpx.AsyncClient, ground: Ground
) -> None:
    """R07, R26."""
    await set_up_app(client, ground)
    kept = await client.post("/account/app/remove")
    assert kept.status_code == 409
    assert "Your role needs a second factor" in kept.text
    accounts = build_accounts(ground.cloud)
    with pytest.raises(ReasonNeededError, match="--reason"):
        await accounts.reset_factors(ground.tenant, EMAIL, Actor("operator:rhona"))
    assert await accounts.reset_factors(ground.tenant, EMAIL, Actor("operator:rhona", reason="lost on a train")) == 1
    assert (await client.get("/board")).status_code == 303
    again = await give_password(client)
    assert again.headers["location"] == "/board"
    assert (await client.get("/board")).headers["location"] == "/account/second-factor"
    assert (await kinds(ground))["staff.factors_reset"] == 1
