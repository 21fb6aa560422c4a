"""Looking after the team in the console: roles, removal, the ownership (R11, R12)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from cloud_api.api import build_api_keys
from cloud_api.composition import DatabaseAddresses
from cloud_api.console import build_shared_limit
from cloud_api.http.console.grant_forms import write_grant
from cloud_api.http.console.streams import ChangeStreams, StreamTerms
from cloud_api.identity import build_identity
from cloud_api.policy.permissions import Permission
from cloud_api.policy.roles import Grant, Role
from cloud_api.services.api_keys import CameOf
from cloud_api.services.audit_reading import AuditLine, AuditReading
from cloud_api.services.ticks import Ticks
from cloud_api.store import data_keys, invitations, staff_roles, users
from cloud_api.store.invitations import Invitation
from tests.fakes.api_program import HERE, Program, make_key, program
from tests.fakes.cloud_key_service import MemoryKeyService
from tests.fakes.role_world import PLACES, Person, RoleWorld, run_role_world

OWNER, ADMIN = Grant(Role.OWNER), Grant(Role.ADMIN)
WHY = {"reason": "as agreed"}
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.above_the_store,
]


@pytest.fixture(scope="module")
async def shared(
    addresses: DatabaseAddresses, key_service: MemoryKeyService, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RoleWorld]:
    async with run_role_world(addresses, key_service, tmp_path_factory.mktemp("server")) as made:
        yield made


@pytest.fixture
async def world(shared: RoleWorld) -> RoleWorld:
    """Without anybody."""
    async with shared.ground.cloud.db.tenant(shared.ground.tenant) as tx:
        await tx.connection.execute("delete from lodge.staff_user where tenant_id = %s", (tx.id,))
    return shared


async def give(world: RoleWorld, by: Person, to: Person, *grants: str) -> int:
    seen = [write_grant(grant) for grant in await world.grants_of(to)]
    said = {"grant": list(grants), "seen": seen}
    return (await world.ask("POST", f"/team/{to.user_id}/roles", by, data=said)).status_code


async def newest_line(world: RoleWorld) -> AuditLine:
    while await world.ground.cloud.sequencer.run_once():
        pass
    reading = AuditReading(world.ground.cloud.db, world.ground.cloud.ring)
    return (await reading.page(world.ground.tenant, world.ground.clock.now())).lines[0]


async def newest_act(world: RoleWorld) -> str:
    line = await newest_line(world)
    return f"{line.who}: {line.what}"


async def test_roles_are_reviewed_changed_and_written_down_with_before_and_after(world: RoleWorld) -> None:
    """R11, R26."""
    home, away = world.places
    head = await world.person(OWNER, name="Ines Caldermoor")
    desk = await world.person(Grant(Role.RECEPTIONIST, home.site), name="Tobiah Wrenfield")
    review = await world.ask("GET", f"/team/{desk.user_id}/roles?grant=security@{away.site}&grant=host", head)
    assert "Receptionist at Mill Lane" in review.text
    assert "Security at Harbour House" in review.text
    assert await world.grants_of(desk) == (Grant(Role.RECEPTIONIST, home.site),)
    assert await give(world, head, desk, f"security@{away.site}", "host") == 303
    assert await world.grants_of(desk) == (Grant(Role.HOST), Grant(Role.SECURITY, away.site))
    assert await newest_act(world) == (
        "Ines Caldermoor: Tobiah Wrenfield: receptionist at Mill Lane became host, security at Harbour House"
    )
    assert (await world.ask("GET", f"/evacuation?site={home.site}", desk)).status_code == 404, "it counts at once"


async def test_the_last_owner_is_neither_removed_nor_demoted_by_anybody(world: RoleWorld) -> None:
    """R12."""
    host = Grant(Role.HOST)
    head, admin = await world.person(OWNER, host), await world.person(ADMIN)
    for path, form in (
        (f"/team/{head.user_id}/roles", {"grant": "host"}),
        (f"/team/{head.user_id}/remove", WHY),
    ):
        answer = await world.ask("POST", path, head, data=form)
        assert (answer.status_code, "This is the last owner" in answer.text) == (409, True), path
        assert (await world.ask("POST", path, admin, data=form)).status_code == 403
    assert await give(world, head, admin, "owner") == 409, "the ownership is no role to be given"
    assert await give(world, admin, admin, "owner") == 409
    assert await world.grants_of(head) == (OWNER, host)
    assert await world.grants_of(admin) == (ADMIN,)


async def test_two_owners_who_demote_each_other_at_once_leave_one(world: RoleWorld) -> None:
    """R12: also where both acts were begun while there were two owners."""
    for _ in range(3):
        one, other = await world.person(OWNER), await world.person(OWNER)
        answers = await asyncio.gather(give(world, one, other, "admin"), give(world, other, one, "admin"))
        assert sorted(answers) == [303, 403]
        owners = [await world.grants_of(person) for person in (one, other)].count((OWNER,))
        assert owners == 1
        for person in (one, other):
            await world.put(person, ADMIN)


async def test_the_ownership_is_handed_on_and_its_giver_becomes_an_administrator(world: RoleWorld) -> None:
    """R12."""
    head = await world.person(OWNER, name="Ines Caldermoor")
    heir, admin = await world.person(Grant(Role.RECEPTIONIST), name="Yarrow Wintersedge"), await world.person(ADMIN)
    path = f"/team/{heir.user_id}/ownership"
    assert (await world.ask("POST", path, admin, data={})).status_code == 403
    assert "becomes the owner" in (await world.ask("GET", path, head)).text
    assert (await world.ask("POST", path, head, data=WHY)).status_code == 303
    assert (await world.grants_of(heir), await world.grants_of(head)) == ((OWNER,), (ADMIN,))
    assert await newest_act(world) == (
        "Ines Caldermoor: Ownership handed on from Ines Caldermoor to Yarrow Wintersedge"
    )
    assert (await world.ask("POST", f"/team/{admin.user_id}/ownership", head, data=WHY)).status_code == 403


async def test_an_administrator_signs_somebody_out_everywhere(world: RoleWorld) -> None:
    """R07, R26, ASVS 7.4.5: the account stays, and whoever is above is out of reach."""
    admin = await world.person(ADMIN, name="Ines Caldermoor")
    owner = await world.person(OWNER, name="Yarrow Wintersedge")
    lost = await world.person(Grant(Role.SECURITY), name="Tobiah Wrenfield")
    assert "Sign out everywhere" in (await world.ask("GET", f"/team/{lost.user_id}", admin)).text
    answer = await world.ask("POST", f"/team/{lost.user_id}/sign-out", admin)
    assert (answer.status_code, answer.headers["location"]) == (303, "/team?done=signed-out")
    assert (await world.ask("GET", "/board", lost)).status_code == 303
    assert await newest_act(world) == "Ines Caldermoor: Tobiah Wrenfield was signed out everywhere (1)"
    assert await world.grants_of(lost) == (Grant(Role.SECURITY),)
    local = await world.person(Grant(Role.LOCATION_ADMIN, world.places[0].site))
    wider = await world.person(Grant(Role.LOCATION_ADMIN))
    for above, actor in ((owner, admin), (wider, local)):
        assert (await world.ask("POST", f"/team/{above.user_id}/sign-out", actor)).status_code == 403
        assert (await world.ask("GET", "/board", above)).status_code == 200


async def test_r26_nobody_s_name_makes_an_entry_look_like_somebody_else_s(world: RoleWorld) -> None:
    """R26: a name is chosen; what an entry was done by is the account's, and stands beside it."""
    for name in ("operator:root", "server"):
        eve = await world.person(ADMIN, name=name)
        lost = await world.person(Grant(Role.SECURITY), name="Tobiah Wrenfield")
        assert (await world.ask("POST", f"/team/{lost.user_id}/sign-out", eve)).status_code == 303
        assert await newest_act(world) == f"{name}: Tobiah Wrenfield was signed out everywhere (1)"
        assert (await newest_line(world)).detail["by"] == f"user:{eve.user_id}"


