"""API keys (R02), tokens of programs (R03), and what a stolen one betrays (R04)."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from cloud_api.api import build_programs
from cloud_api.composition import DatabaseAddresses
from cloud_api.console import build_security_log
from cloud_api.policy.permissions import Permission
from cloud_api.policy.roles import Grant, Role
from cloud_api.postgres.cluster import Server
from cloud_api.services.programs import NoTokens
from tests.fakes.api_program import HERE, Program, connect, make_key, program, staff_of
from tests.fakes.cloud_key_service import MemoryKeyService
from tests.fakes.cloud_postgres import superuser_url
from tests.fakes.console_browser import forget_attempts
from tests.fakes.installed_postgres import INSTALLED
from tests.fakes.raw_tables import every_row
from tests.fakes.role_world import RoleWorld, run_role_world

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("binaries", INSTALLED[-1:], ids=["newest"], indirect=True, scope="session"),
]
OWNER = Grant(Role.OWNER)


@pytest.fixture(scope="module")
async def made(
    addresses: DatabaseAddresses, key_service: MemoryKeyService, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RoleWorld]:
    async with run_role_world(addresses, key_service, tmp_path_factory.mktemp("server")) as world:
        yield world


@pytest.fixture
async def world(made: RoleWorld) -> RoleWorld:
    await forget_attempts(made.ground.cloud)
    return made


async def exchange(world: RoleWorld, refresh: str) -> tuple[int, dict[str, str]]:
    answer = await world.client.post("/api/v1/tokens", json={"refresh_token": refresh})
    return answer.status_code, answer.json()


async def test_r02_the_database_holds_no_key_and_no_token_and_a_key_is_shown_once(
    world: RoleWorld, server: Server, addresses: DatabaseAddresses
) -> None:
    """R02, R03: SHA-256 only; the list omits the secret; so does the answer to the same request again."""
    owner = await program(world, await world.person(OWNER))
    wanted = {"name": "Turnstiles", "permissions": ["visits.view"], "sites": [str(world.places[0].site)], "days": 30}
    sent = {"json": wanted, "headers": {"Idempotency-Key": str(uuid4())}}
    key = (await owner.ask("POST", "/api-keys", **sent)).json()
    again = await owner.ask("POST", "/api-keys", **sent)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert again.json() == {**key, "secret": None}
    assert key["secret"].startswith("lodge_key_")
    listed = await owner.ask("GET", f"/api-keys/{key['id']}")
    assert listed.json() == {name: value for name, value in key.items() if name != "secret"}
    rows = every_row(superuser_url(server, addresses.app.split("@/")[1].split("?")[0]))
    for token in (key["secret"], owner.token):
        secret = token[-43:]
        assert secret not in rows
        assert secret.encode().hex() not in rows
        assert "Turnstiles" not in rows
    assert key["id"] in rows


async def test_r02_a_key_is_never_wider_than_its_scope_or_its_maker(world: RoleWorld) -> None:
    """R02, R11, C29: permissions and locations of the key, and the maker's roles at this moment."""
    home, other = world.places
    maker = await world.person(Grant(Role.ADMIN), name="Maker")
    key = await make_key(world, maker, [Permission.VISITS_VIEW, Permission.KIOSKS_VIEW], [home.site])
    robot = Program(world.client, key.secret)
    assert (await robot.ask("GET", f"/visits/{home.visit}")).status_code == 200
    assert (await robot.ask("GET", f"/visits/{other.visit}")).status_code == 404
    assert "Harbour" not in (await robot.ask("GET", "/visits")).text
    assert (await robot.ask("GET", "/users")).status_code == 403
    assert (await robot.ask("GET", "/audit/entries")).status_code == 403
    for wanted in (
        {"name": "Wider", "permissions": ["billing.manage"]},
        {"name": "Wider", "permissions": ["visits.view"], "sites": [str(uuid4())]},
        {"name": "Wider", "permissions": ["audit.view"], "sites": [str(home.site)]},
    ):
        asked = await (await program(world, maker)).ask("POST", "/api-keys", json=wanted)
        assert (asked.status_code, asked.json()["type"]) == (422, "urn:lodge:problem:key-not-made")
    await world.put(maker, Grant(Role.RECEPTIONIST, other.site))
    assert (await robot.ask("GET", "/kiosks")).status_code == 403
    assert (await robot.ask("GET", f"/visits/{home.visit}")).status_code == 403
    await world.put(maker, Grant(Role.RECEPTIONIST, home.site))
    assert (await robot.ask("GET", f"/visits/{home.visit}")).status_code == 200


