"""Every documented operation is asked once, and its answer held against the description (F21); lists, versions and
requests that come twice.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from cloud_api.composition import DatabaseAddresses
from cloud_api.http.api.description import describe
from cloud_api.policy.permissions import Permission
from cloud_api.policy.roles import Grant, Role
from cloud_api.postgres.binaries import find_binaries
from tests.fakes.api_program import Program, connect, make_key, program
from tests.fakes.cloud_key_service import MemoryKeyService
from tests.fakes.console_browser import forget_attempts
from tests.fakes.openapi_schema import Schemas
from tests.fakes.role_world import RoleWorld, run_role_world
from tests.fakes.served_app import serving

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("binaries", find_binaries()[-1:], ids=["newest"], indirect=True, scope="session"),
]
DOCUMENTATION = Path("docs/api.md").read_text("utf-8")
WINDOW = {"begins": "2026-12-01T09:00:00+01:00", "ends": "2026-12-01T17:00:00+01:00"}


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


@dataclass
class Witness:
    """A program whose answers are held against the description."""

    described: dict[str, Any]
    program: Program
    asked: set[tuple[str, str]] = field(default_factory=set)

    async def ask(self, method: str, template: str, status: int, **more: Any) -> httpx.Response:
        ids, query = more.pop("ids", {}), more.pop("query", "")
        answer = await self.program.ask(method, template.format(**ids) + query, **more)
        assert answer.status_code == status, (method, template, answer.text)
        said = self.described["paths"]["/api/v1" + template][method.lower()]["responses"][str(status)]
        self.asked.add((method, template))
        if status == 204:
            assert answer.content == b""
            return answer
        media = answer.headers["content-type"]
        assert list(Schemas(self.described).faults(answer.json(), said["content"][media]["schema"])) == []
        return answer


async def test_every_documented_operation_answers_as_the_description_says(world: RoleWorld) -> None:
    """F21, R23: each once with success, and refusals of each kind."""
    await world.ground.cloud.sequencer.run_once()
    owner = await world.person(Grant(Role.OWNER))
    witness = Witness(describe(world.app), await program(world, owner))
    await _visits_and_places(witness, world)
    await _hosts_and_invitations(witness, world)
    await _kiosks(witness, world)
    await _team_and_keys(witness, world)
    await _audit(witness)
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


async def _visits_and_places(witness: Witness, world: RoleWorld) -> None:
    place = world.places[0]
    visits = (await witness.ask("GET", "/visits", 200, query=f"?site={place.site}&present=true&limit=1")).json()
    assert (len(visits["items"]), visits["items"][0]["site_id"]) == (1, str(place.site))
    found = (await witness.ask("GET", "/visits", 200, query="?q=visitor+mill")).json()["items"]
    assert [item["name"] for item in found] == ["Visitor of Mill Lane"]
    detail = (await witness.ask("GET", "/visits/{stay_id}", 200, ids={"stay_id": place.visit})).json()
    assert (detail["id"], detail["host_id"]) == (str(place.visit), str(world.host))
    assert [step["title"] for step in detail["steps"]][:1] == ["Arrived at Kiosk of Mill Lane"]
    await witness.ask("GET", "/visits/{stay_id}", 404, ids={"stay_id": uuid4()})
    await witness.ask("GET", "/visits/{stay_id}", 404, ids={"stay_id": "no-id"})
    for wrong in ("?limit=0", "?since=yesterday", "?until=0.5", "?cursor=AAAA", f"?q={'x' * 101}"):
        await witness.ask("GET", "/visits", 422, query=wrong)
    presence = (await witness.ask("GET", "/presence", 200)).json()
    assert presence["count"] == len(presence["people"]) == 4
    await witness.ask("GET", "/presence", 404, query=f"?site={uuid4()}")
    places = (await witness.ask("GET", "/locations", 200)).json()["items"]
    assert {item["key"] for item in places} == {"mill-lane", "harbour"}
    await witness.ask("GET", "/locations/{site_id}", 200, ids={"site_id": place.site})
    assert (await witness.ask("GET", "/visitor-types", 200)).json() == {
        "items": [{"key": "visitor", "name": "Visitor"}]
    }
    assert [item["key"] for item in (await witness.ask("GET", "/documents", 200)).json()["items"]] == ["rules"]


async def _hosts_and_invitations(witness: Witness, world: RoleWorld) -> None:
    wanted = {"key": "ida", "name": "Ida Sample", "email": "ida@example.org", "site_id": str(world.places[0].site)}
    host = (await witness.ask("POST", "/hosts", 201, json=wanted)).json()
    await witness.ask("POST", "/hosts", 409, json=wanted)
    await witness.ask("POST", "/hosts", 404, json={**wanted, "key": "ivo", "site_id": str(uuid4())})
    for wrong in (
        {**wanted, "email": "nowhere"},
        {**wanted, "more": 1},
        {**wanted, "name": "a\nb"},
        {**wanted, "active": 0},
    ):
        await witness.ask("POST", "/hosts", 422, json=wrong)
    for unreadable in (b'{"key": "\xff"}', b"[" * 20_000):
        await witness.ask("POST", "/hosts", 422, content=unreadable, headers={"Content-Type": "application/json"})
    refused = await witness.program.ask("PATCH", "/hosts")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, POST")
    await witness.ask("POST", "/hosts", 413, content=b" " * 65537, headers={"Content-Type": "application/json"})
    ids = {"host_id": host["id"]}
    seen = await witness.ask("GET", "/hosts/{host_id}", 200, ids=ids)
    change = {"name": "Ida Sample", "department": "Dyeing", "active": False}
    await witness.ask("PUT", "/hosts/{host_id}", 428, ids=ids, json=change)
    match = {"If-Match": seen.headers["ETag"]}
    done = await witness.ask("PUT", "/hosts/{host_id}", 200, ids=ids, json=change, headers=match)
    assert done.json() == {**host, **change, "email": "", "site_id": None}
    await witness.ask("PUT", "/hosts/{host_id}", 412, ids=ids, json=change, headers=match)
    assert host["id"] in (await witness.ask("GET", "/hosts", 200)).text
    guest = {"type": "visitor", "name": "Guest", "host": "ida", "windows": [WINDOW], "key": "guest"}
    invited = (await witness.ask("POST", "/invitations", 201, json=guest)).json()
    await witness.ask("POST", "/invitations", 409, json=guest)
    numbers = {**guest, "windows": [{"begins": 1.5, "ends": "1"}], "uses": "2", "approved": 1}
    assert len((await witness.ask("POST", "/invitations", 422, json=numbers)).json()["faults"]) == 4
    backwards = {**guest, "windows": [{"begins": WINDOW["ends"], "ends": WINDOW["begins"]}], "host": "nobody"}
    faults = (await witness.ask("POST", "/invitations", 422, json=backwards)).json()["faults"]
    assert [item["at"] for item in faults] == ["invitation.windows[0].ends", "invitation.host"]
    ids = {"entry_id": invited["id"]}
    assert (await witness.ask("GET", "/invitations/{entry_id}", 200, ids=ids)).json() == invited
    assert (await witness.ask("GET", "/invitations", 200)).json()["items"] == [invited]
    await witness.ask("DELETE", "/invitations/{entry_id}", 204, ids=ids)
    await witness.ask("DELETE", "/invitations/{entry_id}", 404, ids=ids)
    await witness.ask("GET", "/watchlist", 200)


async def _kiosks(witness: Witness, world: RoleWorld) -> None:
    wanted = {"name": "Side door", "site_id": str(world.places[0].site)}
    code = (await witness.ask("POST", "/kiosks", 201, json=wanted)).json()
    await witness.ask("POST", "/kiosks", 404, json={**wanted, "site_id": str(uuid4())})
    ids = {"kiosk_id": code["kiosk_id"]}
    kiosk = (await witness.ask("GET", "/kiosks/{kiosk_id}", 200, ids=ids)).json()
    assert (kiosk["name"], kiosk["state"], kiosk["site_id"]) == ("Side door", "waiting", wanted["site_id"])
    await witness.ask("POST", "/kiosks/{kiosk_id}/code", 201, ids=ids)
    given = (await witness.ask("POST", "/kiosks/{kiosk_id}/commands", 201, ids=ids, json={"order": "restart"})).json()
    await witness.ask("POST", "/kiosks/{kiosk_id}/commands", 422, ids=ids, json={"order": "dance"})
    listed = (await witness.ask("GET", "/kiosks/{kiosk_id}/commands", 200, ids=ids)).json()["items"]
    assert [item["id"] for item in listed] == [given["id"]]
    await witness.ask("POST", "/kiosks/{kiosk_id}/revoke", 204, ids=ids, json={"reason": "stolen"})
    await witness.ask("POST", "/kiosks/{kiosk_id}/revoke", 404, ids=ids, json={"reason": "stolen"})
    await witness.ask("POST", "/kiosks/{kiosk_id}/code", 409, ids=ids)
    assert len((await witness.ask("GET", "/kiosks", 200)).json()["items"]) == 3


async def _team_and_keys(witness: Witness, world: RoleWorld) -> None:
    person = await world.person(Grant(Role.RECEPTIONIST), name="Rita Example")
    ids = {"user_id": person.user_id}
    seen = await witness.ask("GET", "/users/{user_id}", 200, ids=ids)
    await witness.ask("GET", "/users", 200)
    roles = {"roles": [{"role": "security", "site_id": str(world.places[0].site)}]}
    await witness.ask("PUT", "/users/{user_id}/roles", 428, ids=ids, json=roles)
    match = {"If-Match": seen.headers["ETag"]}
    done = await witness.ask("PUT", "/users/{user_id}/roles", 200, ids=ids, json=roles, headers=match)
    assert done.json()["roles"] == roles["roles"]
    await witness.ask("PUT", "/users/{user_id}/roles", 412, ids=ids, json=roles, headers=match)
    match = {"If-Match": done.headers["ETag"]}
    owner = {"roles": [{"role": "owner", "site_id": None}]}
    await witness.ask("PUT", "/users/{user_id}/roles", 409, ids=ids, json=owner, headers=match)
    assert len((await witness.ask("GET", "/roles", 200)).json()["items"]) == 7
    me = (await witness.ask("GET", "/me", 200)).json()
    assert (me["kind"], "billing.manage" in me["permissions"]) == ("program", True)
    key = (await witness.ask("POST", "/api-keys", 201, json={"name": "Key", "permissions": ["visits.view"]})).json()
    await witness.ask("GET", "/api-keys", 200)
    await witness.ask("GET", "/api-keys/{key_id}", 200, ids={"key_id": key["id"]})
    narrow = Witness(witness.described, Program(world.client, key["secret"]))
    await narrow.ask("GET", "/visits", 200)
    await narrow.ask("GET", "/users", 403)
    await witness.ask("DELETE", "/api-keys/{key_id}", 204, ids={"key_id": key["id"]})


async def _audit(witness: Witness) -> None:
    first = (await witness.ask("GET", "/audit/entries", 200, query="?limit=3")).json()
    assert [item["number"] for item in first["items"]] == sorted((i["number"] for i in first["items"]), reverse=True)
    then = (await witness.ask("GET", "/audit/entries", 200, query=f"?limit=3&cursor={first['next']}")).json()
    assert then["items"][0]["number"] == first["items"][-1]["number"] - 1
    await witness.ask("GET", "/audit/checkpoint", 200)
    proof = await witness.ask("GET", "/audit/entries/{entry_id}/proof", 200, ids={"entry_id": first["items"][0]["id"]})
    assert proof.json()["index"] == first["items"][0]["number"] - 1
    await witness.ask("GET", "/audit/entries/{entry_id}/proof", 404, ids={"entry_id": uuid4()})


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
    names = [item["name"] for item in (await owner.ask("GET", "/kiosks?limit=200")).json()["items"]]
    assert (names.count("Twin"), names.count("Other"), names.count("Somewhere")) == (1, 0, 1)
    key = await make_key(world, await world.person(Grant(Role.OWNER)), [Permission.KIOSKS_ENROL])
    owner.token = key.secret
    made = [(await ask("again", "Daily")).json()["kiosk_id"]]
    for wait in (86_399, 2):
        world.ground.clock.advance(seconds=wait)
        made.append((await ask("again", "Daily")).json()["kiosk_id"])
    assert made[0] == made[1] != made[2]


async def test_each_example_of_the_documentation_answers_as_it_says(world: RoleWorld, tmp_path: Path) -> None:
    """F21: by the real curl, one after the other, as somebody would who reads docs/api.md."""
    owner = await world.person(Grant(Role.OWNER))
    allowed = [
        Permission.VISITS_VIEW,
        Permission.DIRECTORY_VIEW,
        Permission.ORGANISATION_CONFIGURE,
        Permission.INVITATIONS_MANAGE,
    ]
    place = world.places[0]
    (tmp_path / ".curlrc").write_text('silent\nshow-error\nwrite-out = "\\n%{http_code}"\n')
    examples = re.findall(r"```sh\n# (\d{3})\n(.*?)```", DOCUMENTATION, re.DOTALL)
    assert len(examples) == DOCUMENTATION.count("```sh") >= 12
    async with serving(world.app) as address:
        settings = {
            "CURL_HOME": str(tmp_path),
            "LODGE": address,
            "KEY": (await make_key(world, owner, allowed)).secret,
            "REFRESH": (await connect(world, owner)).refresh,
            "SITE": str(place.site),
            "VISIT": str(place.visit),
            "PATH": os.environ["PATH"],
        }
        for status, script in examples:
            run = await asyncio.create_subprocess_exec(
                "bash",
                "-ec",
                script.replace('"ida"', '"ida-of-the-docs"'),
                env=settings,
                stdout=asyncio.subprocess.PIPE,
            )
            said, _ = await run.communicate()
            assert said.decode().rpartition("\n")[2] == status, (script, said)