async def test_a_form_that_was_opened_before_another_s_change_does_not_undo_it(world: RoleWorld) -> None:
    """R12: what was shown must still be so."""
    one, other = await world.person(OWNER), await world.person(OWNER)
    member = await world.person(Grant(Role.LOCATION_ADMIN))
    path = f"/team/{member.user_id}/roles"
    seen = {"seen": "location_admin"}
    assert 'name="seen" value="location_admin"' in (await world.ask("GET", f"{path}?grant=security", one)).text
    assert (await world.ask("POST", path, other, data={"grant": "read_only", **seen})).status_code == 303
    stale = await world.ask("POST", path, one, data={"grant": "security", **seen})
    assert (stale.status_code, "changed meanwhile" in stale.text) == (409, True)
    assert await world.grants_of(member) == (Grant(Role.READ_ONLY),)


async def test_a_key_that_manages_the_team_takes_no_ownership(world: RoleWorld) -> None:
    """R02, R12: a key has what it names, and not all that its maker has."""
    one, other = await world.person(OWNER), await world.person(OWNER)
    key = await make_key(world, one, [Permission.TEAM_MANAGE, Permission.TEAM_VIEW])
    robot = Program(world.client, key.secret)
    found = await robot.ask("GET", f"/users/{other.user_id}")
    wanted, version = {"roles": [{"role": "read_only", "site_id": None}]}, {"If-Match": found.headers["ETag"]}
    answer = await robot.ask("PUT", f"/users/{other.user_id}/roles", json=wanted, headers=version)
    assert answer.status_code == 403, answer.text
    assert (await robot.ask("POST", f"/users/{other.user_id}/remove", json=WHY)).status_code == 403
    assert await world.grants_of(other) == (OWNER,)
    now = world.ground.clock.now()
    owners = Invitation(uuid4(), "new.owner@example.org", (OWNER,), None, "en", now, now + timedelta(days=7))
    async with world.ground.cloud.db.tenant(world.ground.tenant) as tx:
        cipher = await data_keys.open_organisation_key(tx, world.ground.cloud.ring)
        await invitations.add(tx, cipher, owners)
    pending = f"/user-invitations/{owners.id}"
    assert owners.email not in (await robot.ask("GET", "/user-invitations")).text
    for method, path in (("POST", f"{pending}/again"), ("DELETE", pending)):
        assert (await robot.ask(method, path)).status_code == 404
    whole = await make_key(world, one, [Permission.TEAM_MANAGE, Permission.TEAM_MANAGE_OWNERS])
    assert (await Program(world.client, whole.secret).ask("DELETE", pending)).status_code == 204


