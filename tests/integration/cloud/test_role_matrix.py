"""Role x route x location against ``docs/security/roles.toml``, generated from the application's own route table (R11),
and every route with another organisation's ids (R13).
"""

import tomllib
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from cloud_api.composition import DatabaseAddresses
from cloud_api.console import build_security_log
from cloud_api.http.access import DeclaredRoute, declared_routes
from cloud_api.policy.roles import Grant, Role
from tests.fakes.api_program import program
from tests.fakes.api_questions import API, PLACED, ask_api
from tests.fakes.cloud_key_service import MemoryKeyService
from tests.fakes.cloud_server import OPERATOR
from tests.fakes.console_browser import forget_attempts
from tests.fakes.role_world import Person, Place, RoleWorld, run_role_world

# On one version of PostgreSQL: what is asked here is the policy, and there is much of it.
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.above_the_store,
]
EXPECTED: Mapping[str, Any] = tomllib.loads(Path("docs/security/roles.toml").read_text("utf-8"))
PLACED_BY_QUERY = ("GET /board", "GET /evacuation")
OWN = ("/account/", "/prove/")
PLACED_BY_FORM = ("POST /kiosks", "POST /invitations")


@pytest.fixture(scope="module")
async def world(
    addresses: DatabaseAddresses, key_service: MemoryKeyService, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RoleWorld]:
    async with run_role_world(addresses, key_service, tmp_path_factory.mktemp("server")) as made:
        yield made


def roles_of(name: str) -> tuple[str, list[str]]:
    """Under which heading the file has a route, and for whom."""
    for heading in ("public", "device", "signed_in"):
        if name in EXPECTED[heading]:
            return heading, EXPECTED["roles"]
    for heading in ("organisation", "location"):
        if name in EXPECTED[heading]:
            return heading, EXPECTED[heading][name]
    raise AssertionError(f"docs/security/roles.toml does not say who may ask {name}")


def name_of(route: DeclaredRoute) -> str:
    return f"{route.method} {route.path}"


def is_placed(name: str) -> bool:
    return "{" in name or name in (*PLACED_BY_QUERY, *PLACED_BY_FORM, *PLACED)


def bearers(world: RoleWorld) -> Iterator[tuple[str, Grant]]:
    """Every role everywhere, and those that can be local at the first location."""
    for role in EXPECTED["roles"]:
        yield role, Grant(Role(role))
        if role not in EXPECTED["everywhere"]:
            yield role, Grant(Role(role), world.places[0].site)


def entries_of(path: str) -> dict[str, str]:
    """A type and a document that there are, each the last or named by something, so that nobody takes it away."""
    key = "visitor" if path.startswith("/types") else "rules"
    return {"key": key, "field_id": "_new", "question_id": "_new", "language": "en"}


async def ask(world: RoleWorld, name: str, person: Person, place: Place, site: object = None) -> str:
    """What a route answers about a place: ``in``, ``forbidden``, ``absent`` or ``stranger``. ``site``: another id for
    the location itself.
    """
    method, path = name.split(" ")
    site = site or place.site
    if path.startswith(API):
        return await ask_api(world, name, person, place, site)
    target = await world.person(Grant(Role.RECEPTIONIST, place.site)) if "{user_id}" in path else person
    of_photographed = ("{photo_id}", "{signature_id}", "{copy_id}")
    stay = place.photographed if any(one in path for one in of_photographed) else place.visit
    path = path.format(
        stay_id=stay,
        photo_id=place.photo,
        signature_id=place.signature,
        copy_id=place.document,
        kiosk_id=await world.new_kiosk(place) if "{kiosk_id}" in path else "",
        epoch="none",
        user_id=target.user_id,
        session_id=uuid4(),
        number=1,
        passkey_id=uuid4(),
        client_id=uuid4(),
        call_id=await world.new_call(place) if "{call_id}" in path else "",
        key_id=await world.new_key() if "{key_id}" in path else "",
        **entries_of(path),
        invitation_id=await world.new_invitation(place) if "{invitation_id}" in path else "",
    )
    if name in PLACED_BY_QUERY:
        path += f"?site={site}"
    if path.endswith("/roles") and method == "GET":
        path += f"?grant=receptionist@{site}"
    forms = {"/kiosks": {"name": "New kiosk", "site": place.key}, "/roles": {"grant": f"receptionist@{site}"}}
    forms["/invitations"] = {"email": "robin@example.org", "grant": f"receptionist@{site}"}
    form = next((form for end, form in forms.items() if path.endswith(end)), {}) if method == "POST" else None
    answer = await world.ask(method, path, person, data=form)
    if answer.status_code == 303 and answer.headers["location"].startswith("/sign-in"):
        return "stranger"
    if name in PLACED_BY_FORM and answer.status_code == 422 and "Choose the site" in answer.text:
        return "absent"
    assert answer.status_code < 500, (name, answer.text)
    if answer.status_code == 404 and path.startswith(OWN):
        return "in"  # one's own passkeys and sessions, of which there are none here
    return {403: "forbidden", 404: "absent"}.get(answer.status_code, "in")


