"""Every documented operation is asked once, and its answer held against the description (F21); lists, versions and
requests that come twice.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest

from cloud_api.composition import DatabaseAddresses
from cloud_api.http.api.description import describe
from cloud_api.http.backpressure import Turnstile
from cloud_api.policy.permissions import Permission
from cloud_api.policy.roles import Grant, Role
from cloud_api.services import directory, feed
from cloud_api.services.feed_entries import Naming, by_id, invitation
from cloud_api.services.file_people import InvitationEntry
from cloud_api.services.retention import Retention
from tests.fakes.api_program import Program, connect, make_key, program
from tests.fakes.api_tour_people import (
    acts,
    deliveries,
    hosts_and_invitations,
    team_and_keys,
    visits_and_places,
    watchlist,
)
from tests.fakes.api_tour_settings import audit, kiosks, organisation, settings, webhooks
from tests.fakes.api_witness import Witness
from tests.fakes.cloud_key_service import MemoryKeyService
from tests.fakes.console_browser import forget_attempts
from tests.fakes.installed_postgres import INSTALLED
from tests.fakes.role_world import RoleWorld, run_role_world

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("binaries", INSTALLED[-1:], ids=["newest"], indirect=True, scope="session"),
]
OWNER = Grant(Role.OWNER)
GUEST = {
    "type": "visitor",
    "name": "Ada Sample",
    "windows": [{"begins": "2026-12-01T09:00:00Z", "ends": "2026-12-01T17:00:00Z"}],
}


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


async def test_every_documented_operation_answers_as_the_description_says(world: RoleWorld) -> None:
    """F21, R23: each once with success, and refusals of each kind."""
    await world.ground.cloud.sequencer.run_once()
    owner = await world.person(Grant(Role.OWNER))
    witness = Witness(describe(world.app), await program(world, owner))
    await visits_and_places(witness, world)
    await hosts_and_invitations(witness, world)
    await watchlist(witness)
    await settings(witness, world)
    await organisation(witness, world, owner)
    await deliveries(witness, world)
    await forget_attempts(world.ground.cloud)
    await kiosks(witness, world)
    await team_and_keys(witness, world)
    await acts(witness, world)
    await webhooks(witness, world)
    await audit(witness)
    fresh = Witness(witness.described, Program(world.client, ""), witness.asked)
    refresh = (await connect(world, owner)).refresh
    pair = (await fresh.ask("POST", "/tokens", 200, json={"refresh_token": refresh})).json()
    await fresh.ask("POST", "/tokens", 409, json={"refresh_token": refresh})
    fresh.program.token = pair["access_token"]
    await fresh.ask("DELETE", "/tokens", 204)
    await fresh.ask("GET", "/me", 401)
    named = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in witness.described["paths"].items()
        for method in methods
        if path.startswith("/api/")
    }
    assert witness.asked == named
    await forget_attempts(world.ground.cloud)
    for method, path in sorted(named):  # a misspelt filter would show everything
        astray = await world.client.request(method, f"/api/v1{path}", params={"sit": "x"})
        assert (astray.status_code, astray.json()["faults"][0]["at"]) == (422, "query.sit"), path


async def test_a_list_goes_on_where_it_was_whatever_comes_meanwhile(world: RoleWorld) -> None:
    """F21: stable under inserts; a cursor is of its list, filters and organisation alone."""
    place, ground = world.places[0], world.ground
    ground.clock.advance(hours=6)  # after everybody else
    owner = await program(world, await world.person(Grant(Role.OWNER)))
    for number in range(4):
        ground.clock.advance(seconds=60)
        place.kiosk.arrive(ground.clock.now(), name=f"Guest {number}")
    await ground.send(place.kiosk, place.kiosk.batch(len(place.kiosk.events) - 3))
    first = (await owner.ask("GET", "/visits?limit=2")).json()
    assert [item["name"] for item in first["items"]] == ["Guest 3", "Guest 2"]
    ground.clock.advance(seconds=60)
    place.kiosk.arrive(ground.clock.now(), name="Late guest")
    await ground.send(place.kiosk, place.kiosk.batch(len(place.kiosk.events)))
    then = (await owner.ask("GET", f"/visits?limit=2&cursor={first['next']}")).json()
    assert [item["name"] for item in then["items"]] == ["Guest 1", "Guest 0"]
    kiosks_there = (await owner.ask("GET", f"/kiosks?site={place.site}")).json()["items"]
    assert {item["site_id"] for item in kiosks_there} == {str(place.site)}
    everyone: list[dict[str, Any]] = []
    cursor = None
    while cursor is not None or not everyone:
        page = (await owner.ask("GET", "/visits?limit=3" + (f"&cursor={cursor}" if cursor else ""))).json()
        everyone, cursor = [*everyone, *page["items"]], page["next"]
    assert len({item["id"] for item in everyone}) == len(everyone) == 9
    for path in (
        f"/visits?limit=2&present=true&cursor={first['next']}",
        f"/hosts?cursor={first['next']}",
        f"/visits?cursor={first['next'][:-2]}AA",
    ):
        refused = await owner.ask("GET", path)
        assert (refused.status_code, refused.json()["type"]) == (422, "urn:lodge:problem:cursor-refused")


async def test_a_request_that_comes_twice_is_done_once(world: RoleWorld) -> None:
    """F21: the same answer again for a day; twins at once; another body; what was refused may be asked anew."""
    owner = await program(world, await world.person(Grant(Role.OWNER)))
    place = world.places[0]

    async def ask(key: str, name: str, **more: Any) -> httpx.Response:
        body = {"name": name, "site_id": str(place.site), **more}
        return await owner.ask("POST", "/kiosks", json=body, headers={"Idempotency-Key": key})

    twins = await asyncio.gather(*(ask("twins", "Twin") for _ in range(4)))
    assert sorted({answer.status_code for answer in twins}) in ([201], [201, 409])
    assert len({answer.json()["kiosk_id"] for answer in twins if answer.status_code == 201}) == 1
    again = await ask("twins", "Twin")
    assert (again.status_code, again.headers["Idempotency-Replayed"], again.json()["code"]) == (201, "true", None)
    other = await ask("twins", "Other")
    assert (other.status_code, other.json()["type"]) == (422, "urn:lodge:problem:idempotency-key-reused")
    assert (await ask("refused", "Nowhere", site_id=str(uuid4()))).status_code == 404
    assert (await ask("refused", "Somewhere")).status_code == 201
    commands, under = f"/kiosks/{again.json()['kiosk_id']}/commands", {"Idempotency-Key": "wipe"}
    for more, status in (({}, 422), ({}, 422), ({"reason": "Stolen"}, 201)):
        world.ground.clock.advance(seconds=61)  # a request that broke off would be unsure by now
        answer = await owner.ask("POST", commands, json={"order": "wipe", **more}, headers=under)
        assert answer.status_code == status, answer.text
    names = [item["name"] for item in (await owner.ask("GET", "/kiosks?limit=200")).json()["items"]]
    assert (names.count("Twin"), names.count("Other"), names.count("Somewhere")) == (1, 0, 1)
    key = await make_key(world, await world.person(Grant(Role.OWNER)), [Permission.KIOSKS_ENROL])
    owner.token = key.secret
    made = [(await ask("again", "Daily")).json()["kiosk_id"]]
    for wait in (86_399, 2):
        world.ground.clock.advance(seconds=wait)
        made.append((await ask("again", "Daily")).json()["kiosk_id"])
    assert made[0] == made[1] != made[2]


async def test_what_was_deleted_is_not_said_again_to_the_request_that_made_it(world: RoleWorld) -> None:
    """F21, R20: a name that was deleted is gone from kept answers too, and nothing is made a second time."""
    owner = await program(world, await world.person(Grant(Role.OWNER)))
    site, name = str(world.places[0].site), "Sparrow Fictional"
    said: dict[str, dict[str, Any]] = {
        "/deliveries": {"site_id": site, "host_id": str(world.host), "note": name},
        "/watchlist": {"action": "alert", "name": name, "reason": "As an example."},
        "/invitations": {**GUEST, "name": name, "site_id": site},
        "/user-invitations": {"email": "sparrow@example.org", "roles": [{"role": "read_only", "site_id": None}]},
    }
    for path, body in said.items():
        sent = {"json": body, "headers": {"Idempotency-Key": f"gone{path}"}}
        made = await owner.ask("POST", path, **sent)
        assert (made.status_code, (await owner.ask("POST", path, **sent)).status_code) == (201, 201), made.text
        assert (await owner.ask("DELETE", f"{path}/{made.json()['id']}")).status_code == 204
        again = await owner.ask("POST", path, **sent)
        assert (again.status_code, again.json()["type"]) == (409, "urn:lodge:problem:request-forgotten")
    async with world.ground.cloud.db.tenant(world.ground.tenant) as tx:
        query = "select answer from lodge.api_request where tenant_id = %s and thing_id is not null and caller_id = %s"
        found = await tx.connection.execute(query, (tx.id, (await owner.ask("GET", "/me")).json()["id"]))
        assert await found.fetchall() == [(None,)] * len(said)


async def test_of_hosts_of_one_key_that_come_at_once_one_is_added(world: RoleWorld) -> None:
    """F21: the others are told that the key is taken."""
    owner = await program(world, await world.person(Grant(Role.OWNER)))
    twins = ({"key": "twin", "name": f"Twin {number}"} for number in range(4))
    answers = await asyncio.gather(*(owner.ask("POST", "/hosts", json=twin) for twin in twins))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_a_page_that_one_person_fills_is_refused_clearly_and_others_have_room(
    world: RoleWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F21: no crash and no request in doubt, however many visitors are announced."""
    site = world.places[0].site
    desk = await program(world, await world.person(Grant(Role.RECEPTIONIST, site)))
    owner = await program(world, await world.person(Grant(Role.OWNER)))

    async def refused(by: Program) -> tuple[int, str]:
        for number in range(30):
            sent = {"json": {**GUEST, "site_id": str(site)}, "headers": {"Idempotency-Key": f"full-{number}"}}
            answer = await by.ask("POST", "/invitations", **sent)
            if answer.status_code != 201:
                world.ground.clock.advance(seconds=61)  # a request that broke off would be unsure by now
                assert (await by.ask("POST", "/invitations", **sent)).json() == answer.json()
                return answer.status_code, answer.json()["type"].rpartition(":")[2]
        return 0, ""

    monkeypatch.setattr(directory, "MOST_BYTES_OF_ONE_PERSON", 2_000)
    assert await refused(desk) == (409, "too-many-announced")
    assert (await owner.ask("POST", "/invitations", json=GUEST)).status_code == 201
    monkeypatch.setattr(directory, "MOST_BYTES_OF_ONE_PERSON", 9_000)
    monkeypatch.setattr(feed, "MAX_CONTENT_BYTES", 5_000)
    assert await refused(owner) == (409, "page-full")