async def test_r02_what_a_key_made_ends_with_it(world: RoleWorld) -> None:
    """R02: whoever had a stolen key keeps no way in: neither by a key of its key, an invitation nor a webhook."""
    owner, keys = await world.person(OWNER), build_api_keys(world.ground.cloud)
    wanted = [Permission.API_KEYS_MANAGE, Permission.TEAM_MANAGE, Permission.WEBHOOKS_MANAGE]
    parent, names = await make_key(world, owner, wanted, days=3), [item.value for item in wanted]
    made = await Program(world.client, parent.secret).ask("POST", "/api-keys", json={"name": "C", "permissions": names})
    thief, boss = Program(world.client, made.json()["secret"]), await program(world, owner)
    guest = "thief@example.org"
    wanted_roles = [{"role": "admin", "site_id": None}]
    sent = await thief.ask("POST", "/user-invitations", json={"email": guest, "roles": wanted_roles})
    assert sent.status_code == 201, sent.text
    pending = (await boss.ask("GET", "/user-invitations")).json()["items"]
    mine = next(item for item in pending if item["email"] == guest)
    assert datetime.fromisoformat(mine["ends_at"]) == parent.key.ends_at
    hook = {"name": "Elsewhere", "url": "https://hooks.example.org/thief", "kinds": []}
    made = await thief.ask("POST", "/webhooks", json=hook)
    assert made.status_code == 201, made.text
    page = (await world.ask("GET", f"/team/keys/{parent.key.id}/revoke", owner)).text
    assert all(word in page for word in ('end with it: <bdi dir="auto">C<', guest, "Elsewhere"))
    ended = await keys.revoke(world.ground.tenant, parent.key.id, HERE)
    assert ended == CameOf((parent.key.name, "C"), (guest,), ("Elsewhere",))
    assert guest not in (await boss.ask("GET", "/user-invitations")).text
    assert (await boss.ask("GET", f"/webhooks/{made.json()['id']}")).json()["paused"] is True


async def test_who_is_removed_is_signed_out_everywhere_at_once(world: RoleWorld) -> None:
    """R11, R26."""
    admin = await world.person(ADMIN, name="Ines Caldermoor")
    leaver = await world.person(Grant(Role.SECURITY), name="Tobiah Wrenfield")
    assert (await world.ask("GET", "/board", leaver)).status_code == 200
    assert "ends at once" in (await world.ask("GET", f"/team/{leaver.user_id}/remove", admin)).text
    assert (await world.ask("POST", f"/team/{leaver.user_id}/remove", admin, data=WHY)).status_code == 303
    assert (await world.ask("GET", "/board", leaver)).status_code == 303
    async with world.ground.cloud.db.tenant(world.ground.tenant) as tx:
        cipher = await data_keys.open_organisation_key(tx, world.ground.cloud.ring)
        assert await users.find(tx, cipher, leaver.user_id) is None
    assert await newest_act(world) == "Ines Caldermoor: Tobiah Wrenfield removed from the team (security)"
    assert (await world.ask("POST", f"/team/{admin.user_id}/remove", admin, data=WHY)).status_code == 409