async def test_r02_a_key_made_by_a_key_stays_within_it(world: RoleWorld) -> None:
    """R02: a key that may make keys gives no more than itself."""
    owner = await world.person(OWNER)
    parent = await make_key(world, owner, [Permission.API_KEYS_MANAGE, Permission.VISITS_VIEW])
    robot = Program(world.client, parent.secret)
    child = await robot.ask("POST", "/api-keys", json={"name": "Child", "permissions": ["visits.view"]})
    assert child.status_code == 201
    beyond = await robot.ask("POST", "/api-keys", json={"name": "Child", "permissions": ["kiosks.view"]})
    assert beyond.status_code == 422


async def test_r02_a_key_made_by_a_key_ends_with_it(world: RoleWorld) -> None:
    """R02: no later than its parent, and revoked along with it; a key of somebody's own stays."""
    owner = await world.person(OWNER)
    boss, both = await program(world, owner), [Permission.API_KEYS_MANAGE, Permission.VISITS_VIEW]
    parent, other = await make_key(world, owner, both, days=1), await make_key(world, owner, both)
    line, names = [Program(world.client, parent.secret)], [item.value for item in both]
    for days in (None, 365):
        child = (await line[-1].ask("POST", "/api-keys", json={"name": "C", "permissions": names, "days": days})).json()
        assert datetime.fromisoformat(child["ends_at"]) == parent.key.ends_at
        line.append(Program(world.client, child["secret"]))
    assert (await boss.ask("DELETE", f"/api-keys/{parent.key.id}")).status_code == 204
    assert [(await robot.ask("GET", "/visits")).status_code for robot in line] == [401] * 3
    assert (await Program(world.client, other.secret).ask("GET", "/visits")).status_code == 200


async def test_r02_use_is_noted_once_a_minute_and_a_key_ends_when_said_or_revoked(world: RoleWorld) -> None:
    owner = await world.person(OWNER)
    key, boss = await make_key(world, owner, [Permission.VISITS_VIEW], days=1), await program(world, owner)
    robot, seen = Program(world.client, key.secret), []
    for wait in (0, 59, 2):
        world.ground.clock.advance(seconds=wait)
        assert (await robot.ask("GET", "/visits")).status_code == 200
        seen.append((await boss.ask("GET", f"/api-keys/{key.key.id}")).json()["used_at"])
    assert seen[0] == seen[1] != seen[2]
    world.ground.clock.advance(seconds=86_400)
    assert (await robot.ask("GET", "/visits")).status_code == 401
    other = await world.person(OWNER)  # the first has been away for too long
    lasting = await make_key(world, other, [Permission.VISITS_VIEW])
    revoking = await (await program(world, other)).ask("DELETE", f"/api-keys/{lasting.key.id}")
    assert revoking.status_code == 204
    assert (await Program(world.client, lasting.secret).ask("GET", "/visits")).status_code == 401


async def test_r03_an_access_token_lasts_fifteen_minutes_and_a_refresh_token_thirty_days(world: RoleWorld) -> None:
    """R03, on a clock that stands: 14:59 and 15:01."""
    connected = await connect(world, await world.person(OWNER))
    status, pair = await exchange(world, connected.refresh)
    assert status == 200
    assert len(connected.refresh.removeprefix("lodge_refresh_")[32:]) == 86  # 64 bytes
    robot = Program(world.client, pair["access_token"])
    world.ground.clock.advance(seconds=14 * 60 + 59)
    assert (await robot.ask("GET", "/me")).status_code == 200
    world.ground.clock.advance(seconds=2)
    late = await robot.ask("GET", "/me")
    assert (late.status_code, late.headers["WWW-Authenticate"]) == (401, 'Bearer realm="lodge"')
    for _ in range(2):
        await Program(world.client, "lodge_key_canary").ask("GET", "/me")
    told = await build_security_log(world.ground.cloud).list_newest(since=world.ground.clock.now())
    assert [event.detail.name for event in told if event.kind == "token.refused"] == ["no token of this server"]
    world.ground.clock.advance(days=29)
    status, pair = await exchange(world, pair["refresh_token"])
    assert status == 200
    world.ground.clock.advance(days=30, seconds=1)
    assert (await exchange(world, pair["refresh_token"]))[0] == 401
    assert (await robot.ask("GET", "/me")).status_code == 401
    assert (
        await world.client.get("/api/v1/me", headers={"Authorization": f"Bearer {connected.refresh}"})
    ).status_code == 401