async def test_r01_who_is_announced_everywhere_is_not_called_off_by_one_location(world: RoleWorld) -> None:
    """R01: a receptionist of one location sees them come, and takes back what is theirs alone."""
    owner = await program(world, await world.person(Grant(Role.OWNER)))
    desk = await program(world, await world.person(Grant(Role.RECEPTIONIST, world.places[0].site)))
    everywhere = (await owner.ask("POST", "/invitations", json=GUEST)).json()["id"]
    here = (await desk.ask("POST", "/invitations", json={**GUEST, "site_id": str(world.places[0].site)})).json()["id"]
    assert [(await desk.ask(how, f"/invitations/{everywhere}")).status_code for how in ("GET", "DELETE")] == [200, 404]
    assert (await desk.ask("DELETE", f"/invitations/{here}")).status_code == 204
    assert (await owner.ask("DELETE", f"/invitations/{everywhere}")).status_code == 204


async def test_r01_hosts_are_invited_for_by_key_or_id_within_reach_alone(world: RoleWorld) -> None:
    """R01, F21: the refusal of another location's host is that of one whom there is not; kiosks get the id."""
    owner = await program(world, await world.person(OWNER))
    here, there = (place.site for place in world.places)
    desk = await program(world, await world.person(Grant(Role.RECEPTIONIST, here)))
    far = {"key": "far-away", "name": "Far Example", "site_id": str(there)}
    far_id = (await owner.ask("POST", "/hosts", json=far)).json()["id"]
    listed = [host["id"] for host in (await desk.ask("GET", f"/hosts?site={here}&limit=200")).json()["items"]]
    shown = [far_id in (await owner.ask("GET", f"/hosts?site={site}&limit=200")).text for site in (here, there)]
    assert (str(world.host) in listed, far_id in listed, shown) == (True, False, [False, True])
    named = ({"host": "nobody"}, {"host": "far-away"}, {"host_id": str(uuid4())}, {"host_id": far_id})
    both = {"host": "grace", "host_id": str(world.host)}
    *refused, twice, made = [
        await desk.ask("POST", "/invitations", json={**GUEST, "site_id": str(here), **host})
        for host in (*named, both, {"host_id": str(world.host)})
    ]
    assert [answer.status_code for answer in (*refused, twice)] == [422] * 5
    assert len({answer.text for answer in refused}) == 1
    assert (made.status_code, made.json()["host_id"], made.json()["host"]) == (201, str(world.host), None)
    kept = msgspec.convert({**GUEST, "key": "guest", "host": by_id(world.host)}, InvitationEntry)
    assert invitation(kept, Naming(world.ground.tenant, bytes(32), bytes(32)), b"").host == world.host