async def test_c29_a_location_admin_looks_after_the_local_team_and_no_more(world: RoleWorld) -> None:
    """R11, C29: no role above one's own, none outside of one's locations, and none for oneself."""
    home, away = world.places
    await world.person(OWNER)
    local = await world.person(Grant(Role.LOCATION_ADMIN, home.site))
    desk = await world.person(Grant(Role.RECEPTIONIST, home.site), Grant(Role.HOST, away.site))
    assert await give(world, local, desk, f"security@{home.site}") == 303
    assert await world.grants_of(desk) == (Grant(Role.HOST, away.site), Grant(Role.SECURITY, home.site)), "kept"
    for grant in ("admin", "receptionist", f"receptionist@{away.site}"):
        assert await give(world, local, desk, grant) == 403, grant
    assert await give(world, local, desk, "owner") == 409
    assert await give(world, local, local, f"location_admin@{home.site}", "admin") == 409
    assert await give(world, local, desk, "wizard") == 422
    assert (await world.ask("POST", f"/team/{desk.user_id}/remove", local, data=WHY)).status_code == 403, (
        "works elsewhere"
    )
    admin, far = await world.person(ADMIN), await world.person(Grant(Role.SECURITY, away.site))
    assert await give(world, local, admin, f"host@{home.site}") == 403
    assert await give(world, local, far, f"host@{home.site}") == 404
    assert await world.grants_of(local) == (Grant(Role.LOCATION_ADMIN, home.site),)
    page = (await world.ask("GET", f"/team/{desk.user_id}", local)).text
    assert f'value="receptionist@{home.site}"' in page
    assert 'value="receptionist"' not in page
    assert "Remove from the team" not in page


async def test_whoever_was_demoted_meanwhile_is_judged_by_what_they_are_now(world: RoleWorld) -> None:
    """R11: between the request's beginning and its act."""
    head, admin, desk = await world.person(OWNER), await world.person(ADMIN), await world.person(Grant(Role.HOST))
    async with world.ground.cloud.db.tenant(world.ground.tenant) as tx:
        await staff_roles.hold_team(tx)
        waiting = asyncio.create_task(give(world, admin, desk, "admin"))
        await asyncio.sleep(0.2)  # it has passed the gate, and waits for the team
        await staff_roles.put(tx, admin.user_id, [Grant(Role.RECEPTIONIST)])
    assert await waiting == 404
    assert await world.grants_of(desk) == (Grant(Role.HOST),)
    assert await world.grants_of(head) == (OWNER,)


async def test_who_becomes_a_host_is_found_in_the_directory_by_the_address(world: RoleWorld) -> None:
    """R11: own visitors, however the address is written; not those of others."""
    head = await world.person(OWNER)
    grace = await world.person(Grant(Role.SECURITY), email="Grace@Example.org")
    other = await world.person(Grant(Role.SECURITY))
    for person, count in ((grace, 2), (other, 0)):
        assert await give(world, head, person, "host") == 303
        board = (await world.ask("GET", "/board", person)).text
        assert [f"Visitor of {name}" in board for name in PLACES.values()].count(True) == count


async def test_an_open_board_ends_when_its_person_may_no_longer_see_it(world: RoleWorld) -> None:
    """R11: by its stream of ticks too, and at once."""
    desk = await world.person(Grant(Role.RECEPTIONIST))
    cloud = world.ground.cloud
    sign_in = build_identity(cloud, build_shared_limit(cloud)).sign_in
    staff = await sign_in.find(desk.token)
    assert staff is not None
    stream = ChangeStreams(Ticks(cloud.db), sign_in, StreamTerms(beat_seconds=0.01, rest_seconds=0)).follow(
        staff, desk.token
    )
    assert [await anext(stream), await anext(stream)] == [b"retry: 2000\n\n", b"event: changed\ndata: .\n\n"]
    await world.put(desk)
    assert b"event: ended\ndata: .\n\n" in [piece async for piece in stream]