async def test_every_route_is_in_the_file_and_the_file_names_no_other(world: RoleWorld) -> None:
    """R11: a route that is added later says here who may ask it."""
    routes = [name_of(route) for route in declared_routes(world.app)]
    named = [*EXPECTED["public"], *EXPECTED["device"], *EXPECTED["signed_in"]]
    assert sorted(routes) == sorted([*named, *EXPECTED["organisation"], *EXPECTED["location"]])
    assert EXPECTED["roles"] == [role.value for role in Role]
    assert EXPECTED["everywhere"] == [role.value for role in Role if role.everywhere]


async def test_c29_every_role_asks_every_route_about_its_own_and_another_location(world: RoleWorld) -> None:
    """R11, C29: missing checks of function and of object alike; 403 where the role does not allow it, 404 elsewhere."""
    routes = declared_routes(world.app)
    wrong: list[str] = []
    asked = 0
    for role, grant in bearers(world):
        person = await world.person(grant)
        for number, route in enumerate(routes):
            if number % 40 == 0:  # more would be too many of one network, whose clock stands still
                await forget_attempts(world.ground.cloud)
            name = name_of(route)
            heading, roles = roles_of(name)
            if heading in ("public", "device"):
                continue
            # Whoever is not bound to a place is asked by programs about one: the other would be asked for in vain.
            whole = route.path.startswith(API) and grant.site is None
            # What is the organisation's is refused wherever: it is asked about one.
            for place in world.places[whole:] if is_placed(name) and heading == "location" else world.places[:1]:
                elsewhere = grant.site is not None and place is not world.places[0] and heading == "location"
                elsewhere = elsewhere and not name.endswith("/{key}")  # types and documents are everywhere alike
                bounded = heading == "organisation" and grant.site is not None
                expected = "forbidden" if role not in roles or bounded else "absent" if elsewhere else "in"
                found = await ask(world, name, person, place)
                await world.put(person, grant)  # whoever handed on the ownership has it back
                asked += 1
                if found != expected:
                    where = "everywhere" if grant.site is None else "at one location"
                    wrong.append(f"{role} {where} asks {name} about {place.key}: {found}, not {expected}")
    assert wrong == []
    assert asked > 700


async def test_nobody_without_a_session_or_a_role_comes_in(world: RoleWorld) -> None:
    """R11: deny by default."""
    stranger = Person(world.places[0].site, "not a token")
    bare = await world.person()
    for number, name in enumerate(name_of(route) for route in declared_routes(world.app)):
        if number % 40 == 0:
            await forget_attempts(world.ground.cloud)
        heading, _ = roles_of(name)
        if heading in ("organisation", "location", "signed_in"):
            assert await ask(world, name, stranger, world.places[0]) == "stranger", name
            expected = "in" if heading == "signed_in" else "forbidden"
            assert await ask(world, name, bare, world.places[0]) == expected, name


async def test_c28_every_route_answers_another_organisation_s_ids_as_absent(world: RoleWorld) -> None:
    """R13, C28: the owner of one organisation, with full rights at home, has the ids of another."""
    await forget_attempts(world.ground.cloud)
    created = await world.ground.cloud.organisations.create("Other Works", OPERATOR, lambda _key: None)
    here = world.ground.tenant
    world.ground.tenant = created.id
    eve = await world.person(Grant(Role.OWNER), name="Eve Elsewhere")
    world.ground.tenant = here
    tried = 0
    for name in (name_of(route) for route in declared_routes(world.app)):
        heading, _ = roles_of(name)
        if heading in ("organisation", "location") and is_placed(name):
            assert await ask(world, name, eve, world.places[0]) == "absent", name
            tried += 1
    own = f"/team/{eve.user_id}/roles"
    answer = await world.ask("POST", own, eve, data={"grant": f"receptionist@{world.places[0].site}"})
    assert answer.status_code == 404
    assert tried > 35