async def test_c30_r04_two_windows_at_once_get_one_pair_and_end_nothing(world: RoleWorld) -> None:
    """R04: the race of two tabs, within 15 seconds."""
    connected = await connect(world, await world.person(OWNER))
    answers = await asyncio.gather(*(exchange(world, connected.refresh) for _ in range(4)))
    assert sorted(status for status, _ in answers) == [200, 409, 409, 409]
    world.ground.clock.advance(seconds=15)
    assert (await exchange(world, connected.refresh))[1]["type"] == "urn:lodge:problem:refresh-raced"
    pair = next(found for status, found in answers if status == 200)
    assert (await Program(world.client, pair["access_token"]).ask("GET", "/me")).status_code == 200


async def test_c30_r04_a_reused_refresh_token_ends_everything_of_its_account_and_is_told(world: RoleWorld) -> None:
    """R04, R27: sessions and programs on two devices; the organisation's log and the operator's say so."""
    person, other = await world.person(OWNER, name="Two Devices"), await world.person(OWNER)
    laptop, phone, bystander = await connect(world, person), await program(world, person), await program(world, other)
    _, pair = await exchange(world, laptop.refresh)
    assert (await world.ask("GET", "/account", person)).status_code == 200
    world.ground.clock.advance(seconds=16)
    status, told = await exchange(world, laptop.refresh)
    assert (status, told["type"]) == (401, "urn:lodge:problem:token-reused")
    for token in (pair["access_token"], phone.token):
        assert (await Program(world.client, token).ask("GET", "/me")).status_code == 401
    assert (await exchange(world, pair["refresh_token"]))[0] == 401
    assert (await world.ask("GET", "/account", person)).status_code == 303
    assert (await bystander.ask("GET", "/me")).status_code == 200
    noted = await build_security_log(world.ground.cloud).list_newest()
    who = f"user:{person.user_id} organisation:{world.ground.tenant}"
    assert [item.kind for item in noted if item.detail.name == who] == ["token.reused"]
    await world.ground.cloud.sequencer.run_once()
    entries = (await (await program(world, other)).ask("GET", "/audit/entries?limit=200")).json()["items"]
    reused = [entry for entry in entries if entry["kind"] == "staff.token_reused"]
    assert [(entry["who"], entry["security"]) for entry in reused] == [("Two Devices", True)]


async def test_a_program_does_a_dangerous_act_only_while_its_proof_is_fresh_and_a_key_by_permission(
    world: RoleWorld,
) -> None:
    """Step-up (ADR 62) by the API: ten minutes from connecting, or a permission that a key names."""
    owner = await world.person(OWNER)
    place = world.places[0]
    robot = await program(world, owner)
    world.ground.clock.advance(seconds=601)
    late = await robot.ask("POST", f"/kiosks/{await world.new_kiosk(place)}/revoke", json={"reason": "lost"})
    assert (late.status_code, late.json()["type"]) == (403, "urn:lodge:problem:proof-needed")
    with_it = await make_key(world, owner, [Permission.KIOSKS_REVOKE, Permission.KIOSKS_VIEW])
    without = await make_key(world, owner, [Permission.KIOSKS_VIEW])
    world.ground.clock.advance(seconds=601)
    kiosk = await world.new_kiosk(place)
    assert (
        await Program(world.client, without.secret).ask("POST", f"/kiosks/{kiosk}/revoke", json={"reason": "lost"})
    ).status_code == 403
    assert (
        await Program(world.client, with_it.secret).ask("POST", f"/kiosks/{kiosk}/revoke", json={"reason": "lost"})
    ).status_code == 204


async def test_tokens_of_other_forms_cookies_and_ended_programs_open_nothing(world: RoleWorld) -> None:
    """C14: a session's cookie is no token of the API, and a token is no session."""
    owner = await world.person(OWNER)
    robot = await program(world, owner)
    assert (await world.client.get("/api/v1/me", headers=owner.headers)).status_code == 401
    for token in (
        "",
        "x",
        owner.token,
        robot.token[:-1],
        robot.token.replace("access", "key"),
        "lodge_access_" + "g" * 80,
    ):
        assert (await Program(world.client, token).ask("GET", "/me")).status_code == 401, token
    console = {**owner.headers, "Cookie": f"__Host-lodge={robot.token}"}
    assert (await world.client.get("/account", headers=console)).status_code == 303
    assert (await robot.ask("DELETE", "/tokens")).status_code == 204
    assert (await robot.ask("GET", "/me")).status_code == 401