async def test_c27_a_body_that_does_not_end_takes_one_place_of_its_organisation_alone(
    world: RoleWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R22, C27: no turn at drawing is taken by what has not come whole, and none other of the organisation comes."""
    slow, other = [await program(world, await world.person(OWNER)) for _ in range(2)]
    turns, taking = list[str](), Turnstile.turn
    monkeypatch.setattr(Turnstile, "turn", lambda self: turns.append("turn") or taking(self))  # type: ignore[func-returns-value]
    began, ends = asyncio.Event(), asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b"no "
        began.set()
        await ends.wait()
        yield b"picture"

    held = asyncio.create_task(slow.ask("POST", "/organisation/logo", content=body()))
    await began.wait()
    refused = await asyncio.wait_for(other.ask("POST", "/organisation/logo", content=b"no"), 5)
    assert (refused.status_code, refused.headers["retry-after"], turns) == (429, "10", [])
    ends.set()
    assert ((await held).status_code, turns) == (422, ["turn"])


async def test_r02_keys_that_are_over_take_no_place_and_are_forgotten_after_90_days(
    world: RoleWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = await program(world, await world.person(OWNER))
    wanted, made = {"name": "Short", "permissions": ["visits.view"]}, []
    listed = (await boss.ask("GET", "/api-keys?limit=200")).json()["items"]
    monkeypatch.setattr("cloud_api.services.api_keys.MOST_KEYS", len(listed) + 1)
    for _ in range(3):
        answer = await boss.ask("POST", "/api-keys", json=wanted)
        assert answer.status_code == 201, answer.text
        made.append(answer.json()["id"])
        assert (await boss.ask("DELETE", f"/api-keys/{made[-1]}")).status_code == 204
    world.ground.clock.advance(days=91)
    boss = await program(world, await world.person(OWNER))
    assert (await boss.ask("GET", f"/api-keys/{made[0]}")).status_code == 200
    await Retention(world.ground.cloud.db, world.ground.cloud.ring, world.ground.clock).purge()
    assert (await boss.ask("GET", f"/api-keys/{made[0]}")).status_code == 404