async def test_c29_nothing_of_another_location_is_on_any_page(world: RoleWorld) -> None:
    """R11, C29: board, search, evacuation list, kiosks and team, for people of one location."""
    await forget_attempts(world.ground.cloud)
    home, other = world.places
    local = await world.person(Grant(Role.LOCATION_ADMIN, home.site), Grant(Role.HOST, home.site), name="Local Head")
    away = await world.person(Grant(Role.SECURITY, other.site), name="Away Guard")
    asks = [name_of(route) for route in declared_routes(world.app) if "{" not in route.path]
    pages = [name.split(" ")[1] for name in asks if name in EXPECTED["location"] and name.startswith("GET")]
    for path in [*pages, "Visitor", "Kiosk"]:
        shown = path.startswith("/")
        answer = await (world.ask("GET", path, local) if shown else world.find(path, local))
        text = answer.text
        for hidden in ("Harbour House", "Away Guard", str(other.visit), str(other.kiosk.identity.kiosk)):
            assert hidden not in text, (path, hidden)
    assert "Visitor of Mill Lane" in (await world.find("Visitor", local)).text
    assert "Kiosk of Mill Lane" in (await world.ask("GET", "/kiosks", local)).text
    guard = await world.ask("GET", "/evacuation", away)
    assert "Visitor of Harbour House" in guard.text
    assert "Mill Lane" not in guard.text


async def test_a_host_sees_visits_to_them_and_no_others(world: RoleWorld) -> None:
    """R11: own visitors, found by the e-mail address of the directory."""
    await forget_attempts(world.ground.cloud)
    home = world.places[0]
    someone = home.kiosk.arrive(world.ground.clock.now(), name="Caller for Another", host="Noel Mailless")
    await world.ground.send(home.kiosk, home.kiosk.batch(len(home.kiosk.events)))
    grace = await world.person(Grant(Role.HOST))
    board = (await world.ask("GET", "/board", grace)).text
    assert "Visitor of Mill Lane" in board
    assert "Caller for Another" not in board
    assert "Caller for Another" not in (await world.find("Caller", grace)).text
    assert (await world.ask("GET", f"/visits/{someone}", grace)).status_code == 404
    owner = await world.person(Grant(Role.OWNER))
    assert "Caller for Another" in (await world.ask("GET", "/board", owner)).text


async def test_a_page_shows_no_way_to_what_a_role_does_not_allow(world: RoleWorld) -> None:
    """R11: controls follow the policy that routes follow."""
    await forget_attempts(world.ground.cloud)
    shown: dict[str, str] = {}
    for role in EXPECTED["roles"]:
        shown[role] = (await world.ask("GET", "/board", await world.person(Grant(Role(role))))).text
    for link, name in (
        ("/kiosks", "GET /kiosks"), ("/types", "GET /types"), ("/audit", "GET /audit"), ("/team", "GET /team"),
        ("/evacuation", "GET /evacuation"),
    ):  # fmt: skip
        for role, text in shown.items():
            assert (f'href="{link}"' in text) is (role in roles_of(name)[1]), (role, link)
    reader = await world.person(Grant(Role.READ_ONLY))
    assert 'href="/audit/export"' not in (await world.ask("GET", "/audit", reader)).text
    assert 'href="/audit/export"' in (await world.ask("GET", "/audit", await world.person(Grant(Role.ADMIN)))).text
    guarded = f"/visits/{world.places[0].photographed}"
    assert "<img data-photo" not in (await world.ask("GET", guarded, reader)).text
    assert "<img data-photo" in (await world.ask("GET", guarded, await world.person(Grant(Role.SECURITY)))).text


async def test_a_refusal_is_clear_to_the_person_and_noted_for_the_operator(world: RoleWorld) -> None:
    """R27: refused access is in the operator's security log by ids, without a name; a program gets a problem."""
    await forget_attempts(world.ground.cloud)
    world.ground.clock.advance(seconds=1)  # what was refused before is older
    desk = await world.person(Grant(Role.RECEPTIONIST), name="Reception Canary")
    page = await world.ask("GET", "/audit", desk)
    assert page.status_code == 403
    assert "Your role does not allow this" in page.text
    assert 'aria-label="Main"' in page.text
    plain = await world.client.get("/audit", headers={**desk.headers, "Accept": "application/json"})
    assert (plain.status_code, plain.json()["type"]) == (403, "urn:lodge:problem:forbidden")
    noted = await build_security_log(world.ground.cloud).list_newest()
    expected = f"audit.view user:{desk.user_id} organisation:{world.ground.tenant}"
    assert [(item.kind, item.detail.name) for item in noted].count(("access.refused", expected)) == 2
    robot, boss = await program(world, desk), await program(world, await world.person(Grant(Role.OWNER)))
    for _ in range(3):
        assert (await robot.ask("GET", "/audit/entries")).status_code == 403
    told = [item.detail.name for item in await build_security_log(world.ground.cloud).list_newest()]
    assert len([name for name in told if name.startswith(f"{expected} program:")]) == 1
    while await world.ground.cloud.sequencer.integrate(world.ground.tenant):
        pass
    entries = (await boss.ask("GET", "/audit/entries?limit=200")).json()["items"]
    refused = [item["who"] for item in entries if item["kind"] == "access.refused"]
    assert [who for who in refused if who.startswith("Reception Canary, by the program")] == [
        "Reception Canary, by the program “Report writer”"
    ], "three times, and once on record"