async def test_r02_the_console_makes_a_key_shows_it_once_and_revokes_it(world: RoleWorld) -> None:
    """R02: with a proof before both; the audit log names the key and not its secret."""
    owner = await world.person(OWNER)
    form = {"name": "Door controller", "permission": ["visits.view", "kiosks.revoke"], "days": "30"}
    shown = await world.ask("POST", "/team/keys", owner, data=form)
    secret = re.search(r"lodge_key_[\w-]+", shown.text)
    assert secret is not None
    robot = Program(world.client, secret[0])
    assert (await robot.ask("GET", "/visits")).status_code == 200
    page = (await world.ask("GET", "/team/keys", owner)).text
    assert "Door controller" in page
    assert "Acts without a proof" in page
    assert "lodge_key_" not in page
    wrong = await world.ask("POST", "/team/keys", owner, data={"name": "Nothing", "days": ""})
    assert (wrong.status_code, "Choose at least one thing" in wrong.text) == (422, True)
    key_id = (await robot.ask("GET", "/me")).json()["id"]
    assert (await world.ask("POST", f"/team/keys/{key_id}/revoke", owner)).status_code == 303
    assert (await robot.ask("GET", "/visits")).status_code == 401
    world.ground.clock.advance(seconds=601)
    for path, data in (("/team/keys", form), ("/account/programs", {"name": "Late"})):
        asked = await world.ask("POST", path, owner, data=data)
        assert (asked.status_code, "lodge_" in asked.text) == (403, False), path
        assert f"name={data['name']}".replace(" ", "+") in asked.text  # what was entered comes back


async def test_r03_a_program_does_what_was_chosen_for_it_and_no_more_and_ends_after_180_days(world: RoleWorld) -> None:
    """R02, R03: however often it exchanges its tokens; and never more than whoever connected it may."""
    person = await world.person(OWNER)
    form = {"name": "Visit reader", "permission": ["visits.view", "webhooks.manage"]}
    shown = await world.ask("POST", "/account/programs", person, data=form)
    (refresh,) = re.findall(r"lodge_refresh_[\w-]+", shown.text)
    for wrong in ({"permission": ["everything"]}, {"name": ["two", "names"]}):
        assert (await world.ask("POST", "/account/programs", person, data={**form, **wrong})).status_code == 422
    assert "May only: visits.view, webhooks.manage" in (await world.ask("GET", "/account/programs", person)).text
    robot, begun = Program(world.client, ""), world.ground.clock.now()
    pair: dict[str, str] = {"refresh_token": refresh}
    for day in (0, 29, 58, 87, 116, 145, 174, 179):
        world.ground.clock.advance(seconds=(begun + timedelta(days=day) - world.ground.clock.now()).total_seconds())
        answer = await robot.ask("POST", "/tokens", json={"refresh_token": pair["refresh_token"]})
        pair, robot.token = answer.json(), answer.json()["access_token"]
    assert datetime.fromisoformat(pair["refresh_expires_at"]) == begun + timedelta(days=180)
    expected = {"/visits": 200, "/webhooks": 200, "/users": 403, "/hosts": 403}
    assert {path: (await robot.ask("GET", path)).status_code for path in expected} == expected
    assert (await robot.ask("GET", "/me")).json()["permissions"] == ["visits.view", "webhooks.manage"]
    await world.put(person, Grant(Role.RECEPTIONIST))
    assert (await robot.ask("GET", "/webhooks")).status_code == 403
    world.ground.clock.advance(days=1)
    late = await robot.ask("POST", "/tokens", json={"refresh_token": pair["refresh_token"]})
    assert (late.status_code, late.json()["type"]) == (401, "urn:lodge:problem:token-refused")


async def test_a_person_connects_a_program_in_the_console_and_ends_it(world: RoleWorld) -> None:
    """R03: the first refresh token is shown once; a person ends their own programs and nobody else's."""
    person, other = await world.person(OWNER), await world.person(OWNER)
    shown = await world.ask("POST", "/account/programs", person, data={"name": "Report writer"})
    refresh = re.search(r"lodge_refresh_[\w-]+", shown.text)
    assert refresh is not None
    status, pair = await exchange(world, refresh[0])
    assert status == 200
    page = (await world.ask("GET", "/account/programs", person)).text
    assert "Report writer" in page
    assert "lodge_refresh_" not in page
    robot = Program(world.client, pair["access_token"])
    client_id = (await robot.ask("GET", "/me")).json()["id"]
    assert (await world.ask("POST", f"/account/programs/{client_id}/end", other)).status_code == 404
    assert (await world.ask("POST", f"/account/programs/{client_id}/end", person)).status_code == 303
    assert (await robot.ask("GET", "/me")).status_code == 401
    assert (await exchange(world, pair["refresh_token"]))[0] == 401
    found = await staff_of(world, person)
    assert (await world.ask("POST", "/sign-out", person)).status_code == 303
    late = await build_programs(world.ground.cloud).connect(found, "Too late", HERE)
    assert late is NoTokens.SIGNED_OUT, "a request that began before its session was ended leaves no program behind"
